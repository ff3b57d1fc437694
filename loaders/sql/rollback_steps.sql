-- The steps that undo a batch, in this order: what stood until now is remembered, then children first, then before-images, addresses, places nobody uses, rows that wait again.

-- name: before_code
-- What stands before the batch is undone is remembered as any change is: the change feed tells it.
INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason, at)
SELECT c.province_code, 'digital_address', c.code, 'update', to_jsonb(c), :actor, :reason, :moment
FROM digital_address AS c
WHERE (c.code, c.province_code) IN (
    SELECT x.code, x.province_code
    FROM digital_address AS x
    JOIN undone AS u ON u.address_id = x.address_id AND u.province_code = x.province_code
    WHERE x.batch_id = :batch AND x.status <> 'withdrawn'
    UNION
    SELECT i.entity_id, i.province_code FROM imaged AS i WHERE i.entity = 'digital_address'
)
FOR UPDATE OF c;

-- name: before_address
INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason, at)
SELECT
    a.province_code, 'address', a.id::text, CASE WHEN t.goes THEN 'delete' ELSE 'update' END, to_jsonb(a), :actor, :reason, :moment
FROM (
    SELECT address_id AS id, province_code, true AS goes FROM undone WHERE created
    UNION ALL
    SELECT i.entity_id::bigint, i.province_code, false FROM imaged AS i WHERE i.entity = 'address'
) AS t
JOIN address_image AS a USING (id, province_code)
WHERE NOT t.goes OR a.created_batch_id = :batch
FOR UPDATE OF a;

-- name: external_code
DELETE FROM external_code AS e USING undone AS u
WHERE u.address_id = e.address_id AND u.province_code = e.province_code AND e.batch_id = :batch;

-- name: resident
-- What the batch said of people goes with it; what it took the place of is not kept and does not come back.
DELETE FROM resident AS r USING undone AS u
WHERE u.address_id = r.address_id AND u.province_code = r.province_code AND r.created_batch_id = :batch;

-- name: household
DELETE FROM household AS h USING undone AS u
WHERE u.address_id = h.address_id AND u.province_code = h.province_code AND h.created_batch_id = :batch;

-- name: digital_address
-- A code stays known for ever, so that it is never issued again.
UPDATE digital_address AS c
SET status = 'withdrawn', address_id = NULL, retired_at = :moment
FROM undone AS u
WHERE u.address_id = c.address_id AND u.province_code = c.province_code AND c.batch_id = :batch AND c.status <> 'withdrawn';

-- name: restore_code
UPDATE digital_address AS c
SET address_id = o.address_id, status = o.status, retired_at = o.retired_at, replaced_by = o.replaced_by
FROM imaged AS i
CROSS JOIN LATERAL jsonb_populate_record(NULL::digital_address, i.before) AS o
WHERE i.entity = 'digital_address' AND c.code = i.entity_id AND c.province_code = i.province_code;

-- name: restore
UPDATE address AS a
SET commune_id = o.commune_id, recorded_unit_id = o.recorded_unit_id, place_id = o.place_id,
    hamlet_id = o.hamlet_id, house_path = o.house_path, house_key = o.house_key, flat = o.flat, flat_key = o.flat_key, kind = o.kind,
    households = o.households, status = o.status, point = o.point, point_method = o.point_method, accuracy_m = o.accuracy_m,
    original_x = o.original_x, original_y = o.original_y, original_crs = o.original_crs, recorded_text = o.recorded_text, note = o.note,
    fold_version = o.fold_version, updated_batch_id = o.updated_batch_id, updated_at = o.updated_at, retired_at = o.retired_at,
    replaced_by = o.replaced_by
FROM imaged AS i
CROSS JOIN LATERAL jsonb_populate_record(NULL::address, i.before) AS o
WHERE i.entity = 'address' AND a.id = i.entity_id::bigint AND a.province_code = i.province_code;

-- name: address
DELETE FROM address AS a USING undone AS u
WHERE u.created AND a.id = u.address_id AND a.province_code = u.province_code AND a.created_batch_id = :batch;

-- name: place
WITH gone AS (
    DELETE FROM place AS p
    WHERE p.created_batch_id = :batch
        AND NOT EXISTS (SELECT FROM address AS a WHERE a.place_id = p.id)
        AND NOT EXISTS (SELECT FROM address AS a WHERE a.hamlet_id = p.id)
    RETURNING p.*
)
INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason, at)
SELECT u.province_code, 'place', g.id::text, 'delete', to_jsonb(g), :actor, :reason, :moment FROM gone AS g JOIN unit AS u ON u.id = g.commune_id;

-- name: waiting_again
UPDATE batch_row SET resolved_by = NULL WHERE resolved_by = :batch;

-- name: batch
UPDATE batch SET state = 'rolled_back', rolled_back_at = :moment WHERE id = :batch;
