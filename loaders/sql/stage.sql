-- What rows that were just read need before they are judged.

-- name: row_of_parsed
CREATE INDEX row_of_parsed ON parsed (row_no);

-- name: open_of_parsed
-- The few rows of which more has to be found out: which commune, which place, which point.
CREATE INDEX open_of_parsed ON parsed (row_no) WHERE choices <> 1 OR several OR lon IS NULL;

-- name: coarse
-- A tenth of the usual sample tells enough of tables that live for one transaction.
SET LOCAL default_statistics_target = 10;

-- name: analyze
-- Statistics of the columns that are joined and filtered; those of forty columns would take a second.
ANALYZE parsed (
    row_no, k, choices, commune_id, p, h, place_id, hamlet_id, known, several, house_key, flat_key, ma_ho, code, fatal, identity
);

-- name: analyze_unit_key
ANALYZE unit_key;

-- name: analyze_unit_candidate
ANALYZE unit_candidate;

-- name: analyze_place_said
ANALYZE place_said;

-- name: analyze_issue
ANALYZE issue;

-- name: usual
SET LOCAL default_statistics_target TO DEFAULT;
