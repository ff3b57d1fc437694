-- What stands against undoing a batch, and what undoing it will do.

-- name: undone
-- The addresses of the accepted rows of a batch: they lead to all that it wrote, so that no table needs an index on its batch.
CREATE TEMP TABLE undone ON COMMIT DROP AS
SELECT address_id, province_code, bool_or(change = 'new') AS created
FROM batch_row
WHERE batch_id = :batch AND outcome = 'accepted' AND address_id IS NOT NULL
GROUP BY address_id, province_code;

-- name: analyze_undone
ANALYZE undone;

-- name: imaged
-- The oldest before-image of each thing that the batch changed: a door that came back and was changed has two. What it made has none.
CREATE TEMP TABLE imaged ON COMMIT DROP AS
SELECT DISTINCT ON (entity, entity_id) entity, entity_id, province_code, before
FROM change
WHERE batch_id = :batch AND op <> 'insert'
ORDER BY entity, entity_id, id;

-- name: analyze_imaged
ANALYZE imaged;

-- name: provinces
-- Where the batch wrote, and whose it was.
SELECT province_code FROM undone
UNION
SELECT province_code FROM imaged
UNION
SELECT province_code FROM batch WHERE id = :batch AND province_code IS NOT NULL;

-- name: later
-- Later batches that stand in the way, the latest first: those that changed an address of this batch, added a household or code to it,
-- rest on a door that this batch made, or made a door where one of this batch's would come back.
WITH mine AS (
    SELECT address_id AS id, province_code FROM undone
    UNION
    SELECT entity_id::bigint, province_code FROM imaged WHERE entity = 'address'
),
touched AS (
    SELECT a.updated_batch_id AS batch_id FROM address AS a JOIN mine USING (id, province_code)
    UNION
    SELECT h.created_batch_id FROM household AS h JOIN mine ON mine.id = h.address_id AND mine.province_code = h.province_code
    UNION
    SELECT e.batch_id FROM external_code AS e JOIN mine ON mine.id = e.address_id AND mine.province_code = e.province_code
    UNION
    SELECT c.batch_id FROM digital_address AS c JOIN mine ON mine.id = c.address_id AND mine.province_code = c.province_code
    UNION
    SELECT r.batch_id FROM batch_row AS r
    JOIN undone AS u ON u.address_id = r.address_id AND u.province_code = r.province_code AND u.created
    WHERE r.batch_id > :batch
    UNION
    SELECT a.created_batch_id
    FROM imaged AS i
    CROSS JOIN LATERAL jsonb_populate_record(NULL::address, i.before) AS o
    JOIN address AS a ON a.place_id = o.place_id AND a.house_key = o.house_key AND a.flat_key = o.flat_key AND a.id <> o.id
        AND a.province_code = i.province_code
    WHERE i.entity = 'address' AND o.retired_at IS NULL AND a.retired_at IS NULL AND o.house_key <> ''
)
SELECT b.id
FROM touched AS t
JOIN batch AS b ON b.id = t.batch_id
WHERE b.id > :batch AND b.state = 'committed'
ORDER BY b.id DESC;

-- name: by_hand
-- Doors of the batch that somebody changed by hand after it, or that stand by hand where one of its doors would come back. Acts and batches
-- of a province wait for one another, and both moments are the server's clock: it tells which came first.
WITH mine AS (
    SELECT address_id AS id, province_code FROM undone
    UNION
    SELECT entity_id::bigint, province_code FROM imaged WHERE entity = 'address'
)
SELECT DISTINCT e.code
FROM life_event AS e
JOIN mine ON mine.id = e.address_id AND mine.province_code = e.province_code
JOIN batch AS b ON b.id = :batch AND e.at > b.committed_at
UNION
SELECT e.code
FROM imaged AS i
CROSS JOIN LATERAL jsonb_populate_record(NULL::address, i.before) AS o
JOIN address AS a ON a.place_id = o.place_id AND a.house_key = o.house_key AND a.flat_key = o.flat_key AND a.id <> o.id
    AND a.province_code = i.province_code
JOIN life_event AS e ON e.address_id = a.id AND e.province_code = a.province_code
WHERE i.entity = 'address' AND o.retired_at IS NULL AND a.retired_at IS NULL AND o.house_key <> ''
ORDER BY 1;

-- name: reformed
-- Whether a before-image lies in a unit that has ended since, or its door in another province now: it cannot come back.
SELECT EXISTS (
    SELECT FROM imaged AS i
    JOIN unit AS u ON u.id = (i.before ->> 'commune_id')::integer
    LEFT JOIN address AS a ON a.id = i.entity_id::bigint AND a.province_code = i.province_code
    WHERE i.entity = 'address' AND (a.id IS NULL OR (a.commune_id <> u.id AND NOT u.in_force))
);

-- name: counts
SELECT
    (SELECT count(*) FROM imaged WHERE entity = 'address') AS restored,
    (SELECT count(*) FROM undone WHERE created) AS removed;
