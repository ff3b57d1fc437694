-- Kept counts. A commune here is the row of `unit` that its doors were placed in; the rungs are those of registry.ladder.

-- name: forget
DELETE FROM commune_tally WHERE CAST(:communes AS integer[]) IS NULL OR commune_id = ANY (CAST(:communes AS integer[]));

-- name: count
INSERT INTO commune_tally (
    province_code, commune_id, recorded_unit_id, kind, addresses, household_addresses, households, households_coded, coded, notified,
    accepted, at_collected, at_complete, at_coded, at_verified, at_notified, at_plated, homes_collected, homes_complete, homes_coded,
    homes_verified, homes_notified, homes_plated
)
WITH alike AS (
    -- Doors that count alike, first of all: a million of them are some fifty thousand groups, and only those are told apart by rung.
    SELECT
        a.commune_id, a.recorded_unit_id, a.kind, a.status, d.address_id IS NOT NULL AS coded, a.retired_at IS NULL AS live,
        a.households > 0 AS lived_in, count(*) AS doors, sum(a.households) AS homes, count(a.created_batch_id) AS handed
    FROM address AS a
    -- Of the codes of the country only those of the communes' provinces are looked at.
    LEFT JOIN digital_address AS d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
        AND (CAST(:communes AS integer[]) IS NULL OR d.province_code = ANY (ARRAY(
            SELECT u.province_code FROM unit AS u WHERE u.id = ANY (CAST(:communes AS integer[])) GROUP BY u.province_code
        )))
    WHERE CAST(:communes AS integer[]) IS NULL OR a.commune_id = ANY (CAST(:communes AS integer[]))
    GROUP BY 1, 2, 3, 4, 5, 6, 7
),
stepped AS (
    SELECT *, CASE WHEN live THEN ladder_step(status, coded) ELSE -1 END AS step FROM alike
)
SELECT
    u.province_code,
    s.commune_id,
    s.recorded_unit_id,
    s.kind,
    coalesce(sum(doors) FILTER (WHERE live), 0),
    coalesce(sum(doors) FILTER (WHERE live AND lived_in), 0),
    coalesce(sum(homes) FILTER (WHERE live), 0),
    coalesce(sum(homes) FILTER (WHERE live AND coded), 0),
    coalesce(sum(doors) FILTER (WHERE live AND coded), 0),
    coalesce(sum(doors) FILTER (WHERE live AND status IN ('notified', 'plated')), 0),
    sum(handed),
    coalesce(sum(doors) FILTER (WHERE step >= 0), 0),
    coalesce(sum(doors) FILTER (WHERE step >= 1), 0),
    coalesce(sum(doors) FILTER (WHERE step >= 2), 0),
    coalesce(sum(doors) FILTER (WHERE step >= 3), 0),
    coalesce(sum(doors) FILTER (WHERE step >= 4), 0),
    coalesce(sum(doors) FILTER (WHERE step >= 5), 0),
    coalesce(sum(homes) FILTER (WHERE step >= 0), 0),
    coalesce(sum(homes) FILTER (WHERE step >= 1), 0),
    coalesce(sum(homes) FILTER (WHERE step >= 2), 0),
    coalesce(sum(homes) FILTER (WHERE step >= 3), 0),
    coalesce(sum(homes) FILTER (WHERE step >= 4), 0),
    coalesce(sum(homes) FILTER (WHERE step >= 5), 0)
FROM stepped AS s
JOIN unit AS u ON u.id = s.commune_id
GROUP BY u.province_code, s.commune_id, s.recorded_unit_id, s.kind;

-- name: differences
-- The same counts once more, door by door and without a word of what was kept; a household reference counts at least one household.
WITH alike AS (
    SELECT
        a.commune_id, a.recorded_unit_id, a.kind, a.status, d.address_id IS NOT NULL AS coded, a.retired_at IS NULL AS live,
        greatest(a.households, h.refs) > 0 AS lived_in, count(*) AS doors, sum(greatest(a.households, h.refs)) AS homes,
        count(a.created_batch_id) AS handed
    FROM address AS a
    LEFT JOIN digital_address AS d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
    LEFT JOIN (SELECT address_id, province_code, count(*) AS refs FROM household GROUP BY 1, 2) AS h
        ON h.address_id = a.id AND h.province_code = a.province_code
    GROUP BY 1, 2, 3, 4, 5, 6, 7
),
counted AS (
    SELECT
        u.province_code, g.commune_id, g.recorded_unit_id, g.kind,
        sum(g.doors * live::integer) AS addresses,
        sum(g.doors * (live AND lived_in)::integer) AS household_addresses,
        sum(g.homes * live::integer) AS households,
        sum(g.homes * (live AND coded)::integer) AS households_coded,
        sum(g.doors * (live AND coded)::integer) AS coded,
        sum(g.doors * (live AND status IN ('notified', 'plated'))::integer) AS notified,
        sum(g.handed) AS accepted,
        sum(g.doors * live::integer) AS at_collected,
        sum(g.doors * v.complete::integer) AS at_complete,
        sum(g.doors * (v.complete AND coded)::integer) AS at_coded,
        sum(g.doors * (v.complete AND coded AND status <> 'complete')::integer) AS at_verified,
        sum(g.doors * (live AND coded AND status IN ('notified', 'plated'))::integer) AS at_notified,
        sum(g.doors * (live AND coded AND status = 'plated')::integer) AS at_plated,
        sum(g.homes * live::integer) AS homes_collected,
        sum(g.homes * v.complete::integer) AS homes_complete,
        sum(g.homes * (v.complete AND coded)::integer) AS homes_coded,
        sum(g.homes * (v.complete AND coded AND status <> 'complete')::integer) AS homes_verified,
        sum(g.homes * (live AND coded AND status IN ('notified', 'plated'))::integer) AS homes_notified,
        sum(g.homes * (live AND coded AND status = 'plated')::integer) AS homes_plated
    FROM alike AS g
    JOIN unit AS u ON u.id = g.commune_id
    CROSS JOIN LATERAL (SELECT live AND status <> 'collected' AS complete) AS v
    GROUP BY u.province_code, g.commune_id, g.recorded_unit_id, g.kind
),
kept AS (
    SELECT commune_id, recorded_unit_id, kind, province_code, to_jsonb(t) AS figures FROM commune_tally AS t
),
anew AS (
    SELECT commune_id, recorded_unit_id, kind, province_code, to_jsonb(c) AS figures FROM counted AS c
)
SELECT
    commune_id,
    coalesce(u.full_name, '?') AS name,
    coalesce(u.code, '') AS code,
    f.counter,
    sum(coalesce((k.figures ->> f.counter)::bigint, 0)) AS kept,
    sum(coalesce((c.figures ->> f.counter)::bigint, 0)) AS counted
