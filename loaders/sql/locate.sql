-- From typed rows to doors in communes of today: the unit that the row means and the point in WGS 84.

-- name: door
-- Rows that may still be accepted, each with its commune; a split or ambiguous unit is decided by the exact areas of its choices.
CREATE TEMP TABLE door ON COMMIT DROP AS
WITH placed AS (
    SELECT p.*, coalesce(q.lon, p.x) AS lon, coalesce(q.lat, p.y) AS lat, u.choices, u.undecided
    FROM parsed AS p
    JOIN unit_key AS u ON u.k = p.k AND u.choices > 0
    LEFT JOIN point_said AS q ON q.row_no = p.row_no
    WHERE NOT EXISTS (SELECT FROM issue AS i JOIN issue_kind AS g USING (code) WHERE i.row_no = p.row_no AND g.fatal AND NOT i.mild)
),
pointed AS (SELECT *, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point FROM placed),
chosen AS (
    SELECT p.row_no, min(c.commune_id) AS commune_id, min(c.recorded_unit_id) AS recorded_unit_id
    FROM pointed AS p
    JOIN unit_candidate AS c ON c.k = p.k
    JOIN unit_boundary AS b ON b.unit_id = c.commune_id AND NOT b.approximate AND ST_Covers(b.geom, p.point)
    WHERE p.choices > 1
    GROUP BY p.row_no
    HAVING count(*) = 1
)
SELECT
    r.*,
    t.province_code,
    t.postal_code,
    o.origin_id,
    s.id AS place_id,
    w.id AS hamlet_id,
    CASE
        WHEN r.house_key <> '' OR r.flat_key <> ''
            THEN concat_ws('|', r.commune_id, r.place_kind, r.place_key, CASE WHEN r.place_kind = 'hamlet' THEN o.origin_id END, r.house_key, r.flat_key)
        WHEN r.code <> '' THEN 'c|' || r.code
        WHEN r.ma_ho <> '' THEN concat_ws('|', 'h', r.commune_id, r.place_key, CASE WHEN r.place_kind = 'hamlet' THEN o.origin_id END, r.ma_ho)
        ELSE 'r|' || r.row_no
    END AS identity
FROM (
    SELECT
        p.*,
        coalesce(one.commune_id, chosen.commune_id) AS commune_id,
        coalesce(one.recorded_unit_id, chosen.recorded_unit_id) AS recorded_unit_id
    FROM pointed AS p
    LEFT JOIN unit_candidate AS one ON one.k = p.k AND p.choices = 1
    LEFT JOIN chosen ON chosen.row_no = p.row_no
) AS r
LEFT JOIN unit AS t ON t.id = r.commune_id
LEFT JOIN LATERAL (SELECT u.id AS origin_id FROM unit AS u WHERE u.id = r.recorded_unit_id AND NOT u.in_force) AS o ON true
-- A hamlet is found under the old commune that the row states, else as recorded in today's units; a row of today's units finds the
-- only hamlet of that name, or of several (merged communes each had one) the one whose doors are nearest.
LEFT JOIN LATERAL (
    SELECT p.id FROM place AS p
    WHERE p.commune_id = r.commune_id AND p.kind = r.place_kind AND p.key = r.place_key
        AND (o.origin_id IS NULL OR p.origin_id IS NULL OR p.origin_id = o.origin_id)
    ORDER BY
        p.origin_id IS DISTINCT FROM o.origin_id,
        CASE WHEN p.origin_id IS NOT NULL AND o.origin_id IS NULL
            THEN (SELECT min(a.point <-> r.point) FROM address AS a WHERE a.place_id = p.id) END,
        p.id
    LIMIT 1
) AS s ON true
LEFT JOIN LATERAL (
    SELECT p.id FROM place AS p
    WHERE p.commune_id = r.commune_id AND p.kind = 'hamlet' AND p.key = r.hamlet_key
        AND (o.origin_id IS NULL OR p.origin_id IS NULL OR p.origin_id = o.origin_id)
    ORDER BY
        p.origin_id IS DISTINCT FROM o.origin_id,
        CASE WHEN p.origin_id IS NOT NULL AND o.origin_id IS NULL
            THEN (SELECT min(a.point <-> r.point) FROM address AS a WHERE a.hamlet_id = p.id) END,
        p.id
    LIMIT 1
) AS w ON true
ORDER BY r.commune_id;

-- name: analyze_door
ANALYZE door;
