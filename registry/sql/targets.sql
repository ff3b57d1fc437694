-- Targets of plans, and which units of a day are those of a plan's province.

-- name: targets
-- Every province row leads to the one in force today; provinces have only become whole ones of others.
WITH RECURSIVE chain AS (
    SELECT u.id AS from_id, u.id AS unit_id FROM unit AS u WHERE u.level = 'province'
    UNION
    SELECT c.from_id, s.successor_id
    FROM chain AS c
    JOIN unit AS u ON u.id = c.unit_id AND NOT u.in_force
    JOIN succession AS s ON s.predecessor_id = c.unit_id AND s.kind = 'whole'
)
SELECT
    t.unit_id, t.level, coalesce(u.code, '') AS code, coalesce(u.full_name, 'Cả nước') AS name, n.code AS today,
    coalesce(n.merged, false) AS merged, t.indicator, t.year, t.value,
    t.sense, t.measure, t.definition, t.reported, t.document, t.article
FROM target AS t
LEFT JOIN unit AS u ON u.id = t.unit_id
LEFT JOIN (
    SELECT
        c.from_id, f.code,
        -- On its way to today it became a unit that others became too.
        EXISTS (
            SELECT FROM chain AS o
            JOIN succession AS s ON s.successor_id = o.unit_id
            WHERE o.from_id = c.from_id AND o.unit_id <> c.from_id
            GROUP BY s.successor_id
            HAVING count(*) > 1
        ) AS merged
    FROM chain AS c
    JOIN unit AS f ON f.id = c.unit_id AND f.in_force
) AS n ON n.from_id = t.unit_id
WHERE (CAST(:province AS text) IS NULL OR n.code = :province)
    AND (CAST(:indicator AS text) IS NULL OR t.indicator = :indicator)
    AND (CAST(:year AS integer) IS NULL OR t.year = :year)
ORDER BY t.level, u.code, t.indicator, t.document, t.year;

-- name: load
-- True for a new target, false for a corrected one, nothing where it stood so.
INSERT INTO target AS t (unit_id, level, indicator, year, value, sense, measure, definition, reported, document, article, origin)
VALUES (:unit_id, :level, :indicator, :year, :value, :sense, :measure, :definition, :reported, :document, :article, 'file')
ON CONFLICT (unit_id, indicator, year, document) DO UPDATE
SET value = excluded.value, sense = excluded.sense, measure = excluded.measure, definition = excluded.definition, reported = excluded.reported,
    article = excluded.article, origin = 'file', loaded_at = now()
WHERE (t.value, t.sense, t.measure, t.definition, t.reported, t.article)
    IS DISTINCT FROM (excluded.value, excluded.sense, excluded.measure, excluded.definition, excluded.reported, excluded.article)
RETURNING xmax = 0;

-- name: members
-- The communes in force on a day that lie in a province as it was: its own then, and what they became.
WITH RECURSIVE chain AS (
    SELECT c.id AS unit_id
    FROM unit AS p
    JOIN unit AS c ON c.level = 'commune' AND c.province_code = p.code AND c.valid && p.valid
    WHERE p.id = :unit
    UNION
    SELECT s.successor_id
    FROM chain AS c
    JOIN unit AS u ON u.id = c.unit_id AND upper(u.valid) <= :day
    JOIN succession AS s ON s.predecessor_id = c.unit_id
)
SELECT u.code
FROM chain AS c
JOIN unit AS u ON u.id = c.unit_id AND u.level = 'commune' AND u.valid @> CAST(:day AS date);
