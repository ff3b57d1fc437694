-- name: doors
-- The coded doors of a commune as their plates name them, in the order in which one walks: by place, then by number. Serves: plates.
SELECT d.code, a.house_path AS house, a.flat, a.status, p.kind AS place_kind, p.name AS place, h.name AS hamlet
FROM address AS a
JOIN digital_address AS d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
LEFT JOIN place AS p ON p.id = a.place_id
LEFT JOIN place AS h ON h.id = a.hamlet_id
WHERE a.commune_id = :commune AND a.retired_at IS NULL
    AND (CAST(:status AS text) IS NULL OR a.status = :status)
    AND (CAST(:places AS bigint[]) IS NULL OR a.place_id = ANY (CAST(:places AS bigint[])) OR a.hamlet_id = ANY (CAST(:places AS bigint[])))
ORDER BY p.name, p.id, (substring(a.house_key FROM '^[0-9]{1,9}'))::bigint NULLS FIRST, length(a.house_key), a.house_key, a.flat_key, a.id;

-- name: uncoded
-- Live doors of a commune that have no code to print. Serves: plates.
SELECT count(*)
FROM address AS a
WHERE a.commune_id = :commune AND a.retired_at IS NULL
    AND NOT EXISTS (SELECT FROM digital_address AS d WHERE d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active');

-- name: places
-- Places of a commune with their names, to be compared as they are keyed. Serves: plates.
SELECT id, kind, name, key FROM place WHERE commune_id = :commune ORDER BY id;

-- name: commune
-- The commune of today under a code, and its province. Serves: plates.
SELECT c.id, c.code, c.full_name AS commune, p.full_name AS province
FROM unit AS c
JOIN unit AS p ON p.level = 'province' AND p.code = c.province_code AND p.in_force
WHERE c.level = 'commune' AND c.in_force AND c.code = :code;
