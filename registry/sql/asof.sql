-- The registry as it stood at a moment. A batch takes place when it commits (batch.committed_at), its rollback at batch.rolled_back_at,
-- any other change at change.at; what took place before the moment counts. `moment` is exclusive.

-- name: later
-- What changed since the moment: of each thing the first change, whose image is how it stood. Numbers of changes grow in the order in
-- which a thing was changed, also where the clocks of two transactions disagree.
CREATE TEMP TABLE later ON COMMIT DROP AS
SELECT DISTINCT ON (entity, entity_id) entity, entity_id, op, before
FROM (
    SELECT c.* FROM change_image AS c JOIN batch AS b ON b.id = c.batch_id WHERE b.committed_at >= :moment
    UNION ALL
    SELECT c.* FROM change_image AS c WHERE c.batch_id IS NULL AND c.at >= :moment
) AS c
WHERE entity IN ('address', 'digital_address')
ORDER BY entity, entity_id, id;

-- name: analyze_later
ANALYZE later;

-- name: doors
-- Doors that existed at the moment, retired ones too. What a batch made exists since the batch committed; what nobody claims, since it was
-- written. A door that has no image may have been retired since.
CREATE TEMP TABLE door_asof ON COMMIT DROP AS
WITH code AS (
    SELECT d.address_id, d.status, d.batch_id, d.issued_at, d.retired_at
    FROM digital_address AS d
    WHERE NOT EXISTS (SELECT FROM later AS l WHERE l.entity = 'digital_address' AND l.entity_id = d.code)
    UNION ALL
    SELECT
        (l.before ->> 'address_id')::bigint, l.before ->> 'status', (l.before ->> 'batch_id')::bigint,
        (l.before ->> 'issued_at')::timestamptz, (l.before ->> 'retired_at')::timestamptz
    FROM later AS l
    WHERE l.entity = 'digital_address' AND l.op <> 'insert'
),
coded AS (
    SELECT DISTINCT c.address_id
    FROM code AS c
    LEFT JOIN batch AS b ON b.id = c.batch_id
    WHERE c.address_id IS NOT NULL AND coalesce(b.committed_at, c.issued_at) < :moment
        AND (c.status = 'active' OR c.status = 'retired' AND c.retired_at >= :moment)
),
door AS (
    -- A door unchanged since has at least the households that have a reference now; an image says the larger of both by itself.
    SELECT
        a.id, a.province_code, a.commune_id, a.recorded_unit_id, a.kind, greatest(a.households, h.refs)::integer AS households, a.status,
        a.created_batch_id, a.created_at, a.retired_at
    FROM address AS a
    LEFT JOIN (SELECT address_id, province_code, count(*) AS refs FROM household GROUP BY 1, 2) AS h
        ON h.address_id = a.id AND h.province_code = a.province_code
    WHERE NOT EXISTS (SELECT FROM later AS l WHERE l.entity = 'address' AND l.entity_id = a.id::text)
    UNION ALL
    SELECT
        (l.entity_id)::bigint, l.before ->> 'province_code', (l.before ->> 'commune_id')::integer,
        (l.before ->> 'recorded_unit_id')::integer, l.before ->> 'kind',
        (l.before ->> 'households')::integer, l.before ->> 'status', (l.before ->> 'created_batch_id')::bigint,
        (l.before ->> 'created_at')::timestamptz, (l.before ->> 'retired_at')::timestamptz
    FROM later AS l
    WHERE l.entity = 'address' AND l.op <> 'insert'
)
SELECT
    d.id, d.province_code, d.commune_id, d.recorded_unit_id, d.kind, d.households, d.status,
    c.address_id IS NOT NULL AS coded,
    d.created_batch_id IS NOT NULL AS accepted,
    d.retired_at IS NULL OR d.retired_at >= :moment AS live
FROM door AS d
LEFT JOIN batch AS b ON b.id = d.created_batch_id
LEFT JOIN coded AS c ON c.address_id = d.id
WHERE coalesce(b.committed_at, d.created_at) < :moment;

-- name: analyze_doors
ANALYZE door_asof;

