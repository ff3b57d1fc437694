-- name: lines
-- coverage: one line for each commune in force on a day, of one province or of all, counted from the doors themselves.
-- Parameters: province (code or null), day. Days are days in Vietnam. Serves: coverage.coverage.
WITH commune AS (
  SELECT u.id, u.code, u.full_name, u.province_code,
         EXISTS (SELECT FROM unit_boundary b WHERE b.unit_id = u.id AND b.approximate) AS approximate
  FROM unit u
  WHERE u.level = 'commune' AND u.valid @> CAST(:day AS date)
    AND (CAST(:province AS text) IS NULL OR u.province_code = :province)
),
-- An address keeps the id of the commune row it was placed in; the code is what stays when a xã becomes a phường.
commune_code AS (
  SELECT u.id, c.code FROM unit u JOIN commune c ON c.code = u.code
  WHERE u.level = 'commune' AND lower(u.valid) >= DATE '2025-07-01'
),
door AS (
  SELECT c.code, a.id, a.status,
         GREATEST(a.households, (SELECT count(*) FROM household h WHERE h.address_id = a.id))::bigint AS households,
         EXISTS (SELECT FROM digital_address d
                 WHERE d.address_id = a.id AND (d.issued_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day
                   AND (d.retired_at IS NULL OR (d.retired_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date > :day)) AS coded
  FROM address a JOIN commune_code c ON c.id = a.commune_id
  WHERE (a.created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day
    AND (a.retired_at IS NULL OR (a.retired_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date > :day)
),
counted AS (
  SELECT code, count(*) AS addresses, count(*) FILTER (WHERE households > 0) AS household_addresses, sum(households) AS households,
         COALESCE(sum(households) FILTER (WHERE coded), 0) AS households_coded, count(*) FILTER (WHERE coded) AS coded,
         count(*) FILTER (WHERE status IN ('notified', 'plated')) AS notified
  FROM door GROUP BY code
),
handed AS (
  SELECT r.outcome, r.address_id, COALESCE(c.code, r.details ->> 'commune_code') AS code, b.province_code
  FROM batch_row r
  JOIN batch b ON b.id = r.batch_id AND b.state = 'committed' AND (b.committed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day
  LEFT JOIN address a ON a.id = r.address_id AND r.outcome = 'accepted'
  LEFT JOIN commune_code c ON c.id = a.commune_id
  WHERE r.outcome <> 'duplicate' AND NOT 'row.outside_province' = ANY (r.issues)
    -- A kept row that was mended is counted where it was accepted; a row handed in again that is still wrong, where it was kept first.
    AND (r.resolved_by IS NULL OR NOT EXISTS (
      SELECT FROM batch f
      WHERE f.id = r.resolved_by AND f.state = 'committed' AND (f.committed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day))
    AND (r.outcome = 'accepted' OR r.origin_batch IS NULL OR NOT EXISTS (
      SELECT FROM batch_row k JOIN batch o ON o.id = k.batch_id AND o.state = 'committed'
      WHERE k.batch_id = r.origin_batch AND k.row_no = r.origin_row AND k.outcome <> 'accepted' AND k.resolved_by IS NULL))
),
expected AS (
  -- A row that did not enter says nothing of a commune outside the province of its batch: that province hands it over itself.
  SELECT code, count(DISTINCT address_id) FILTER (WHERE outcome = 'accepted') AS accepted,
         count(*) FILTER (WHERE outcome = 'incomplete') AS incomplete, count(*) FILTER (WHERE outcome = 'rejected') AS rejected
  FROM handed h JOIN commune c USING (code)
  WHERE h.outcome = 'accepted' OR h.province_code IS NULL OR h.province_code = c.province_code
  GROUP BY code
)
SELECT c.code, c.full_name AS name, c.province_code, c.approximate, b.households AS baseline_households, b.estimated AS baseline_estimated,
       b.method AS baseline_method, b.source AS baseline_source, b.counted_on AS baseline_counted_on,
       COALESCE(n.addresses, 0) AS addresses, COALESCE(n.household_addresses, 0) AS household_addresses,
       COALESCE(n.households, 0)::bigint AS households, COALESCE(n.households_coded, 0)::bigint AS households_coded,
       COALESCE(n.coded, 0) AS coded, COALESCE(n.notified, 0) AS notified, COALESCE(e.accepted, 0) AS accepted,
       COALESCE(e.incomplete, 0) AS incomplete, COALESCE(e.rejected, 0) AS rejected
FROM commune c
LEFT JOIN LATERAL (SELECT * FROM baseline k WHERE k.unit_id = c.id ORDER BY k.counted_on DESC, k.units_as_of DESC LIMIT 1) b ON true
LEFT JOIN counted n ON n.code = c.code
LEFT JOIN expected e ON e.code = c.code
ORDER BY c.province_code, c.code;

-- name: tallied
-- coverage_tallied: the same lines for today, from the counts that every change keeps (registry.tally): no door is looked at.
-- Parameters: province (code or null), day (today). Serves: coverage.coverage.
WITH commune AS (
  SELECT u.id, u.code, u.full_name, u.province_code,
         EXISTS (SELECT FROM unit_boundary b WHERE b.unit_id = u.id AND b.approximate) AS approximate
  FROM unit u
  WHERE u.level = 'commune' AND u.valid @> CAST(:day AS date)
    AND (CAST(:province AS text) IS NULL OR u.province_code = :province)
),
-- An address keeps the id of the commune row it was placed in; the code is what stays when a xã becomes a phường.
commune_code AS (
  SELECT u.id, c.code FROM unit u JOIN commune c ON c.code = u.code
  WHERE u.level = 'commune' AND lower(u.valid) >= DATE '2025-07-01'
),
counted AS (
  SELECT code, sum(addresses) AS addresses, sum(household_addresses) AS household_addresses, sum(households) AS households,
         sum(households_coded) AS households_coded, sum(coded) AS coded, sum(notified) AS notified, sum(accepted) AS accepted
  FROM commune_tally t JOIN commune_code c ON c.id = t.commune_id GROUP BY code
),
handed AS (
  SELECT r.outcome, r.details ->> 'commune_code' AS code, b.province_code
  FROM batch_row r
  JOIN batch b ON b.id = r.batch_id AND b.state = 'committed' AND (b.committed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day
  WHERE r.outcome IN ('incomplete', 'rejected') AND NOT 'row.outside_province' = ANY (r.issues)
    -- A kept row that was mended is counted where it was accepted; a row handed in again that is still wrong, where it was kept first.
    AND (r.resolved_by IS NULL OR NOT EXISTS (
      SELECT FROM batch f
      WHERE f.id = r.resolved_by AND f.state = 'committed' AND (f.committed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day))
    AND (r.origin_batch IS NULL OR NOT EXISTS (
      SELECT FROM batch_row k JOIN batch o ON o.id = k.batch_id AND o.state = 'committed'
      WHERE k.batch_id = r.origin_batch AND k.row_no = r.origin_row AND k.outcome <> 'accepted' AND k.resolved_by IS NULL))
),
expected AS (
  -- A row that did not enter says nothing of a commune outside the province of its batch: that province hands it over itself.
  SELECT code, count(*) FILTER (WHERE outcome = 'incomplete') AS incomplete, count(*) FILTER (WHERE outcome = 'rejected') AS rejected
  FROM handed h JOIN commune c USING (code)
  WHERE h.province_code IS NULL OR h.province_code = c.province_code
  GROUP BY code
)
SELECT c.code, c.full_name AS name, c.province_code, c.approximate, b.households AS baseline_households, b.estimated AS baseline_estimated,
       b.method AS baseline_method, b.source AS baseline_source, b.counted_on AS baseline_counted_on,
       COALESCE(n.addresses, 0)::bigint AS addresses, COALESCE(n.household_addresses, 0)::bigint AS household_addresses,
       COALESCE(n.households, 0)::bigint AS households, COALESCE(n.households_coded, 0)::bigint AS households_coded,
       COALESCE(n.coded, 0)::bigint AS coded, COALESCE(n.notified, 0)::bigint AS notified, COALESCE(n.accepted, 0)::bigint AS accepted,
       COALESCE(e.incomplete, 0) AS incomplete, COALESCE(e.rejected, 0) AS rejected
FROM commune c
LEFT JOIN LATERAL (SELECT * FROM baseline k WHERE k.unit_id = c.id ORDER BY k.counted_on DESC, k.units_as_of DESC LIMIT 1) b ON true
LEFT JOIN counted n ON n.code = c.code
LEFT JOIN expected e ON e.code = c.code
ORDER BY c.province_code, c.code;

-- name: unplaced
-- coverage_unplaced: rows handed over whose commune is not known, by province of the batch: they stand on the province's line only.
-- Parameters: province (code or null), day. Serves: coverage.coverage.
SELECT b.province_code, count(*) FILTER (WHERE r.outcome = 'incomplete') AS incomplete, count(*) FILTER (WHERE r.outcome = 'rejected') AS rejected
FROM batch_row r
JOIN batch b ON b.id = r.batch_id AND b.state = 'committed' AND (b.committed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day
WHERE r.outcome IN ('incomplete', 'rejected') AND r.details ->> 'commune_code' IS NULL
  AND NOT 'row.outside_province' = ANY (r.issues)
  AND (r.resolved_by IS NULL OR NOT EXISTS (
    SELECT FROM batch f
    WHERE f.id = r.resolved_by AND f.state = 'committed' AND (f.committed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day))
  AND (r.origin_batch IS NULL OR NOT EXISTS (
    SELECT FROM batch_row k JOIN batch o ON o.id = k.batch_id AND o.state = 'committed'
    WHERE k.batch_id = r.origin_batch AND k.row_no = r.origin_row AND k.outcome <> 'accepted' AND k.resolved_by IS NULL))
  AND (CAST(:province AS text) IS NULL OR b.province_code = :province)
GROUP BY b.province_code;
