-- The tables that a file is read into. They are the transaction's own and vanish with it.

-- name: parsed
-- One row a row of the file that could be read. id is the address that it becomes if the registry does not know it, drawn the code that
-- this one gets then. x is easting or longitude as written, lon and lat are degrees. p and h number its place and hamlet in place_said.
-- fatal: the row's fate is decided. The identity tells one door from another inside the file.
-- What most checks look at stands first: reaching a column costs a walk over those before it.
CREATE TEMP TABLE parsed (
    row_no integer, fatal boolean, known boolean, several boolean, k integer, choices integer, commune_id integer, recorded_unit_id integer,
    place_id bigint, x float8, y float8, lon float8, lat float8, p integer, h integer, hamlet_id bigint, province_code text, house_key text,
    flat_key text, ma_ho text, code text, id bigint DEFAULT nextval('address_id_seq'), drawn text, households integer, kind text,
    identity text GENERATED ALWAYS AS (
        CASE WHEN house_key <> '' OR flat_key <> '' THEN place_id::text || '|' || house_key || '|' || flat_key
            WHEN code <> '' THEN 'c|' || coalesce(province_code, '') || '|' || code
            WHEN ma_ho <> '' THEN 'h|' || place_id::text || '|' || ma_ho
            ELSE 'r|' || row_no::text END
    ) STORED,
    point geometry GENERATED ALWAYS AS (ST_Point(lon, lat, 4326)) STORED,
    origin_id integer, postal_code text, place_kind text, place_key text, house_path text, flat text, status text, scheme text, vpostcode text,
    note text, dia_chi text, recorded_text text
) ON COMMIT DROP;

-- name: door
-- The rows that may still be accepted.
CREATE TEMP VIEW door AS SELECT * FROM parsed WHERE NOT fatal;

-- name: unit_key
-- Units as stated; todays are the communes of today that one may mean, said its words.
CREATE TEMP TABLE unit_key (k integer, choices integer, undecided text, todays integer[], said text) ON COMMIT DROP;

-- name: unit_candidate
CREATE TEMP TABLE unit_candidate (k integer, recorded_unit_id integer, commune_id integer, origin_id integer) ON COMMIT DROP;

-- name: place_said
CREATE TEMP TABLE place_said (p integer, kind text, name text, key text, other text) ON COMMIT DROP;

-- name: spot_said
CREATE TEMP TABLE spot_said (n integer, commune_id integer, origin_id integer, kind text, name text, key text, other text) ON COMMIT DROP;

-- name: point_said
-- Points that are not degrees in the usual range as they stand: transformed or judged.
CREATE TEMP TABLE point_said (row_no integer, lon double precision, lat double precision, verdict text) ON COMMIT DROP;

-- name: point_lost
-- Degrees of rows whose fate was decided when they were read, for complete lists.
CREATE TEMP TABLE point_lost (row_no integer, lon double precision, lat double precision) ON COMMIT DROP;

-- name: issue_kind
CREATE TEMP TABLE issue_kind (code text PRIMARY KEY, outcome text, rank integer, fatal boolean) ON COMMIT DROP;

-- name: issue
CREATE TEMP TABLE issue (row_no integer, code text, mild boolean DEFAULT false, details jsonb) ON COMMIT DROP;
