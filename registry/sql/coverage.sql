-- Coverage: the lines of a report, and the figures on them. Days are days in Vietnam. SUMS stands for the list of sums that
-- registry.coverage_figures writes out, one a counter and one a rung and kind of door; HOMES for the part `homes`.

-- name: lines
-- The communes in force on a day, of one province or of all, each with its baseline: of those known on the day the newest, or the one that
-- was asked for by source or by the latest day of counting. A commune that only changed its kind keeps the figures of its earlier rows.
-- Parameters: province (code or null), day, source (text or null), counted_by (day or null), loaded_by (moment or null). Serves: coverage.coverage.
WITH RECURSIVE renamed (id, earlier) AS (
    SELECT s.successor_id, s.predecessor_id
    FROM succession AS s
    WHERE s.kind = 'whole' AND s.effective > DATE '2025-07-01'
        AND NOT EXISTS (SELECT FROM succession AS o WHERE o.successor_id = s.successor_id AND o.id <> s.id)
    UNION
    SELECT r.id, s.predecessor_id
    FROM renamed AS r
    JOIN succession AS s ON s.successor_id = r.earlier AND s.kind = 'whole' AND s.effective > DATE '2025-07-01'
        AND NOT EXISTS (SELECT FROM succession AS o WHERE o.successor_id = s.successor_id AND o.id <> s.id)
),
commune AS (
    SELECT id, code, full_name, province_code
    FROM unit
    WHERE level = 'commune' AND valid @> CAST(:day AS date) AND (CAST(:province AS text) IS NULL OR province_code = :province)
),
figure AS (
    SELECT DISTINCT ON (e.id) e.id, k.households, k.estimated, k.method, k.source, k.counted_on
    FROM (SELECT id, id AS unit_id FROM commune UNION ALL SELECT id, earlier FROM renamed) AS e
    JOIN baseline AS k ON k.unit_id = e.unit_id AND k.households IS NOT NULL
    WHERE CASE
        WHEN CAST(:source AS text) IS NOT NULL THEN k.source = :source
        WHEN CAST(:counted_by AS date) IS NOT NULL THEN k.counted_on <= :counted_by
        ELSE k.counted_on <= :day AND (k.known_since IS NULL OR k.known_since <= :day)
            AND (CAST(:loaded_by AS timestamptz) IS NULL OR k.known_since IS NULL OR k.loaded_at <= :loaded_by)
    END
    ORDER BY e.id, k.counted_on DESC, k.known_since DESC NULLS LAST, k.units_as_of DESC, k.id DESC
)
SELECT
    c.code, c.full_name AS name, c.province_code,
    EXISTS (SELECT FROM unit_boundary AS b WHERE b.unit_id = c.id AND b.approximate) AS approximate,
    f.households AS baseline_households, f.estimated AS baseline_estimated, f.method AS baseline_method, f.source AS baseline_source,
    f.counted_on AS baseline_counted_on
FROM commune AS c
LEFT JOIN figure AS f USING (id)
ORDER BY c.province_code, c.code;

-- name: provinces
-- The provinces in force on a day, each with a figure of its own that is newer than any of its communes could be summed from.
-- Parameters: day, source, counted_by, loaded_by. Serves: coverage.coverage.
SELECT DISTINCT ON (p.code)
    p.code, p.full_name AS name, k.households AS baseline_households, k.estimated AS baseline_estimated, k.method AS baseline_method,
    k.source AS baseline_source, k.counted_on AS baseline_counted_on
FROM unit AS p
LEFT JOIN baseline AS k ON k.level = 'province' AND k.code = p.code AND k.known_since IS NOT NULL AND k.units_as_of >= DATE '2025-07-01'
    AND CASE
        WHEN CAST(:source AS text) IS NOT NULL THEN k.source = :source
        WHEN CAST(:counted_by AS date) IS NOT NULL THEN k.counted_on <= :counted_by
        ELSE k.counted_on <= :day AND k.known_since <= :day
            AND (CAST(:loaded_by AS timestamptz) IS NULL OR k.known_since IS NULL OR k.loaded_at <= :loaded_by)
    END
