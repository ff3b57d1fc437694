-- name: edition
-- Everything that a file of open data may change with: the day, events, units' loads, baselines, people, points, targets. Serves: open_data.edition.
SELECT concat_ws(' ', CAST(:day AS date), current_date, (SELECT max(event) FROM feed_head), (SELECT concat_ws('/', count(*), max(id), max(loaded_at)) FROM baseline),
                 (SELECT sum(hashtext(population::text)::bigint) FROM population), (SELECT sum(hashtext(service_point::text)::bigint) FROM service_point),
                 (SELECT sum(hashtext(target::text)::bigint) FROM target), (SELECT concat_ws('/', count(*), max(loaded_at)) FROM unit_boundary));

-- name: units
-- Every unit of every day with its centre. Serves: open_data_rows.units.
SELECT level, code, name, full_name, kind, parent_code, province_code, postal_code, lower(valid) AS valid_from, upper(valid) AS valid_to,
       round(ST_X(centre)::numeric, 6) AS lon, round(ST_Y(centre)::numeric, 6) AS lat, area_km2, population, source
FROM unit ORDER BY level, code, lower(valid) NULLS FIRST;

-- name: areas
-- The communes of today with their areas; approximate ones are cells around the known centres. Serves: open_data_rows.areas.
SELECT unit.code, ST_AsBinary(unit_boundary.geom) AS geometry, unit_boundary.approximate, unit_boundary.source AS area_source
FROM unit JOIN unit_boundary ON unit_boundary.unit_id = unit.id
WHERE unit.level = 'commune' AND unit.valid @> current_date
ORDER BY unit.code;

-- name: successions
-- Which unit became which. Serves: open_data_rows.successions.
SELECT old.level, old.code AS old_code, old.full_name AS old_name, old.province_code AS old_province_code,
       new.code AS new_code, new.full_name AS new_name, new.province_code AS new_province_code,
       succession.kind, succession.all_people, succession.effective, succession.note, succession.source
FROM succession
JOIN unit AS old ON old.id = succession.predecessor_id
JOIN unit AS new ON new.id = succession.successor_id
ORDER BY succession.effective, old.level, old.code, new.code;

-- name: baselines
-- Households and people by unit, source and day of counting. Serves: open_data_rows.baselines.
SELECT level, code, name, units_as_of, counted_on, households, population, estimated, method, source
FROM baseline ORDER BY level, code, units_as_of, counted_on, source;
