-- name: lines
-- coverage: the communes in force on a day, of one province or of all, each with its latest baseline.
-- Parameters: province (code or null), day. Days are days in Vietnam. Serves: coverage.coverage.
SELECT c.id AS unit_id, c.code, c.full_name AS name, c.province_code,
       EXISTS (SELECT FROM unit_boundary b WHERE b.unit_id = c.id AND b.approximate) AS approximate,
       b.households AS baseline_households, b.estimated AS baseline_estimated, b.method AS baseline_method, b.source AS baseline_source,
       b.counted_on AS baseline_counted_on
FROM unit c
LEFT JOIN LATERAL (SELECT * FROM baseline k WHERE k.unit_id = c.id ORDER BY k.counted_on DESC, k.units_as_of DESC LIMIT 1) b ON true
WHERE c.level = 'commune' AND c.valid @> CAST(:day AS date) AND (CAST(:province AS text) IS NULL OR c.province_code = :province)
ORDER BY c.province_code, c.code;

-- name: tallied
-- coverage_tallied: what stands in each commune today, from the counts that every change keeps (registry.tally): no door is looked at.
-- An address keeps the id of the commune row it was placed in; the code is what stays when a xã becomes a phường.
SELECT u.code, sum(addresses)::bigint AS addresses, sum(household_addresses)::bigint AS household_addresses,
       sum(households)::bigint AS households, sum(households_coded)::bigint AS households_coded, sum(coded)::bigint AS coded,
       sum(notified)::bigint AS notified, sum(accepted)::bigint AS accepted
FROM commune_tally t
JOIN unit u ON u.id = t.commune_id
WHERE u.level = 'commune' AND lower(u.valid) >= DATE '2025-07-01'
GROUP BY u.code;

-- name: waiting
-- coverage_waiting: rows handed over that did not enter, by the province of their batch and their commune where it is known.
-- Serves: coverage.coverage of today.
SELECT b.province_code, r.details ->> 'commune_code' AS code, count(*) FILTER (WHERE r.outcome = 'incomplete') AS incomplete,
       count(*) FILTER (WHERE r.outcome = 'rejected') AS rejected
FROM batch_row r
JOIN batch b ON b.id = r.batch_id AND b.state = 'committed'
WHERE r.outcome IN ('incomplete', 'rejected') AND NOT 'row.outside_province' = ANY (r.issues)
  -- A kept row that was mended is counted where it was accepted; a row handed in again that is still wrong, where it was kept first.
  AND r.resolved_by IS NULL
  AND (r.origin_batch IS NULL OR NOT EXISTS (
    SELECT FROM batch_row k JOIN batch o ON o.id = k.batch_id AND o.state = 'committed'
    WHERE k.batch_id = r.origin_batch AND k.row_no = r.origin_row AND k.outcome <> 'accepted' AND k.resolved_by IS NULL))
GROUP BY 1, 2;
