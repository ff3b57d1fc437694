-- The change feed: from numbers to events, and from a door, code or unit to what it was at the end of a transaction.
-- What something was then stands in the before-image of its next change in a later transaction, else in its row.

-- name: head
-- How far the numbers have come, and of which registry. Serves: changes.read, changes.snapshot.
SELECT h.installation, h.no, h.event, f.id, f.at FROM feed_head AS h LEFT JOIN feed AS f ON f.no = h.no;

-- name: transaction
-- One transaction by its number. Serves: changes.position.
SELECT id, no, first_event, last_event, at FROM feed WHERE no = :no;

-- name: transaction_with
-- The transaction of an event. Serves: changes.read.
SELECT id, no, first_event, last_event, at FROM feed WHERE last_event >= :event ORDER BY last_event LIMIT 1;

-- name: whole_until
-- The last event, up to a number, that ends a transaction. Serves: changes.read.
SELECT last_event FROM feed WHERE last_event > :since AND last_event <= :until ORDER BY last_event DESC LIMIT 1;

-- name: events
-- The events after one number up to another, in order. A reader that says where it stopped (:no, :part, :row) is not counted through again.
WITH told AS MATERIALIZED (
    SELECT f.*, greatest(f.first_event, :since + 1) - f.first_event AS skipped, least(f.last_event, :until) - f.first_event + 1 AS reached
    FROM feed AS f
    WHERE f.last_event > :since AND f.last_event <= (SELECT b.last_event FROM feed AS b WHERE b.last_event >= :until ORDER BY 1 LIMIT 1)
),
parts AS (
    SELECT
        t.id, t.no, t.at, t.batch_id, t.first_change, t.last_change, p.part, t.first_event + greatest(t.skipped, p.before) AS starts,
        CASE WHEN t.no = :no AND p.part = :part THEN 0 ELSE greatest(t.skipped - p.before, 0) END AS skip,
        greatest(least(t.reached - p.before, p.size) - greatest(t.skipped - p.before, 0), 0) AS take,
        CASE WHEN t.no = :no AND p.part = :part THEN :row ELSE 0 END AS row
    FROM told AS t
    CROSS JOIN LATERAL (
        VALUES (0, 0, t.changes), (1, t.changes, t.doors), (2, t.changes + t.doors, t.codes)
    ) AS p (part, before, size)
)
SELECT p.starts + row_number() OVER (PARTITION BY p.no, p.part ORDER BY e.row) - 1 AS number, p.no, p.at, p.part, e.*
FROM parts AS p
CROSS JOIN LATERAL (
    SELECT c.id AS row, c.entity, c.entity_id AS id, c.op, c.before, NULL::bigint AS address_id
    FROM (
        SELECT * FROM change_image
        WHERE p.part = 0 AND feed_id = p.id AND id > p.row AND id BETWEEN p.first_change AND p.last_change
            AND entity IN ('address', 'digital_address', 'unit')
        ORDER BY id OFFSET p.skip LIMIT p.take
    ) AS c
    UNION ALL
    SELECT r.row_no, CASE p.part WHEN 1 THEN 'address' ELSE 'digital_address' END, CASE p.part WHEN 1 THEN r.address_id::text ELSE r.code END,
        'insert', NULL, r.address_id
    FROM (
        SELECT row_no, address_id, code FROM batch_row
        WHERE p.part > 0 AND batch_id = p.batch_id AND row_no > p.row AND change = 'new' AND (p.part = 1 OR code IS NOT NULL)
        ORDER BY row_no OFFSET p.skip LIMIT p.take
    ) AS r
) AS e
WHERE p.take > 0
ORDER BY 1;

-- name: addresses
-- Doors as they were at the end of transactions; none for a door that was not there then. Serves: changes.states.
SELECT
    q.id, q.no, d.province_code, u.code AS commune_code, lower(u.valid) AS commune_from, d.place_id, p.name AS place, p.kind AS place_kind,
    d.hamlet_id, h.name AS hamlet, d.house_path AS house, d.flat, d.kind, d.status, round(ST_Y(d.point)::numeric, 7)::float8 AS lat,
    round(ST_X(d.point)::numeric, 7)::float8 AS lon, d.accuracy_m, d.point_method, d.retired_at, d.replaced_by
FROM unnest(CAST(:ids AS bigint[]), CAST(:nos AS bigint[])) AS q (id, no)
LEFT JOIN LATERAL (
    SELECT c.op, c.before
    FROM change_image AS c JOIN feed AS f ON f.id = c.feed_id
    WHERE c.entity = 'address' AND c.entity_id = q.id::text AND f.no > q.no
    ORDER BY f.no, c.id LIMIT 1
) AS later ON true
CROSS JOIN LATERAL (
    SELECT
        r.province_code, r.commune_id, r.place_id, r.hamlet_id, r.house_path, r.flat, r.kind, r.status, r.point, r.accuracy_m, r.point_method,
        r.retired_at, r.replaced_by, r.created_batch_id
    FROM jsonb_populate_record(NULL::address, later.before) AS r WHERE later.op <> 'insert'
    UNION ALL
    SELECT
        a.province_code, a.commune_id, a.place_id, a.hamlet_id, a.house_path, a.flat, a.kind, a.status, a.point, a.accuracy_m, a.point_method,
        a.retired_at, a.replaced_by, a.created_batch_id
    FROM address AS a WHERE later.op IS NULL AND a.id = q.id
) AS d
LEFT JOIN unit AS u ON u.id = d.commune_id
LEFT JOIN place AS p ON p.id = d.place_id
LEFT JOIN place AS h ON h.id = d.hamlet_id
WHERE coalesce((SELECT b.no FROM feed AS b WHERE b.batch_id = d.created_batch_id), 0) <= q.no;

