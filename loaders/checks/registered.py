"""Here is decided what is wrong between a row and the registry: a code or household that another door holds, a door far away."""

from loaders.checks.batch import FAR_M
from loaders.checks.check import Check

# A code may correct its own door: the place name within 200 m, the house number within 30 m; beyond that it is another door.
OTHER_PLACE_M, OTHER_HOUSE_M = 200, 30

_AWAY = "ST_Distance(a.point\\:\\:geography, d.point\\:\\:geography)"

# What a row says of a door is what somebody corrected by hand since: it is that door all the same.
_EVENTS = "FROM life_event AS e WHERE e.address_id = a.id AND e.province_code = a.province_code"
_FORMERLY = (
    f"EXISTS (SELECT {_EVENTS} AND (e.place_id, e.house_key, e.flat_key)"  # noqa: S608 - only names and constants of ours are put in
    " IS NOT DISTINCT FROM (d.place_id, d.house_key, d.flat_key))"
)
_FORMER_POINT = f"EXISTS (SELECT {_EVENTS} AND ST_DWithin(e.point, d.point, 1e-6))"
# The last that was done to a retired door by hand ended it; had a file retired it later, somebody had revived it before.
_ENDED = f"(SELECT e.kind {_EVENTS} AND e.kind IN ('merged', 'retired', 'revived') ORDER BY e.id DESC LIMIT 1) = 'retired'"
_IN_REGISTRY = (
    "FROM door AS d JOIN found AS f USING (row_no) JOIN address AS a ON a.id = f.address_id AND a.province_code = d.province_code"
)
# The same where nearly all that the file knows is asked: a join would read the doors of the whole country for those of one file.
_DOOR_BY_DOOR = (
    "FROM door AS d JOIN found AS f USING (row_no) CROSS JOIN LATERAL (SELECT x.id, x.province_code, x.point, x.status, x.recorded_text"
    " FROM address AS x WHERE x.id = f.address_id AND x.province_code = d.province_code OFFSET 0) AS a"
)

BY_HAND = (
    Check(
        "SELECT d.row_no, 'row.door_merged', false, jsonb_build_object('address', a.recorded_text, 'code', (SELECT c.code FROM"  # noqa: S608 - only names and constants of ours are put in
        " digital_address AS c WHERE c.address_id = a.replaced_by AND c.status = 'active'))"
        f" {_IN_REGISTRY} WHERE a.replaced_by IS NOT NULL",
        ("row.door_merged",),
    ),
    Check(
        "SELECT d.row_no, 'row.door_retired', false, jsonb_build_object('address', a.recorded_text)"
        f" {_IN_REGISTRY} WHERE a.retired_at IS NOT NULL AND a.replaced_by IS NULL AND {_ENDED}",
        ("row.door_retired",),
    ),
)

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
        " WHERE a.province_code <> d.province_code OR (f.by_door IS NOT NULL AND f.by_door <> f.by_code)"
        f" OR (a.place_id IS DISTINCT FROM d.place_id AND {_AWAY} > {OTHER_PLACE_M} AND NOT {_FORMERLY})"
        f" OR (a.house_key <> '' AND d.house_key <> '' AND a.house_key <> d.house_key AND {_AWAY} > {OTHER_HOUSE_M} AND NOT {_FORMERLY})",
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
        f"SELECT d.row_no, 'row.same_door_far', false, jsonb_build_object('metres', round({_AWAY}), 'address', a.recorded_text)"
        f" {_DOOR_BY_DOOR} WHERE NOT ST_DWithin(a.point, d.point, 0.005) AND {_AWAY} > {FAR_M} AND NOT {_FORMER_POINT}",
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
        f"SELECT d.row_no, 'row.status_down', false, jsonb_build_object('status', a.status) {_DOOR_BY_DOOR} WHERE d.status IS NOT NULL"
        " AND array_position(CAST(:ladder AS text[]), d.status) < array_position(CAST(:ladder AS text[]), a.status)",
    ),
)
