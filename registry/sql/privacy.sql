-- What is held of people, for those who may see it and for the people themselves.

-- name: behind
-- Serves: households.behind; the households of a door, and whether each is restricted, by itself or with its door.
SELECT h.id, h.ref, h.created_batch_id, EXISTS (
    SELECT FROM restriction AS x
    WHERE x.province_code = h.province_code AND x.lifted_at IS NULL
        AND (x.household_id = h.id OR (x.household_id IS NULL AND x.address_id = h.address_id))
) AS restricted
FROM household AS h
WHERE h.address_id = :address AND h.province_code = :province
ORDER BY h.id;

-- name: door
-- Serves: held; the door, which is told beside its people.
SELECT
    a.recorded_text, a.kind, a.status, a.households, ST_Y(a.point) AS lat, ST_X(a.point) AS lon, u.full_name AS commune, a.created_batch_id AS batch,
    a.created_at, a.retired_at
FROM address AS a
JOIN unit AS u ON u.id = a.commune_id
WHERE a.id = :address AND a.province_code = :province;

-- name: images
-- Serves: held; what the households were before each change.
SELECT c.at, c.op, c.before ->> 'ref' AS ref, c.actor, c.reason
FROM change AS c
WHERE c.entity = 'household' AND c.province_code = :province
    AND c.entity_id IN (SELECT CAST(id AS text) FROM unnest(CAST(:ids AS bigint[])) AS id)
ORDER BY c.id;

-- name: restrictions
-- Serves: held.
SELECT x.since, x.reason, x.lifted_at
FROM restriction AS x
WHERE x.province_code = :province AND (x.household_id = ANY (CAST(:ids AS bigint[])) OR (x.household_id IS NULL AND x.address_id = :address))
ORDER BY x.id;

-- name: readings
-- Serves: held; who read of this door or household, and what for.
SELECT a.at, a.actor, a.role, a.action, a.purpose
FROM audit AS a
WHERE a.subject = ANY (CAST(:names AS text[])) AND a.action IN ('read', 'export', 'restrict', 'lift')
ORDER BY a.id;
