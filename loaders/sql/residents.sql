-- From the accepted rows of a file to the people behind their doors, encrypted before they come here.

-- name: new
CREATE TEMP TABLE resident_new (
    id uuid, province_code text, address_id bigint, household_id bigint, name_sealed bytea, phone_sealed bytea, key_name text
) ON COMMIT DROP;

-- name: wanted
-- Serves: residents.keep; the accepted rows in the order of the file, each with its door and its household.
SELECT s.row_no, s.address_id, s.province_code, h.id AS household_id
FROM settled AS s
JOIN parsed AS p ON p.row_no = s.row_no
LEFT JOIN household AS h ON h.province_code = s.province_code AND h.ref = p.ma_ho AND p.ma_ho <> ''
WHERE s.row_no > :after
ORDER BY s.row_no
LIMIT :most;

-- name: superseded
-- What an earlier file said of the same household, or of the same door where no household is named: not kept, for nobody needs it.
DELETE FROM resident AS r
USING resident_new AS n
WHERE r.province_code = n.province_code
    AND (r.household_id = n.household_id OR (n.household_id IS NULL AND r.household_id IS NULL AND r.address_id = n.address_id));

-- name: write
-- What is restricted stays so, whoever hands it in again.
INSERT INTO resident (id, province_code, address_id, household_id, name_sealed, phone_sealed, key_name, created_batch_id, restricted_at)
SELECT
    n.id, n.province_code, n.address_id, n.household_id, n.name_sealed, n.phone_sealed, n.key_name, :batch,
    (
        SELECT min(x.since) FROM restriction AS x
        WHERE x.province_code = n.province_code AND x.lifted_at IS NULL
            AND (x.household_id = n.household_id OR (x.household_id IS NULL AND x.address_id = n.address_id))
    )
FROM resident_new AS n;
