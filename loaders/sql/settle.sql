-- From accepted rows to addresses: places get ids, rows of one door are gathered, new values are merged into known ones.

-- name: place
INSERT INTO place (commune_id, kind, name, key, origin_id, created_batch_id)
SELECT commune_id, kind, min(name), key, origin_id, :batch
FROM (
    SELECT commune_id, place_kind AS kind, place_name AS name, place_key AS key, CASE WHEN place_kind = 'hamlet' THEN origin_id END AS origin_id
    FROM door WHERE place_id IS NULL AND place_key IS NOT NULL
    UNION ALL
    SELECT commune_id, 'hamlet', hamlet_name, hamlet_key, origin_id FROM door WHERE hamlet_id IS NULL AND hamlet_key IS NOT NULL
) AS said
GROUP BY commune_id, kind, key, origin_id
ON CONFLICT (commune_id, kind, key, origin_id) DO NOTHING;

-- name: grouped
-- Which row speaks for each accepted row, and how many households the rows of one door bring.
CREATE TEMP TABLE grouped ON COMMIT DROP AS
SELECT d.row_no, g.leader, g.refs, g.new_refs, g.households
FROM door AS d
JOIN (
    SELECT
        identity,
        min(row_no) AS leader,
        count(nullif(ma_ho, '')) AS refs,
        count(nullif(ma_ho, '')) FILTER (WHERE by_household IS NULL) AS new_refs,
        max(households) AS households
    FROM door JOIN found USING (row_no)
    GROUP BY identity
) AS g USING (identity);

-- name: analyze_grouped
ANALYZE grouped;

-- name: settled
-- One row a door: the speaking row with the ids of its places and of its address, which is new unless the registry knew it.
CREATE TEMP TABLE settled ON COMMIT DROP AS
SELECT
    d.row_no,
    coalesce(f.address_id, nextval(pg_get_serial_sequence('address', 'id'))) AS address_id,
    f.address_id IS NULL AS is_new,
    d.province_code,
    d.commune_id,
    d.recorded_unit_id,
    coalesce(d.place_id, s.id) AS place_id,
    d.place_kind,
    coalesce(d.hamlet_id, w.id) AS hamlet_id,
    d.house_path,
    d.house_key,
    d.flat,
    d.flat_key,
    coalesce(d.kind, CASE WHEN d.loai <> '' THEN 'other' END) AS kind,
    coalesce(d.kind, CASE WHEN d.loai <> '' THEN 'other' WHEN g.refs > 0 OR g.households > 0 THEN 'household' ELSE 'other' END) AS kind_or_default,
    g.refs,
    g.new_refs,
    g.households,
    d.status,
    d.point,
    d.x,
    d.y,
    d.dia_chi <> '' AS text_said,
    CASE WHEN d.dia_chi <> '' THEN regexp_replace(d.dia_chi, :personal, '***', 'g') ELSE concat_ws(
        ', ', nullif(concat_ws(' ', nullif(d.house_path, ''), CASE WHEN d.place_kind <> 'hamlet' THEN d.place_name END), ''),
        d.hamlet_name, nullif(d.unit_said, '')
    ) END AS recorded_text,
    d.note,
    d.code,
    d.postal_code
FROM door AS d
JOIN grouped AS g ON g.row_no = d.row_no AND g.leader = d.row_no
JOIN found AS f ON f.row_no = d.row_no
LEFT JOIN place AS s ON d.place_id IS NULL AND s.commune_id = d.commune_id AND s.kind = d.place_kind AND s.key = d.place_key
    AND s.origin_id IS NOT DISTINCT FROM CASE WHEN d.place_kind = 'hamlet' THEN d.origin_id END
LEFT JOIN place AS w ON d.hamlet_id IS NULL AND w.commune_id = d.commune_id AND w.kind = 'hamlet' AND w.key = d.hamlet_key
    AND w.origin_id IS NOT DISTINCT FROM d.origin_id;

-- name: analyze_settled
ANALYZE settled;

-- name: written
-- The new state of each known address: an empty cell never erases, the status never goes down, noise below a centimetre is no move.
CREATE TEMP TABLE written ON COMMIT DROP AS
WITH merged AS (
    SELECT
        s.row_no,
        s.address_id,
        s.province_code,
        s.commune_id,
        CASE WHEN s.commune_id = a.commune_id THEN a.recorded_unit_id ELSE s.recorded_unit_id END AS recorded_unit_id,
        k.own,
        CASE WHEN k.own THEN s.place_id ELSE a.place_id END AS place_id,
        coalesce(s.hamlet_id, a.hamlet_id) AS hamlet_id,
        CASE WHEN k.own THEN s.house_path ELSE a.house_path END AS house_path,
        CASE WHEN k.own THEN s.house_key ELSE a.house_key END AS house_key,
        CASE WHEN k.own THEN s.flat ELSE a.flat END AS flat,
        CASE WHEN k.own THEN s.flat_key ELSE a.flat_key END AS flat_key,
        coalesce(s.kind, a.kind) AS kind,
        greatest(
            coalesce(s.households, a.households),
            s.new_refs + (SELECT count(*) FROM household AS h WHERE h.address_id = a.id)
        )::integer AS households,
        CASE WHEN array_position(CAST(:ladder AS text[]), s.status) > array_position(CAST(:ladder AS text[]), a.status) THEN s.status ELSE a.status END AS status,
        CASE WHEN ST_DWithin(s.point, a.point, 1e-7) THEN a.point ELSE s.point END AS point,
        CASE WHEN ST_DWithin(s.point, a.point, 1e-7) THEN a.original_x ELSE s.x END AS original_x,
        CASE WHEN ST_DWithin(s.point, a.point, 1e-7) THEN a.original_y ELSE s.y END AS original_y,
        CASE WHEN ST_DWithin(s.point, a.point, 1e-7) THEN a.original_crs ELSE :crs END AS original_crs,
        CASE WHEN s.text_said THEN s.recorded_text ELSE a.recorded_text END AS recorded_text,
        coalesce(nullif(s.note, ''), a.note) AS note
    FROM settled AS s
    JOIN address AS a ON a.id = s.address_id
    CROSS JOIN LATERAL (
        SELECT s.house_key || s.flat_key <> '' AND NOT (s.flat_key = '' AND a.flat_key <> '')
            OR (
                a.house_key || a.flat_key = '' AND s.place_id IS NOT NULL
                AND (s.place_kind <> 'hamlet' OR NOT EXISTS (SELECT FROM place AS p WHERE p.id = a.place_id AND p.kind <> 'hamlet'))
            ) AS own
    ) AS k
    WHERE NOT s.is_new
)
SELECT
    m.*,
    (
        m.province_code, m.commune_id, m.recorded_unit_id, m.place_id, m.hamlet_id, m.house_path, m.house_key, m.flat, m.flat_key, m.kind,
        m.households, m.status, m.point::text, m.recorded_text, m.note
    ) IS DISTINCT FROM (
        a.province_code, a.commune_id, a.recorded_unit_id, a.place_id, a.hamlet_id, a.house_path, a.house_key, a.flat, a.flat_key, a.kind,
        a.households, a.status, a.point::text, a.recorded_text, a.note
    ) AS changed
FROM merged AS m
JOIN address AS a ON a.id = m.address_id;
