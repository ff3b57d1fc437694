"""Here is decided what deserves a second look in a row that is accepted: points and numbers that are possible but unlikely."""

from typing import Final

from loaders.checks.check import Check

MANY_HOUSEHOLDS: Final = 200
# A metre: a file with five decimals can come no nearer to a centre that is known with six.
CENTRE_DEGREES: Final = 1e-5
# The plus code of a Vpostcode means a square of 14 m; a kilometre away is another place.
FAR_DEGREES: Final = 0.01
_REFORM: Final = "2025-07-01"
_PLUS_SIGNS: Final = "23456789CFGHJMPQRVWX"


def _third_decimal(column: str) -> str:
    return f"abs({column} * 1000 - round({column} * 1000)) < 1e-6"


def _near(longitude: str, latitude: str) -> str:
    return f"coalesce(abs(d.lon - {longitude}) <= {CENTRE_DEGREES} AND abs(d.lat - {latitude}) <= {CENTRE_DEGREES}, false)"


def _sign(place: int) -> str:
    return f"(strpos('{_PLUS_SIGNS}', substr(d.vpostcode, {place}, 1)) - 1)"


def _off(column: str, first: int) -> str:
    """Return how far, in degrees, a coordinate is from what every second sign of the plus code says: it repeats with every whole degree."""
    gap = f"abs({column} - floor({column}) - {_sign(first)} * 0.05 - {_sign(first + 2)} * 0.0025 - {_sign(first + 4)} * 0.000125)"
    return f"least({gap}, 1 - {gap})"


# Centre of today's commune and of the one that was recorded, once for each way in which units are stated: these are few.
_CENTRES: Final = (
    "(SELECT DISTINCT c.k, c.commune_id, c.recorded_unit_id, ST_X(t.centre) AS x, ST_Y(t.centre) AS y, ST_X(r.centre) AS x_recorded,"
    " ST_Y(r.centre) AS y_recorded FROM unit_candidate AS c LEFT JOIN unit AS t ON t.id = c.commune_id"
    " LEFT JOIN unit AS r ON r.id = c.recorded_unit_id OFFSET 0)"
)
# The first two digits of a code are those of a postal code that the province, or what it was made from, has or had.
_PREFIXES: Final = (
    "(SELECT t.province_code, left(t.postal_code, 2) AS prefix FROM unit AS t WHERE t.level = 'commune' AND t.in_force"
    " UNION SELECT t.province_code, left(o.postal_code, 2) FROM unit AS t JOIN succession AS s ON s.successor_id = t.id"
    " JOIN unit AS o ON o.id = s.predecessor_id WHERE t.level = 'commune' AND t.in_force AND o.postal_code IS NOT NULL)"
)
# Code, when a row has it, what a human is shown.
_NOTES: Final = (
    ("row.point_rounded", f"CAST(:degrees AS boolean) AND {_third_decimal('d.x')} AND {_third_decimal('d.y')}", "NULL::jsonb"),
    ("row.point_is_centre", f"({_near('c.x', 'c.y')} OR {_near('c.x_recorded', 'c.y_recorded')})", "NULL::jsonb"),
    (
        "row.household_many",
        f"coalesce(d.households > {MANY_HOUSEHOLDS}, false) AND d.flat_key = ''",
        "jsonb_build_object('so_ho', o.households)",
    ),
    ("row.households_zero_kind", "coalesce(d.households = 0 AND d.kind = 'household', false)", "NULL::jsonb"),
)
# One walk over the doors finds the few rows that have anything; only these are looked at code by code.
_FLAGS: Final = ", ".join(f"{where} AS n{at}" for at, (_, where, _) in enumerate(_NOTES))
_ANY: Final = " OR ".join(f"({where})" for _, where, _ in _NOTES)
_BY_CODE: Final = ", ".join(f"('{code}', n{at}, {details})" for at, (code, _, details) in enumerate(_NOTES))
_ODD: Final = (
    f"SELECT d.row_no, d.households, {_FLAGS} FROM door AS d"  # noqa: S608 - only names and constants of ours are put in
    f" LEFT JOIN {_CENTRES} AS c ON c.k = d.k AND c.commune_id = d.commune_id AND c.recorded_unit_id = d.recorded_unit_id WHERE {_ANY}"
)
_PLUS_FAR: Final = f"{_off('d.lat', 6)} > {FAR_DEGREES} OR {_off('d.lon', 7)} > {FAR_DEGREES}"

CHECKS: Final = (
    Check(
        f"SELECT row_no, v.code, false, v.details FROM ({_ODD}) AS o CROSS JOIN LATERAL (VALUES {_BY_CODE}) AS v (code, found, details)"  # noqa: S608 - only names and constants of ours are put in
        " WHERE v.found",
        tuple(code for code, _, _ in _NOTES),
    ),
    Check(
        "SELECT d.row_no, 'row.ndas_postal_elsewhere', false, jsonb_build_object('code', d.code) FROM door AS d"  # noqa: S608 - only names and constants of ours are put in
        f" LEFT JOIN {_PREFIXES} AS a ON a.province_code = d.province_code AND a.prefix = left(d.code, 2)"
        " WHERE d.scheme = 'ndas' AND a.prefix IS NULL",
        ("row.ndas_postal_elsewhere",),
        "coded",
    ),
    Check(
        "SELECT d.row_no, 'row.vpostcode_far', false, jsonb_build_object('vpostcode', d.vpostcode) FROM door AS d"  # noqa: S608 - only names and constants of ours are put in
        f" WHERE CASE WHEN length(d.vpostcode) = 12 THEN {_PLUS_FAR} ELSE false END",
        ("row.vpostcode_far",),
        "plus",
    ),
    Check(
        "SELECT d.row_no, 'row.unit_new', false, jsonb_build_object('xa', u.full_name) FROM door AS d"  # noqa: S608 - only names and constants of ours are put in
        f" JOIN unit AS u ON u.id = d.recorded_unit_id WHERE lower(u.valid) >= DATE '{_REFORM}'",
        ("row.unit_new",),
    ),
)
