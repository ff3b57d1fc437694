-- From doors of a file to addresses of the registry: by code, else by door, else by household, else by point.

-- name: found
CREATE TEMP TABLE found ON COMMIT DROP AS
SELECT
    m.*,
    CASE
        WHEN by_code IS NOT NULL THEN by_code
        WHEN numbered THEN by_door
        ELSE coalesce(by_household, by_point)
    END AS address_id
FROM (
    SELECT
        d.row_no,
        d.house_key <> '' OR d.flat_key <> '' AS numbered,
        coalesce(c.address_id, e.address_id) AS by_code,
        a.id AS by_door,
        h.address_id AS by_household,
        n.id AS by_point
    FROM door AS d
    LEFT JOIN digital_address AS c ON c.code = d.code AND d.code <> ''
    LEFT JOIN LATERAL (
        SELECT min(x.address_id) AS address_id FROM external_code AS x WHERE x.code = d.code AND x.scheme = d.scheme
    ) AS e ON d.code <> ''
    LEFT JOIN address AS a
        ON a.place_id = d.place_id AND a.house_key = d.house_key AND a.flat_key = d.flat_key
        AND a.retired_at IS NULL AND a.house_key || a.flat_key <> ''
    LEFT JOIN household AS h ON h.province_code = d.province_code AND h.ref = d.ma_ho AND d.ma_ho <> ''
    LEFT JOIN LATERAL (
        SELECT x.id
        FROM address AS x
        WHERE x.point && ST_Expand(d.point, 0.0002) AND x.commune_id = d.commune_id AND x.place_id = d.place_id
            AND x.house_key = '' AND x.flat_key = '' AND x.retired_at IS NULL
            AND ST_DWithin(x.point::geography, d.point::geography, 10)
            AND NOT EXISTS (SELECT FROM household AS y WHERE y.address_id = x.id)
        ORDER BY x.point <-> d.point
        LIMIT 1
    ) AS n ON d.house_key = '' AND d.flat_key = '' AND d.ma_ho = ''
) AS m;

-- name: analyze_found
ANALYZE found;
