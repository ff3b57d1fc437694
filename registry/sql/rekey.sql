-- Keys of places after a change of the rules that fold names. Serves: registry.rekey.

-- name: outdated
SELECT id, kind, name, key FROM place WHERE fold_version < :version ORDER BY id;

-- name: table
CREATE TEMP TABLE rekeyed (id bigint PRIMARY KEY, key text NOT NULL) ON COMMIT DROP;

-- name: put
INSERT INTO rekeyed SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:keys AS text[]));

-- name: merged
-- Places that have one key now: the one whose key was right already stays, else the oldest.
CREATE TEMP TABLE merged ON COMMIT DROP AS
SELECT id, keeper
FROM (
    SELECT p.id, first_value(p.id) OVER (PARTITION BY p.commune_id, p.kind, coalesce(r.key, p.key), p.origin_id ORDER BY r.id IS NOT NULL, p.id) AS keeper
    FROM place AS p
    LEFT JOIN rekeyed AS r ON r.id = p.id
) AS n
WHERE id <> keeper;

-- name: moving
-- Their doors, but for those whose number the staying place has as well: which of the two is right only a human can tell.
CREATE TEMP TABLE moving ON COMMIT DROP AS
SELECT id, province_code, place_id, hamlet_id
FROM (
    SELECT
        a.id,
        a.province_code,
        coalesce(m.keeper, a.place_id) AS place_id,
        coalesce(h.keeper, a.hamlet_id) AS hamlet_id,
        a.house_key <> '' AND a.retired_at IS NULL AND m.keeper IS NOT NULL AND (
            EXISTS (
                SELECT FROM address AS x
                WHERE x.place_id = m.keeper AND x.province_code = a.province_code AND x.house_key = a.house_key AND x.flat_key = a.flat_key AND x.retired_at IS NULL
            )
            OR row_number() OVER (PARTITION BY m.keeper, a.house_key, a.flat_key, a.retired_at IS NULL ORDER BY a.id) > 1
        ) AS taken
    FROM address AS a
    LEFT JOIN merged AS m ON m.id = a.place_id
    LEFT JOIN merged AS h ON h.id = a.hamlet_id
    WHERE m.id IS NOT NULL OR h.id IS NOT NULL
) AS n
WHERE NOT taken;

-- name: before_doors
INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason)
SELECT a.province_code, 'address', a.id::text, 'update', to_jsonb(a), :actor, :reason
FROM moving AS m
JOIN address_image AS a ON a.id = m.id AND a.province_code = m.province_code
ORDER BY a.id;

-- name: move
UPDATE address AS a SET place_id = m.place_id, hamlet_id = m.hamlet_id, updated_at = now()
FROM moving AS m WHERE a.id = m.id AND a.province_code = m.province_code;

-- name: before_places
INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason)
SELECT u.province_code, 'place', p.id::text, 'delete', to_jsonb(p), :actor, :reason
FROM place AS p
JOIN unit AS u ON u.id = p.commune_id
WHERE p.id IN (SELECT id FROM merged)
    AND NOT EXISTS (SELECT FROM address AS a WHERE a.place_id = p.id)
    AND NOT EXISTS (SELECT FROM address AS a WHERE a.hamlet_id = p.id)
    AND NOT EXISTS (
        SELECT FROM change AS c
        WHERE c.entity = 'address' AND c.batch_id IS NOT NULL AND p.id::text IN (c.before ->> 'place_id', c.before ->> 'hamlet_id')
    );

-- name: empty
-- A place that no door is left at; rolling a batch back may still want one that an earlier state of a door names.
DELETE FROM place AS p
USING merged AS m
WHERE m.id = p.id
    AND NOT EXISTS (SELECT FROM address AS a WHERE a.place_id = p.id)
    AND NOT EXISTS (SELECT FROM address AS a WHERE a.hamlet_id = p.id)
    AND NOT EXISTS (
        SELECT FROM change AS c
        WHERE c.entity = 'address' AND c.batch_id IS NOT NULL AND p.id::text IN (c.before ->> 'place_id', c.before ->> 'hamlet_id')
    );

-- name: aside
-- Keys change places among themselves, so all of them step aside first.
UPDATE place AS p SET key = '/ ' || p.id FROM rekeyed AS r WHERE r.id = p.id;

-- name: doubled
-- What had to stay beside its other half is set apart by its number, see `db doctor`.
UPDATE place AS p
SET key = coalesce(r.key, k.key) || ' / ' || p.id, fold_version = :version
FROM merged AS m
LEFT JOIN rekeyed AS r ON r.id = m.id
LEFT JOIN place AS k ON k.id = m.keeper
WHERE p.id = m.id;

-- name: rekey
UPDATE place AS p
SET key = r.key, fold_version = :version
FROM rekeyed AS r
WHERE r.id = p.id AND NOT EXISTS (SELECT FROM merged AS m WHERE m.id = p.id);

-- name: current
UPDATE place SET fold_version = :version WHERE fold_version < :version;
