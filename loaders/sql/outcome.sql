-- The fate of every row, and what is kept of it.

-- name: outcome
CREATE TEMP TABLE outcome ON COMMIT DROP AS
SELECT
    n.row_no,
    CASE WHEN s.address_id IS NOT NULL THEN 'accepted' ELSE i.outcome END AS outcome,
    CASE
        WHEN s.address_id IS NULL THEN NULL
        WHEN s.is_new AND g.leader = n.row_no THEN 'new'
        WHEN (w.changed AND g.leader = n.row_no) OR (d.ma_ho <> '' AND f.by_household IS NULL) OR (d.code <> '' AND f.by_code IS NULL)
            OR EXISTS (SELECT FROM external_code AS v WHERE v.code = d.vpostcode AND v.address_id = s.address_id AND v.batch_id = :batch)
            THEN 'changed'
        ELSE 'same'
    END AS change,
    coalesce(i.issues, '{}') AS issues,
    CASE WHEN s.address_id IS NULL AND t.code IS NOT NULL
        THEN coalesce(i.details, '{}') || jsonb_build_object('commune_code', t.code) ELSE i.details END AS details,
    s.address_id,
    c.code
FROM (SELECT row_no FROM stage_raw UNION ALL SELECT row_no FROM stage_odd) AS n
LEFT JOIN grouped AS g USING (row_no)
LEFT JOIN settled AS s ON s.row_no = g.leader
LEFT JOIN written AS w ON w.row_no = g.leader
LEFT JOIN door AS d ON d.row_no = n.row_no
LEFT JOIN found AS f ON f.row_no = n.row_no
LEFT JOIN parsed AS p ON p.row_no = n.row_no
LEFT JOIN unit_key AS u ON u.k = p.k AND u.choices = 1
LEFT JOIN unit AS t ON t.id = u.todays[1]
LEFT JOIN digital_address AS c ON c.address_id = s.address_id AND c.status = 'active'
LEFT JOIN (
    SELECT
        row_no,
        array_agg(DISTINCT code) AS issues,
        (array_agg(k.outcome ORDER BY k.rank) FILTER (WHERE k.fatal AND NOT issue.mild))[1] AS outcome,
        jsonb_object_agg(code, details) FILTER (WHERE details IS NOT NULL) AS details
    FROM issue JOIN issue_kind AS k USING (code)
    GROUP BY row_no
) AS i ON i.row_no = n.row_no;

-- name: batch_row
INSERT INTO batch_row (batch_id, row_no, outcome, change, issues, details, address_id, code, raw)
SELECT :batch, o.row_no, o.outcome, o.change, o.issues, o.details, o.address_id, o.code, NULL
FROM outcome AS o
WHERE o.outcome = 'accepted' OR o.outcome IS NULL;

-- name: batch_row_odd
INSERT INTO batch_row (batch_id, row_no, outcome, change, issues, details, raw)
SELECT :batch, o.row_no, o.outcome, NULL, o.issues, o.details, x.raw
FROM outcome AS o
JOIN stage_odd AS x USING (row_no);
