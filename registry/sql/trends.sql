-- Units of one day on the map of another.

-- name: fates
-- What each unit is on the day of a map: itself where it is in force, else what it became, step by step; `whole` when every step took all
-- of it. A unit without a row here became nothing that is known.
WITH RECURSIVE chain AS (
    SELECT u.id AS from_id, u.id AS unit_id, true AS whole FROM unit AS u WHERE u.id = ANY (CAST(:units AS integer[]))
    UNION
    SELECT c.from_id, s.successor_id, c.whole AND s.kind = 'whole'
    FROM chain AS c
    JOIN unit AS u ON u.id = c.unit_id AND upper(u.valid) <= :day
    JOIN succession AS s ON s.predecessor_id = c.unit_id
)
SELECT c.from_id, c.unit_id, bool_or(c.whole) AS whole, u.code, u.full_name AS name, u.province_code
FROM chain AS c
JOIN unit AS u ON u.id = c.unit_id AND u.valid @> CAST(:day AS date)
GROUP BY c.from_id, c.unit_id, u.id
ORDER BY c.from_id, u.province_code, u.code;

-- name: split_doors
-- The doors of a past moment that stood in units split since, each with the commune that it has been placed in since.
CREATE TEMP TABLE split_door ON COMMIT DROP AS
SELECT
    p.unit_id AS from_id, d.id, d.province_code, coalesce(a.commune_id, d.commune_id) AS commune_id, d.recorded_unit_id, d.kind, d.households,
    d.status, d.coded, d.accepted, d.live
FROM door_asof AS d
JOIN unit_asof AS p ON p.held_id = d.commune_id AND p.unit_id = ANY (CAST(:units AS integer[]))
LEFT JOIN address AS a ON a.id = d.id;

-- name: no_doors
TRUNCATE door_asof;

-- name: doors_of
INSERT INTO door_asof (id, province_code, commune_id, recorded_unit_id, kind, households, status, coded, accepted, live)
SELECT id, province_code, commune_id, recorded_unit_id, kind, households, status, coded, accepted, live FROM split_door WHERE from_id = :unit;

-- name: baselines
-- The newest baseline of units, for those that were drawn anew.
SELECT DISTINCT ON (k.unit_id)
    k.unit_id, k.households, k.estimated, k.method, k.source, k.counted_on
FROM baseline AS k
WHERE k.unit_id = ANY (CAST(:units AS integer[])) AND k.households IS NOT NULL
ORDER BY k.unit_id, k.counted_on DESC, k.units_as_of DESC;
