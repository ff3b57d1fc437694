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
    s.id AS place_id,
    w.id AS hamlet_id,
    CASE
        WHEN r.house_key <> '' OR r.flat_key <> ''
            THEN r.commune_id || '|' || r.place_kind || '|' || r.place_key || '|' || r.house_key || '|' || r.flat_key
        WHEN r.code <> '' THEN 'c|' || r.code
        WHEN r.ma_ho <> '' THEN 'h|' || r.commune_id || '|' || r.place_key || '|' || r.ma_ho
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
LEFT JOIN place AS s ON s.commune_id = r.commune_id AND s.kind = r.place_kind AND s.key = r.place_key
LEFT JOIN place AS w ON w.commune_id = r.commune_id AND w.kind = 'hamlet' AND w.key = r.hamlet_key
ORDER BY r.commune_id;

-- name: analyze_door
ANALYZE door;
