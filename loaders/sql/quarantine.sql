-- The rows that wait to be mended, and how a row that was handed in again settles the one it mends.

-- name: home
-- The province in which the kept rows of a batch lie: that of the batch; of one that was handed in again, that of the batch it goes back to.
WITH RECURSIVE chain AS (
    SELECT b.province_code, b.options FROM batch AS b WHERE b.id = :batch
    UNION ALL
    SELECT b.province_code, b.options FROM chain AS c JOIN batch AS b ON b.id = (c.options ->> 'resubmits')::bigint
)
SELECT province_code FROM chain WHERE NOT jsonb_exists(options, 'resubmits');

-- name: header
SELECT
    ARRAY(SELECT jsonb_array_elements_text(b.options -> 'header')) AS header,
    EXISTS (
        SELECT FROM batch_row AS r
        WHERE r.batch_id = b.id AND r.outcome <> 'accepted' AND r.resolved_by IS NULL AND jsonb_exists(r.raw, '_extra')
    ) AS surplus
FROM batch AS b
WHERE b.id = :batch;

-- name: kept
SELECT row_no, outcome, issues, details, raw
FROM batch_row
WHERE batch_id = :batch AND outcome <> 'accepted' AND resolved_by IS NULL AND row_no > :after
ORDER BY row_no
LIMIT :most;

-- name: waiting
-- The latest batch first; total is the number of all such rows, whatever the limit.
SELECT
    r.batch_id, r.row_no, r.outcome, r.issues, r.details, b.file_name, coalesce(u.province_code, b.province_code) AS province,
    count(*) OVER () AS total
FROM batch_row AS r
JOIN batch AS b ON b.id = r.batch_id AND b.state = 'committed'
LEFT JOIN unit AS u ON u.level = 'commune' AND u.in_force AND u.code = r.details ->> 'commune_code'
WHERE r.outcome <> 'accepted' AND r.resolved_by IS NULL
    AND (r.batch_id = CAST(:batch AS bigint) OR CAST(:batch AS bigint) IS NULL AND NOT EXISTS (
        SELECT FROM batch_row AS k JOIN batch AS o ON o.id = k.batch_id AND o.state = 'committed'
        WHERE k.batch_id = r.origin_batch AND k.row_no = r.origin_row AND k.province_code = r.province_code
            AND k.outcome <> 'accepted' AND k.resolved_by IS NULL
    ))
    AND (CAST(:province AS text) IS NULL OR coalesce(u.province_code, b.province_code) = :province)
    AND (CAST(:issue AS text) IS NULL OR :issue = ANY (r.issues))
ORDER BY r.batch_id DESC, r.row_no
LIMIT :limit;

-- name: kept_numbers
-- Serves: resubmit; which rows of a batch were ever kept, and what is left of the cells of those whose cells did not fit the header.
SELECT row_no, resolved_by, CASE WHEN 'row.columns' = ANY (issues) THEN raw END AS odd
FROM batch_row
WHERE batch_id = :batch AND outcome <> 'accepted';

-- name: mends
-- The kept rows that the rows of the new batch mend; each leads to the first row that it goes back to, also when it mends one that was
-- itself handed in again. Kept rows lie in the province of their batch (:home), a mended one wherever its door turned out to be.
CREATE TEMP TABLE mends ON COMMIT DROP AS
SELECT m.row_no, coalesce(k.origin_batch, k.batch_id) AS origin_batch, coalesce(k.origin_row, k.row_no) AS origin_row
FROM unnest(CAST(:numbers AS integer[]), CAST(:batches AS bigint[]), CAST(:rows AS integer[])) AS m (row_no, kept_batch, kept_row)
JOIN batch_row AS k ON k.batch_id = m.kept_batch AND k.row_no = m.kept_row AND k.province_code = :home;

-- name: origin
UPDATE batch_row AS r
SET origin_batch = m.origin_batch, origin_row = m.origin_row
FROM mends AS m
WHERE r.batch_id = :batch AND r.row_no = m.row_no;

-- name: mended
-- Those that settle what they mend: accepted, or a door that is there already.
CREATE TEMP TABLE mended ON COMMIT DROP AS
SELECT m.origin_batch, m.origin_row, r.outcome
FROM mends AS m
JOIN batch_row AS r ON r.batch_id = :batch AND r.row_no = m.row_no AND r.outcome IN ('accepted', 'duplicate');

-- name: resolve
UPDATE batch_row AS k
SET resolved_by = :batch
FROM mended AS r
WHERE k.batch_id = r.origin_batch AND k.row_no = r.origin_row AND k.province_code = :home
    AND (r.outcome = 'accepted' OR k.outcome <> 'duplicate')
    AND k.outcome <> 'accepted' AND k.resolved_by IS NULL;

-- name: resolve_copies
-- Other tries at the same row that are still kept in later batches.
UPDATE batch_row AS k
SET resolved_by = :batch
FROM mended AS r
WHERE k.batch_id <> :batch AND k.origin_batch = r.origin_batch AND k.origin_row = r.origin_row AND k.province_code = :home
    AND (r.outcome = 'accepted' OR k.outcome <> 'duplicate')
    AND k.outcome <> 'accepted' AND k.resolved_by IS NULL;

-- name: settled_by
SELECT o.origin_batch, coalesce(k.settled, 0) AS settled
FROM (SELECT DISTINCT origin_batch FROM batch_row WHERE batch_id = :batch AND origin_batch IS NOT NULL) AS o
LEFT JOIN (SELECT batch_id, count(*) AS settled FROM batch_row WHERE resolved_by = :batch GROUP BY 1) AS k ON k.batch_id = o.origin_batch
ORDER BY 1;
