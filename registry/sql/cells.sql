-- Coverage by cell of the map.

-- name: doors
-- Every live door of some communes: where it stands and what of it counts. Parameters: communes (ids). Serves: coverage_cells.cells.
SELECT
    ST_Y(a.point) AS lat, ST_X(a.point) AS lon, a.commune_id, a.kind, ladder_step(a.status, d.address_id IS NOT NULL) AS step,
    d.address_id IS NOT NULL AS coded, a.households
FROM address AS a
LEFT JOIN digital_address AS d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
WHERE a.commune_id = ANY (CAST(:communes AS integer[])) AND a.retired_at IS NULL;

-- name: communes
-- The rows of the communes of a province, whatever day they were in force on today's map. Parameters: province.
SELECT id, code FROM unit WHERE level = 'commune' AND lower(valid) >= DATE '2025-07-01' AND province_code = :province;
