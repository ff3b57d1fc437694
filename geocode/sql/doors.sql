-- name: by_key
-- Serves: match. One index probe a key; a place with more than :most flats behind one number is cut, not scanned.
SELECT q.ord, a.id, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key,
       ST_X(a.point) AS lon, ST_Y(a.point) AS lat, a.accuracy_m, d.code, d.scheme
FROM unnest(CAST(:places AS bigint[]), CAST(:keys AS text[]), CAST(:rooms AS text[])) WITH ORDINALITY AS q(place_id, house_key, room, ord)
CROSS JOIN LATERAL (
    SELECT a.id, a.province_code, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key, a.point, a.accuracy_m
    FROM address a WHERE a.place_id = q.place_id AND a.house_key = q.house_key AND a.retired_at IS NULL
    ORDER BY q.room <> '' AND split_part(a.flat_key, '|', 3) = q.room DESC, a.flat_key, a.id LIMIT :most
) a
LEFT JOIN digital_address d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
UNION ALL
SELECT -q.ord, a.id, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key,
       ST_X(a.point) AS lon, ST_Y(a.point) AS lat, a.accuracy_m, d.code, d.scheme
FROM unnest(CAST(:hamlets AS bigint[]), CAST(:hamlet_keys AS text[]), CAST(:hamlet_rooms AS text[])) WITH ORDINALITY AS q(hamlet_id, house_key, room, ord)
CROSS JOIN LATERAL (
    SELECT a.id, a.province_code, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key, a.point, a.accuracy_m
    FROM address a WHERE a.hamlet_id = q.hamlet_id AND a.house_key = q.house_key AND a.retired_at IS NULL
    ORDER BY q.room <> '' AND split_part(a.flat_key, '|', 3) = q.room DESC, a.flat_key, a.id LIMIT :most
) a
LEFT JOIN digital_address d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active';

-- name: alleys
-- Serves: match, fallback to the mouth of an alley: the first door of the alley, or the street door that names it.
-- An empty prefix asks for any door of the place, to show where it is.
SELECT q.ord, a.lon, a.lat
FROM unnest(CAST(:places AS bigint[]), CAST(:prefixes AS text[])) WITH ORDINALITY AS q(place_id, prefix, ord)
CROSS JOIN LATERAL (
    SELECT ST_X(a.point) AS lon, ST_Y(a.point) AS lat FROM address a
    WHERE a.place_id = q.place_id AND a.retired_at IS NULL
      AND (q.prefix = '' OR a.house_key = q.prefix OR (a.house_key ~>=~ (q.prefix || '/') AND a.house_key ~<~ (q.prefix || '0')))
    ORDER BY a.house_key USING ~<~ LIMIT 1
) a;

-- name: by_code
-- Serves: resolve of a typed code, code show; digital addresses of any status and external codes. Where all doors of an external code are
-- retired, they answer as their own codes would.
SELECT a.id, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key,
       ST_X(a.point) AS lon, ST_Y(a.point) AS lat, a.accuracy_m, d.code, d.scheme, d.status, d.replaced_by
FROM digital_address d JOIN address a ON a.id = d.address_id AND a.province_code = d.province_code
WHERE d.code = :code
UNION ALL
SELECT a.id, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key,
       ST_X(a.point), ST_Y(a.point), a.accuracy_m, d.code, d.scheme, CASE WHEN a.retired_at IS NULL THEN d.status ELSE 'retired' END, d.replaced_by
FROM external_code e JOIN address a ON a.id = e.address_id AND a.province_code = e.province_code
LEFT JOIN LATERAL (
    SELECT x.code, x.scheme, x.status, x.replaced_by FROM digital_address x
    WHERE x.address_id = a.id AND x.province_code = a.province_code
        AND x.status = CASE WHEN a.retired_at IS NULL THEN 'active' ELSE 'retired' END
    ORDER BY x.retired_at DESC NULLS LAST, x.code LIMIT 1
) d ON true
WHERE e.code = :code AND (
    a.retired_at IS NULL
    OR NOT EXISTS (
        SELECT FROM external_code o JOIN address l ON l.id = o.address_id AND l.province_code = o.province_code
        WHERE o.code = e.code AND l.retired_at IS NULL
    )
)
LIMIT :most;

-- name: by_id
-- Serves: resolve of a retired code, the door that took the place of another one.
SELECT a.id, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key,
       ST_X(a.point) AS lon, ST_Y(a.point) AS lat, a.accuracy_m, d.code, d.scheme
FROM address a LEFT JOIN digital_address d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
WHERE a.id = :id;

-- name: nearest
-- Serves: reverse; nearest live doors by the point index, distance in metres.
-- The planner must see that few rows are wanted, and a limit that comes as a parameter tells it nothing: the inner one is written out.
-- The index measures in degrees, and one of longitude is up to a tenth shorter here: some more doors are fetched, and metres decide.
SELECT a.id, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key,
       ST_X(a.point) AS lon, ST_Y(a.point) AS lat, a.accuracy_m, d.code, d.scheme, a.distance_m
FROM (
    SELECT few.*, ST_Distance(few.point::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography) AS distance_m
    FROM (
        SELECT * FROM (
            SELECT a.id, a.province_code, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key, a.point, a.accuracy_m
            FROM address a WHERE a.retired_at IS NULL
            ORDER BY a.point <-> ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) LIMIT 80
        ) near LIMIT :most + 20
    ) few
    ORDER BY distance_m, few.id LIMIT :most
) a
LEFT JOIN digital_address d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
ORDER BY a.distance_m, a.id;

-- name: begun
-- Serves: suggest; doors of the places whose number begins as typed so far, short numbers first.
SELECT a.id, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.flat_key,
       ST_X(a.point) AS lon, ST_Y(a.point) AS lat, a.accuracy_m, d.code, d.scheme
FROM address a LEFT JOIN digital_address d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
WHERE a.place_id = ANY(:places) AND a.retired_at IS NULL AND a.house_key ~>=~ :prefix AND a.house_key ~<~ :stop
ORDER BY length(a.house_key), a.house_key, a.id LIMIT :most;

-- name: commune_at
-- Serves: reverse; the commune whose area holds a point, exact areas before approximate ones.
SELECT u.id, b.approximate FROM unit_boundary b JOIN unit u ON u.id = b.unit_id
WHERE u.level = 'commune' AND u.in_force AND ST_Covers(b.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))
ORDER BY b.approximate, u.id LIMIT 1;
