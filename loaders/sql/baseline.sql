-- Baselines of a statistics office.

-- name: put
-- One figure of a unit; the same figure again changes nothing. Serves: baselines.import_baseline.
INSERT INTO baseline (
    unit_id, level, code, name, units_as_of, counted_on, households, population, estimated, method, source, known_since
)
VALUES (
    :unit_id, :level, :code, :full_name, :units_as_of, :counted_on, :households, :population, :estimated, :method, :source, :known_since
)
ON CONFLICT (level, code, units_as_of, source, counted_on) DO UPDATE
SET unit_id = excluded.unit_id, households = excluded.households, population = excluded.population, estimated = excluded.estimated,
    method = excluded.method, loaded_at = now()
WHERE (baseline.unit_id, baseline.households, baseline.population, baseline.estimated, baseline.method)
    IS DISTINCT FROM (excluded.unit_id, excluded.households, excluded.population, excluded.estimated, excluded.method)
RETURNING xmax = 0 AS added;

-- name: reference
-- Whether a source is one of the reference tables, which a file may not write over. Serves: baselines.import_baseline.
SELECT EXISTS (SELECT FROM baseline WHERE source = :source AND known_since IS NULL);

-- name: doors
-- Households of known doors by the old unit they were recorded in and the commune they stand in now. Serves: baseline_carry.carry.
SELECT t.recorded_unit_id, t.commune_id, sum(t.households) AS households
FROM commune_tally AS t
JOIN unit AS u ON u.id = t.recorded_unit_id AND upper(u.valid) <= DATE '2025-07-01'
GROUP BY 1, 2;

-- name: first_days
-- Since when each unit of today's map is there. Serves: baselines.import_baseline.
SELECT id, lower(valid) AS since FROM unit WHERE lower(valid) >= DATE '2025-07-01';

-- name: of_province
-- Every figure of the communes of a province, and of the province itself, the newest first. Serves: baselines.of_province.
SELECT
    u.level, u.code, u.full_name AS name, b.households, b.population, b.estimated, b.method, b.source, b.counted_on, b.known_since
FROM unit AS u
JOIN baseline AS b ON b.unit_id = u.id AND b.households IS NOT NULL
WHERE u.level IN ('commune', 'province') AND u.in_force AND u.province_code = :province
ORDER BY u.level DESC, u.code, b.counted_on DESC, b.known_since DESC NULLS LAST, b.source;