-- name: place_images
-- What places were before they were changed or went, after a transaction. Serves: changes.states.
SELECT c.entity_id::bigint AS id, f.no, c.before ->> 'name' AS name, c.before ->> 'kind' AS kind
FROM change_image AS c JOIN feed AS f ON f.id = c.feed_id
WHERE c.entity = 'place' AND c.op <> 'insert' AND f.no > :least AND c.entity_id = ANY (CAST(:ids AS text[]))
ORDER BY f.no, c.id;

-- name: codes
-- Codes as they were at the end of transactions; none for a code that was not issued yet, or was withdrawn. Serves: changes.states.
SELECT q.code, q.no, d.scheme, d.address_id, d.status, d.issued_at, d.retired_at, d.replaced_by
FROM unnest(CAST(:codes AS text[]), CAST(:nos AS bigint[])) AS q (code, no)
LEFT JOIN LATERAL (
    SELECT c.op, c.before
    FROM change_image AS c JOIN feed AS f ON f.id = c.feed_id
    WHERE c.entity = 'digital_address' AND c.entity_id = q.code AND f.no > q.no
    ORDER BY f.no, c.id LIMIT 1
) AS later ON true
CROSS JOIN LATERAL (
    SELECT r.* FROM jsonb_populate_record(NULL::digital_address, later.before) AS r WHERE later.op <> 'insert'
    UNION ALL
    SELECT c.* FROM digital_address AS c WHERE later.op IS NULL AND c.code = q.code
) AS d
WHERE d.status <> 'withdrawn' AND coalesce((SELECT b.no FROM feed AS b WHERE b.batch_id = d.batch_id), 0) <= q.no;

-- name: homes
-- The provinces of doors at the end of transactions. Serves: changes.states.
SELECT q.id, q.no, CASE WHEN later.op IS NULL THEN a.province_code ELSE later.province_code END AS province_code
FROM unnest(CAST(:ids AS bigint[]), CAST(:nos AS bigint[])) AS q (id, no)
LEFT JOIN LATERAL (
    SELECT c.op, c.before ->> 'province_code' AS province_code
    FROM change_image AS c JOIN feed AS f ON f.id = c.feed_id
    WHERE c.entity = 'address' AND c.entity_id = q.id::text AND f.no > q.no
    ORDER BY f.no, c.id LIMIT 1
) AS later ON true
LEFT JOIN address AS a ON a.id = q.id;

-- name: codes_of
-- The codes that hang on doors now. Serves: changes.read, for doors that come from another province.
SELECT address_id, code FROM digital_address WHERE address_id = ANY (CAST(:ids AS bigint[])) AND status = 'active'
UNION ALL
SELECT address_id, code FROM digital_address WHERE address_id = ANY (CAST(:ids AS bigint[])) AND status = 'retired';

-- name: units
-- Units as they were at the end of transactions. Serves: changes.states.
SELECT q.id, q.no, d.level, d.code, d.name, d.full_name, d.kind, d.parent_code, d.province_code, d.postal_code,
    lower(d.valid) AS valid_from, upper(d.valid) AS valid_to
FROM unnest(CAST(:ids AS integer[]), CAST(:nos AS bigint[])) AS q (id, no)
LEFT JOIN LATERAL (
    SELECT c.op, c.before - 'centre' AS before
    FROM change_image AS c JOIN feed AS f ON f.id = c.feed_id
    WHERE c.entity = 'unit' AND c.entity_id = q.id::text AND f.no > q.no
    ORDER BY f.no, c.id LIMIT 1
) AS later ON true
CROSS JOIN LATERAL (
    SELECT r.* FROM jsonb_populate_record(NULL::unit, later.before) AS r WHERE later.op <> 'insert'
    UNION ALL
    SELECT u.* FROM unit AS u WHERE later.op IS NULL AND u.id = q.id
) AS d;

-- name: address_ids
-- Doors that may have stood in a province (or anywhere) at the end of a transaction: those of now, and those changed since. Serves:
-- changes.snapshot.
SELECT a.id FROM address AS a WHERE CAST(:province AS text) IS NULL OR a.province_code = :province
UNION ALL
SELECT DISTINCT c.entity_id::bigint
FROM change AS c
JOIN feed AS f ON f.id = c.feed_id
LEFT JOIN address AS a ON a.id = c.entity_id::bigint
WHERE c.entity = 'address' AND f.no > :no AND (a.id IS NULL OR a.province_code <> :province)
ORDER BY 1;

-- name: codes_known
-- The same for codes. Serves: changes.snapshot.
SELECT c.code
FROM digital_address AS c
WHERE c.address_id IS NOT NULL AND (CAST(:province AS text) IS NULL OR c.province_code = :province)
UNION
SELECT c.entity_id
FROM change AS c JOIN feed AS f ON f.id = c.feed_id
WHERE c.entity = 'digital_address' AND f.no > :no
UNION
SELECT d.code
FROM change AS c
JOIN feed AS f ON f.id = c.feed_id
JOIN digital_address AS d ON d.address_id = c.entity_id::bigint
WHERE c.entity = 'address' AND f.no > :no
ORDER BY 1;

-- name: unit_ids
-- The same for units. Serves: changes.snapshot.
SELECT id FROM unit WHERE CAST(:province AS text) IS NULL OR province_code = :province
UNION
SELECT c.entity_id::integer FROM change AS c JOIN feed AS f ON f.id = c.feed_id WHERE c.entity = 'unit' AND f.no > :no
ORDER BY 1;