WHERE p.level = 'province' AND p.valid @> CAST(:day AS date)
ORDER BY p.code, k.counted_on DESC NULLS LAST, k.known_since DESC NULLS LAST, k.id DESC;

-- name: homes
-- Where the counters of each commune row are told on a day: under the code of that row, or of what it became whole. Doors of a unit that
-- was split and that nobody has placed yet are told under its code and its id, for another unit may bear that code today; their province
-- is that of the units which they may come to. A part of the statements below, behind WITH RECURSIVE.
onward (held_id, unit_id, whole) AS (
    SELECT DISTINCT commune_id, commune_id, true FROM commune_tally
    UNION
    SELECT o.held_id, s.successor_id, o.whole AND s.kind = 'whole'
    FROM onward AS o
    JOIN unit AS u ON u.id = o.unit_id AND upper(u.valid) <= CAST(:day AS date)
    JOIN succession AS s ON s.predecessor_id = o.unit_id
),
today AS (
    SELECT
        o.held_id, count(*) FILTER (WHERE o.whole) AS homes, min(n.code) FILTER (WHERE o.whole) AS code,
        coalesce(min(n.province_code) FILTER (WHERE n.province_code = h.province_code), min(n.province_code)) AS province_code
    FROM onward AS o
    JOIN unit AS n ON n.id = o.unit_id AND n.valid @> CAST(:day AS date)
    JOIN unit AS h ON h.id = o.held_id
    GROUP BY o.held_id
),
home AS (
    SELECT
        u.id, CASE WHEN t.homes = 1 THEN t.code ELSE u.code || '/' || u.id END AS code,
        coalesce(t.province_code, u.province_code) AS province_code
    FROM unit AS u
    LEFT JOIN today AS t ON t.held_id = u.id
    WHERE u.id IN (SELECT commune_id FROM commune_tally) AND u.level = 'commune' AND lower(u.valid) >= DATE '2025-07-01'
)

-- name: by_commune
-- What stands in each commune, from the counts that every change keeps (registry.tally): no door is looked at.
-- Parameters: day, province (code or null). Serves: coverage.coverage.
WITH RECURSIVE HOMES
SELECT
    h.code,
    SUMS
FROM commune_tally AS t
JOIN home AS h ON h.id = t.commune_id
WHERE CAST(:province AS text) IS NULL OR h.province_code = :province
GROUP BY h.code;

-- name: by_district
-- The same by former district and commune: the district of the old unit a door was recorded in, or the only one that the commune it was recorded in came
-- from. The empty code gathers the doors of which nobody knows it. Parameters: day, province (code or null). Serves: coverage.coverage.
WITH RECURSIVE HOMES,
origin (unit_id, ancestor_id) AS (
    SELECT DISTINCT t.recorded_unit_id, t.recorded_unit_id
    FROM commune_tally AS t
    JOIN home AS c ON c.id = t.commune_id AND (CAST(:province AS text) IS NULL OR c.province_code = :province)
    UNION
    SELECT o.unit_id, s.predecessor_id FROM origin AS o JOIN succession AS s ON s.successor_id = o.ancestor_id
),
known AS (
    SELECT o.unit_id, min(d.code) AS code
    FROM origin AS o
    JOIN unit AS a ON a.id = o.ancestor_id AND upper(a.valid) <= DATE '2025-07-01'
    JOIN unit AS d ON d.level = 'district' AND d.code = CASE WHEN a.level = 'district' THEN a.code ELSE a.parent_code END
    GROUP BY o.unit_id
    HAVING count(DISTINCT d.code) = 1
)
SELECT
    coalesce(k.code, '') AS code,
    c.province_code,
    c.code AS commune,
    SUMS
