-- name: by_code
-- What the registry has under one code: issued or handed over as the digital address, or known as an external code, which is retired when
-- all of its doors are. Serves: code_card.find.
SELECT code, scheme, status, address_id, province_code, issued_at, retired_at, replaced_by
FROM digital_address WHERE code = :code AND scheme = :scheme
UNION ALL
SELECT
    e.code, e.scheme, CASE WHEN a.retired_at IS NULL THEN 'external' ELSE 'retired' END, e.address_id, e.province_code, NULL, a.retired_at,
    d.replaced_by
FROM external_code AS e
JOIN address AS a ON a.id = e.address_id AND a.province_code = e.province_code
LEFT JOIN LATERAL (
    SELECT x.replaced_by FROM digital_address AS x
    WHERE x.address_id = a.id AND x.province_code = a.province_code AND x.status = 'retired'
    ORDER BY x.retired_at DESC LIMIT 1
) AS d ON true
WHERE e.code = :code AND e.scheme = :scheme AND (
    a.retired_at IS NULL
    OR NOT EXISTS (
        SELECT FROM external_code AS o
        JOIN address AS l ON l.id = o.address_id AND l.province_code = o.province_code
        WHERE o.code = e.code AND o.scheme = e.scheme AND l.retired_at IS NULL
    )
)
ORDER BY address_id;

-- name: door
-- One door with everything that is said of it in public; nothing of the households behind it. Serves: code_card.find.
SELECT address.id, address.house_path AS house, address.flat, address.kind, address.status AS stage, address.retired_at, address.replaced_by,
       ST_Y(address.point) AS lat, ST_X(address.point) AS lon, address.accuracy_m, address.point_method,
       place.name AS place, place.kind AS place_kind, hamlet.name AS hamlet,
       commune.code AS commune_code, commune.full_name AS commune, commune.postal_code,
       province.code AS province_code, province.full_name AS province,
       recorded.code AS recorded_code, recorded.full_name AS recorded_name,
       active.code AS active_code, active.scheme AS active_scheme
FROM address
JOIN unit AS commune ON commune.id = address.commune_id
LEFT JOIN unit AS province ON province.level = 'province' AND province.code = commune.province_code AND province.valid @> current_date
LEFT JOIN unit AS recorded ON recorded.id = address.recorded_unit_id
LEFT JOIN place ON place.id = address.place_id
LEFT JOIN place AS hamlet ON hamlet.id = address.hamlet_id
LEFT JOIN digital_address AS active
    ON active.address_id = address.id AND active.province_code = address.province_code AND active.status = 'active'
WHERE address.id = :id AND address.province_code = :province;

-- name: external_codes
-- The other codes of one door. Serves: code_card.find.
SELECT scheme, code FROM external_code WHERE address_id = :id AND province_code = :province ORDER BY scheme, code;
