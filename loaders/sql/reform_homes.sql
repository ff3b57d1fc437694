-- Where the doors of a reform go: by succession, by exact area, by what the table says of hamlets and former communes, else they wait.

-- name: provinces
-- The provinces of the units that a reform ends and begins.
SELECT DISTINCT u.province_code
FROM succession AS s
JOIN unit AS u ON u.id IN (s.predecessor_id, s.successor_id)
WHERE s.reform_id = :reform;

-- name: provinces_of_chosen
-- The provinces that doors are in and go to.
SELECT a.province_code FROM chosen_home AS c JOIN address AS a ON a.id = c.address_id
UNION
SELECT u.province_code FROM chosen_home AS c JOIN unit AS u ON u.id = c.unit_id;

-- name: rehome
-- Doors of units that went whole, or with all their people, to one.
CREATE TEMP TABLE rehome ON COMMIT DROP AS
SELECT
    a.id, a.commune_id AS was, s.successor_id AS becomes, CAST('succession' AS text) AS how, a.place_id, a.hamlet_id, a.households,
    a.retired_at IS NOT NULL AS retired
FROM (
    SELECT predecessor_id, min(successor_id) FILTER (WHERE kind = 'whole' OR all_people) AS successor_id
    FROM succession
    WHERE reform_id = :reform
    GROUP BY predecessor_id
) AS s
JOIN address AS a ON a.commune_id = s.predecessor_id
WHERE s.successor_id IS NOT NULL;

-- name: undecided
-- Doors of the units that were split.
CREATE TEMP TABLE undecided ON COMMIT DROP AS
SELECT a.id, a.commune_id AS was, a.place_id, a.hamlet_id, a.households, a.retired_at IS NOT NULL AS retired, a.recorded_unit_id, a.point, s.candidates
FROM (
    SELECT predecessor_id, array_agg(successor_id ORDER BY successor_id) AS candidates
    FROM succession
    WHERE reform_id = :reform
    GROUP BY predecessor_id
    HAVING NOT bool_or(kind = 'whole' OR all_people)
) AS s
JOIN address AS a ON a.commune_id = s.predecessor_id;

-- name: by_area
-- As an import decides: exactly one of the candidates' exact areas holds the point.
INSERT INTO rehome
SELECT u.id, u.was, min(b.unit_id), 'point', u.place_id, u.hamlet_id, u.households, u.retired
FROM undecided AS u
JOIN unit_boundary AS b ON b.unit_id = ANY (u.candidates) AND NOT b.approximate AND ST_Covers(b.geom, u.point)
GROUP BY u.id, u.was, u.place_id, u.hamlet_id, u.households, u.retired
HAVING count(*) = 1;

-- name: part_said
-- What the table says goes one way: places by their key, former communes by their code.
CREATE TEMP TABLE part_said (predecessor_id integer, successor_id integer, kind text, key text) ON COMMIT DROP;

-- name: by_record
INSERT INTO rehome
SELECT u.id, u.was, min(s.successor_id), 'record', u.place_id, u.hamlet_id, u.households, u.retired
FROM undecided AS u
JOIN unit AS r ON r.id = u.recorded_unit_id
LEFT JOIN place AS p ON p.id = u.place_id
LEFT JOIN place AS h ON h.id = u.hamlet_id
JOIN part_said AS s ON s.predecessor_id = u.was
    AND (s.kind, s.key) IN ((p.kind, p.key), (h.kind, h.key), ('unit', CASE WHEN r.id <> u.was THEN r.code END))
WHERE NOT EXISTS (SELECT FROM rehome AS m WHERE m.id = u.id)
GROUP BY u.id, u.was, u.place_id, u.hamlet_id, u.households, u.retired
HAVING count(DISTINCT s.successor_id) = 1;

-- name: by_approximate_area
-- Asked for only: the point lies in the area of one candidate and further than the margin from those of all others, which are all known.
INSERT INTO rehome
SELECT u.id, u.was, min(b.unit_id) FILTER (WHERE ST_Covers(b.geom, u.point)), 'approximate', u.place_id, u.hamlet_id, u.households, u.retired
FROM undecided AS u
JOIN unit_boundary AS b ON b.unit_id = ANY (u.candidates)
WHERE NOT EXISTS (SELECT FROM rehome AS m WHERE m.id = u.id)
GROUP BY u.id, u.was, u.place_id, u.hamlet_id, u.households, u.retired, u.candidates
HAVING count(*) = cardinality(u.candidates) AND count(*) FILTER (WHERE ST_Covers(b.geom, u.point)) = 1
    AND count(*) FILTER (WHERE ST_DWithin(b.geom::geography, u.point::geography, :margin)) = 1;

