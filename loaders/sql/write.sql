-- From settled doors to the registry: before-images, addresses, households, codes; then the outcome of every row.

-- name: before
INSERT INTO change (batch_id, entity, entity_id, op, before)
SELECT :batch, 'address', a.id::text, 'update', to_jsonb(a) || jsonb_build_object('point', a.point::text)
FROM written AS w
JOIN address AS a ON a.id = w.address_id
WHERE w.changed;

-- name: update_address
UPDATE address AS a
SET province_code = w.province_code, commune_id = w.commune_id, recorded_unit_id = w.recorded_unit_id, place_id = w.place_id,
    hamlet_id = w.hamlet_id, house_path = w.house_path, house_key = w.house_key, flat = w.flat, flat_key = w.flat_key, kind = w.kind,
    households = w.households, status = w.status, point = w.point, original_x = w.original_x, original_y = w.original_y,
    original_crs = w.original_crs, recorded_text = w.recorded_text, note = w.note, fold_version = :fold_version,
    updated_batch_id = :batch, updated_at = now()
FROM written AS w
WHERE w.changed AND a.id = w.address_id;

-- name: insert_address
INSERT INTO address (
    id, province_code, commune_id, recorded_unit_id, place_id, hamlet_id, house_path, house_key, flat, flat_key, kind, households, status,
    point, point_method, original_x, original_y, original_crs, recorded_text, note, fold_version, created_batch_id, updated_batch_id
)
SELECT
    address_id, province_code, commune_id, recorded_unit_id, place_id, hamlet_id, house_path, house_key, flat, flat_key, kind_or_default,
    greatest(coalesce(households, CASE WHEN kind_or_default = 'household' THEN 1 ELSE 0 END), refs)::integer, coalesce(status, 'collected'),
    point, 'handover', x, y, :crs, recorded_text, note, :fold_version, :batch, :batch
FROM settled
WHERE is_new;

-- name: household
INSERT INTO household (address_id, province_code, ref, created_batch_id)
SELECT s.address_id, d.province_code, d.ma_ho, :batch
FROM door AS d
JOIN found AS f USING (row_no)
JOIN grouped AS g USING (row_no)
JOIN settled AS s ON s.row_no = g.leader
WHERE d.ma_ho <> '' AND f.by_household IS NULL
ON CONFLICT (province_code, ref) DO NOTHING;

-- name: given_code
-- The first code that came with a door becomes its digital address unless it has one; a withdrawn NDAS code comes back to life.
INSERT INTO digital_address AS c (code, scheme, address_id, status, batch_id)
SELECT DISTINCT ON (s.address_id) d.code, d.scheme, s.address_id, 'active', :batch
FROM door AS d
JOIN found AS f USING (row_no)
JOIN grouped AS g USING (row_no)
JOIN settled AS s ON s.row_no = g.leader
WHERE d.code <> '' AND f.by_code IS NULL
    AND NOT EXISTS (SELECT FROM digital_address AS x WHERE x.address_id = s.address_id AND x.status = 'active')
ORDER BY s.address_id, d.row_no
ON CONFLICT (code) DO UPDATE
SET address_id = excluded.address_id, status = 'active', batch_id = excluded.batch_id, retired_at = NULL
WHERE c.status = 'withdrawn' AND c.scheme = 'ndas';

-- name: other_code
INSERT INTO external_code (scheme, code, address_id, batch_id)
SELECT DISTINCT d.scheme, d.code, s.address_id, :batch
FROM door AS d
JOIN found AS f USING (row_no)
JOIN grouped AS g USING (row_no)
JOIN settled AS s ON s.row_no = g.leader
WHERE d.code <> '' AND f.by_code IS NULL
    AND NOT EXISTS (SELECT FROM digital_address AS x WHERE x.code = d.code AND x.address_id = s.address_id)
ON CONFLICT (code, scheme, address_id) DO NOTHING;

-- name: vpostcode
INSERT INTO external_code (scheme, code, address_id, batch_id)
SELECT DISTINCT 'vpostcode', d.vpostcode, s.address_id, :batch
FROM door AS d
JOIN grouped AS g USING (row_no)
JOIN settled AS s ON s.row_no = g.leader
WHERE d.vpostcode <> ''
ON CONFLICT (code, scheme, address_id) DO NOTHING;

-- name: code_wanted
CREATE TEMP TABLE code_wanted ON COMMIT DROP AS
SELECT s.address_id, s.postal_code
FROM settled AS s
WHERE s.postal_code IS NOT NULL
    AND NOT EXISTS (SELECT FROM digital_address AS x WHERE x.address_id = s.address_id AND x.status = 'active');
