-- name: listed
-- Units of one level in force today, of one province or of all. Serves: unit_list.list_units.
SELECT unit.code, unit.name, unit.full_name, unit.kind, unit.province_code, unit.postal_code, unit_boundary.approximate,
       ST_XMin(unit_boundary.geom) AS west, ST_YMin(unit_boundary.geom) AS south,
       ST_XMax(unit_boundary.geom) AS east, ST_YMax(unit_boundary.geom) AS north,
       ST_X(unit.centre) AS lon, ST_Y(unit.centre) AS lat
FROM unit
LEFT JOIN unit_boundary ON unit_boundary.unit_id = unit.id
WHERE unit.level = :level AND unit.valid @> current_date AND (CAST(:province AS text) IS NULL OR unit.province_code = :province)
ORDER BY unit.code;
