-- What the other indicators of the plans are counted from: points of service, people, areas, on the map of a day.

-- name: points
-- Points in service by the lists up to a year, each with its unit of the day: the commune it was recorded under, else the one it stands in
-- today, else what that became whole. A point that two lists name is the newer one's.
WITH RECURSIVE point AS (
    SELECT DISTINCT ON (coalesce(p.code, p.recorded_unit_id::text || p.kind || p.recorded_name)) p.*
    FROM service_point AS p
    WHERE NOT p.planned AND p.year <= :year
    ORDER BY coalesce(p.code, p.recorded_unit_id::text || p.kind || p.recorded_name), p.year DESC, p.id DESC
),
onward AS (
    SELECT DISTINCT commune_id AS from_id, commune_id AS unit_id FROM point
    UNION
    SELECT o.from_id, s.successor_id
    FROM onward AS o
    JOIN unit AS u ON u.id = o.unit_id AND upper(u.valid) <= :day
    JOIN succession AS s ON s.predecessor_id = o.unit_id AND s.kind = 'whole'
)
SELECT p.kind, p.internet, p.multi_service, p.staffed, p.year, p.source, u.id AS unit_id, u.province_code
FROM point AS p
JOIN unit AS r ON r.id = p.recorded_unit_id
LEFT JOIN onward AS o ON o.from_id = p.commune_id
    AND EXISTS (SELECT FROM unit AS n WHERE n.id = o.unit_id AND n.valid @> CAST(:day AS date))
JOIN unit AS u ON u.id = CASE WHEN r.valid @> CAST(:day AS date) THEN r.id ELSE o.unit_id END;

-- name: planned
-- Points to be opened by the year, by province of today.
SELECT province_code, count(*) AS points FROM service_point WHERE planned AND year <= :year GROUP BY province_code;

-- name: units
-- Provinces and communes in force on a day with their areas (km²) and people, each by the newest figure up to the year. A province has the
-- area of today's communes that lie in it: the sum where every one of them has an area.
WITH RECURSIVE here AS (
    SELECT * FROM unit WHERE level IN ('province', 'commune') AND valid @> CAST(:day AS date)
),
chain AS (
    SELECT h.province_code, h.id AS unit_id FROM here AS h WHERE h.level = 'commune'
    UNION
    SELECT c.province_code, s.successor_id
    FROM chain AS c
    JOIN unit AS u ON u.id = c.unit_id AND NOT u.in_force
    JOIN succession AS s ON s.predecessor_id = c.unit_id
),
measured AS (
    SELECT c.province_code, CASE WHEN count(u.area_km2) = count(*) THEN sum(u.area_km2) END AS area_km2
    FROM chain AS c
    JOIN unit AS u ON u.id = c.unit_id AND u.in_force AND u.level = 'commune'
    GROUP BY c.province_code
),
counted AS (
    SELECT p.unit_id, p.people, p.estimated, p.year, p.source, 1 AS rank FROM population AS p WHERE p.year <= :year
    UNION ALL
    -- The census names provinces by the code of its day.
    SELECT u.id, b.population, b.estimated, extract(year FROM b.counted_on)::integer, b.source, 2
    FROM baseline AS b
    JOIN unit AS u ON u.id = b.unit_id OR (
        b.unit_id IS NULL AND b.level = 'province' AND u.level = b.level AND u.code = b.code AND u.valid @> b.units_as_of
    )
    WHERE b.population IS NOT NULL AND extract(year FROM b.counted_on) <= :year
)
SELECT
    h.id AS unit_id, h.level, h.code, h.full_name AS name, h.kind, h.province_code,
    CASE WHEN h.level = 'province' THEN m.area_km2 ELSE coalesce(h.area_km2, (
        SELECT ST_Area(g.geom::geography) / 1e6 FROM unit_boundary AS g WHERE g.unit_id = h.id AND NOT g.approximate
    )) END AS area_km2,
    n.people, n.estimated, n.year AS counted_in, n.source
FROM here AS h
LEFT JOIN measured AS m ON h.level = 'province' AND m.province_code = h.code
LEFT JOIN LATERAL (SELECT * FROM counted AS c WHERE c.unit_id = h.id ORDER BY c.year DESC, c.rank LIMIT 1) AS n ON true
WHERE CAST(:province AS text) IS NULL AND h.level = 'province' OR h.province_code = :province
ORDER BY h.level DESC, h.code;
