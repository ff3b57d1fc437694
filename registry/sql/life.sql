-- Doors as the acts of their life see them, and what these acts write.

-- name: by_code
-- The doors under digital addresses, whatever their status. Serves: door.find, door.find_all.
SELECT code, address_id, province_code FROM digital_address WHERE code = ANY (CAST(:codes AS text[]));

-- name: by_external
-- The doors under any other code. Serves: door.find.
SELECT DISTINCT address_id, province_code FROM external_code WHERE code = :code AND scheme = :scheme;

-- name: door
-- Doors with their places, their codes and how many references live there. Serves: door.read_doors.
SELECT
    a.id, a.province_code, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.house_key, a.flat, a.flat_key, a.kind,
    a.households, a.status, a.note, a.retired_at, a.replaced_by,
    ST_X(a.point) AS lon, ST_Y(a.point) AS lat,
    p.kind AS place_kind, p.name AS place_name, h.name AS hamlet_name,
    u.full_name AS commune_name, u.code AS commune_code, u.postal_code, u.in_force,
    (
        SELECT c.code FROM digital_address AS c
        WHERE c.address_id = a.id AND c.province_code = a.province_code AND c.status <> 'withdrawn'
        ORDER BY c.status = 'active' DESC, c.retired_at DESC, c.code LIMIT 1
    ) AS code,
    (SELECT count(*) FROM household AS r WHERE r.address_id = a.id AND r.province_code = a.province_code) AS refs
FROM address AS a
JOIN unit AS u ON u.id = a.commune_id
LEFT JOIN place AS p ON p.id = a.place_id
LEFT JOIN place AS h ON h.id = a.hamlet_id
WHERE a.id = ANY (CAST(:ids AS bigint[]));

-- name: lock
-- Serves: door.open_door; nobody else changes the doors until the transaction ends.
SELECT FROM address WHERE id = ANY (CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE;

-- name: chain
-- The doors that took the place of a door, one after the other; a ring of them ends where it began. Serves: chain.last_of.
WITH RECURSIVE step (id, next, nth) AS (
    SELECT a.id, a.replaced_by, 0 FROM address AS a WHERE a.id = :id
    UNION ALL
    SELECT a.id, a.replaced_by, s.nth + 1
    FROM step AS s
    JOIN address AS a ON a.id = s.next
    WHERE s.nth < 1000
)
CYCLE id SET again USING path
SELECT id FROM step WHERE NOT again ORDER BY nth DESC LIMIT 1;

-- name: same_door
-- Another live door under a key. Serves: door.refuse_taken.
SELECT a.id, c.code
FROM address AS a
LEFT JOIN digital_address AS c ON c.address_id = a.id AND c.province_code = a.province_code AND c.status = 'active'
WHERE a.place_id = :place AND a.house_key = :house AND a.flat_key = :flat AND a.retired_at IS NULL AND a.id <> :id
LIMIT 1;

-- name: tell
-- Acts on doors, in the order in which they are told. Serves: event.tell.
INSERT INTO life_event
    (province_code, address_id, code, kind, happened_on, others, fields, place_id, house_key, flat_key, point, actor, reason)
SELECT
    t.province, t.address, t.code, t.kind, coalesce(CAST(:on AS date), current_date), t.others, t.fields, t.place, t.house, t.flat,
    ST_SetSRID(ST_MakePoint(t.lon, t.lat), 4326), :actor, :reason
FROM ROWS FROM (
    jsonb_to_recordset(CAST(:told AS jsonb)) AS (
        province text, address bigint, code text, kind text, others text[], fields jsonb, place bigint, house text, flat text, lon float8,
        lat float8
    )
) WITH ORDINALITY AS t (province, address, code, kind, others, fields, place, house, flat, lon, lat, nth)
ORDER BY t.nth;

-- name: area
-- The official area of a commune and the communes whose official areas hold a point: metres from the former, the latter by id.
-- Serves: move.
SELECT
    (SELECT ST_Distance(b.geom::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography) FROM unit_boundary AS b
     WHERE b.unit_id = :commune AND NOT b.approximate) AS metres,
    (SELECT ST_Distance(b.geom::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography) FROM unit_boundary AS b
     WHERE b.unit_id = :commune AND b.approximate) AS about_metres,
    (SELECT u.id FROM unit_boundary AS b JOIN unit AS u ON u.id = b.unit_id AND u.level = 'commune' AND u.in_force
     WHERE NOT b.approximate AND ST_Covers(b.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) ORDER BY u.id LIMIT 1) AS holder;

-- name: places
-- Places of a commune under a key; of hamlets of one name first that of the old commune, then the one whose doors are nearest. Serves: place.
SELECT p.id, p.name
FROM place AS p
WHERE p.commune_id = :commune AND p.kind = :kind AND p.key = :key
    AND (CAST(:origin AS integer) IS NULL OR p.origin_id IS NULL OR p.origin_id = :origin)
ORDER BY
    p.origin_id IS DISTINCT FROM CAST(:origin AS integer),
    (SELECT min(a.point <-> ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) FROM address AS a WHERE a.place_id = p.id OR a.hamlet_id = p.id),
    p.id
LIMIT 1;

-- name: make_place
INSERT INTO place (commune_id, kind, name, key, origin_id)
VALUES (:commune, :kind, :name, :key, :origin)
RETURNING id;

-- name: amend
UPDATE address
SET place_id = :place_id, hamlet_id = :hamlet_id, house_path = :house_path, house_key = :house_key, flat = :flat, flat_key = :flat_key,
    kind = :kind, households = :households, note = :note, fold_version = :fold_version, updated_at = now()
WHERE id = :id;

-- name: move
UPDATE address
SET commune_id = :commune_id, recorded_unit_id = :recorded_unit_id, place_id = :place_id, hamlet_id = :hamlet_id,
    point = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), point_method = :method, accuracy_m = :accuracy, original_x = :x, original_y = :y,
    original_crs = :crs, updated_at = now()
