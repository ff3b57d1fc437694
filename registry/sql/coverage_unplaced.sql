-- coverage_unplaced: rows handed over whose commune is not known, by province of the batch: they stand on the province's line only.
-- Parameters: province (code or null), day. Serves: coverage.coverage.
SELECT b.province_code, count(*) FILTER (WHERE r.outcome = 'incomplete') AS incomplete, count(*) FILTER (WHERE r.outcome = 'rejected') AS rejected
FROM batch_row r
JOIN batch b ON b.id = r.batch_id AND b.state = 'committed' AND (b.committed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day
WHERE r.outcome IN ('incomplete', 'rejected') AND r.details ->> 'commune_code' IS NULL
  AND (CAST(:province AS text) IS NULL OR b.province_code = :province)
GROUP BY b.province_code
