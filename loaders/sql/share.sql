-- Rows of doors that more than one row describes.

-- name: shared
CREATE TEMP TABLE shared ON COMMIT DROP AS
WITH several AS MATERIALIZED (SELECT identity FROM door GROUP BY identity HAVING count(*) > 1)
SELECT row_no, identity FROM door JOIN several USING (identity);

-- name: analyze_shared
ANALYZE shared;
