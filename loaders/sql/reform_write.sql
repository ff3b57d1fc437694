-- The doors move: commune, province and places change; codes, points, what was recorded and who wrote it stay.

-- name: remember
-- The before-images of all doors that move, in one statement.
INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason, at)
SELECT a.province_code, 'address', a.id::text, 'update', to_jsonb(a), :actor, :reason, :at
FROM rehome AS r
JOIN address_image AS a ON a.id = r.id
ORDER BY a.id
FOR UPDATE OF a;

-- name: address
UPDATE address AS a
SET commune_id = r.becomes, province_code = u.province_code, place_id = p.goes_to, hamlet_id = h.goes_to, updated_at = now()
FROM rehome AS r
JOIN unit AS u ON u.id = r.becomes
LEFT JOIN place_move AS p ON p.place_id = r.place_id AND p.becomes = r.becomes
LEFT JOIN place_move AS h ON h.place_id = r.hamlet_id AND h.becomes = r.becomes
WHERE a.id = r.id;

-- name: emigrated
-- Doors that are in another province now.
CREATE TEMP TABLE emigrated ON COMMIT DROP AS
SELECT r.id, u.province_code
FROM rehome AS r
JOIN unit AS u ON u.id = r.becomes
JOIN unit AS w ON w.id = r.was
WHERE u.province_code <> w.province_code;

-- name: households
-- The references of doors that are in another province now; borne there already by another household, they are told apart.
CREATE TEMP TABLE followed ON COMMIT DROP AS
SELECT
    h.id, e.province_code,
    row_number() OVER (PARTITION BY e.province_code, h.ref ORDER BY h.id) > 1
        OR EXISTS (SELECT FROM household AS k WHERE k.province_code = e.province_code AND k.ref = h.ref) AS twice
FROM emigrated AS e
JOIN household AS h ON h.address_id = e.id
WHERE h.province_code <> e.province_code;

-- name: household_province
UPDATE household AS h
SET province_code = f.province_code, ref = CASE WHEN f.twice THEN h.ref || ' / ' || h.province_code ELSE h.ref END
FROM followed AS f
WHERE h.id = f.id;

-- name: province_tables
-- The tables whose rows follow the province of their door.
SELECT c.table_name
FROM information_schema.columns AS c
JOIN information_schema.columns AS a USING (table_schema, table_name)
JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = 'province_code' AND a.column_name = 'address_id'
    AND table_name NOT IN ('household', 'reform_waiting')
ORDER BY 1;

-- name: service_point
UPDATE service_point AS p
SET commune_id = s.successor_id, province_code = u.province_code
FROM succession AS s
JOIN unit AS u ON u.id = s.successor_id
WHERE s.reform_id = :reform AND (s.kind = 'whole' OR s.all_people) AND p.commune_id = s.predecessor_id;

-- name: service_points_left
-- Points of split communes, which no door and no record places.
SELECT count(*) FROM service_point AS p JOIN unit AS u ON u.id = p.commune_id AND NOT u.in_force;

-- name: kept_rows
-- Rows that did not enter are counted in the commune that they name: the one it became, or none where it was split. What they named until
-- that day stays beside it: past days are counted by it (registry/sql/asof.sql).
UPDATE batch_row AS r
SET details = CASE WHEN n.code IS NULL THEN r.details - 'commune_code' ELSE r.details || jsonb_build_object('commune_code', n.code) END
    || jsonb_build_object('commune_before', coalesce(r.details -> 'commune_before', '{}') || jsonb_build_object(n.effective, n.was))
FROM (
    SELECT p.code AS was, min(s.effective)::text AS effective, min(u.code) FILTER (WHERE s.kind = 'whole' OR s.all_people) AS code
    FROM succession AS s
    JOIN unit AS p ON p.id = s.predecessor_id AND p.level = 'commune'
    JOIN unit AS u ON u.id = s.successor_id
    WHERE s.reform_id = :reform
    GROUP BY p.id
) AS n
WHERE r.outcome <> 'accepted' AND r.details ->> 'commune_code' = n.was AND n.code IS DISTINCT FROM n.was;

-- name: batch_province
UPDATE batch AS b
SET province_code = u.code
FROM succession AS s
JOIN unit AS p ON p.id = s.predecessor_id AND p.level = 'province'
JOIN unit AS u ON u.id = s.successor_id
WHERE s.reform_id = :reform AND s.kind = 'whole' AND b.province_code = p.code AND p.code <> u.code;

-- name: touched
SELECT was FROM rehome UNION SELECT becomes FROM rehome;
