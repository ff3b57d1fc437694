-- Kept counts of communes. A commune here is the row of `unit` that its doors were placed in.

-- name: forget
DELETE FROM commune_tally WHERE CAST(:communes AS integer[]) IS NULL OR commune_id = ANY (CAST(:communes AS integer[]));

-- name: count
INSERT INTO commune_tally (commune_id, province_code, addresses, household_addresses, households, households_coded, coded, notified, accepted)
SELECT
    a.commune_id,
    a.province_code,
    count(*) FILTER (WHERE a.retired_at IS NULL),
    count(*) FILTER (WHERE a.retired_at IS NULL AND a.households > 0),
    coalesce(sum(a.households) FILTER (WHERE a.retired_at IS NULL), 0),
    coalesce(sum(a.households) FILTER (WHERE a.retired_at IS NULL AND d.address_id IS NOT NULL), 0),
    count(d.address_id) FILTER (WHERE a.retired_at IS NULL),
    count(*) FILTER (WHERE a.retired_at IS NULL AND a.status IN ('notified', 'plated')),
    count(a.created_batch_id)
FROM address AS a
LEFT JOIN digital_address AS d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
WHERE CAST(:communes AS integer[]) IS NULL OR a.commune_id = ANY (CAST(:communes AS integer[]))
GROUP BY a.commune_id, a.province_code;

-- name: differences
-- The same count once more, without a word of what was kept; a household reference counts at least one household.
WITH counted AS (
    SELECT
        a.commune_id,
        a.province_code,
        count(*) FILTER (WHERE a.retired_at IS NULL) AS addresses,
        coalesce(sum(greatest(a.households, h.refs)) FILTER (WHERE a.retired_at IS NULL), 0) AS households,
        count(d.address_id) FILTER (WHERE a.retired_at IS NULL) AS coded,
        count(*) FILTER (WHERE a.retired_at IS NULL AND a.status IN ('notified', 'plated')) AS notified,
        count(a.created_batch_id) AS accepted
    FROM address AS a
    LEFT JOIN digital_address AS d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
    LEFT JOIN (SELECT address_id, province_code, count(*) AS refs FROM household GROUP BY 1, 2) AS h
        ON h.address_id = a.id AND h.province_code = a.province_code
    GROUP BY a.commune_id, a.province_code
)
SELECT DISTINCT commune_id, u.full_name AS name, u.code
FROM counted AS c
FULL JOIN commune_tally AS t USING (commune_id, province_code)
LEFT JOIN unit AS u ON u.id = commune_id
WHERE (c.addresses, c.households, c.coded, c.notified, c.accepted) IS DISTINCT FROM (t.addresses, t.households, t.coded, t.notified, t.accepted)
ORDER BY u.code;