-- name: narrowed
-- Doors that wait since an earlier reform, and whose candidates this one replaces.
CREATE TEMP TABLE narrowed ON COMMIT DROP AS
SELECT w.address_id, w.reform_id, array_agg(DISTINCT coalesce(s.successor_id, c.id) ORDER BY coalesce(s.successor_id, c.id)) AS candidates
FROM reform_waiting AS w
CROSS JOIN LATERAL unnest(w.candidates) AS c (id)
LEFT JOIN succession AS s ON s.predecessor_id = c.id AND s.reform_id = :reform
WHERE w.decided_at IS NULL
GROUP BY w.address_id, w.reform_id
HAVING count(s.id) > 0;

-- name: settled_waiting
-- Candidates that have become one unit decide what waited between them.
INSERT INTO rehome
SELECT a.id, a.commune_id, n.candidates[1], 'succession', a.place_id, a.hamlet_id, a.households, a.retired_at IS NOT NULL
FROM narrowed AS n
JOIN address AS a ON a.id = n.address_id
WHERE cardinality(n.candidates) = 1;

-- name: narrow
UPDATE reform_waiting AS w
SET candidates = n.candidates,
    decided_at = CASE WHEN cardinality(n.candidates) = 1 THEN now() END,
    chosen_id = CASE WHEN cardinality(n.candidates) = 1 THEN n.candidates[1] END
FROM narrowed AS n
WHERE (w.address_id, w.reform_id) = (n.address_id, n.reform_id);

-- name: waiting
-- What nothing decides stays where it is, listed with its candidates and the reason.
INSERT INTO reform_waiting (address_id, province_code, reform_id, unit_id, candidates, why)
SELECT
    u.id, coalesce(c.province_code, a.province_code), :reform, u.was, u.candidates,
    CASE
        WHEN c.covering > 1 THEN 'overlap'
        WHEN c.exact = cardinality(u.candidates) THEN 'outside'
        WHEN CAST(:margin AS float8) IS NOT NULL AND c.drawn = cardinality(u.candidates) THEN 'near_border'
        ELSE 'no_area'
    END
FROM undecided AS u
JOIN address AS a ON a.id = u.id
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE NOT b.approximate) AS exact,
        count(b.unit_id) AS drawn,
        count(*) FILTER (WHERE NOT b.approximate AND ST_Covers(b.geom, u.point)) AS covering,
        CASE WHEN count(DISTINCT t.province_code) = 1 THEN min(t.province_code) END AS province_code
    FROM unit AS t
    LEFT JOIN unit_boundary AS b ON b.unit_id = t.id
    WHERE t.id = ANY (u.candidates)
) AS c
WHERE NOT EXISTS (SELECT FROM rehome AS m WHERE m.id = u.id);

-- name: flows
-- How many doors go which way, for the report.
SELECT
    p.province_code, p.code AS from_code, p.full_name AS from_name, n.code AS to_code, n.full_name AS to_name, r.how, count(*) AS doors
FROM rehome AS r
JOIN unit AS p ON p.id = r.was
JOIN unit AS n ON n.id = r.becomes
GROUP BY p.id, n.id, r.how
ORDER BY p.province_code, p.code, n.code, r.how;

-- name: listed
-- Doors that wait, with all that an officer needs to decide.
SELECT
    w.address_id AS id, coalesce(d.code, '') AS code, a.recorded_text, u.code AS from_code, u.full_name AS from_name, w.candidates, w.why,
    round(ST_X(a.point)::numeric, 6) AS lon, round(ST_Y(a.point)::numeric, 6) AS lat,
    (SELECT string_agg(t.code || ' ' || t.full_name, '; ' ORDER BY t.code) FROM unit AS t WHERE t.id = ANY (w.candidates)) AS choices
FROM reform_waiting AS w
JOIN address AS a ON a.id = w.address_id
JOIN unit AS u ON u.id = w.unit_id
LEFT JOIN digital_address AS d ON d.address_id = a.id AND d.province_code = a.province_code AND d.status = 'active'
WHERE w.decided_at IS NULL AND (CAST(:reform AS integer) IS NULL OR w.reform_id = CAST(:reform AS integer))
ORDER BY u.province_code, u.code, a.recorded_text, w.address_id;

-- name: by_officer
CREATE TEMP TABLE rehome ON COMMIT DROP AS
SELECT
    a.id, a.commune_id AS was, c.unit_id AS becomes, CAST('officer' AS text) AS how, a.place_id, a.hamlet_id, a.households,
    a.retired_at IS NOT NULL AS retired
FROM chosen_home AS c
JOIN address AS a ON a.id = c.address_id;

-- name: mark_decided
UPDATE reform_waiting AS w SET decided_at = now(), chosen_id = c.unit_id FROM chosen_home AS c WHERE w.address_id = c.address_id AND w.decided_at IS NULL;
