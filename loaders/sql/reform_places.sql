-- What becomes of the places of the doors that move: they go along, meet their namesakes of the merged commune, or are kept apart.

-- name: place_use
-- Which places go where, and with how many doors; places without doors go with a commune that was not split.
CREATE TEMP TABLE place_use ON COMMIT DROP AS
SELECT place_id, becomes, count(*) AS doors
FROM (
    SELECT place_id, becomes FROM rehome WHERE place_id IS NOT NULL
    UNION ALL
    SELECT hamlet_id, becomes FROM rehome WHERE hamlet_id IS NOT NULL AND hamlet_id IS DISTINCT FROM place_id
) AS used
GROUP BY place_id, becomes;

-- name: unused
INSERT INTO place_use
SELECT p.id, min(s.successor_id), 0
FROM place AS p
JOIN succession AS s ON s.predecessor_id = p.commune_id AND s.reform_id = :reform AND (s.kind = 'whole' OR s.all_people)
WHERE NOT EXISTS (SELECT FROM place_use AS u WHERE u.place_id = p.id)
    AND p.commune_id NOT IN (SELECT w.unit_id FROM reform_waiting AS w WHERE w.decided_at IS NULL)
GROUP BY p.id;

-- name: place_stays
-- Places on which doors that wait stand.
CREATE TEMP TABLE place_stays ON COMMIT DROP AS
SELECT DISTINCT unnest(ARRAY[a.place_id, a.hamlet_id]) AS place_id
FROM reform_waiting AS w
JOIN address AS a ON a.id = w.address_id
WHERE w.decided_at IS NULL AND NOT EXISTS (SELECT FROM rehome AS r WHERE r.id = a.id);

-- name: place_move
-- As an import of today would have it: a hamlet keeps the commune that it comes from, a street needs none. `home`: the place itself goes
-- there, its doors elsewhere get a place of their own.
CREATE TEMP TABLE place_move ON COMMIT DROP AS
SELECT
    u.place_id, u.becomes, p.commune_id AS was, p.kind, p.key, p.name, p.created_batch_id, p.origin_id AS origin_was,
    CASE WHEN p.kind = 'hamlet' THEN coalesce(p.origin_id, p.commune_id) ELSE p.origin_id END AS origin_id,
    row_number() OVER (PARTITION BY u.place_id ORDER BY u.doors DESC, u.becomes) = 1
        AND NOT EXISTS (SELECT FROM place_stays AS s WHERE s.place_id = u.place_id) AS home,
    CAST(NULL AS bigint) AS goes_to
FROM place_use AS u
JOIN place AS p ON p.id = u.place_id;

-- name: namesakes
-- Places that would become one; those that stand there already (from an earlier decision) are named by `there`.
CREATE TEMP TABLE namesakes ON COMMIT DROP AS
SELECT m.place_id, m.becomes, g.n, g.there
FROM place_move AS m
JOIN (
    SELECT x.becomes, x.kind, x.key, x.origin_id, row_number() OVER () AS n, min(e.id) AS there
    FROM place_move AS x
    LEFT JOIN place AS e ON e.commune_id = x.becomes AND e.kind = x.kind AND e.key = x.key AND e.origin_id IS NOT DISTINCT FROM x.origin_id
    GROUP BY x.becomes, x.kind, x.key, x.origin_id
    HAVING count(DISTINCT x.place_id) > 1 OR min(e.id) IS NOT NULL
) AS g ON g.becomes = m.becomes AND g.kind = m.kind AND g.key = m.key AND g.origin_id IS NOT DISTINCT FROM m.origin_id;

-- name: clash
-- Namesakes that share the number of a live door: two doors, each with its code, hence two streets.
CREATE TEMP TABLE clash ON COMMIT DROP AS
SELECT n, a.house_key, a.flat_key
FROM (
    SELECT k.n, r.id FROM namesakes AS k JOIN rehome AS r ON r.place_id = k.place_id AND r.becomes = k.becomes WHERE NOT r.retired
    UNION
    SELECT k.n, b.id FROM namesakes AS k JOIN address AS b ON b.place_id = k.there WHERE b.retired_at IS NULL
) AS d
JOIN address AS a ON a.id = d.id
WHERE a.house_key <> ''
GROUP BY n, a.house_key, a.flat_key
HAVING count(*) > 1;

-- name: keep_apart
UPDATE place_move AS m
SET origin_id = m.was
FROM namesakes AS k
WHERE (k.place_id, k.becomes) = (m.place_id, m.becomes) AND k.n IN (SELECT n FROM clash);

-- name: goes_to
-- One place a commune, kind, key and origin: the one that is there, else the oldest that goes there, else a new one.
UPDATE place_move AS m
SET goes_to = g.id
FROM (
    SELECT
        x.becomes, x.kind, x.key, x.origin_id,
        coalesce(min(e.id), min(x.place_id) FILTER (WHERE x.home), nextval('place_id_seq'::regclass)) AS id
    FROM place_move AS x
    LEFT JOIN place AS e ON e.commune_id = x.becomes AND e.kind = x.kind AND e.key = x.key AND e.origin_id IS NOT DISTINCT FROM x.origin_id
    GROUP BY x.becomes, x.kind, x.key, x.origin_id
) AS g
WHERE g.becomes = m.becomes AND g.kind = m.kind AND g.key = m.key AND g.origin_id IS NOT DISTINCT FROM m.origin_id;

-- name: goals
-- The places as they will be: the name of the earliest batch, of one batch the first in order, as an import takes it.
CREATE TEMP TABLE goals ON COMMIT DROP AS
SELECT
    goes_to AS id, min(becomes) AS commune_id, min(kind) AS kind, min(key) AS key, min(origin_id) AS origin_id,
    (array_agg(name ORDER BY created_batch_id NULLS FIRST, name))[1] AS name, min(created_batch_id) AS created_batch_id,
    bool_or(home AND place_id = goes_to) AS moves
FROM place_move
GROUP BY goes_to;

-- name: moved_places
SELECT id FROM goals WHERE moves;

-- name: absorbed_places
-- Places all of whose doors went to another one.
SELECT DISTINCT place_id FROM place_move AS m
WHERE home AND goes_to <> place_id AND NOT EXISTS (SELECT FROM goals AS g WHERE g.id = m.place_id);

-- name: new_places
SELECT g.id FROM goals AS g WHERE NOT moves AND NOT EXISTS (SELECT FROM place AS p WHERE p.id = g.id);

-- name: move_places
UPDATE place AS p
SET commune_id = g.commune_id, origin_id = g.origin_id, name = g.name
FROM goals AS g
WHERE g.moves AND p.id = g.id;

-- name: insert_places
INSERT INTO place (id, commune_id, kind, name, key, origin_id, created_batch_id, fold_version)
SELECT id, commune_id, kind, name, key, origin_id, created_batch_id, :fold_version
FROM goals AS g
WHERE NOT moves AND NOT EXISTS (SELECT FROM place AS p WHERE p.id = g.id);

-- name: delete_places
DELETE FROM place WHERE id = ANY (CAST(:ids AS bigint[]));