FROM commune_tally AS t
JOIN home AS c ON c.id = t.commune_id
LEFT JOIN known AS k ON k.unit_id = t.recorded_unit_id
WHERE CAST(:province AS text) IS NULL OR c.province_code = :province
GROUP BY 1, 2, 3;

-- name: districts
-- The former districts of the provinces of a day, with the baseline summed over their communes of then: known only where each has one.
-- Parameters: as of `lines`. Serves: coverage.coverage.
WITH RECURSIVE heir (unit_id, successor_id) AS (
    SELECT s.predecessor_id, s.successor_id
    FROM succession AS s
    JOIN unit AS a ON a.id = s.predecessor_id AND a.level IN ('commune', 'district') AND upper(a.valid) = DATE '2025-07-01'
    UNION
    SELECT h.unit_id, s.successor_id FROM heir AS h JOIN succession AS s ON s.predecessor_id = h.successor_id
),
part AS (
    SELECT DISTINCT a.id, CASE WHEN a.level = 'district' THEN a.code ELSE a.parent_code END AS district, c.province_code, c.code AS commune
    FROM heir AS h
    JOIN unit AS a ON a.id = h.unit_id
    JOIN unit AS c ON c.id = h.successor_id AND c.level = 'commune' AND c.valid @> CAST(:day AS date)
),
figure AS (
    SELECT DISTINCT ON (k.unit_id) k.unit_id, k.households, k.estimated, k.source, k.counted_on
    FROM baseline AS k
    WHERE k.unit_id IN (SELECT id FROM part) AND k.households IS NOT NULL
        AND CASE
            WHEN CAST(:source AS text) IS NOT NULL THEN k.source = :source
            WHEN CAST(:counted_by AS date) IS NOT NULL THEN k.counted_on <= :counted_by
            ELSE k.counted_on <= :day AND (k.known_since IS NULL OR k.known_since <= :day)
                AND (CAST(:loaded_by AS timestamptz) IS NULL OR k.known_since IS NULL OR k.loaded_at <= :loaded_by)
        END
    ORDER BY k.unit_id, k.counted_on DESC, k.known_since DESC NULLS LAST, k.id DESC
),
whole AS (
    SELECT
        p.district, bool_and(f.unit_id IS NOT NULL) AS known, sum(f.households) AS households, bool_or(f.estimated) AS estimated,
        count(*) FILTER (WHERE f.unit_id IS NULL) AS missing, string_agg(DISTINCT f.source, '; ') AS source, max(f.counted_on) AS counted_on
    FROM (SELECT DISTINCT id, district FROM part) AS p
    LEFT JOIN figure AS f ON f.unit_id = p.id
    GROUP BY p.district
),
home AS (
    SELECT district, min(province_code) AS province_code, array_agg(DISTINCT commune) AS communes FROM part GROUP BY district
)
SELECT
    d.code, d.full_name || ' (' || o.full_name || ')' AS name, h.province_code, h.communes,
    CASE WHEN w.known THEN w.households END AS baseline_households, w.estimated AS baseline_estimated,
    'sum of old communes' AS baseline_method, w.source AS baseline_source, w.counted_on AS baseline_counted_on, w.missing
FROM home AS h
JOIN whole AS w USING (district)
JOIN unit AS d ON d.level = 'district' AND d.code = h.district
JOIN unit AS o ON o.level = 'province' AND o.code = d.province_code AND upper(o.valid) = DATE '2025-07-01'
WHERE CAST(:province AS text) IS NULL OR h.province_code = :province
ORDER BY h.province_code, d.code;