WHERE id = :id;

-- name: split_off
-- A new door beside the one that is split: all that is not said of it is as with the old one. Serves: split.
INSERT INTO address (
    province_code, commune_id, recorded_unit_id, place_id, hamlet_id, house_path, house_key, flat, flat_key, kind, households, status, point,
    point_method, accuracy_m, original_x, original_y, original_crs, recorded_text, note, fold_version
)
SELECT
    province_code, commune_id, recorded_unit_id, :place_id, :hamlet_id, :house_path, :house_key, :flat, :flat_key, :kind, :households,
    'complete', ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), point_method, accuracy_m, :lon, :lat, 'EPSG:4326', :text, :note, :fold_version
FROM address
WHERE id = :id
RETURNING id;

-- name: retire
UPDATE address SET retired_at = now(), replaced_by = :replaced_by, updated_at = now() WHERE id = :id;

-- name: active_codes
SELECT code FROM digital_address WHERE address_id = :id AND status = 'active';

-- name: retire_code
UPDATE digital_address SET status = 'retired', retired_at = now(), replaced_by = :replaced_by WHERE address_id = :id AND status = 'active';

-- name: last_retired_code
-- The code that went with the door. Serves: revive.
SELECT code FROM digital_address WHERE address_id = :id AND status = 'retired' ORDER BY retired_at DESC, code LIMIT 1;

-- name: revive_code
UPDATE digital_address SET status = 'active', retired_at = NULL, replaced_by = NULL WHERE code = :code;

-- name: revive
UPDATE address SET retired_at = NULL, replaced_by = NULL, updated_at = now() WHERE id = :id;

-- name: refs
SELECT id FROM household WHERE address_id = :id ORDER BY id;

-- name: move_refs
-- References lie in the province of their door; what is borne there already is told apart by the province that it comes from.
UPDATE household AS h
SET address_id = :to, province_code = :province,
    ref = CASE
        WHEN EXISTS (SELECT FROM household AS o WHERE o.province_code = :province AND o.ref = h.ref AND o.id <> h.id)
        THEN h.ref || ' / ' || h.province_code ELSE h.ref
    END
WHERE h.id = ANY (CAST(:ids AS bigint[]));

-- name: codes_both
-- Further codes of a door that another one bears too. Serves: merge.
SELECT e.id FROM external_code AS e
WHERE e.address_id = :id AND EXISTS (
    SELECT FROM external_code AS o
    WHERE o.address_id = :to AND o.code = e.code AND o.scheme = e.scheme AND o.province_code = e.province_code
);

-- name: drop_codes
DELETE FROM external_code WHERE id = ANY (CAST(:ids AS bigint[]));

-- name: further_codes
SELECT id FROM external_code WHERE address_id = :id ORDER BY id;

-- name: move_codes
UPDATE external_code SET address_id = :to, province_code = :province WHERE id = ANY (CAST(:ids AS bigint[]));

-- name: refs_at
SELECT id FROM household WHERE id = ANY (CAST(:ids AS bigint[])) AND address_id = :at ORDER BY id;

-- name: codes_at
SELECT id FROM external_code WHERE id = ANY (CAST(:ids AS bigint[])) AND address_id = :at ORDER BY id;

-- name: count_households
UPDATE address SET households = :households, updated_at = now() WHERE id = :id;

-- name: last_reason
-- Why the door of a code ended last. Serves: fate.
SELECT e.reason
FROM digital_address AS d
JOIN life_event AS e ON e.address_id = d.address_id AND e.province_code = d.province_code AND e.kind IN ('merged', 'retired')
WHERE d.code = :code AND d.status = 'retired'
ORDER BY e.id DESC
LIMIT 1;

-- name: last_end
-- How the door ended last. Serves: revive, fate.
SELECT kind, code, happened_on, others, fields, at
FROM life_event
WHERE address_id = :id AND kind IN ('merged', 'retired', 'revived')
ORDER BY id DESC
LIMIT 1;