FROM anew AS c
FULL JOIN kept AS k USING (commune_id, recorded_unit_id, kind, province_code)
CROSS JOIN LATERAL jsonb_object_keys(
    coalesce(c.figures, k.figures) - ARRAY['commune_id', 'recorded_unit_id', 'kind', 'province_code']
) AS f (counter)
LEFT JOIN unit AS u ON u.id = commune_id
WHERE c.figures IS DISTINCT FROM k.figures
    AND coalesce((k.figures ->> f.counter)::bigint, 0) <> coalesce((c.figures ->> f.counter)::bigint, 0)
GROUP BY commune_id, u.full_name, u.code, f.counter
ORDER BY u.code, f.counter;

-- name: any_counted
SELECT EXISTS (SELECT FROM commune_tally) OR EXISTS (SELECT FROM waiting_tally)
    OR NOT EXISTS (SELECT FROM address) AND NOT EXISTS (SELECT FROM batch_row);

-- name: forget_waiting
DELETE FROM waiting_tally WHERE CAST(:batches AS bigint[]) IS NULL OR batch_id = ANY (CAST(:batches AS bigint[]));

-- name: count_waiting
-- Rows that did not enter and still wait, of committed batches. A kept row that was mended is counted where it was accepted; a row handed
-- in again that is still wrong, where it was kept first.
INSERT INTO waiting_tally (batch_id, commune_code, province_code, incomplete, rejected)
SELECT
    r.batch_id,
    coalesce(r.details ->> 'commune_code', ''),
    coalesce(b.province_code, '00'),
    count(*) FILTER (WHERE r.outcome = 'incomplete'),
    count(*) FILTER (WHERE r.outcome = 'rejected')
FROM batch_row AS r
JOIN batch AS b ON b.id = r.batch_id AND b.state = 'committed'
WHERE r.outcome <> 'accepted' AND r.outcome IN ('incomplete', 'rejected') AND NOT 'row.outside_province' = ANY (r.issues)
    AND (CAST(:batches AS bigint[]) IS NULL OR r.batch_id = ANY (CAST(:batches AS bigint[])))
    AND r.resolved_by IS NULL
    AND (r.origin_batch IS NULL OR NOT EXISTS (
        SELECT FROM batch_row AS k
        JOIN batch AS o ON o.id = k.batch_id AND o.state = 'committed'
        WHERE k.batch_id = r.origin_batch AND k.row_no = r.origin_row AND k.province_code = r.province_code AND k.outcome <> 'accepted' AND k.resolved_by IS NULL
    ))
GROUP BY 1, 2, 3;

-- name: waiting_differences
-- What is kept beside what the rows say, batch by batch.
WITH counted AS (
    SELECT r.batch_id, coalesce(r.details ->> 'commune_code', '') AS commune_code, r.outcome, count(*) AS number
    FROM batch_row AS r
    JOIN batch AS b ON b.id = r.batch_id
    LEFT JOIN batch_row AS first ON first.batch_id = r.origin_batch AND first.row_no = r.origin_row
        AND first.province_code = r.province_code AND first.outcome <> 'accepted' AND first.resolved_by IS NULL
        AND EXISTS (SELECT FROM batch AS o WHERE o.id = first.batch_id AND o.state = 'committed')
    WHERE b.state = 'committed' AND r.outcome IN ('incomplete', 'rejected') AND NOT 'row.outside_province' = ANY (r.issues)
        AND r.resolved_by IS NULL AND first.batch_id IS NULL
    GROUP BY 1, 2, 3
),
kept AS (
    SELECT batch_id, commune_code, v.outcome, v.number
    FROM waiting_tally
    CROSS JOIN LATERAL (VALUES ('incomplete', incomplete), ('rejected', rejected)) AS v (outcome, number)
    WHERE v.number <> 0
)
SELECT batch_id, commune_code, outcome AS counter, coalesce(k.number, 0) AS kept, coalesce(c.number, 0) AS counted
FROM counted AS c
FULL JOIN kept AS k USING (batch_id, commune_code, outcome)
WHERE c.number IS DISTINCT FROM k.number
ORDER BY batch_id, commune_code, outcome;

-- name: waiting_touched
-- The batches whose waiting rows a batch changes: itself, those whose rows it mends, and later tries at the same rows.
WITH near AS (
    SELECT CAST(:batch AS bigint) AS id
    UNION
    SELECT batch_id FROM batch_row WHERE resolved_by = :batch
    UNION
    SELECT origin_batch FROM batch_row WHERE origin_batch IS NOT NULL AND batch_id = :batch
)
SELECT id FROM near
UNION
SELECT r.batch_id FROM batch_row AS r JOIN near ON r.origin_batch = near.id;
