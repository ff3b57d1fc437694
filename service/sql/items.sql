-- Pages of doors by their number, from the smallest upward: each goes on behind the last one of the page before, never by counting through.
-- Two boxes, for an area may go over the date line; without any, and without a province, the parameters are null.

-- name: now
-- Live doors of an area. Serves: items.page.
SELECT a.id, a.created_at
FROM address AS a
WHERE a.id > :after AND a.retired_at IS NULL
    AND (CAST(:province AS text) IS NULL OR a.province_code = :province)
    AND (
        CAST(:west AS float8) IS NULL
        OR a.point && ST_MakeEnvelope(:west, :south, :east, :north, 4326) OR a.point && ST_MakeEnvelope(:west2, :south, :east2, :north, 4326)
    )
ORDER BY a.id
LIMIT :most;

-- name: between
-- Doors of an area that were there at some time of an interval, by when they were created and retired. Serves: items.page.
SELECT a.id, a.created_at
FROM address AS a
WHERE a.id > :after
    AND (CAST(:province AS text) IS NULL OR a.province_code = :province)
    AND (CAST(:ends AS timestamptz) IS NULL OR a.created_at <= :ends)
    AND (CAST(:starts AS timestamptz) IS NULL OR a.retired_at IS NULL OR a.retired_at >= :starts)
    AND (
        CAST(:west AS float8) IS NULL
        OR a.point && ST_MakeEnvelope(:west, :south, :east, :north, 4326) OR a.point && ST_MakeEnvelope(:west2, :south, :east2, :north, 4326)
    )
ORDER BY a.id
LIMIT :most;

-- name: at
-- Doors that may have stood in an area at the end of a transaction: those there now that no later batch brought, and those changed since,
-- wherever they are. What each was then is asked of the change feed. Serves: items.page.
SELECT q.id, a.created_at
FROM (
    (
        SELECT a.id
        FROM address AS a
        WHERE a.id > :after
            AND (CAST(:province AS text) IS NULL OR a.province_code = :province)
            AND NOT EXISTS (SELECT FROM feed AS b WHERE b.batch_id = a.created_batch_id AND b.no > :no)
            AND (
                CAST(:west AS float8) IS NULL
                OR a.point && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
                OR a.point && ST_MakeEnvelope(:west2, :south, :east2, :north, 4326)
            )
        ORDER BY a.id
        LIMIT :most
    )
    UNION
    (
        SELECT DISTINCT c.entity_id::bigint AS id
        FROM change AS c
        JOIN feed AS f ON f.id = c.feed_id
        WHERE c.entity = 'address' AND f.no > :no AND c.entity_id::bigint > :after
            AND (CAST(:province AS text) IS NULL OR c.province_code = :province)
        ORDER BY id
        LIMIT :most
    )
) AS q
LEFT JOIN address AS a ON a.id = q.id
ORDER BY q.id
LIMIT :most;

-- name: last_until
-- The last transaction up to a moment; 0 before the first. Serves: items.page.
SELECT coalesce(max(no), 0) FROM feed WHERE at <= :moment;
