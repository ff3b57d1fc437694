"""Here is decided what is wrong between the rows of one file: a code, a household or a door that stands twice."""

from loaders.checks.check import Check

# Two points of one door further apart than this many metres are two doors, or one of the points is wrong: a human looks.
FAR_M = 1000
_CODED, _PEOPLED = "code <> ''", "ma_ho <> ''"


def _repeated(key: str, said: str) -> str:
    """Return the start of a query on `r`, the rows of which several say one thing; `first` is the first of them."""
    return (
        f"WITH g AS MATERIALIZED (SELECT {key}, min(row_no) AS first FROM door WHERE {said} GROUP BY {key} HAVING count(*) > 1),"  # noqa: S608 - only names and constants of ours are put in
        f" r AS MATERIALIZED (SELECT row_no, first, identity, ma_ho, code FROM door JOIN g USING ({key}))"
    )


REPEATED = (
    Check(
        f"{_repeated('code', _CODED)} SELECT r.row_no, 'row.code_repeated', false, jsonb_build_object('row', r.first, 'code', r.code)"  # noqa: S608 - only names and constants of ours are put in
        " FROM r JOIN r AS f ON f.row_no = r.first WHERE r.identity <> f.identity",
        ("row.code_repeated",),
        "coded",
    ),
    Check(
        f"{_repeated('province_code, ma_ho', _PEOPLED)}"  # noqa: S608 - only names and constants of ours are put in
        " SELECT r.row_no, 'row.household_repeated', false, jsonb_build_object('row', r.first, 'ma_ho', r.ma_ho)"
        " FROM r JOIN r AS f ON f.row_no = r.first WHERE r.identity <> f.identity",
        ("row.household_repeated",),
        "peopled",
    ),
)

# A later row of one door is a duplicate unless it brings another household; without number and reference the point decides: three
# metres, for houses of four metres' width stand side by side.
_SHARED = (
    "WITH r AS MATERIALIZED (SELECT d.row_no, min(d.row_no) OVER (PARTITION BY d.identity) AS first, d.ma_ho, d.point"
    " FROM shared AS s JOIN door AS d USING (row_no))"
)
SAME_DOOR = (
    Check(
        f"{_SHARED} SELECT r.row_no, 'row.same_door_far', false, jsonb_build_object('row', r.first, 'metres',"  # noqa: S608 - only names and constants of ours are put in
        " round(ST_Distance(f.point\\:\\:geography, r.point\\:\\:geography))) FROM r JOIN r AS f ON f.row_no = r.first"
        " WHERE r.row_no <> r.first AND NOT ST_DWithin(f.point, r.point, 0.005)"
        f" AND ST_Distance(f.point\\:\\:geography, r.point\\:\\:geography) > {FAR_M}",
        ("row.same_door_far",),
        "shared",
    ),
    Check(
        f"{_SHARED} SELECT row_no, 'row.same_door_in_file', false, jsonb_build_object('row', first) FROM ("  # noqa: S608 - only names and constants of ours are put in
        " SELECT row_no, ma_ho, first, row_number() OVER (PARTITION BY first, ma_ho ORDER BY row_no) AS nth FROM r) AS m"
        " WHERE row_no <> first AND (ma_ho = '' OR nth > 1)",
        ("row.same_door_in_file",),
        "shared",
    ),
    Check(
        "SELECT d.row_no, 'row.same_door_in_file', false, jsonb_build_object('row', min(f.row_no))"
        " FROM door AS d CROSS JOIN (VALUES (-1), (0), (1)) AS dx (i) CROSS JOIN (VALUES (-1), (0), (1)) AS dy (j)"
        " JOIN door AS f ON f.commune_id = d.commune_id AND f.place_kind = d.place_kind AND f.place_key = d.place_key"
        " AND floor(f.lon * 9000) = floor(d.lon * 9000) + dx.i AND floor(f.lat * 9000) = floor(d.lat * 9000) + dy.j"
        " AND f.row_no < d.row_no AND f.identity LIKE 'r|%'"
        " WHERE d.identity LIKE 'r|%' AND ST_DWithin(f.point\\:\\:geography, d.point\\:\\:geography, 3) GROUP BY d.row_no",
        ("row.same_door_in_file",),
        "bare",
    ),
)
