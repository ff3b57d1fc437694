-- What people decided about doors by hand, held against a file that repeats what was there before.

-- name: any
SELECT EXISTS (SELECT FROM life_event);

-- name: former
-- Doors that a row names as they were before somebody corrected, moved or merged them, where no door answers to that name today: under the
-- number of then, or without one at the very point of then. The latest act counts.
CREATE TEMP TABLE former ON COMMIT DROP AS
SELECT DISTINCT ON (d.row_no) d.row_no, e.address_id, d.house_key || d.flat_key <> '' AS numbered
FROM door AS d
JOIN life_event AS e ON e.province_code = d.province_code AND e.place_id = d.place_id AND e.house_key = d.house_key AND e.flat_key = d.flat_key
LEFT JOIN found AS f ON f.row_no = d.row_no
WHERE f.address_id IS NULL AND e.kind IN ('amended', 'moved', 'merged', 'split')
    AND (d.house_key || d.flat_key <> '' OR (d.ma_ho = '' AND ST_DWithin(e.point, d.point, 1e-6)))
ORDER BY d.row_no, e.id DESC;

-- name: former_known
UPDATE found AS f
SET by_door = CASE WHEN b.numbered THEN b.address_id END, by_point = CASE WHEN NOT b.numbered THEN b.address_id END, address_id = b.address_id
FROM former AS b
WHERE b.row_no = f.row_no;

-- name: former_new
INSERT INTO found (row_no, numbered, by_door, by_point, address_id)
SELECT b.row_no, b.numbered, CASE WHEN b.numbered THEN b.address_id END, CASE WHEN NOT b.numbered THEN b.address_id END, b.address_id
FROM former AS b
WHERE NOT EXISTS (SELECT FROM found AS f WHERE f.row_no = b.row_no);

-- name: by_hand
CREATE TEMP TABLE by_hand (
    row_no integer, door boolean, hamlet boolean, kind boolean, households boolean, point boolean, note boolean
) ON COMMIT DROP;

-- name: replaced
-- What of each known door a person replaced and the file says again. A value that is new in the file is news, and counts.
INSERT INTO by_hand
SELECT
    s.row_no,
    bool_or(
        (e.place_id, e.house_key, e.flat_key) IS NOT DISTINCT FROM (s.place_id, s.house_key, s.flat_key)
        AND (e.place_id, e.house_key, e.flat_key) IS DISTINCT FROM (a.place_id, a.house_key, a.flat_key)
    ) AS door,
    bool_or(w.name IS NOT NULL AND w.name = e.fields -> 'thon_to' ->> 0 AND s.hamlet_id IS DISTINCT FROM a.hamlet_id) AS hamlet,
    bool_or(s.kind IS NOT NULL AND s.kind = e.fields -> 'loai' ->> 0 AND s.kind <> a.kind) AS kind,
    bool_or(
        s.households_said IS NOT NULL AND s.households_said::text = e.fields -> 'so_ho' ->> 0 AND s.households_said <> a.households
    ) AS households,
    bool_or(ST_DWithin(e.point, s.point, 1e-7) AND NOT ST_DWithin(a.point, s.point, 1e-7)) AS point,
    bool_or(s.note <> '' AND s.note = e.fields -> 'ghi_chu' ->> 0 AND s.note <> a.note) AS note
FROM spoken AS s
JOIN address AS a ON a.id = s.address_id AND a.province_code = s.province_code
JOIN life_event AS e ON e.address_id = a.id AND e.province_code = a.province_code
LEFT JOIN place AS w ON w.id = s.hamlet_id
WHERE NOT s.is_new
GROUP BY s.row_no;

-- name: told
INSERT INTO issue (row_no, code, details)
SELECT h.row_no, 'row.kept_by_hand', jsonb_build_object('fields', to_jsonb(array_remove(ARRAY[
    CASE WHEN h.door THEN 'so_nha, duong' END, CASE WHEN h.hamlet THEN 'thon_to' END, CASE WHEN h.kind THEN 'loai' END,
    CASE WHEN h.households THEN 'so_ho' END, CASE WHEN h.point THEN 'toa_do' END, CASE WHEN h.note THEN 'ghi_chu' END
], NULL)))
FROM by_hand AS h
JOIN issue_kind AS k ON k.code = 'row.kept_by_hand'
WHERE h.door OR h.hamlet OR h.kind OR h.households OR h.point OR h.note;
