-- What a reform writes to the map: units that end and begin, successions, areas and baselines. Serves: registry.reform_store.

-- name: known
-- The units in force the day before, and the day on which they end where that is known. Parameters: day.
SELECT
    id, level, code, name, full_name, kind, province_code, postal_code, upper(valid) AS ends,
    ST_X(centre) AS lon, ST_Y(centre) AS lat, area_km2, population
FROM unit
WHERE valid @> CAST(:day AS date) - 1;

-- name: links
SELECT s.predecessor_id, u.level, u.code FROM succession AS s JOIN unit AS u ON u.id = s.successor_id WHERE s.effective = :day;

-- name: close
UPDATE unit SET valid = daterange(lower(valid), CAST(:day AS date)) WHERE id = ANY (CAST(:ids AS integer[]));

-- name: begin
INSERT INTO unit (
    level, code, name, full_name, kind, parent_code, province_code, postal_code, valid, centre, area_km2, population, source, reform_id
)
VALUES (
    :level, :code, :name, :full_name, :kind, :parent_code, :province_code, :postal_code, daterange(CAST(:day AS date), NULL),
    CASE WHEN :lon IS NOT NULL THEN ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4326) END,
    :area_km2, :population, :source, :reform
)
RETURNING id;

-- name: succeed
INSERT INTO succession (predecessor_id, successor_id, kind, all_people, effective, note, source, reform_id)
VALUES (:predecessor, :successor, :kind, :all_people, :day, :note, :source, :reform);

-- name: join_areas
-- A unit made of whole units whose areas are all known exactly has their union.
INSERT INTO unit_boundary (unit_id, geom, approximate, source)
SELECT
    s.successor_id,
    ST_Multi(ST_CollectionExtract(ST_Union(b.geom), 3)),
    false,
    CASE WHEN count(*) = 1 THEN min(b.source) ELSE 'Hợp các xã cũ / union of: ' || string_agg(p.code, ', ' ORDER BY p.code) END
FROM succession AS s
JOIN unit AS p ON p.id = s.predecessor_id
LEFT JOIN unit_boundary AS b ON b.unit_id = s.predecessor_id AND NOT b.approximate
WHERE s.reform_id = :reform
GROUP BY s.successor_id
HAVING bool_and(s.kind = 'whole' AND b.unit_id IS NOT NULL);

