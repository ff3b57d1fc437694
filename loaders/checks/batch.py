"""Here is decided what is wrong between the rows of one file: a code, a household or a door that stands twice."""

from loaders.checks.check import Check

# Two points of one door further apart than this many metres are two doors, or one of the points is wrong: a human looks.
FAR_M = 1000
_CODED, _PEOPLED = "code <> ''", "ma_ho <> ''"


def _firsts(key: str, said: str, rows: str = "door") -> str:
    return f"SELECT {key}, min(row_no) AS row_no FROM {rows} WHERE {said} GROUP BY {key} HAVING count(*) > 1"  # noqa: S608 - only names and constants of ours are put in


REPEATED = (
    Check(
        "SELECT d.row_no, 'row.code_repeated', false, jsonb_build_object('row', f.row_no, 'code', d.code) FROM door AS d"  # noqa: S608 - only names and constants of ours are put in
        f" JOIN ({_firsts('code', _CODED)}) AS g USING (code) JOIN door AS f ON f.row_no = g.row_no"
        " WHERE d.identity <> f.identity",
        ("row.code_repeated",),
        "coded",
    ),
    Check(
        "SELECT d.row_no, 'row.household_repeated', false, jsonb_build_object('row', f.row_no, 'ma_ho', d.ma_ho) FROM door AS d"  # noqa: S608 - only names and constants of ours are put in
        f" JOIN ({_firsts('province_code, ma_ho', _PEOPLED)}) AS g USING (province_code, ma_ho)"
        " JOIN door AS f ON f.row_no = g.row_no WHERE d.identity <> f.identity",
        ("row.household_repeated",),
        "peopled",
    ),
)

# A later row of one door is a duplicate unless it brings another household; without number and reference the point decides: three
# metres, for houses of four metres' width stand side by side.
SAME_DOOR = (
    Check(
        "SELECT d.row_no, 'row.same_door_far', false, jsonb_build_object('row', f.row_no, 'metres',"  # noqa: S608 - only names and constants of ours are put in
        " round(ST_Distance(f.point\\:\\:geography, d.point\\:\\:geography))) FROM door AS d"
        f" JOIN ({_firsts('identity', 'true', 'door JOIN shared USING (identity)')}) AS g USING (identity)"
        " JOIN door AS f ON f.row_no = g.row_no"
        " WHERE d.row_no <> f.row_no AND NOT ST_DWithin(f.point, d.point, 0.005)"
        f" AND ST_Distance(f.point\\:\\:geography, d.point\\:\\:geography) > {FAR_M}",
        ("row.same_door_far",),
        "shared",
    ),
    Check(
        "SELECT row_no, 'row.same_door_in_file', false, jsonb_build_object('row', leader) FROM ("  # noqa: S608 - only names and constants of ours are put in
        " SELECT d.row_no, d.ma_ho, g.row_no AS leader, row_number() OVER (PARTITION BY g.row_no, d.ma_ho ORDER BY d.row_no) AS nth"
        f" FROM door AS d JOIN ({_firsts('identity', 'true', 'door JOIN shared USING (identity)')}) AS g USING (identity)) AS m"
        " WHERE row_no <> leader AND (ma_ho = '' OR nth > 1)",
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
