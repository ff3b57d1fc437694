-- Doors that more than one row describes.

-- name: shared
CREATE TEMP TABLE shared ON COMMIT DROP AS
SELECT identity FROM door GROUP BY identity HAVING count(*) > 1;

-- name: analyze_shared
ANALYZE shared;