-- name: baselines
-- The figures of the predecessors, carried: whole ones added up, parts shared by the households of the doors that went each way where at
-- most a tenth of them waits for a decision (those that went would speak for all), else by exact areas, else evenly. Each source is carried
-- for itself where it has all predecessors; only where none has, the newest figure of each is taken. A unit one of whose predecessors has no
-- figure gets none: a sum that lacks a part is no denominator.
INSERT INTO baseline (unit_id, level, code, name, units_as_of, counted_on, households, population, estimated, method, source, known_since)
WITH moved AS (
    SELECT was, becomes, sum(greatest(households, 0)) AS households FROM rehome WHERE NOT retired GROUP BY was, becomes
),
waits AS (
    SELECT w.unit_id, sum(greatest(a.households, 0)) AS households
    FROM reform_waiting AS w
    JOIN address AS a ON a.id = w.address_id
    WHERE w.reform_id = :reform AND w.decided_at IS NULL AND a.retired_at IS NULL
    GROUP BY w.unit_id
),
weighed AS (
    SELECT
        s.predecessor_id, s.successor_id, s.kind,
        CASE WHEN s.all_people THEN 1.0 WHEN s.kind = 'whole' THEN NULL ELSE coalesce(m.households, 0)::float8 END AS doors,
        bool_or(s.all_people) OVER pred AS settled,
        CASE WHEN coalesce(w.households, 0) * 10 <= sum(m.households) OVER pred THEN sum(m.households) OVER pred ELSE 0 END AS all_doors,
        CASE WHEN b.approximate IS FALSE THEN ST_Area(ST_Intersection(b.geom, a.geom)::geography) END AS area,
        bool_and(b.approximate IS FALSE AND a.approximate IS FALSE) OVER pred AS surveyed,
        count(*) OVER pred AS parts
    FROM succession AS s
    LEFT JOIN moved AS m ON m.was = s.predecessor_id AND m.becomes = s.successor_id
    LEFT JOIN waits AS w ON w.unit_id = s.predecessor_id
    LEFT JOIN unit_boundary AS b ON b.unit_id = s.successor_id AND s.kind = 'part'
    LEFT JOIN unit_boundary AS a ON a.unit_id = s.predecessor_id AND s.kind = 'part'
    WHERE s.reform_id = :reform
    WINDOW pred AS (PARTITION BY s.predecessor_id)
),
shared AS (
    SELECT
        w.*,
        CASE
            WHEN kind = 'whole' THEN 1.0
            WHEN settled THEN CASE WHEN doors = 1.0 THEN 1.0 ELSE 0.0 END
            WHEN all_doors > 0 THEN doors / all_doors
            WHEN surveyed AND sum(area) OVER (PARTITION BY predecessor_id) > 0 THEN area / sum(area) OVER (PARTITION BY predecessor_id)
            ELSE 1.0 / parts
        END AS share,
        CASE
            WHEN kind = 'whole' OR settled THEN ''
            WHEN all_doors > 0 THEN 'by doors'
            WHEN surveyed THEN 'by area'
            ELSE 'evenly'
        END AS how
    FROM weighed AS w
),
latest AS (
    SELECT DISTINCT ON (unit_id, source, counted_on)
        unit_id, counted_on, households, population, estimated, source, known_since, source || '/' || counted_on AS series
    FROM baseline
    WHERE unit_id IN (SELECT predecessor_id FROM weighed) AND households IS NOT NULL
    ORDER BY unit_id, source, counted_on DESC, units_as_of DESC
),
whole_series AS (
    SELECT s.successor_id, k.series
    FROM shared AS s
    JOIN latest AS k ON k.unit_id = s.predecessor_id
    WHERE s.share > 0
    GROUP BY s.successor_id, k.series
    HAVING count(*) = (SELECT count(*) FROM shared AS o WHERE o.successor_id = s.successor_id AND o.share > 0)
),
chosen AS (
    SELECT k.* FROM latest AS k
    UNION ALL
    (SELECT DISTINCT ON (unit_id) unit_id, counted_on, households, population, estimated, source, known_since, '' FROM latest ORDER BY unit_id, counted_on DESC)
),
-- Rounded as running sums, so that the parts of a unit add up to it.
parted AS (
    SELECT
        s.successor_id, s.kind, s.how, k.counted_on, k.estimated, k.source, k.unit_id, s.share,
        coalesce(k.series, '') AS series, k.known_since,
        (round(k.households * sum(s.share) OVER run) - round(k.households * (sum(s.share) OVER run - s.share)))::integer AS households,
        (round(k.population * sum(s.share) OVER run) - round(k.population * (sum(s.share) OVER run - s.share)))::integer AS population
    FROM shared AS s
    LEFT JOIN chosen AS k ON k.unit_id = s.predecessor_id
    WINDOW run AS (PARTITION BY s.predecessor_id, k.series ORDER BY s.successor_id ROWS UNBOUNDED PRECEDING)
)
SELECT
    u.id, u.level, u.code, u.full_name, CAST(:day AS date), min(p.counted_on), sum(p.households), sum(p.population),
    bool_or(p.estimated) OR bool_or(p.how <> ''),
    coalesce(sum(p.households) FILTER (WHERE p.how = ''), 0) || ' from whole units'
    || coalesce((
        SELECT string_agg(', ' || x.households || ' shared ' || x.how, '' ORDER BY x.how)
        FROM (
            SELECT y.how, sum(y.households) AS households
            FROM parted AS y WHERE y.successor_id = u.id AND y.series = p.series AND y.how <> '' GROUP BY y.how
        ) AS x
    ), ''),
    string_agg(DISTINCT p.source, '; '),
    max(p.known_since)
FROM parted AS p
JOIN unit AS u ON u.id = p.successor_id
WHERE CASE
    WHEN EXISTS (SELECT FROM whole_series AS w WHERE w.successor_id = p.successor_id)
    THEN EXISTS (SELECT FROM whole_series AS w WHERE w.successor_id = p.successor_id AND w.series = p.series)
    ELSE p.series = ''
END
GROUP BY u.id, p.series
HAVING bool_and(p.unit_id IS NOT NULL OR p.share = 0) AND count(p.households) > 0
ON CONFLICT (level, code, units_as_of, source, counted_on) DO NOTHING;

-- name: reforms
SELECT
    r.id, r.effective, r.file_name, r.actor, r.reason, r.counts, r.applied_at,
    (SELECT count(*) FROM reform_waiting AS w WHERE w.reform_id = r.id AND w.decided_at IS NULL) AS waiting
FROM reform AS r
WHERE CAST(:reform AS integer) IS NULL OR r.id = CAST(:reform AS integer)
ORDER BY r.effective, r.id;

-- name: table
-- The successions of a day as lines of a table; units that end without a successor have a line of their own.
SELECT
    p.level AS from_level, p.code AS from_code, p.full_name AS from_name, n.level AS to_level, n.code AS to_code, n.full_name AS to_name,
    n.province_code AS province, s.kind AS part, s.all_people, n.postal_code, ST_X(n.centre) AS lon, ST_Y(n.centre) AS lat, n.area_km2, n.population,
    s.note, s.source
FROM unit AS p
LEFT JOIN succession AS s ON s.predecessor_id = p.id AND s.effective = :day
LEFT JOIN unit AS n ON n.id = s.successor_id
WHERE upper(p.valid) = :day AND (n.id IS NOT NULL OR p.level = 'district')
ORDER BY array_position(ARRAY['province', 'district', 'commune'], p.level), n.code, p.code, n.id;

-- name: days
SELECT DISTINCT effective FROM succession ORDER BY effective;
