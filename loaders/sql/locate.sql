-- What the points decide: units that may be several, hamlets of one name.

-- name: degrees
UPDATE parsed AS p SET lon = q.lon, lat = q.lat FROM point_said AS q WHERE q.row_no = p.row_no AND NOT p.fatal;

-- name: chosen
-- Rows whose unit may be several: decided by the exact areas of its choices.
CREATE TEMP TABLE chosen ON COMMIT DROP AS
SELECT d.row_no, min(c.commune_id) AS commune_id, min(c.recorded_unit_id) AS recorded_unit_id, min(c.origin_id) AS origin_id
FROM door AS d
JOIN unit_candidate AS c ON c.k = d.k
JOIN unit_boundary AS b ON b.unit_id = c.commune_id AND NOT b.approximate AND ST_Covers(b.geom, d.point)
WHERE d.choices > 1
GROUP BY d.row_no
HAVING count(*) = 1;

-- name: named_there
-- The places and hamlets that these rows name in the communes chosen for them.
SELECT DISTINCT o.commune_id, coalesce(o.origin_id, 0), s.kind, s.name, s.key, s.other, s.p
FROM chosen AS o
JOIN parsed AS d ON d.row_no = o.row_no
JOIN place_said AS s ON s.p = d.p OR s.p = d.h;

-- name: spot_chosen
CREATE TEMP TABLE spot_chosen (commune_id integer, origin_id integer, p integer, place_id bigint, known boolean, several boolean) ON COMMIT DROP;

-- name: decided
UPDATE parsed AS d
SET commune_id = o.commune_id, recorded_unit_id = o.recorded_unit_id, origin_id = o.origin_id, province_code = t.province_code,
    postal_code = t.postal_code, place_id = s.place_id, known = coalesce(s.known, false), hamlet_id = w.place_id,
    several = coalesce(s.several, false) OR coalesce(w.several, false)
FROM chosen AS o
JOIN parsed AS e ON e.row_no = o.row_no
JOIN unit AS t ON t.id = o.commune_id
LEFT JOIN spot_chosen AS s ON s.commune_id = o.commune_id AND s.origin_id = coalesce(o.origin_id, 0) AND s.p = e.p
LEFT JOIN spot_chosen AS w ON w.commune_id = o.commune_id AND w.origin_id = coalesce(o.origin_id, 0) AND w.p = e.h
WHERE d.row_no = o.row_no;

-- name: around
-- For rows that may mean several places of one name: the places whose doors are among the next five hundred, the nearest first.
CREATE TEMP TABLE around ON COMMIT DROP AS
SELECT e.row_no, array_agg(n.id ORDER BY n.away, n.id) AS places
FROM door AS e
CROSS JOIN LATERAL (
    SELECT i.id, min(b.away) AS away
    FROM (
        SELECT a.place_id, a.hamlet_id, a.point <-> e.point AS away FROM address AS a
        WHERE a.province_code = e.province_code AND a.point && ST_Expand(e.point, 0.05)
        ORDER BY a.point <-> e.point
        LIMIT 500
    ) AS b
    CROSS JOIN LATERAL (VALUES (b.place_id), (b.hamlet_id)) AS i (id)
    WHERE i.id IS NOT NULL
    GROUP BY i.id
) AS n
WHERE e.several
GROUP BY e.row_no;

-- name: analyze_around
ANALYZE around;

-- name: nearest
-- Of several hamlets of one name the row of today's units means the one that has its number within a kilometre, else the nearest doors. Only
-- where none of them is around are all of their doors looked at.
UPDATE parsed AS d
SET place_id = CASE WHEN d.place_kind = 'hamlet' THEN n.id ELSE d.place_id END, hamlet_id = n.id
FROM door AS e
JOIN place_said AS s ON s.p = e.h
LEFT JOIN around AS r ON r.row_no = e.row_no
CROSS JOIN LATERAL (
    SELECT array_agg(p.id) AS ids FROM place AS p WHERE p.commune_id = e.commune_id AND p.kind = 'hamlet' AND p.key IN (s.key, s.other)
) AS c
CROSS JOIN LATERAL (
    SELECT p.id FROM place AS p
    WHERE p.id = ANY (c.ids)
    ORDER BY
        p.key <> s.key,
        e.house_key <> '' AND NOT EXISTS (
            SELECT FROM address AS a
            WHERE a.place_id = p.id AND a.province_code = e.province_code AND a.house_key = e.house_key AND a.flat_key = e.flat_key AND a.retired_at IS NULL
                AND ST_DWithin(a.point, e.point, 0.01)
        ),
        array_position(r.places, p.id),
        CASE WHEN r.places && c.ids THEN NULL ELSE (
            SELECT min(a.point <-> e.point) FROM address AS a
            WHERE (a.place_id = p.id OR a.hamlet_id = p.id) AND a.province_code = e.province_code
        ) END,
        p.id
    LIMIT 1
) AS n
WHERE e.several AND d.row_no = e.row_no;

-- name: nearest_street
-- So with the streets that a reform kept apart.
UPDATE parsed AS d
SET place_id = n.id
FROM door AS e
LEFT JOIN around AS r ON r.row_no = e.row_no
CROSS JOIN LATERAL (
    SELECT array_agg(p.id) AS ids FROM place AS p WHERE p.commune_id = e.commune_id AND p.kind = e.place_kind AND p.key = e.place_key
) AS c
CROSS JOIN LATERAL (
    SELECT p.id FROM place AS p
    WHERE p.id = ANY (c.ids)
    ORDER BY
        array_position(r.places, p.id),
        CASE WHEN r.places && c.ids THEN NULL ELSE (
            SELECT min(a.point <-> e.point) FROM address AS a WHERE a.place_id = p.id AND a.province_code = e.province_code
        ) END,
        p.id
    LIMIT 1
) AS n
WHERE e.several AND e.place_kind <> 'hamlet' AND cardinality(c.ids) > 1 AND d.row_no = e.row_no;
