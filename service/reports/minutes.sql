-- What the minutes of a hand-over tell of a batch.

-- name: batch
SELECT b.*, (
    SELECT u.full_name FROM unit AS u
    WHERE u.level = 'province' AND u.code = b.province_code AND u.valid @> (b.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
) AS province
FROM batch AS b
WHERE b.id = :batch;

-- name: communes
-- Rows by commune of today and outcome; an accepted row stands in the commune of its door, another in the one that it was read to mean.
SELECT u.code, u.full_name AS name, r.outcome, sum(r.rows) AS rows
FROM (
    SELECT
        a.commune_id,
        CASE WHEN b.outcome = 'accepted' THEN NULL ELSE b.details ->> 'commune_code' END AS code,
        CASE WHEN b.outcome = 'accepted' THEN 'accepted_' || b.change ELSE b.outcome END AS outcome,
        count(*) AS rows
    FROM batch_row AS b
    LEFT JOIN address AS a ON a.id = b.address_id AND a.province_code = b.province_code AND b.outcome = 'accepted'
    WHERE b.batch_id = :batch
    GROUP BY 1, 2, 3
) AS r
LEFT JOIN unit AS u ON u.id = r.commune_id OR r.commune_id IS NULL AND u.level = 'commune' AND u.code = r.code AND u.in_force
GROUP BY 1, 2, 3;
