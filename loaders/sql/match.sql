-- From doors of a file to addresses of the registry: by code, else by door, else by household, else by point.

-- name: one_by_one
-- The key of digital_address holds a code unique inside a province; over provinces it is whoever looks first (by_code). So two imports that
-- bring codes of the same first two digits, which belong to one province, wait for one another; the locks end with the transaction.
SELECT pg_advisory_xact_lock(3355, digits)
FROM (SELECT DISTINCT left(code, 2)::integer AS digits FROM door WHERE code ~ '^[0-9]{2}' ORDER BY 1) AS brought;

-- name: seen
CREATE TEMP TABLE seen (row_no integer, how text, address_id bigint) ON COMMIT DROP;

-- name: by_code
INSERT INTO seen
SELECT d.row_no, 'code', c.address_id FROM door AS d JOIN digital_address AS c ON c.code = d.code WHERE d.code <> '' AND c.address_id IS NOT NULL
UNION ALL
SELECT d.row_no, 'code', e.address_id
FROM door AS d
CROSS JOIN LATERAL (SELECT min(x.address_id) AS address_id FROM external_code AS x WHERE x.code = d.code AND x.scheme = d.scheme) AS e
WHERE d.code <> '' AND e.address_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM digital_address AS c WHERE c.code = d.code AND c.address_id IS NOT NULL);

-- name: by_door
-- A place that this file brought has no doors yet. Numbers are looked up one by one, by the key of doors; flats without a number stand in no key,
-- so those of a place are read once.
INSERT INTO seen
SELECT d.row_no, 'door', a.id
FROM door AS d
CROSS JOIN LATERAL (
    SELECT x.id FROM address AS x
    WHERE x.place_id = d.place_id AND x.house_key = d.house_key AND x.house_key <> '' AND x.flat_key = d.flat_key
        AND x.province_code = d.province_code AND x.retired_at IS NULL
    OFFSET 0
) AS a
WHERE d.known AND d.house_key <> ''
UNION ALL
SELECT d.row_no, 'door', a.id
FROM (SELECT DISTINCT place_id, province_code FROM door WHERE known AND house_key = '' AND flat_key <> '') AS n
CROSS JOIN LATERAL (
    SELECT x.id, x.province_code, x.place_id, x.flat_key FROM address AS x
    WHERE x.place_id = n.place_id AND x.province_code = n.province_code AND x.house_key = '' AND x.flat_key <> '' AND x.retired_at IS NULL
    OFFSET 0
) AS a
JOIN door AS d ON d.place_id = a.place_id AND d.flat_key = a.flat_key AND d.province_code = a.province_code
WHERE d.known AND d.house_key = '';

-- name: by_household
INSERT INTO seen
SELECT d.row_no, 'household', h.address_id FROM door AS d JOIN household AS h ON h.province_code = d.province_code AND h.ref = d.ma_ho
WHERE d.ma_ho <> '';

-- name: by_point
-- Doors without a number: the nearest within ten metres where neither side names a household, within three where one side does (a
-- reference was added or left out), never where both name different ones.
INSERT INTO seen
SELECT d.row_no, 'point', n.id
FROM door AS d
CROSS JOIN LATERAL (
    SELECT x.id
    FROM address AS x
    CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM household AS y WHERE y.address_id = x.id AND y.province_code = x.province_code) AS peopled
    ) AS y
    WHERE x.point && ST_Expand(d.point, 0.0002) AND x.province_code = d.province_code AND x.commune_id = d.commune_id AND x.place_id = d.place_id
        AND x.house_key = '' AND x.flat_key = '' AND x.retired_at IS NULL
        AND NOT (y.peopled AND d.ma_ho <> '')
        AND ST_DWithin(x.point::geography, d.point::geography, CASE WHEN y.peopled OR d.ma_ho <> '' THEN 3 ELSE 10 END)
    ORDER BY y.peopled, x.point <-> d.point
    LIMIT 1
) AS n
WHERE d.known AND d.house_key = '' AND d.flat_key = ''
    AND NOT EXISTS (SELECT FROM seen AS s WHERE s.row_no = d.row_no);

-- name: one_to_one
-- Neighbours stand closer than their points are right: a door that another row names is that row's, of several rows the nearest has it.
DELETE FROM seen AS s
USING (
    SELECT e.row_no, e.how, row_number() OVER (PARTITION BY e.address_id ORDER BY e.how = 'point', a.point <-> d.point, e.row_no) AS nth
    FROM seen AS e
    JOIN door AS d ON d.row_no = e.row_no
    JOIN address AS a ON a.id = e.address_id
    WHERE e.how IN ('code', 'household', 'point')
) AS n
WHERE s.how = 'point' AND n.how = 'point' AND n.row_no = s.row_no AND n.nth > 1;

-- name: found
-- One row a door that the registry may know.
CREATE TEMP TABLE found ON COMMIT DROP AS
SELECT
    m.*,
    CASE WHEN by_code IS NOT NULL THEN by_code WHEN numbered THEN by_door ELSE coalesce(by_household, by_point) END AS address_id
FROM (
    SELECT
        s.row_no,
        bool_or(d.house_key <> '' OR d.flat_key <> '') AS numbered,
        min(s.address_id) FILTER (WHERE s.how = 'code') AS by_code,
        min(s.address_id) FILTER (WHERE s.how = 'door') AS by_door,
        min(s.address_id) FILTER (WHERE s.how = 'household') AS by_household,
        min(s.address_id) FILTER (WHERE s.how = 'point') AS by_point
    FROM seen AS s
    JOIN door AS d ON d.row_no = s.row_no
    GROUP BY s.row_no
) AS m;

-- name: analyze_found
ANALYZE found;
