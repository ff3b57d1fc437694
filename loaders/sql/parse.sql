-- From staged cells to typed rows: every distinct value was read once by Python and is joined here.

-- name: parsed
-- One row a staged row: numbers as written, the door's cells read, words as vocabulary. x is easting or longitude.
CREATE TEMP TABLE parsed ON COMMIT DROP AS
SELECT
    s.row_no,
    u.k,
    CASE WHEN s.kinh_do ~ '^[+-]?[0-9]{1,9}([.][0-9]+)?$' THEN s.kinh_do::float8 ELSE nx.value END AS x,
    CASE WHEN s.vi_do ~ '^[+-]?[0-9]{1,9}([.][0-9]+)?$' THEN s.vi_do::float8 ELSE ny.value END AS y,
    s.kinh_do <> '' AND s.vi_do <> '' AS point_said,
    coalesce(nx.comma, false) OR coalesce(ny.comma, false) AS point_comma,
    CASE WHEN h.alley_key <> '' THEN 'alley' WHEN d.key <> '' THEN d.kind WHEN t.key <> '' THEN 'building' WHEN n.key <> '' THEN 'hamlet' END
        AS place_kind,
    CASE WHEN h.alley_key <> '' THEN h.alley WHEN d.key <> '' THEN d.name WHEN t.key <> '' THEN t.name WHEN n.key <> '' THEN n.name END
        AS place_name,
    CASE WHEN h.alley_key <> '' THEN h.alley_key WHEN d.key <> '' THEN d.key WHEN t.key <> '' THEN t.key WHEN n.key <> '' THEN n.key END
        AS place_key,
    coalesce(d.key, '') <> '' OR coalesce(n.key, '') <> '' AS place_said,
    n.name AS hamlet_name,
    nullif(n.key, '') AS hamlet_key,
    CASE WHEN h.known THEN coalesce(h.path, '') ELSE upper(s.so_nha) END AS house_path,
    CASE WHEN h.known THEN coalesce(h.key, '') ELSE lower(s.so_nha) END AS house_key,
    h.issue AS house_issue,
    h.suggestion AS house_suggestion,
    coalesce(f.flat, '') AS flat,
    coalesce(f.key, '') AS flat_key,
    s.loai,
    kind.value AS kind,
    s.so_ho,
    so_ho.value::integer AS households,
    s.trang_thai,
    status.value AS status,
    s.ngay_thu_thap <> '' AND day.value IS NULL AS date_invalid,
    s.ma_ho,
    s.ma_dia_chi_so,
    CASE WHEN s.ma_dia_chi_so ~ '^[0-9]{10}$' THEN s.ma_dia_chi_so ELSE coalesce(code.code, '') END AS code,
    CASE WHEN s.ma_dia_chi_so ~ '^[0-9]{10}$' THEN 'ndas' ELSE coalesce(code.scheme, '') END AS scheme,
    code.issue AS code_issue,
    code.words AS code_words,
    code.suggestion AS code_suggestion,
    s.vpostcode AS vpostcode_said,
    coalesce(vpostcode.value, '') AS vpostcode,
    coalesce(note.note, '') AS note,
    coalesce(note.scrubbed, false) AS note_scrubbed,
    s.dia_chi,
    concat_ws(', ', nullif(s.xa, ''), nullif(s.huyen, ''), nullif(s.tinh, '')) AS unit_said
FROM stage_row AS s
LEFT JOIN unit_key AS u
    ON coalesce(u.ma_xa, '') = s.ma_xa AND coalesce(u.xa, '') = s.xa AND coalesce(u.huyen, '') = s.huyen AND coalesce(u.tinh, '') = s.tinh
LEFT JOIN house AS h
    ON coalesce(h.so_nha, '') = s.so_nha AND coalesce(h.ngo, '') = s.ngo AND coalesce(h.ngach, '') = s.ngach
LEFT JOIN place_said AS d ON d.col = 'duong' AND d.raw = s.duong
LEFT JOIN place_said AS n ON n.col = 'thon_to' AND n.raw = s.thon_to
LEFT JOIN place_said AS t ON t.col = 'toa_nha' AND t.raw = s.toa_nha
LEFT JOIN flat_said AS f
    ON coalesce(f.toa_nha, '') = s.toa_nha AND coalesce(f.tang, '') = s.tang AND coalesce(f.phong, '') = s.phong
LEFT JOIN value_said AS kind ON kind.col = 'loai' AND kind.raw = s.loai
LEFT JOIN value_said AS status ON status.col = 'trang_thai' AND status.raw = s.trang_thai
LEFT JOIN value_said AS so_ho ON so_ho.col = 'so_ho' AND so_ho.raw = s.so_ho
LEFT JOIN value_said AS day ON day.col = 'ngay_thu_thap' AND day.raw = s.ngay_thu_thap
LEFT JOIN value_said AS vpostcode ON vpostcode.col = 'vpostcode' AND vpostcode.raw = s.vpostcode
LEFT JOIN code_said AS code ON code.raw = s.ma_dia_chi_so
LEFT JOIN note_said AS note ON note.raw = s.ghi_chu
LEFT JOIN number_said AS nx ON nx.raw = s.kinh_do
LEFT JOIN number_said AS ny ON ny.raw = s.vi_do;

-- name: analyze_parsed
ANALYZE parsed;