-- name: closed
-- Units that were split and still hold doors, with the province of a day that these will come to. Parameters: ids, day, province (code or
-- null). Serves: coverage.coverage.
WITH RECURSIVE onward (id, unit_id) AS (
    SELECT id, id FROM unit WHERE id = ANY (CAST(:ids AS integer[]))
    UNION
    SELECT o.id, s.successor_id FROM onward AS o JOIN succession AS s ON s.predecessor_id = o.unit_id
)
SELECT * FROM (
    SELECT
        u.id, u.code, u.full_name AS name,
        coalesce(min(n.province_code) FILTER (WHERE n.province_code = u.province_code), min(n.province_code), u.province_code) AS province_code
    FROM unit AS u
    LEFT JOIN onward AS o USING (id)
    LEFT JOIN unit AS n ON n.id = o.unit_id AND n.valid @> CAST(:day AS date)
    WHERE u.id = ANY (CAST(:ids AS integer[]))
    GROUP BY u.id
) AS c
WHERE CAST(:province AS text) IS NULL OR province_code = :province
ORDER BY code, id;

-- name: forget_day
DROP TABLE IF EXISTS pg_temp.day_tally;

-- name: count_day
-- The counters of commune_tally at another moment, from the doors of `door_asof` in the units of a day (registry.asof); accepted are doors
-- that hand-overs had brought. Serves: coverage.coverage of another day, and the proof of the kept counts.
CREATE TEMP TABLE day_tally ON COMMIT DROP AS
WITH stepped AS (
    SELECT
        d.province_code, p.unit_id AS commune_id, d.recorded_unit_id, d.kind, d.accepted AS handed, d.live, d.coded AND d.live AS coded,
        d.status IN ('notified', 'plated') AS notified,
        CASE WHEN d.live THEN d.households ELSE 0 END AS homes,
        CASE WHEN d.live THEN ladder_step(d.status, d.coded) ELSE -1 END AS step
    FROM door_asof AS d
    JOIN unit_asof AS p ON p.held_id = d.commune_id
)
SELECT
    province_code, commune_id, recorded_unit_id, kind, count(*) FILTER (WHERE live) AS addresses,
    count(*) FILTER (WHERE homes > 0) AS household_addresses, sum(homes) AS households,
    coalesce(sum(homes) FILTER (WHERE coded), 0) AS households_coded, count(*) FILTER (WHERE coded) AS coded,
    count(*) FILTER (WHERE live AND notified) AS notified, count(*) FILTER (WHERE handed) AS accepted,
    count(*) FILTER (WHERE step >= 0) AS at_collected,
    count(*) FILTER (WHERE step >= 1) AS at_complete,
    count(*) FILTER (WHERE step >= 2) AS at_coded,
    count(*) FILTER (WHERE step >= 3) AS at_verified,
    count(*) FILTER (WHERE step >= 4) AS at_notified,
    count(*) FILTER (WHERE step >= 5) AS at_plated,
    coalesce(sum(homes) FILTER (WHERE step >= 0), 0) AS homes_collected,
    coalesce(sum(homes) FILTER (WHERE step >= 1), 0) AS homes_complete,
    coalesce(sum(homes) FILTER (WHERE step >= 2), 0) AS homes_coded,
    coalesce(sum(homes) FILTER (WHERE step >= 3), 0) AS homes_verified,
    coalesce(sum(homes) FILTER (WHERE step >= 4), 0) AS homes_notified,
    coalesce(sum(homes) FILTER (WHERE step >= 5), 0) AS homes_plated
FROM stepped
GROUP BY province_code, commune_id, recorded_unit_id, kind;

-- name: waiting_kept
-- Rows handed over that did not enter and still wait, from the kept counts, by the province of their batch and their commune; a commune
-- that is none on that day is as good as unknown. Parameters: day. Serves: coverage.coverage.
SELECT nullif(w.province_code, '00') AS province_code, c.code, sum(w.incomplete) AS incomplete, sum(w.rejected) AS rejected
FROM waiting_tally AS w
LEFT JOIN unit AS c ON c.level = 'commune' AND c.code = w.commune_code AND c.valid @> CAST(:day AS date)
GROUP BY 1, 2;

-- name: baseline_sources
SELECT DISTINCT source FROM baseline WHERE households IS NOT NULL AND unit_id IS NOT NULL ORDER BY 1;
