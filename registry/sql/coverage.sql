-- name: lines
-- coverage: the communes in force on a day, of one province or of all, each with its latest baseline.
-- Parameters: province (code or null), day. Days are days in Vietnam. Serves: coverage.coverage.
SELECT c.code, c.full_name AS name, c.province_code,
       EXISTS (SELECT FROM unit_boundary b WHERE b.unit_id = c.id AND b.approximate) AS approximate,
       b.households AS baseline_households, b.estimated AS baseline_estimated, b.method AS baseline_method, b.source AS baseline_source,
       b.counted_on AS baseline_counted_on
FROM unit c
LEFT JOIN LATERAL (SELECT * FROM baseline k WHERE k.unit_id = c.id ORDER BY k.counted_on DESC, k.units_as_of DESC LIMIT 1) b ON true
WHERE c.level = 'commune' AND (CAST(:province AS text) IS NULL OR c.province_code = :province) AND (
  c.valid @> CAST(:day AS date)
  -- Doors of a split commune that wait for an officer have a line of their own, unless a commune of the day bears the code.
  OR upper(c.valid) <= CAST(:day AS date) AND EXISTS (SELECT FROM reform_waiting w WHERE w.unit_id = c.id AND w.decided_at IS NULL)
    AND NOT EXISTS (SELECT FROM unit n WHERE n.level = 'commune' AND n.code = c.code AND n.valid @> CAST(:day AS date)))
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

-- name: counted
-- coverage_counted: the same on any day, counted from the doors themselves; accepted are doors that rows of hand-overs brought by then.
-- Parameters: province (code or null), day. Serves: coverage.coverage.
WITH commune_code AS (
  SELECT u.id, c.code
  FROM unit u
  JOIN unit c ON c.code = u.code AND c.level = 'commune' AND c.valid @> CAST(:day AS date)
    AND (CAST(:province AS text) IS NULL OR c.province_code = :province)
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
  SELECT c.code, count(DISTINCT r.address_id) AS accepted
  FROM batch_row r
  JOIN batch b ON b.id = r.batch_id AND b.state = 'committed' AND (b.committed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= :day
  JOIN address a ON a.id = r.address_id
  JOIN commune_code c ON c.id = a.commune_id
  WHERE r.outcome = 'accepted' AND NOT 'row.outside_province' = ANY (r.issues)
  GROUP BY c.code
)
SELECT code, COALESCE(addresses, 0) AS addresses, COALESCE(household_addresses, 0) AS household_addresses,
       COALESCE(households, 0)::bigint AS households, COALESCE(households_coded, 0)::bigint AS households_coded, COALESCE(coded, 0) AS coded,
       COALESCE(notified, 0) AS notified, COALESCE(accepted, 0) AS accepted
FROM counted FULL JOIN handed USING (code);

-- name: waiting
-- coverage_waiting: rows handed over that did not enter, by the province of their batch and their commune where it is known.
-- Parameters: day. Serves: coverage.coverage.
SELECT b.province_code, r.details ->> 'commune_code' AS code, count(*) FILTER (WHERE r.outcome = 'incomplete') AS incomplete,
       count(*) FILTER (WHERE r.outcome = 'rejected') AS rejected
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
GROUP BY 1, 2;
