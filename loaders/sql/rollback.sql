-- What stands against undoing a batch, and what undoing it will do.

-- name: later
-- Later batches that changed an address of this batch or added a household or code to it, the latest first.
WITH mine AS (
    SELECT id FROM address WHERE created_batch_id = :batch
    UNION
    SELECT entity_id::bigint FROM change WHERE batch_id = :batch AND entity = 'address'
    UNION
    SELECT address_id FROM household WHERE created_batch_id = :batch
    UNION
    SELECT address_id FROM external_code WHERE batch_id = :batch
    UNION
    SELECT address_id FROM digital_address WHERE batch_id = :batch AND address_id IS NOT NULL
),
touched AS (
    SELECT a.updated_batch_id AS batch_id FROM address AS a JOIN mine USING (id)
    UNION
    SELECT h.created_batch_id FROM household AS h JOIN mine ON mine.id = h.address_id
    UNION
    SELECT e.batch_id FROM external_code AS e JOIN mine ON mine.id = e.address_id
    UNION
    SELECT c.batch_id FROM digital_address AS c JOIN mine ON mine.id = c.address_id
)
SELECT b.id
FROM touched AS t
JOIN batch AS b ON b.id = t.batch_id
WHERE b.id > :batch AND b.state = 'committed'
ORDER BY b.id DESC;

-- name: counts
SELECT
    (SELECT count(*) FROM change WHERE batch_id = :batch AND entity = 'address' AND op = 'update') AS restored,
    (SELECT count(*) FROM address WHERE created_batch_id = :batch) AS removed;