-- name: placed
-- The unit of a day for every unit that doors stood in: itself where it was in force, else what it became (or came from) whole, step by
-- step; a unit that neither way leads anywhere keeps its doors, so that none is lost.
CREATE TEMP TABLE unit_asof ON COMMIT DROP AS
WITH RECURSIVE held AS (
    SELECT u.id, u.valid FROM unit AS u WHERE u.id IN (SELECT commune_id FROM door_asof)
),
onward AS (
    SELECT h.id AS held_id, h.id AS unit_id FROM held AS h WHERE upper(h.valid) <= :day
    UNION
    SELECT o.held_id, s.successor_id
    FROM onward AS o
    JOIN unit AS u ON u.id = o.unit_id AND upper(u.valid) <= :day
    JOIN succession AS s ON s.predecessor_id = o.unit_id AND s.kind = 'whole'
),
back AS (
    SELECT h.id AS held_id, h.id AS unit_id FROM held AS h WHERE lower(h.valid) > :day
    UNION
    SELECT o.held_id, s.predecessor_id
    FROM back AS o
    JOIN unit AS u ON u.id = o.unit_id AND lower(u.valid) > :day
    JOIN succession AS s ON s.successor_id = o.unit_id
    -- Only where one unit became one unit: of a merger nobody can say which side a door came from.
    WHERE s.kind = 'whole' AND NOT EXISTS (SELECT FROM succession AS t WHERE t.successor_id = s.successor_id AND t.id <> s.id)
)
SELECT h.id AS held_id, coalesce(f.unit_id, h.id) AS unit_id
FROM held AS h
LEFT JOIN (
    SELECT w.held_id, min(w.unit_id) AS unit_id
    FROM (SELECT * FROM onward UNION SELECT * FROM back) AS w
    JOIN unit AS u ON u.id = w.unit_id AND u.valid @> CAST(:day AS date)
    GROUP BY w.held_id
    HAVING count(*) = 1
) AS f ON f.held_id = h.id AND NOT h.valid @> CAST(:day AS date);

-- name: waiting
-- Rows handed over that had not entered at the moment, by the province of their batch and their commune; one that is none on the day is as
-- good as unknown. A batch of a province that a reform ended since is of that province on the days before; so are the communes that rows name.
WITH living AS (
    SELECT id, province_code FROM batch
    WHERE state IN ('committed', 'rolled_back') AND committed_at < :moment AND (rolled_back_at IS NULL OR rolled_back_at >= :moment)
),
kept AS (
    SELECT r.batch_id, r.row_no, r.outcome, r.details, r.issues, r.origin_batch, r.origin_row,
        CASE WHEN p.id IS NULL THEN b.province_code ELSE p.code END AS province_code
    FROM batch_row AS r
    JOIN living AS b ON b.id = r.batch_id
    LEFT JOIN unit AS p ON p.level = 'province' AND p.code = r.province_code AND p.code <> b.province_code
        AND p.valid @> CAST(:day AS date) AND NOT p.in_force
    WHERE r.outcome <> 'accepted' AND NOT EXISTS (
        -- A row of a later batch that mended it, or mended the same row of the first batch; rollback forgets `resolved_by`, not this.
        SELECT FROM batch_row AS m
        JOIN living AS n ON n.id = m.batch_id
        WHERE m.origin_batch = coalesce(r.origin_batch, r.batch_id) AND m.origin_row = coalesce(r.origin_row, r.row_no)
            AND m.batch_id > r.batch_id
            AND (m.outcome = 'accepted' OR m.outcome = 'duplicate' AND r.outcome <> 'duplicate')
    )
)
SELECT
    k.province_code, c.code, count(*) FILTER (WHERE k.outcome = 'incomplete') AS incomplete,
    count(*) FILTER (WHERE k.outcome = 'rejected') AS rejected
FROM kept AS k
LEFT JOIN unit AS c ON c.level = 'commune' AND c.valid @> CAST(:day AS date) AND c.code = coalesce(
    (
        SELECT e.value FROM jsonb_each_text(k.details -> 'commune_before') AS e
        WHERE e.key > to_char(CAST(:day AS date), 'YYYY-MM-DD') ORDER BY e.key LIMIT 1
    ),
    k.details ->> 'commune_code'
)
WHERE k.outcome IN ('incomplete', 'rejected') AND NOT 'row.outside_province' = ANY (k.issues)
    -- A row handed in again that is still wrong counts where it was kept first.
    AND (k.origin_batch IS NULL OR NOT EXISTS (
        SELECT FROM kept AS o WHERE o.batch_id = k.origin_batch AND o.row_no = k.origin_row))
GROUP BY 1, 2;
