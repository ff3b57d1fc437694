-- name: commune_tile
-- Communes in force today inside one tile, simplified to half a pixel of a 512-pixel tile. Serves: tiles.commune_tile.
SELECT ST_AsMVT(tile, 'communes', 4096, 'geom')
FROM (
  SELECT unit.code, unit.full_name, unit.province_code, unit_boundary.approximate,
         ST_AsMVTGeom(ST_Transform(ST_Simplify(unit_boundary.geom, :tolerance, true), 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS geom
  FROM unit_boundary
  JOIN unit ON unit.id = unit_boundary.unit_id
  WHERE unit.level = 'commune'
    AND unit.valid @> current_date
    AND (CAST(:province AS text) IS NULL OR unit.province_code = :province)
    AND unit_boundary.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
) AS tile
WHERE geom IS NOT NULL;

-- name: address_tile
-- Doors inside one tile: the number on the plate and whether it has a code; nothing of who lives there. Serves: tiles.address_tile.
SELECT ST_AsMVT(tile, 'addresses', 4096, 'geom')
FROM (
  SELECT address.house_path AS house,
         EXISTS (
           SELECT FROM digital_address AS active
           WHERE active.address_id = address.id AND active.province_code = address.province_code AND active.status = 'active'
         ) AS coded,
         ST_AsMVTGeom(ST_Transform(address.point, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 16, true) AS geom
  FROM address
  WHERE address.retired_at IS NULL
    AND (CAST(:province AS text) IS NULL OR address.province_code = :province)
    AND address.point && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
  LIMIT 20000
) AS tile
WHERE geom IS NOT NULL;

-- name: province_outlines
-- Outlines of today's provinces for small scales, 0.002 degrees (200 m) coarse, holes between communes closed.
-- Serves: tiles.province_outlines.
WITH dissolved AS (
  SELECT unit.province_code,
         bool_or(unit_boundary.approximate) AS approximate,
         ST_Extent(unit_boundary.geom) AS box,
         ST_Union(ST_MakeValid(ST_SnapToGrid(ST_Simplify(unit_boundary.geom, 0.002, true), 0.002)), 0.002) AS geom
  FROM unit_boundary
  JOIN unit ON unit.id = unit_boundary.unit_id
  WHERE unit.level = 'commune' AND unit.valid @> current_date
  GROUP BY unit.province_code
), parts AS (
  SELECT province_code, ST_MakePolygon(ST_ExteriorRing((ST_Dump(geom)).geom)) AS geom FROM dissolved
), filled AS (
  SELECT province_code, ST_Collect(geom) AS geom, (array_agg(ST_PointOnSurface(geom) ORDER BY ST_Area(geom) DESC))[1] AS middle
  FROM parts GROUP BY province_code
)
SELECT province.code, province.full_name, province.name, dissolved.approximate,
       ST_XMin(dissolved.box) AS west, ST_YMin(dissolved.box) AS south, ST_XMax(dissolved.box) AS east, ST_YMax(dissolved.box) AS north,
       ST_X(filled.middle) AS lon, ST_Y(filled.middle) AS lat,
       ST_AsGeoJSON(filled.geom, 4) AS geometry
FROM unit AS province
LEFT JOIN dissolved ON dissolved.province_code = province.code
LEFT JOIN filled ON filled.province_code = province.code
WHERE province.level = 'province' AND province.valid @> current_date
ORDER BY province.code;

-- name: stamp
-- Changes whenever what tiles show changes; one row. Serves: tiles.stamp.
SELECT current_date::text || '/' ||
       (SELECT count(*) || '/' || coalesce(max(loaded_at)::text, '') FROM unit_boundary) || '/' ||
       (SELECT coalesce(max(id), 0) || '/' || count(*) FILTER (WHERE state = 'rolled_back') FROM batch WHERE state IN ('committed', 'rolled_back'));
