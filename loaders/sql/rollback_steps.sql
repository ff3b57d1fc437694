-- The steps that undo a batch, in this order: what stood until now is remembered, then children first, then before-images, addresses, places nobody uses, rows that wait again.

-- name: remember_removed
-- What the batch had made stood from its commit until now: coverage on a day between asks for it.
INSERT INTO change (entity, entity_id, op, before, actor, reason, at)
SELECT 'address', a.id::text, 'delete', to_jsonb(a) || jsonb_build_object('point', a.point::text), :actor, :reason, :moment
FROM undone AS u
JOIN address AS a ON a.id = u.address_id
WHERE u.created AND a.created_batch_id = :batch;

-- name: remember_restored
INSERT INTO change (entity, entity_id, op, before, actor, reason, at)
SELECT 'address', a.id::text, 'update', to_jsonb(a) || jsonb_build_object('point', a.point::text), :actor, :reason, :moment
FROM imaged AS i
JOIN address AS a ON a.id = i.entity_id::bigint
WHERE i.entity = 'address';

-- name: remember_codes
INSERT INTO change (entity, entity_id, op, before, actor, reason, at)
SELECT 'digital_address', c.code, 'update', to_jsonb(c), :actor, :reason, :moment
FROM digital_address AS c
WHERE c.code IN (
    SELECT d.code FROM undone AS u JOIN digital_address AS d ON d.address_id = u.address_id AND d.batch_id = :batch
    UNION
    SELECT i.entity_id FROM imaged AS i WHERE i.entity = 'digital_address'
);

-- name: external_code
DELETE FROM external_code AS e USING undone AS u WHERE u.address_id = e.address_id AND e.batch_id = :batch;

-- name: household
DELETE FROM household AS h USING undone AS u WHERE u.address_id = h.address_id AND h.created_batch_id = :batch;

-- name: digital_address
-- A code stays known for ever, so that it is never issued again.
UPDATE digital_address AS c
SET status = 'withdrawn', address_id = NULL, retired_at = :moment
FROM undone AS u
WHERE u.address_id = c.address_id AND c.batch_id = :batch AND c.status <> 'withdrawn';

-- name: restore_code
UPDATE digital_address AS c
SET address_id = o.address_id, status = o.status, retired_at = o.retired_at, replaced_by = o.replaced_by
FROM imaged AS i
CROSS JOIN LATERAL jsonb_populate_record(NULL::digital_address, i.before) AS o
WHERE i.entity = 'digital_address' AND c.code = i.entity_id;

-- name: restore
UPDATE address AS a
SET province_code = o.province_code, commune_id = o.commune_id, recorded_unit_id = o.recorded_unit_id, place_id = o.place_id,
    hamlet_id = o.hamlet_id, house_path = o.house_path, house_key = o.house_key, flat = o.flat, flat_key = o.flat_key, kind = o.kind,
    households = o.households, status = o.status, point = o.point, point_method = o.point_method, accuracy_m = o.accuracy_m,
    original_x = o.original_x, original_y = o.original_y, original_crs = o.original_crs, recorded_text = o.recorded_text, note = o.note,
    fold_version = o.fold_version, updated_batch_id = o.updated_batch_id, updated_at = o.updated_at, retired_at = o.retired_at,
    replaced_by = o.replaced_by
FROM imaged AS i
CROSS JOIN LATERAL jsonb_populate_record(NULL::address, i.before) AS o
WHERE i.entity = 'address' AND a.id = i.entity_id::bigint;

-- name: address
DELETE FROM address AS a USING undone AS u WHERE u.created AND a.id = u.address_id AND a.created_batch_id = :batch;

-- name: place
DELETE FROM place AS p
WHERE p.created_batch_id = :batch
    AND NOT EXISTS (SELECT FROM address AS a WHERE a.place_id = p.id)
    AND NOT EXISTS (SELECT FROM address AS a WHERE a.hamlet_id = p.id);

-- name: waiting_again
UPDATE batch_row SET resolved_by = NULL WHERE resolved_by = :batch;

-- name: batch
UPDATE batch SET state = 'rolled_back', rolled_back_at = :moment WHERE id = :batch;
