-- The fate of every row, and what is kept of it.

-- name: told
-- The issues of a row, the gravest outcome that one of them makes of it, and their details.
CREATE TEMP TABLE told ON COMMIT DROP AS
SELECT
    row_no,
    array_agg(DISTINCT code) AS issues,
    (array_agg(k.outcome ORDER BY k.rank) FILTER (WHERE k.fatal AND NOT issue.mild))[1] AS outcome,
    jsonb_object_agg(code, details) FILTER (WHERE details IS NOT NULL) AS details
FROM issue JOIN issue_kind AS k USING (code)
GROUP BY row_no;

-- name: analyze_told
ANALYZE told;

-- name: accepted_new
-- New doors that got the code drawn for them: nothing has to be looked up.
INSERT INTO batch_row (batch_id, row_no, province_code, outcome, change, issues, details, address_id, code)
SELECT :batch, s.row_no, s.province_code, 'accepted', 'new', coalesce(i.issues, '{}'), i.details, s.address_id, s.drawn
FROM settled AS s
LEFT JOIN told AS i ON i.row_no = s.row_no
WHERE s.drawn IS NOT NULL;

-- name: accepted_other
INSERT INTO batch_row (batch_id, row_no, province_code, outcome, change, issues, details, address_id, code)
SELECT
    :batch,
    s.row_no,
    s.province_code,
    'accepted',
    CASE
        WHEN s.is_new AND s.speaks THEN 'new'
        WHEN (w.changed AND s.speaks) OR s.brings OR (
            s.vpostcode <> '' AND EXISTS (
                SELECT FROM external_code AS v
                WHERE v.code = s.vpostcode AND v.address_id = s.address_id AND v.province_code = s.province_code AND v.batch_id = :batch
            )
        ) THEN 'changed'
        ELSE 'same'
    END,
    coalesce(i.issues, '{}'),
    i.details,
    s.address_id,
    c.code
FROM settled AS s
LEFT JOIN written AS w ON w.row_no = s.leader
LEFT JOIN told AS i ON i.row_no = s.row_no
LEFT JOIN digital_address AS c ON c.address_id = s.address_id AND c.province_code = s.province_code AND c.status = 'active'
WHERE s.drawn IS NULL;

-- name: kept
-- Rows that did not enter the registry; a row of one known commune keeps its code, so that coverage can count it there.
CREATE TEMP TABLE kept ON COMMIT DROP AS
SELECT
    i.row_no,
    i.outcome,
    i.issues,
    CASE WHEN t.code IS NOT NULL THEN coalesce(i.details, '{}') || jsonb_build_object('commune_code', t.code) ELSE i.details END AS details
FROM told AS i
LEFT JOIN parsed AS p ON p.row_no = i.row_no
LEFT JOIN unit_key AS u ON u.k = p.k AND u.choices = 1
LEFT JOIN unit AS t ON t.id = u.todays[1]
WHERE i.outcome IS NOT NULL;

-- name: key_kept
CREATE UNIQUE INDEX ON kept (row_no);
