-- New values merged into the doors that the registry knows.

-- name: written
-- The new state of each known address: an empty cell never erases, another spelling writes nothing, the status never goes down, noise below a centimetre is no move, and
-- what somebody replaced by hand does not come back because a file says it once more (by_hand).
CREATE TEMP TABLE written ON COMMIT DROP AS
WITH merged AS (
    SELECT
        s.row_no,
        s.address_id,
        s.province_code,
        CASE WHEN h.door THEN a.commune_id ELSE s.commune_id END AS commune_id,
        CASE WHEN h.door OR s.commune_id = a.commune_id THEN a.recorded_unit_id ELSE s.recorded_unit_id END AS recorded_unit_id,
        k.own,
        CASE WHEN k.own AND NOT k.known_place THEN s.place_id ELSE a.place_id END AS place_id,
        CASE WHEN h.door OR h.hamlet OR k.known_hamlet THEN a.hamlet_id ELSE coalesce(s.hamlet_id, a.hamlet_id) END AS hamlet_id,
        CASE WHEN k.own AND s.house_key <> a.house_key THEN s.house_path ELSE a.house_path END AS house_path,
        CASE WHEN k.own THEN s.house_key ELSE a.house_key END AS house_key,
        CASE WHEN k.own AND s.flat_key <> a.flat_key THEN s.flat ELSE a.flat END AS flat,
        CASE WHEN k.own THEN s.flat_key ELSE a.flat_key END AS flat_key,
        CASE WHEN h.kind THEN a.kind ELSE coalesce(s.kind, a.kind) END AS kind,
        greatest(
            CASE WHEN h.households THEN a.households ELSE coalesce(s.households_said, a.households) END,
            s.new_refs + (SELECT count(*) FROM household AS h WHERE h.address_id = a.id AND h.province_code = a.province_code)
        )::integer AS households,
        CASE WHEN array_position(CAST(:ladder AS text[]), s.status) > array_position(CAST(:ladder AS text[]), a.status) THEN s.status ELSE a.status END AS status,
        CASE WHEN h.point OR ST_DWithin(s.point, a.point, 1e-7) THEN a.point ELSE s.point END AS point,
        CASE WHEN h.point OR ST_DWithin(s.point, a.point, 1e-7) THEN a.original_x ELSE s.x END AS original_x,
        CASE WHEN h.point OR ST_DWithin(s.point, a.point, 1e-7) THEN a.original_y ELSE s.y END AS original_y,
        CASE WHEN h.point OR ST_DWithin(s.point, a.point, 1e-7) THEN a.original_crs ELSE :crs END AS original_crs,
        CASE WHEN s.dia_chi <> '' THEN s.recorded_text ELSE a.recorded_text END AS recorded_text,
        CASE WHEN h.note THEN a.note ELSE coalesce(nullif(s.note, ''), a.note) END AS note,
        a AS was
    FROM spoken AS s
    JOIN address AS a ON a.id = s.address_id AND a.province_code = s.province_code
    LEFT JOIN by_hand AS h ON h.row_no = s.row_no
    CROSS JOIN LATERAL (
        SELECT h.door IS NOT TRUE AND (
            s.house_key || s.flat_key <> '' AND NOT (s.flat_key = '' AND a.flat_key <> '')
            OR (
                a.house_key || a.flat_key = '' AND s.place_id IS NOT NULL
                AND (s.place_kind <> 'hamlet' OR NOT EXISTS (SELECT FROM place AS p WHERE p.id = a.place_id AND p.kind <> 'hamlet'))
            )
        ) AS own,
            -- A row of today's units says nothing of the old commune whose hamlet of that name it was.
            s.origin_id IS NULL AND s.place_id <> a.place_id AND s.house_key = a.house_key AND EXISTS (
                SELECT FROM place AS p JOIN place AS q USING (commune_id, kind, key) WHERE p.id = s.place_id AND q.id = a.place_id
            ) AS known_place,
            s.origin_id IS NULL AND s.hamlet_id <> a.hamlet_id AND EXISTS (
                SELECT FROM place AS p JOIN place AS q USING (commune_id, kind, key) WHERE p.id = s.hamlet_id AND q.id = a.hamlet_id
            ) AS known_hamlet
    ) AS k
    WHERE NOT s.is_new
)
SELECT
    m.row_no, m.address_id, m.province_code, m.commune_id, m.recorded_unit_id, m.own, m.place_id, m.hamlet_id, m.house_path, m.house_key, m.flat,
    m.flat_key, m.kind, m.households, m.status, m.point, m.original_x, m.original_y, m.original_crs, m.recorded_text, m.note,
    (
        m.commune_id, m.recorded_unit_id, m.place_id, m.hamlet_id, m.house_path, m.house_key, m.flat, m.flat_key, m.kind,
        m.households, m.status, m.point::text, m.recorded_text, m.note
    ) IS DISTINCT FROM (
        (m.was).commune_id, (m.was).recorded_unit_id, (m.was).place_id, (m.was).hamlet_id, (m.was).house_path, (m.was).house_key, (m.was).flat,
        (m.was).flat_key, (m.was).kind, (m.was).households, (m.was).status, (m.was).point::text, (m.was).recorded_text, (m.was).note
    ) AS changed
FROM merged AS m;

-- name: analyze_written
ANALYZE written;
