-- From accepted rows to addresses: rows of one door are gathered, every row learns its address, new values are merged into known ones.

-- name: grouped
-- Doors that several rows describe: which row speaks, and how many households they bring together.
CREATE TEMP TABLE grouped ON COMMIT DROP AS
SELECT d.row_no, g.leader, g.new_id, g.refs, g.new_refs, g.households, g.coded
FROM shared AS s
JOIN door AS d ON d.row_no = s.row_no
JOIN (
    SELECT
        d.identity,
        min(d.row_no) AS leader,
        min(d.id) AS new_id,
        count(nullif(d.ma_ho, '')) AS refs,
        count(nullif(d.ma_ho, '')) FILTER (WHERE f.by_household IS NULL) AS new_refs,
        max(d.households) AS households,
        bool_or(d.code <> '') AS coded
    FROM shared AS r
    JOIN door AS d ON d.row_no = r.row_no
    LEFT JOIN found AS f ON f.row_no = d.row_no
    GROUP BY d.identity
    HAVING count(*) > 1
) AS g ON g.identity = d.identity;

-- name: analyze_grouped
ANALYZE grouped;

-- name: all_new
-- Whether every row is a door of its own that nobody knew.
SELECT NOT EXISTS (SELECT FROM grouped) AND NOT EXISTS (SELECT FROM found);

-- name: settled_row
-- The address of every accepted row, known or new; speaks: of several rows of a door the one that counts, as a column, so that the planner
-- knows how many do; drawn: the code that was drawn for it; brings: the row has a household or a code that the registry did not know.
CREATE TEMP TABLE settled_row ON COMMIT DROP AS
SELECT
    d.row_no,
    coalesce(g.leader, d.row_no) AS leader,
    coalesce(g.leader = d.row_no, true) AS speaks,
    coalesce(f.address_id, g.new_id, d.id) AS address_id,
    f.address_id IS NULL AS is_new,
    CASE WHEN f.address_id IS NULL AND coalesce(g.leader = d.row_no, true) AND NOT coalesce(g.coded, false) THEN nullif(d.drawn, '') END AS drawn,
    (d.ma_ho <> '' AND o.by_household IS NULL) OR (d.code <> '' AND o.by_code IS NULL) AS brings,
    d.vpostcode,
    d.commune_id,
    d.province_code,
    d.ma_ho,
    d.code,
    d.scheme
FROM door AS d
LEFT JOIN grouped AS g ON g.row_no = d.row_no
LEFT JOIN found AS f ON f.row_no = coalesce(g.leader, d.row_no)
LEFT JOIN found AS o ON o.row_no = d.row_no;

-- name: analyze_settled
ANALYZE settled_row;

-- name: settled
CREATE TEMP VIEW settled AS SELECT * FROM settled_row;

-- name: spoken
-- The rows that speak for a door, with all that is written of it.
CREATE TEMP VIEW spoken AS
SELECT
    d.*,
    s.address_id,
    s.is_new,
    coalesce(g.refs, CASE WHEN d.ma_ho <> '' THEN 1 ELSE 0 END) AS refs,
    coalesce(g.new_refs, CASE WHEN d.ma_ho <> '' AND f.by_household IS NULL THEN 1 ELSE 0 END) AS new_refs,
    coalesce(g.households, d.households) AS households_said,
    coalesce(g.coded, d.code <> '') AS coded
FROM door AS d
JOIN settled AS s ON s.row_no = d.row_no AND s.speaks
LEFT JOIN grouped AS g ON g.row_no = d.row_no
LEFT JOIN found AS f ON f.row_no = d.row_no;

-- name: settled_new
-- The same where every row is a new door: nothing has to be looked up.
CREATE TEMP VIEW settled AS
SELECT
    row_no, row_no AS leader, true AS speaks, id AS address_id, true AS is_new, nullif(drawn, '') AS drawn, ma_ho <> '' OR code <> '' AS brings, vpostcode,
    commune_id, province_code, ma_ho, code, scheme
FROM door;

-- name: spoken_new
CREATE TEMP VIEW spoken AS
SELECT
    d.*, d.id AS address_id, true AS is_new, CASE WHEN d.ma_ho <> '' THEN 1 ELSE 0 END AS refs, CASE WHEN d.ma_ho <> '' THEN 1 ELSE 0 END AS new_refs,
    d.households AS households_said, d.code <> '' AS coded
FROM door AS d;
