-- The tables of meanings: one row for each distinct value of the staged file, filled by Python and joined in `parsed`.

-- name: unit_key
CREATE TEMP TABLE unit_key (k integer, ma_xa text, xa text, huyen text, tinh text, choices integer, undecided text, todays integer[]) ON COMMIT DROP;

-- name: unit_candidate
CREATE TEMP TABLE unit_candidate (k integer, recorded_unit_id integer, commune_id integer) ON COMMIT DROP;

-- name: unit_issue
CREATE TEMP TABLE unit_issue (k integer, code text, mild boolean, details jsonb) ON COMMIT DROP;

-- name: house
CREATE TEMP TABLE house (so_nha text, ngo text, ngach text, path text, key text, alley text, alley_key text, issue text, suggestion text, known boolean) ON COMMIT DROP;

-- name: place_said
CREATE TEMP TABLE place_said (col text, raw text, kind text, name text, key text) ON COMMIT DROP;

-- name: flat_said
CREATE TEMP TABLE flat_said (toa_nha text, tang text, phong text, flat text, key text) ON COMMIT DROP;

-- name: value_said
CREATE TEMP TABLE value_said (col text, raw text, value text) ON COMMIT DROP;

-- name: code_said
CREATE TEMP TABLE code_said (raw text, code text, scheme text, issue text, words text, suggestion text) ON COMMIT DROP;

-- name: note_said
CREATE TEMP TABLE note_said (raw text, note text, scrubbed boolean) ON COMMIT DROP;

-- name: number_said
CREATE TEMP TABLE number_said (raw text, value double precision, comma boolean) ON COMMIT DROP;

-- name: point_said
CREATE TEMP TABLE point_said (row_no integer, lon double precision, lat double precision, verdict text) ON COMMIT DROP;

-- name: issue_kind
CREATE TEMP TABLE issue_kind (code text PRIMARY KEY, outcome text, rank integer, fatal boolean) ON COMMIT DROP;

-- name: issue
CREATE TEMP TABLE issue (row_no integer, code text, mild boolean DEFAULT false, details jsonb) ON COMMIT DROP;
