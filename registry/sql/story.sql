-- What happened to one door, from every source that remembers it.

-- name: origin
-- The batch that brought it. Serves: story.
SELECT b.id AS batch_id, b.file_name, b.actor, b.committed_at AS at
FROM address AS a
JOIN batch AS b ON b.id = a.created_batch_id
WHERE a.id = :id;

-- name: images
-- What stood there before each change, the present state last; notes for whoever may read the one of now, which is :note. Serves: story.
SELECT
    i.change_id, i.batch_id, i.op, i.at, i.actor, i.reason, i.file_name, o.house_path, o.flat, o.kind, o.households, o.status,
    CASE WHEN CAST(:note AS text) IS NULL THEN '' ELSE coalesce(o.note, '') END AS note,
    o.retired_at, coalesce(p.kind, pd.kind) AS place_kind, coalesce(p.name, pd.name) AS place_name, coalesce(h.name, hd.name) AS hamlet_name, u.full_name AS commune_name, u.code AS commune_code,
    o.commune_id, u.in_force,
    ST_Y(o.point) AS lat, ST_X(o.point) AS lon
FROM (
    SELECT c.id AS change_id, c.batch_id, c.op, coalesce(b.committed_at, c.at) AS at, coalesce(b.actor, c.actor) AS actor, c.reason,
        b.file_name, c.before
    FROM change_image AS c
    LEFT JOIN batch AS b ON b.id = c.batch_id
    WHERE c.entity = 'address' AND c.entity_id = CAST(:id AS text) AND c.op <> 'insert'
    UNION ALL
    SELECT NULL, NULL, 'now', NULL, '', '', NULL, to_jsonb(n) || jsonb_build_object('note', CAST(:note AS text))
    FROM (
        SELECT
            a.house_path, a.flat, a.kind, a.households, a.status, a.retired_at, a.place_id, a.hamlet_id, a.commune_id, a.point::text AS point
        FROM address AS a WHERE a.id = :id
    ) AS n
) AS i
CROSS JOIN LATERAL jsonb_populate_record(NULL::address, i.before) AS o
LEFT JOIN place AS p ON p.id = o.place_id
LEFT JOIN place AS h ON h.id = o.hamlet_id
-- A place that became one with another in a reform is known by its last image.
LEFT JOIN LATERAL (
    SELECT g.before ->> 'kind' AS kind, g.before ->> 'name' AS name
    FROM change_image AS g
    WHERE p.id IS NULL AND g.entity = 'place' AND g.entity_id = CAST(o.place_id AS text) AND g.op = 'delete'
    ORDER BY g.id DESC LIMIT 1
) AS pd ON true
LEFT JOIN LATERAL (
    SELECT g.before ->> 'name' AS name
    FROM change_image AS g
    WHERE h.id IS NULL AND g.entity = 'place' AND g.entity_id = CAST(o.hamlet_id AS text) AND g.op = 'delete'
    ORDER BY g.id DESC LIMIT 1
) AS hd ON true
LEFT JOIN unit AS u ON u.id = o.commune_id
ORDER BY i.change_id NULLS LAST;

-- name: note
-- What is noted of it now. Serves: story.
SELECT note FROM address WHERE id = :id;

-- name: events
-- What was done by hand. Serves: story.
SELECT kind, happened_on, others, fields, actor, reason, at FROM life_event WHERE address_id = :id ORDER BY id;

-- name: public_events
-- The same without who did it and why. Serves: story.
SELECT kind, happened_on, others, fields, '' AS actor, '' AS reason, at FROM life_event WHERE address_id = :id ORDER BY id;
