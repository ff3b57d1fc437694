-- The reference of `diachiso bench import`: what PostgreSQL itself needs for the same rows in one plain table.

-- name: fill
INSERT INTO bench_address (
    province_code, commune_id, recorded_unit_id, place_id, house_path, house_key, flat, flat_key, kind, households, status,
    point, point_method, original_x, original_y, original_crs, recorded_text, fold_version, code, ref
)
SELECT
    u.province_code, u.id, u.id, NULL, coalesce(r.so_nha, ''), lower(concat_ws('/', r.ngo, r.ngach, r.so_nha)), coalesce(r.phong, ''),
    lower(coalesce(r.phong, '')), 'household', 1, 'complete',
    ST_SetSRID(ST_MakePoint(r.kinh_do::float8, r.vi_do::float8), 4326), 'handover', r.kinh_do::float8, r.vi_do::float8, 'EPSG:4326',
    concat_ws(', ', r.so_nha, r.duong, r.thon_to, r.xa, r.huyen, r.tinh), 1, coalesce(u.postal_code, '00000') || '-' || r.stt, r.ma_ho
FROM bench_raw AS r
LEFT JOIN unit AS u ON u.level = 'commune' AND u.in_force AND u.code = coalesce(r.ma_xa, :code);

-- name: indexes
-- Every index of the registry's doors is built on the plain table too, besides one of codes and one of household references.
SELECT replace(pg_get_indexdef(i.indexrelid), c.relname, 'bench_' || c.relname)
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid = 'address'::regclass;
