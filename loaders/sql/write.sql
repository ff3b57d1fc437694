-- From settled doors to the registry: before-images, addresses, households, codes.

-- name: before
INSERT INTO change (batch_id, province_code, entity, entity_id, op, before)
SELECT :batch, a.province_code, 'address', a.id::text, 'update', to_jsonb(a)
FROM written AS w
JOIN address_image AS a ON a.id = w.address_id AND a.province_code = w.province_code
WHERE w.changed
FOR UPDATE OF a;

-- name: update_address
UPDATE address AS a
SET commune_id = w.commune_id, recorded_unit_id = w.recorded_unit_id, place_id = w.place_id, hamlet_id = w.hamlet_id,
    house_path = w.house_path, house_key = w.house_key, flat = w.flat, flat_key = w.flat_key, kind = w.kind, households = w.households,
    status = w.status, point = w.point, original_x = w.original_x, original_y = w.original_y, original_crs = w.original_crs,
    recorded_text = w.recorded_text, note = w.note, fold_version = :fold_version, updated_batch_id = :batch, updated_at = now()
FROM written AS w
WHERE w.changed AND a.id = w.address_id AND a.province_code = w.province_code;

-- name: insert_address
INSERT INTO address (
    id, province_code, commune_id, recorded_unit_id, place_id, hamlet_id, house_path, house_key, flat, flat_key, kind, households, status,
    point, point_method, original_x, original_y, original_crs, recorded_text, note, fold_version, created_batch_id, updated_batch_id
)
SELECT
    address_id, province_code, commune_id, recorded_unit_id, place_id, hamlet_id, house_path, house_key, flat, flat_key,
    coalesce(kind, CASE WHEN refs > 0 OR households_said > 0 THEN 'household' ELSE 'other' END),
    greatest(
        coalesce(households_said, CASE WHEN kind = 'household' OR (kind IS NULL AND refs > 0) THEN 1 ELSE 0 END), refs
    )::integer,
    coalesce(status, 'collected'), point, 'handover', x, y, :crs, recorded_text, note, :fold_version, :batch, :batch
FROM spoken
WHERE is_new;

-- name: household
INSERT INTO household (address_id, province_code, ref, created_batch_id)
SELECT s.address_id, s.province_code, s.ma_ho, :batch
FROM settled AS s
LEFT JOIN found AS f USING (row_no)
WHERE s.ma_ho <> '' AND f.by_household IS NULL;

-- name: before_given_code
-- Withdrawn NDAS codes that come again.
INSERT INTO change (batch_id, province_code, entity, entity_id, op, before)
SELECT :batch, c.province_code, 'digital_address', c.code, 'update', to_jsonb(c)
FROM digital_address AS c
WHERE c.status = 'withdrawn' AND c.scheme = 'ndas'
    AND c.code IN (SELECT code FROM settled WHERE code <> '')
FOR UPDATE OF c;

-- name: moved_code
-- A withdrawn NDAS code that a door of another province brings moves there, where given_code lets it live again: no row changes its
-- province in place.
WITH gone AS (
    DELETE FROM digital_address AS c USING door AS d
    WHERE d.code <> '' AND c.code = d.code AND c.province_code <> d.province_code AND c.status = 'withdrawn' AND c.scheme = 'ndas'
    RETURNING c.code, d.province_code, c.scheme, c.status, c.batch_id, c.issued_at, c.retired_at
)
INSERT INTO digital_address (code, province_code, scheme, status, batch_id, issued_at, retired_at)
SELECT code, province_code, scheme, status, batch_id, issued_at, retired_at FROM gone;

-- name: given_code
-- The first code that came with a door becomes its digital address unless it has one; a withdrawn NDAS code comes back to life.
INSERT INTO digital_address AS c (code, province_code, scheme, address_id, status, batch_id)
SELECT DISTINCT ON (s.address_id) s.code, s.province_code, s.scheme, s.address_id, 'active', :batch
FROM settled AS s
LEFT JOIN found AS f USING (row_no)
WHERE s.code <> '' AND f.by_code IS NULL
    AND NOT EXISTS (
        SELECT FROM digital_address AS x WHERE x.address_id = s.address_id AND x.province_code = s.province_code AND x.status = 'active'
    )
ORDER BY s.address_id, s.row_no
ON CONFLICT (code, province_code) DO UPDATE
SET address_id = excluded.address_id, status = 'active', batch_id = excluded.batch_id, retired_at = NULL
WHERE c.status = 'withdrawn' AND c.scheme = 'ndas';

-- name: other_code
INSERT INTO external_code (scheme, code, address_id, province_code, batch_id)
SELECT DISTINCT s.scheme, s.code, s.address_id, s.province_code, :batch
FROM settled AS s
LEFT JOIN found AS f USING (row_no)
WHERE s.code <> '' AND f.by_code IS NULL
    AND NOT EXISTS (
        SELECT FROM digital_address AS x WHERE x.code = s.code AND x.province_code = s.province_code AND x.address_id = s.address_id
    )
ON CONFLICT (code, scheme, address_id, province_code) DO NOTHING;

-- name: vpostcode
INSERT INTO external_code (scheme, code, address_id, province_code, batch_id)
SELECT DISTINCT 'vpostcode', vpostcode, address_id, province_code, :batch FROM settled WHERE vpostcode <> ''
ON CONFLICT (code, scheme, address_id, province_code) DO NOTHING;

-- name: unused_place
-- Places that only refused rows named are not kept.
WITH refused AS MATERIALIZED (
    SELECT DISTINCT unnest(ARRAY[place_id, hamlet_id]) AS id FROM parsed WHERE fatal
),
named AS MATERIALIZED (
    SELECT p.id
    FROM refused AS r
    CROSS JOIN LATERAL (SELECT q.id FROM place AS q WHERE q.id = r.id AND q.created_batch_id = :batch OFFSET 0) AS p
),
used AS MATERIALIZED (
    SELECT DISTINCT unnest(ARRAY[place_id, hamlet_id]) AS id FROM door
    WHERE place_id IN (SELECT id FROM named) OR hamlet_id IN (SELECT id FROM named)
)
DELETE FROM place AS p WHERE p.id IN (SELECT id FROM named EXCEPT SELECT id FROM used);
