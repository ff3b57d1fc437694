-- Whether the points of a file lie where their rows say: areas with a quick test each, and the points counted against them.

-- name: drop
DROP TABLE IF EXISTS pg_temp.axis_area, pg_temp.axis_point;

-- name: area
-- The stated communes: a circle about the centroid that lies wholly inside (squared radius, degrees) and a box around, both widened by
-- the tolerance, so that only points near an edge need the polygon, and one simplified to 50 m. The islands of a special zone lie
-- too far from the one centre that is known to be counted against it.
CREATE TEMP TABLE axis_area ON COMMIT DROP AS
SELECT
    a.unit_id,
    a.geom,
    a.approximate,
    a.province_code,
    a.tolerance,
    ST_X(a.middle) AS x,
    ST_Y(a.middle) AS y,
    CASE WHEN ST_Covers(a.geom, a.middle) THEN power(ST_Distance(ST_Boundary(a.geom), a.middle) + a.tolerance, 2) ELSE 0 END AS within,
    ST_XMin(a.geom) - a.tolerance AS west,
    ST_XMax(a.geom) + a.tolerance AS east,
    ST_YMin(a.geom) - a.tolerance AS south,
    ST_YMax(a.geom) + a.tolerance AS north
FROM (
    SELECT
        b.unit_id,
        b.approximate,
        t.province_code,
        ST_Simplify(b.geom, 0.0005, true) AS geom,
        ST_Centroid(b.geom) AS middle,
        CASE WHEN b.approximate THEN CAST(:approximate AS float8) ELSE CAST(:exact AS float8) END AS tolerance
    FROM unit_boundary AS b
    JOIN unit AS t ON t.id = b.unit_id
    WHERE b.unit_id IN (SELECT u.todays[1] FROM unit_key AS u WHERE u.choices = 1)
        AND NOT (b.approximate AND t.kind = 'đặc khu')
) AS a;

-- name: analyze_area
ANALYZE axis_area;

-- name: located
-- Rows that say a point and one known commune with an area.
SELECT count(*)
FROM parsed AS p
JOIN unit_key AS u ON u.k = p.k AND u.choices = 1
JOIN axis_area AS a ON a.unit_id = u.todays[1]
WHERE p.x <> 0 AND p.y <> 0;

-- name: sample
-- So many of these rows, spread over the whole file: 7919 is prime, so that no pattern of the file is kept.
SELECT u.todays[1], p.x, p.y
FROM parsed AS p
JOIN unit_key AS u ON u.k = p.k AND u.choices = 1
JOIN axis_area AS a ON a.unit_id = u.todays[1]
WHERE p.x <> 0 AND p.y <> 0 AND CAST(p.row_no AS bigint) * 7919 % CAST(:rows AS bigint) < :most
ORDER BY p.row_no
LIMIT :most;

-- name: point
CREATE TEMP TABLE axis_point (way text, unit_id integer, lon double precision, lat double precision) ON COMMIT DROP;

-- name: empty
DELETE FROM axis_point;

-- name: provinces
-- The provinces of today that the rows state, and whether any area there is only approximate.
SELECT array_agg(DISTINCT province_code ORDER BY province_code), bool_or(approximate) FROM axis_area;

-- name: counted
-- By way of reading the numbers: how many points, how many of them may lie in Vietnam (as in registry.geo), how many lie in their commune.
SELECT p.way, count(*), count(*) FILTER (WHERE p.possible), count(*) FILTER (WHERE p.inside)
FROM (
    SELECT
        p.way,
        p.lon BETWEEN 102.1 AND 117.9 AND p.lat BETWEEN 6.3 AND 23.5 AND (p.lon <= 109.6 OR p.lat <= 17.5) AS possible,
        CASE
            WHEN p.lon NOT BETWEEN a.west AND a.east OR p.lat NOT BETWEEN a.south AND a.north THEN false
            WHEN (p.lon - a.x) * (p.lon - a.x) + (p.lat - a.y) * (p.lat - a.y) < a.within THEN true
            ELSE ST_DWithin(a.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326), a.tolerance)
        END AS inside
    FROM axis_point AS p
    JOIN axis_area AS a USING (unit_id)
) AS p
GROUP BY p.way;

-- name: whole
-- The same for all rows in degrees, read in the order that was found.
SELECT 'whole', count(*), count(*) FILTER (WHERE p.possible), count(*) FILTER (WHERE p.inside)
FROM (
    SELECT
        p.lon BETWEEN 102.1 AND 117.9 AND p.lat BETWEEN 6.3 AND 23.5 AND (p.lon <= 109.6 OR p.lat <= 17.5) AS possible,
        CASE
            WHEN p.lon NOT BETWEEN a.west AND a.east OR p.lat NOT BETWEEN a.south AND a.north THEN false
            WHEN (p.lon - a.x) * (p.lon - a.x) + (p.lat - a.y) * (p.lat - a.y) < a.within THEN true
            ELSE ST_DWithin(a.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326), a.tolerance)
        END AS inside
    FROM (
        SELECT u.todays[1] AS unit_id, CASE WHEN :swapped THEN r.y ELSE r.x END AS lon, CASE WHEN :swapped THEN r.x ELSE r.y END AS lat
        FROM parsed AS r
        JOIN unit_key AS u ON u.k = r.k AND u.choices = 1
        WHERE r.x <> 0 AND r.y <> 0
    ) AS p
    JOIN axis_area AS a USING (unit_id)
) AS p;
