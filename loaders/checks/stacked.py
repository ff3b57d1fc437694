"""Here is decided when one coordinate stands for too many doors: houses with different numbers cannot all stand on one point.

Flats behind one number, and households of one door, count once. A point that a large part of the file shares (or a thousand doors) is the
centre of something, not a measurement: its rows wait. Fewer doors on one point are let through with a note.
"""

from loaders.checks.check import Check

STACKED = 10
MANY_DOORS = 1000
LARGE_SHARE, FEWEST_DOORS = 0.2, 30

# One number first: to sort a million of them costs a third of grouping pairs, and hardly any stands in more than ten rows.
_LINES = (
    "SELECT x FROM (SELECT x FROM parsed WHERE x <> 0 AND y <> 0 ORDER BY x OFFSET 0) AS sorted"  # noqa: S608 - only names and constants of ours are put in
    f" GROUP BY x HAVING count(*) > {STACKED}"
)
_PILE = f"SELECT x, y FROM parsed JOIN lines USING (x) WHERE y <> 0 GROUP BY x, y HAVING count(*) > {STACKED}"  # noqa: S608 - only names and constants of ours are put in
_PILED = (
    "SELECT p.row_no, x, y, p.house_key, p.p, CASE WHEN p.house_key <> '' OR p.flat_key <> '' THEN concat_ws('|', 'd', p.p, p.house_key)"  # noqa: S608 - only names and constants of ours are put in
    " WHEN p.ma_ho <> '' THEN 'h|' || p.ma_ho ELSE 'r|' || p.row_no END AS door"
    f" FROM parsed AS p JOIN ({_PILE}) AS s USING (x, y)"
)
_COUNTED = (
    "SELECT x, y, count(DISTINCT door) AS doors, count(DISTINCT (p, house_key)) FILTER (WHERE house_key <> '') AS numbered"
    " FROM piled GROUP BY x, y"
)
_CENTRE = f"doors >= {MANY_DOORS} OR (doors >= {FEWEST_DOORS} AND doors > {LARGE_SHARE} * (SELECT count(*) FROM parsed))"  # noqa: S608 - only names and constants of ours are put in

CHECKS = (
    Check(
        f"WITH lines AS MATERIALIZED ({_LINES}), piled AS MATERIALIZED ({_PILED}), counted AS MATERIALIZED ({_COUNTED}),"  # noqa: S608 - only names and constants of ours are put in
        f" judged AS MATERIALIZED (SELECT x, y, doors, {_CENTRE} AS centre FROM counted WHERE numbered > {STACKED} OR {_CENTRE})"
        " SELECT row_no, CASE WHEN centre THEN 'batch.one_coordinate' ELSE 'row.points_stacked' END, false,"
        " jsonb_build_object('doors', doors, 'kinh_do', x, 'vi_do', y) FROM piled JOIN judged USING (x, y)",
        ("row.points_stacked", "batch.one_coordinate"),
    ),
)
