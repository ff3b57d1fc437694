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

-- name: rivals
-- Rows that may mean several places of one name, and which. Of hamlets those spelled as the row spells them come first, and of these the ones
-- that have its number within a kilometre; of streets, all that a reform kept apart.
CREATE TEMP TABLE rivals ON COMMIT DROP AS
SELECT q.row_no, true AS hamlet, array_agg(q.id ORDER BY q.id) AS ids
FROM (
    SELECT
        e.row_no,
        p.id,
        rank() OVER (
            PARTITION BY e.row_no
            ORDER BY
                p.key <> s.key,
                e.house_key <> '' AND NOT EXISTS (
                    SELECT FROM address AS a
                    WHERE a.place_id = p.id AND a.province_code = e.province_code AND a.house_key = e.house_key AND a.flat_key = e.flat_key
                        AND a.retired_at IS NULL AND ST_DWithin(a.point, e.point, 0.01)
                )
        ) AS place
    FROM door AS e
    JOIN place_said AS s ON s.p = e.h
    CROSS JOIN LATERAL (
        SELECT * FROM place AS x WHERE x.commune_id = e.commune_id AND x.kind = 'hamlet' AND x.key = s.key
        UNION ALL
        SELECT * FROM place AS x WHERE x.commune_id = e.commune_id AND x.kind = 'hamlet' AND x.key = s.other AND s.other <> s.key
    ) AS p
    WHERE e.several
) AS q
WHERE q.place = 1
GROUP BY q.row_no
UNION ALL
SELECT e.row_no, false, array_agg(p.id ORDER BY p.id)
FROM door AS e
JOIN place AS p ON p.commune_id = e.commune_id AND p.kind = e.place_kind AND p.key = e.place_key
WHERE e.several AND e.place_kind <> 'hamlet'
GROUP BY e.row_no;

-- name: analyze_rivals
ANALYZE rivals;

-- name: rival_door
-- The doors of the rivals side by side, place by place, so that each row reads few pages. Of a place with more than can be looked through for
-- every row only as many as show that it is such a place.
CREATE TEMP TABLE rival_door ON COMMIT DROP AS
SELECT p.id AS place_id, a.at
FROM (SELECT DISTINCT unnest(r.ids) AS id, e.province_code FROM rivals AS r JOIN door AS e USING (row_no) WHERE cardinality(r.ids) > 1) AS p
CROSS JOIN LATERAL (
    SELECT point(ST_X(x.point), ST_Y(x.point)) AS at FROM address AS x WHERE x.place_id = p.id AND x.province_code = p.province_code
    UNION ALL
    SELECT point(ST_X(x.point), ST_Y(x.point)) AS at FROM address AS x
    WHERE x.hamlet_id = p.id AND x.province_code = p.province_code AND x.place_id IS DISTINCT FROM p.id
    LIMIT CAST(:most AS integer) + 1
) AS a;

-- name: rival_door_by_place
CREATE INDEX rival_door_by_place ON rival_door (place_id) INCLUDE (at);

-- name: rival_big
CREATE TEMP TABLE rival_big ON COMMIT DROP AS SELECT place_id FROM rival_door GROUP BY place_id HAVING count(*) > CAST(:most AS integer);

-- name: analyze_rival_door
ANALYZE rival_door;

-- name: analyze_rival_big
ANALYZE rival_big;

-- name: meant
-- Of several the row means the one whose door is the nearest. Where one of them has many doors the row stands amid doors of the one that it
-- means: at most eight neighbours are looked at, and only where none of them belongs to a rival all doors of the rivals. Without any door
-- it is the first of them.
CREATE TEMP TABLE meant ON COMMIT DROP AS
SELECT
    r.row_no,
    r.hamlet,
    CASE WHEN cardinality(r.ids) = 1 THEN r.ids[1] WHEN NOT r.ids && ARRAY(SELECT b.place_id FROM rival_big AS b) THEN coalesce(
        (
            SELECT n.place_id FROM unnest(r.ids) AS i (id)
            JOIN rival_door AS n ON n.place_id = i.id
            ORDER BY n.at <-> point(e.lon, e.lat), n.place_id
            LIMIT 1
        ),
        r.ids[1]
    ) ELSE coalesce(
        (
            SELECT CASE WHEN b.place_id = ANY (r.ids) THEN b.place_id ELSE b.hamlet_id END
            FROM (
                SELECT a.place_id, a.hamlet_id FROM address AS a
                WHERE a.province_code = e.province_code AND a.point && ST_Expand(e.point, 0.05)
                ORDER BY a.point <-> e.point
                LIMIT 8
            ) AS b
            WHERE b.place_id = ANY (r.ids) OR b.hamlet_id = ANY (r.ids)
            LIMIT 1
        ),
        (
            SELECT i.id
            FROM unnest(r.ids) AS i (id)
            JOIN address AS a ON (a.place_id = i.id OR a.hamlet_id = i.id) AND a.province_code = e.province_code
            ORDER BY a.point <-> e.point, i.id
            LIMIT 1
        ),
        r.ids[1]
    ) END AS place_id
FROM rivals AS r
JOIN door AS e USING (row_no);

-- name: analyze_meant
ANALYZE meant;

-- name: nearest
-- A row that names nothing but a hamlet stands in it; any other keeps its street and lies in the hamlet.
UPDATE parsed AS d
SET
    place_id = CASE WHEN d.place_kind = 'hamlet' THEN coalesce(h.place_id, d.place_id) ELSE coalesce(s.place_id, d.place_id) END,
    hamlet_id = coalesce(h.place_id, d.hamlet_id)
FROM (SELECT DISTINCT row_no FROM meant) AS m
LEFT JOIN meant AS h ON h.row_no = m.row_no AND h.hamlet
LEFT JOIN meant AS s ON s.row_no = m.row_no AND NOT s.hamlet
WHERE d.row_no = m.row_no;
