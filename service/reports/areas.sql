-- The areas of the map of communes or provinces.

-- name: areas
-- Serves: areas_of. Units of a level in force on a day, of one province or of the country, with their areas where there are any.
SELECT u.code, u.name, b.approximate, b.source, ST_AsBinary(b.geom) AS geom
FROM unit AS u
LEFT JOIN unit_boundary AS b ON b.unit_id = u.id
WHERE u.level = :level AND u.valid @> CAST(:day AS date)
  AND (CAST(:province AS text) IS NULL OR u.province_code = :province)
ORDER BY u.code

-- name: provinces_from_communes
-- Serves: areas_of for the country where provinces have no areas of their own: each is the union of its communes, on a grid of half a
-- kilometre, which a map of the country does not show and which keeps the union quick.
SELECT p.code, p.name, bool_or(b.approximate) AS approximate, min(b.source) AS source,
       ST_AsBinary(ST_UnaryUnion(ST_Collect(b.geom), 0.005)) AS geom
FROM unit AS p
LEFT JOIN unit AS u ON u.level = 'commune' AND u.province_code = p.code AND u.valid @> CAST(:day AS date)
LEFT JOIN unit_boundary AS b ON b.unit_id = u.id
WHERE p.level = 'province' AND p.valid @> CAST(:day AS date)
GROUP BY p.code, p.name
ORDER BY p.code

-- name: archipelagos
-- Serves: areas_of for the country, whose map names the two archipelagos.
SELECT 'Quần đảo ' || u.name AS name, ST_X(ST_PointOnSurface(b.geom)) AS lon, ST_YMin(b.geom) AS lat
FROM unit AS u
JOIN unit_boundary AS b ON b.unit_id = u.id
WHERE u.level = 'commune' AND u.full_name IN ('Đặc khu Hoàng Sa', 'Đặc khu Trường Sa') AND u.valid @> CAST(:day AS date)
ORDER BY u.code
