-- The national ledger: what a source said of a day, and beside it what the registry itself holds.

-- name: province
-- The province in force under a code on a day, and every province of that day for the words of a refusal.
SELECT id, code, name, full_name FROM unit WHERE level = 'province' AND valid @> CAST(:day AS date) ORDER BY code;

-- name: put
INSERT INTO ledger AS l (as_of, unit_id, expected, handed_over, state, source)
VALUES (:as_of, :unit_id, :expected, :handed_over, :state, :source)
ON CONFLICT (as_of, unit_id) DO UPDATE
SET expected = excluded.expected, handed_over = excluded.handed_over, state = excluded.state, source = excluded.source, loaded_at = now()
WHERE (l.expected, l.handed_over, l.state, l.source) IS DISTINCT FROM (excluded.expected, excluded.handed_over, excluded.state, excluded.source)
RETURNING xmax = 0 AS added;

-- name: days
-- The days that sources speak of, not after the given one, the latest first.
SELECT DISTINCT as_of FROM ledger WHERE CAST(:day AS date) IS NULL OR as_of <= CAST(:day AS date) ORDER BY as_of DESC;

-- name: lines
-- One line a province of the map of that day, stated or not, and the country (no code) where the source gives a total.
SELECT u.id AS unit_id, u.code, u.full_name AS name, l.expected, l.handed_over, l.state, l.source
FROM unit AS u
LEFT JOIN ledger AS l ON l.unit_id = u.id AND l.as_of = :as_of
WHERE u.level = 'province' AND u.valid @> CAST(:as_of AS date)
UNION ALL
SELECT NULL, '', 'Cả nước', l.expected, l.handed_over, l.state, l.source
FROM ledger AS l
WHERE l.unit_id IS NULL AND l.as_of = :as_of
ORDER BY code;

-- name: heirs
-- Which province of today's map each province became; all of them whole.
WITH RECURSIVE chain AS (
    SELECT u.id AS first, u.id AS last FROM unit AS u WHERE u.level = 'province' AND u.valid @> CAST(:as_of AS date)
    UNION
    SELECT c.first, s.successor_id FROM chain AS c JOIN succession AS s ON s.predecessor_id = c.last
)
SELECT c.first, u.code, u.full_name FROM chain AS c JOIN unit AS u ON u.id = c.last AND u.in_force ORDER BY u.code;

-- name: received
-- Doors that the registry received by a day, by the code that their province has on today's map.
SELECT a.province_code AS code, count(*) AS doors
FROM address AS a
WHERE (CAST(:day AS date) IS NULL OR (a.created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= CAST(:day AS date))
    AND (a.retired_at IS NULL OR CAST(:day AS date) IS NOT NULL AND (a.retired_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date > CAST(:day AS date))
GROUP BY 1;

-- name: received_then
-- The same by the province of the map of the ledger's day: that of the recorded unit, else the one that all of today's commune came from.
WITH doors AS (
    SELECT a.recorded_unit_id, a.commune_id, count(*) AS doors
    FROM address AS a
    WHERE (CAST(:day AS date) IS NULL OR (a.created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= CAST(:day AS date))
        AND (a.retired_at IS NULL OR CAST(:day AS date) IS NOT NULL AND (a.retired_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date > CAST(:day AS date))
    GROUP BY 1, 2
),
back AS (
    SELECT u.id, u.province_code, u.valid @> CAST(:as_of AS date) AS then
    FROM unit AS u WHERE u.level = 'commune'
),
origin AS (
    -- A unit of 2026 is two steps from the map before 2025-07-01.
    SELECT c.id, CASE WHEN count(DISTINCT p.province_code) = 1 THEN min(p.province_code) END AS code
    FROM (SELECT DISTINCT commune_id AS id FROM doors) AS c
    JOIN succession AS s ON s.successor_id = c.id
    LEFT JOIN succession AS e ON e.successor_id = s.predecessor_id
    JOIN back AS p ON p.id IN (s.predecessor_id, e.predecessor_id) AND p.then
    GROUP BY c.id
)
SELECT CASE WHEN r.then THEN r.province_code WHEN c.then THEN c.province_code ELSE o.code END AS code, sum(d.doors)::bigint AS doors
FROM doors AS d
JOIN back AS r ON r.id = d.recorded_unit_id
JOIN back AS c ON c.id = d.commune_id
LEFT JOIN origin AS o ON o.id = d.commune_id
GROUP BY 1;
