-- Places that a slice of a file names, found or made. Identity needs the commune: street names repeat. Each of two keys is looked up
-- alone, name by name: joined they would be held against every place of the commune, and a commune may have hundreds of thousands.

-- name: empty
TRUNCATE spot_said;

-- name: new
-- What a name may mean as well is made last, for the same file may bring that place.
INSERT INTO place (commune_id, kind, name, key, origin_id, created_batch_id, fold_version)
SELECT s.commune_id, s.kind, min(s.name), s.key, CASE WHEN s.kind = 'hamlet' THEN s.origin_id END, :batch, :fold_version
FROM spot_said AS s
WHERE (s.other IS NOT NULL) = :doubtful
    AND NOT EXISTS (
        SELECT FROM place AS p
        WHERE p.commune_id = s.commune_id AND p.kind = s.kind AND p.key = s.key
            AND (s.kind <> 'hamlet' OR s.origin_id IS NULL OR p.origin_id IS NULL OR p.origin_id = s.origin_id)
        UNION ALL
        SELECT FROM place AS p
        WHERE p.commune_id = s.commune_id AND p.kind = s.kind AND p.key = s.other
            AND (s.kind <> 'hamlet' OR s.origin_id IS NULL OR p.origin_id IS NULL OR p.origin_id = s.origin_id)
    )
GROUP BY s.commune_id, s.kind, s.key, CASE WHEN s.kind = 'hamlet' THEN s.origin_id END
ON CONFLICT (commune_id, kind, key, origin_id) DO NOTHING;

-- name: found
-- A row that names no old commune may mean the hamlet of any, as far as the registry knew it before this file.
SELECT f.ids[1], f.known, f.ids[2] IS NOT NULL
FROM spot_said AS s
CROSS JOIN LATERAL (
    SELECT array_agg(x.id ORDER BY x.id) AS ids, bool_or(x.known) AS known
    FROM (
        SELECT p.id, p.created_batch_id IS DISTINCT FROM :batch AS known,
            rank() OVER (ORDER BY p.key <> s.key, CASE
                WHEN s.origin_id IS NULL THEN p.origin_id IS NOT NULL AND p.created_batch_id IS NOT DISTINCT FROM :batch
                ELSE p.origin_id IS DISTINCT FROM s.origin_id
            END) AS nth
        FROM (
            SELECT * FROM place AS q WHERE q.commune_id = s.commune_id AND q.kind = s.kind AND q.key = s.key
            UNION ALL
            SELECT * FROM place AS q WHERE q.commune_id = s.commune_id AND q.kind = s.kind AND q.key = s.other AND s.other <> s.key
        ) AS p
        WHERE s.kind <> 'hamlet' OR s.origin_id IS NULL OR p.origin_id IS NULL OR p.origin_id = s.origin_id
    ) AS x
    WHERE x.nth = 1
) AS f
ORDER BY s.n;
