-- From accepted rows to addresses: rows of one door are gathered, every row learns its address, new values are merged into known ones.

-- name: grouped
-- Doors that several rows describe: which row speaks, and how many households they bring together.
CREATE TEMP TABLE grouped ON COMMIT DROP AS
SELECT d.row_no, g.leader, g.new_id, g.refs, g.new_refs, g.households, g.coded
FROM door AS d
JOIN (
    SELECT
        d.identity,
        min(d.row_no) AS leader,
        min(d.id) AS new_id,
        count(nullif(d.ma_ho, '')) AS refs,
        count(nullif(d.ma_ho, '')) FILTER (WHERE f.by_household IS NULL) AS new_refs,
        max(d.households) AS households,
        bool_or(d.code <> '') AS coded
    FROM door AS d
    JOIN shared AS r ON r.identity = d.identity
    LEFT JOIN found AS f ON f.row_no = d.row_no
    GROUP BY d.identity
    HAVING count(*) > 1
) AS g ON g.identity = d.identity;

-- name: analyze_grouped
ANALYZE grouped;

-- name: settled
-- The address of every accepted row, known or new; drawn: the code that was drawn for it; brings: the row has a household or a code that the registry did not know.
CREATE TEMP TABLE settled ON COMMIT DROP AS
SELECT
    d.row_no,
    coalesce(g.leader, d.row_no) AS leader,
    coalesce(f.address_id, g.new_id, d.id) AS address_id,
    f.address_id IS NULL AS is_new,
    CASE WHEN f.address_id IS NULL AND coalesce(g.leader = d.row_no, true) AND NOT coalesce(g.coded, false) THEN nullif(d.drawn, '') END AS drawn,
    (d.ma_ho <> '' AND o.by_household IS NULL) OR (d.code <> '' AND o.by_code IS NULL) AS brings,
    d.vpostcode,
    d.commune_id,
    d.province_code
FROM door AS d
LEFT JOIN grouped AS g ON g.row_no = d.row_no
LEFT JOIN found AS f ON f.row_no = coalesce(g.leader, d.row_no)
LEFT JOIN found AS o ON o.row_no = d.row_no;

-- name: analyze_settled
ANALYZE settled;

-- name: spoken
-- The rows that speak for a door, with all that is written of it.
CREATE TEMP VIEW spoken AS
SELECT
    d.*,
    s.address_id,
    s.is_new,
    coalesce(g.refs, CASE WHEN d.ma_ho <> '' THEN 1 ELSE 0 END) AS refs,
    coalesce(g.new_refs, CASE WHEN d.ma_ho <> '' AND f.by_household IS NULL THEN 1 ELSE 0 END) AS new_refs,
    coalesce(g.households, d.households) AS households_said,
    coalesce(g.coded, d.code <> '') AS coded,
    CASE WHEN d.dia_chi <> '' THEN d.dia_chi ELSE concat_ws(
        ', ', nullif(concat_ws(' ', nullif(d.house_path, ''), CASE WHEN d.place_kind <> 'hamlet' THEN t.name END), ''), w.name, nullif(u.said, '')
    ) END AS recorded_text
FROM door AS d
JOIN settled AS s ON s.row_no = d.row_no AND s.leader = d.row_no
JOIN unit_key AS u ON u.k = d.k
LEFT JOIN grouped AS g ON g.row_no = d.row_no
LEFT JOIN found AS f ON f.row_no = d.row_no
LEFT JOIN place_said AS t ON t.p = d.p
LEFT JOIN place_said AS w ON w.p = d.h;

-- name: written
-- The new state of each known address: an empty cell never erases, another spelling writes nothing, the status never goes down, noise below a centimetre is no move.
CREATE TEMP TABLE written ON COMMIT DROP AS
WITH merged AS (
    SELECT
        s.row_no,
        s.address_id,
        s.province_code,
        s.commune_id,
        CASE WHEN s.commune_id = a.commune_id THEN a.recorded_unit_id ELSE s.recorded_unit_id END AS recorded_unit_id,
        k.own,
        CASE WHEN k.own AND NOT k.known_place THEN s.place_id ELSE a.place_id END AS place_id,
        CASE WHEN k.known_hamlet THEN a.hamlet_id ELSE coalesce(s.hamlet_id, a.hamlet_id) END AS hamlet_id,
        CASE WHEN k.own AND s.house_key <> a.house_key THEN s.house_path ELSE a.house_path END AS house_path,
        CASE WHEN k.own THEN s.house_key ELSE a.house_key END AS house_key,
        CASE WHEN k.own AND s.flat_key <> a.flat_key THEN s.flat ELSE a.flat END AS flat,
        CASE WHEN k.own THEN s.flat_key ELSE a.flat_key END AS flat_key,
        coalesce(s.kind, a.kind) AS kind,
        greatest(
            coalesce(s.households_said, a.households),
            s.new_refs + (SELECT count(*) FROM household AS h WHERE h.address_id = a.id AND h.province_code = a.province_code)
        )::integer AS households,
        CASE WHEN array_position(CAST(:ladder AS text[]), s.status) > array_position(CAST(:ladder AS text[]), a.status) THEN s.status ELSE a.status END AS status,
        CASE WHEN ST_DWithin(s.point, a.point, 1e-7) THEN a.point ELSE s.point END AS point,
        CASE WHEN ST_DWithin(s.point, a.point, 1e-7) THEN a.original_x ELSE s.x END AS original_x,
        CASE WHEN ST_DWithin(s.point, a.point, 1e-7) THEN a.original_y ELSE s.y END AS original_y,
        CASE WHEN ST_DWithin(s.point, a.point, 1e-7) THEN a.original_crs ELSE :crs END AS original_crs,
        CASE WHEN s.dia_chi <> '' THEN s.recorded_text ELSE a.recorded_text END AS recorded_text,
        coalesce(nullif(s.note, ''), a.note) AS note,
        a AS was
    FROM spoken AS s
    JOIN address AS a ON a.id = s.address_id AND a.province_code = s.province_code
    CROSS JOIN LATERAL (
        SELECT s.house_key || s.flat_key <> '' AND NOT (s.flat_key = '' AND a.flat_key <> '')
            OR (
                a.house_key || a.flat_key = '' AND s.place_id IS NOT NULL
                AND (s.place_kind <> 'hamlet' OR NOT EXISTS (SELECT FROM place AS p WHERE p.id = a.place_id AND p.kind <> 'hamlet'))
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
