-- What a complete list retires, and how a retired door that is handed over again comes back with its code.

-- name: leaving
-- Doors of hand-overs in the communes of which the file has accepted rows, and that no accepted row means.
CREATE TEMP TABLE leaving ON COMMIT DROP AS
WITH meant AS (
    SELECT address_id FROM settled
    UNION
    SELECT unnest(ARRAY[by_code, by_door, by_household, by_point]) FROM found
)
SELECT a.id AS address_id, a.province_code, a.commune_id, a.point, p.key AS place_key, h.key AS hamlet_key, a.house_key
FROM address AS a
JOIN (SELECT DISTINCT commune_id, province_code FROM settled) AS listed USING (commune_id, province_code)
LEFT JOIN place AS p ON p.id = a.place_id
LEFT JOIN place AS h ON h.id = a.hamlet_id
WHERE a.retired_at IS NULL AND a.created_batch_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM meant AS m WHERE m.address_id = a.id);

-- name: analyze_leaving
ANALYZE leaving;

-- name: protect
-- A row that did not enter may mean one of these doors: by code or household; by place and number; where the number is unclear, by place;
-- where the place is missing, by number, or by a point within some thirty metres. An unknown commune may be any.
WITH lost AS (
    SELECT
        r.row_no, s.key AS place_key, w.key AS hamlet_key, s.other AS other_place, w.other AS other_hamlet, r.house_key, r.code, r.ma_ho,
        coalesce(r.lon, q.lon) AS lon, coalesce(r.lat, q.lat) AS lat,
        EXISTS (SELECT FROM issue AS i JOIN issue_kind AS g USING (code) WHERE i.row_no = r.row_no AND g.fatal AND i.code ~ '^row[.]house_')
            AS unclear,
        nullif(u.todays, '{}') AS communes
    FROM parsed AS r
    LEFT JOIN unit_key AS u ON u.k = r.k
    LEFT JOIN place_said AS s ON s.p = r.p
    LEFT JOIN place_said AS w ON w.p = r.h
    LEFT JOIN point_lost AS q ON q.row_no = r.row_no
    WHERE NOT EXISTS (SELECT FROM settled AS d WHERE d.row_no = r.row_no)
),
named AS (
    SELECT *, place_key AS key FROM lost WHERE place_key <> ''
    UNION ALL
    SELECT *, hamlet_key AS key FROM lost WHERE hamlet_key <> ''
    UNION ALL
    SELECT *, other_place AS key FROM lost WHERE other_place <> ''
    UNION ALL
    SELECT *, other_hamlet AS key FROM lost WHERE other_hamlet <> ''
),
placed AS (
    SELECT address_id, commune_id, house_key, place_key AS key FROM leaving WHERE place_key <> ''
    UNION ALL
    SELECT address_id, commune_id, house_key, hamlet_key AS key FROM leaving WHERE hamlet_key <> ''
),
likely AS (
    SELECT c.address_id FROM digital_address AS c JOIN lost AS l ON l.code = c.code WHERE l.code <> ''
    UNION
    SELECT e.address_id FROM external_code AS e JOIN lost AS l ON l.code = e.code WHERE l.code <> ''
    UNION
    SELECT h.address_id FROM household AS h JOIN lost AS l ON l.ma_ho = h.ref
    WHERE l.ma_ho <> '' AND h.province_code IN (SELECT province_code FROM leaving)
    UNION
    SELECT c.address_id FROM placed AS c JOIN named AS l USING (key, house_key) WHERE l.communes IS NULL OR c.commune_id = ANY (l.communes)
    UNION
    SELECT c.address_id FROM placed AS c JOIN named AS l USING (key) WHERE l.unclear AND (l.communes IS NULL OR c.commune_id = ANY (l.communes))
    UNION
    SELECT c.address_id FROM leaving AS c JOIN lost AS l USING (house_key)
    WHERE coalesce(l.place_key, '') = '' AND l.house_key <> '' AND c.commune_id = ANY (l.communes)
    UNION
    SELECT c.address_id FROM lost AS l JOIN leaving AS c ON ST_DWithin(c.point, ST_SetSRID(ST_MakePoint(l.lon, l.lat), 4326), 0.0003)
    WHERE coalesce(l.place_key, '') = '' AND l.lon BETWEEN 102 AND 118 AND l.lat BETWEEN 6 AND 24
)
DELETE FROM leaving AS c USING likely AS l WHERE l.address_id = c.address_id;

-- name: unread
-- Rows of which nothing at all could be read: they may mean any door.
SELECT DISTINCT i.row_no FROM issue AS i WHERE NOT EXISTS (SELECT FROM parsed AS p WHERE p.row_no = i.row_no) ORDER BY 1 LIMIT :most;

-- name: losses
-- How many of the doors that a commune had before the batch would go.
SELECT u.code, u.full_name, g.doors, (
    SELECT count(*) FROM address AS a
    WHERE a.commune_id = g.commune_id AND a.province_code = g.province_code AND a.retired_at IS NULL AND a.created_batch_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM settled AS s WHERE s.is_new AND s.address_id = a.id AND s.province_code = a.province_code)
) AS held
FROM (SELECT commune_id, province_code, count(*) AS doors FROM leaving GROUP BY 1, 2) AS g
JOIN unit AS u ON u.id = g.commune_id
ORDER BY u.code;

