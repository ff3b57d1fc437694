-- Rows of doors that more than one row describes.

-- name: several
-- Numbers are told apart in half the time that texts take; two doors of one number are told apart below.
CREATE TEMP TABLE several ON COMMIT DROP AS
SELECT hashtextextended(identity, 0) AS digest FROM door GROUP BY 1 HAVING count(*) > 1;

-- name: analyze_several
ANALYZE several;

-- name: shared
CREATE TEMP TABLE shared ON COMMIT DROP AS
SELECT row_no, identity
FROM (
    SELECT d.row_no, d.identity, count(*) OVER (PARTITION BY d.identity) AS number
    FROM several AS s
    JOIN door AS d ON hashtextextended(d.identity, 0) = s.digest
) AS e
WHERE number > 1;

-- name: analyze_shared
ANALYZE shared;
