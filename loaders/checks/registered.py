"""Here is decided what is wrong between a row and the registry: a code or household that another door holds, a door far away."""

from loaders.checks.batch import FAR_M
from loaders.checks.check import Check

# A code may correct its own door: the place name within 200 m, the house number within 30 m; beyond that it is another door.
OTHER_PLACE_M, OTHER_HOUSE_M = 200, 30

_AWAY = "ST_Distance(a.point\\:\\:geography, d.point\\:\\:geography)"

CHECKS = (
    Check(
        "SELECT d.row_no, 'row.code_withdrawn', false, jsonb_build_object('code', d.code) FROM door AS d"
        " JOIN digital_address AS c ON c.code = d.code AND c.status = 'withdrawn' AND c.scheme = 'diachiso' WHERE d.code <> ''",
        ("row.code_withdrawn",),
        "coded",
    ),
    Check(
        "SELECT d.row_no, 'row.code_taken', false, jsonb_build_object('code', d.code, 'address', a.recorded_text)"  # noqa: S608 - only names and constants of ours are put in
        " FROM door AS d JOIN found AS f USING (row_no) JOIN address AS a ON a.id = f.by_code"
        " WHERE a.replaced_by IS NOT NULL OR a.province_code <> d.province_code OR (f.by_door IS NOT NULL AND f.by_door <> f.by_code)"
        f" OR (a.place_id IS DISTINCT FROM d.place_id AND {_AWAY} > {OTHER_PLACE_M})"
        f" OR (a.house_key <> '' AND d.house_key <> '' AND a.house_key <> d.house_key AND {_AWAY} > {OTHER_HOUSE_M})",
        ("row.code_taken",),
        "coded",
    ),
    Check(
        "SELECT d.row_no, 'row.household_elsewhere', false, jsonb_build_object('ma_ho', d.ma_ho, 'address', a.recorded_text)"
        " FROM door AS d JOIN found AS f USING (row_no) JOIN address AS a ON a.id = f.by_household AND a.province_code = d.province_code"
        " WHERE f.address_id IS DISTINCT FROM f.by_household",
        ("row.household_elsewhere",),
        "peopled",
    ),
    Check(
        f"SELECT d.row_no, 'row.same_door_far', false, jsonb_build_object('metres', round({_AWAY}), 'address', a.recorded_text)"  # noqa: S608 - only names and constants of ours are put in
        " FROM door AS d JOIN found AS f USING (row_no) JOIN address AS a ON a.id = f.address_id AND a.province_code = d.province_code"
        f" WHERE NOT ST_DWithin(a.point, d.point, 0.005) AND {_AWAY} > {FAR_M}",
    ),
)

# Two rows of different wording that the registry knows as one address: the first one speaks for it.
SAME_ADDRESS = (
    Check(
        "SELECT d.row_no, 'row.same_address', false, jsonb_build_object('row', g.row_no) FROM door AS d JOIN found AS f USING (row_no)"
        " JOIN (SELECT address_id, min(row_no) AS row_no FROM found JOIN door USING (row_no) WHERE address_id IS NOT NULL"
        " GROUP BY address_id HAVING count(*) > 1) AS g USING (address_id) JOIN door AS e ON e.row_no = g.row_no"
        " WHERE d.identity <> e.identity",
    ),
)

STATUS_DOWN = (
    Check(
        "SELECT d.row_no, 'row.status_down', false, jsonb_build_object('status', a.status) FROM door AS d JOIN found AS f USING (row_no)"
        " JOIN address AS a ON a.id = f.address_id AND a.province_code = d.province_code WHERE d.status IS NOT NULL"
        " AND array_position(CAST(:ladder AS text[]), d.status) < array_position(CAST(:ladder AS text[]), a.status)",
    ),
)