-- name: first_doors
SELECT a.recorded_text, c.code
FROM leaving AS l
JOIN address AS a ON a.id = l.address_id AND a.province_code = l.province_code
LEFT JOIN digital_address AS c ON c.address_id = a.id AND c.province_code = a.province_code AND c.status = 'active'
ORDER BY a.commune_id, a.id
LIMIT :most;

-- name: before_address
INSERT INTO change (batch_id, province_code, entity, entity_id, op, before)
SELECT :batch, a.province_code, 'address', a.id::text, 'retire', to_jsonb(a)
FROM leaving AS l
JOIN address_image AS a ON a.id = l.address_id AND a.province_code = l.province_code
FOR UPDATE OF a;

-- name: before_code
INSERT INTO change (batch_id, province_code, entity, entity_id, op, before)
SELECT :batch, c.province_code, 'digital_address', c.code, 'retire', to_jsonb(c)
FROM leaving AS l
JOIN digital_address AS c ON c.address_id = l.address_id AND c.province_code = l.province_code AND c.status = 'active'
FOR UPDATE OF c;

-- name: retire_address
UPDATE address AS a
SET retired_at = now(), updated_batch_id = :batch, updated_at = now()
FROM leaving AS l
WHERE a.id = l.address_id AND a.province_code = l.province_code;

-- name: retire_code
UPDATE digital_address AS c
SET status = 'retired', retired_at = now()
FROM leaving AS l
WHERE c.address_id = l.address_id AND c.province_code = l.province_code AND c.status = 'active';

-- name: returning
-- Doors that were retired and that rows mean to which no live door answers: the one retired last under the same place, number and flat;
-- without a number, the one retired within ten metres.
CREATE TEMP TABLE back ON COMMIT DROP AS
SELECT DISTINCT ON (d.row_no) d.row_no, a.id, d.house_key || d.flat_key <> '' AS numbered
FROM door AS d
JOIN address AS a ON a.place_id = d.place_id AND a.house_key = d.house_key AND a.flat_key = d.flat_key AND a.province_code = d.province_code
LEFT JOIN found AS f ON f.row_no = d.row_no
WHERE a.retired_at IS NOT NULL AND a.replaced_by IS NULL AND f.address_id IS NULL
    AND (
        d.house_key || d.flat_key <> ''
        OR (
            d.ma_ho = '' AND ST_DWithin(a.point::geography, d.point::geography, 10)
            AND NOT EXISTS (SELECT FROM household AS h WHERE h.address_id = a.id AND h.province_code = a.province_code)
        )
    )
ORDER BY d.row_no, a.retired_at DESC, a.point <-> d.point, a.id DESC;

-- name: returning_known
UPDATE found AS f
SET by_door = CASE WHEN b.numbered THEN b.id END, by_point = CASE WHEN NOT b.numbered THEN b.id END, address_id = b.id
FROM back AS b
WHERE b.row_no = f.row_no;

-- name: returning_new
INSERT INTO found (row_no, numbered, by_door, by_point, address_id)
SELECT b.row_no, b.numbered, CASE WHEN b.numbered THEN b.id END, CASE WHEN NOT b.numbered THEN b.id END, b.id
FROM back AS b
WHERE NOT EXISTS (SELECT FROM found AS f WHERE f.row_no = b.row_no);

-- name: revived
CREATE TEMP TABLE revived ON COMMIT DROP AS
SELECT DISTINCT a.id AS address_id, a.province_code, a.retired_at
FROM settled AS s
JOIN address AS a ON a.id = s.address_id AND a.province_code = s.province_code
WHERE NOT s.is_new AND a.retired_at IS NOT NULL;

-- name: before_revived
INSERT INTO change (batch_id, province_code, entity, entity_id, op, before)
SELECT :batch, a.province_code, 'address', a.id::text, 'update', to_jsonb(a)
FROM revived AS r
JOIN address_image AS a ON a.id = r.address_id AND a.province_code = r.province_code
FOR UPDATE OF a;

-- name: before_revived_code
INSERT INTO change (batch_id, province_code, entity, entity_id, op, before)
SELECT :batch, c.province_code, 'digital_address', c.code, 'update', to_jsonb(c)
FROM revived AS r
JOIN digital_address AS c
    ON c.address_id = r.address_id AND c.province_code = r.province_code AND c.status = 'retired' AND c.retired_at = r.retired_at
FOR UPDATE OF c;

-- name: revive_code
UPDATE digital_address AS c
SET status = 'active', retired_at = NULL
FROM revived AS r
WHERE c.address_id = r.address_id AND c.province_code = r.province_code AND c.status = 'retired' AND c.retired_at = r.retired_at;

-- name: revive_written
UPDATE written AS w
SET changed = true
FROM revived AS r
WHERE r.address_id = w.address_id;

-- name: revive_address
UPDATE address AS a
SET retired_at = NULL, updated_batch_id = :batch, updated_at = now()
FROM revived AS r
WHERE a.id = r.address_id AND a.province_code = r.province_code;
