"""Here is decided whether a point can belong to the commune that the row states.

An exact boundary is held to 500 m. Where a commune's area is only approximate, the stated commune wins; only a point that no
commune of that size can hold (20 km off the area, and three times the radius of a circle as large) is a gross error.
"""

from loaders.checks.check import Check, simple

TOLERANCE_M = 500
APPROXIMATE_M = 20_000

OBVIOUS = (
    Check(
        "SELECT row_no, 'row.point_' || verdict, false, CASE verdict"
        " WHEN 'swapped' THEN jsonb_build_object('suggestion', jsonb_build_object('kinh_do', y, 'vi_do', x))"
        " ELSE jsonb_build_object('kinh_do', x, 'vi_do', y) END"
        " FROM point_said JOIN parsed USING (row_no) WHERE verdict <> 'ok'",
    ),
)

UNDECIDED = (
    Check(
        "SELECT d.row_no, d.undecided, false, jsonb_build_object('choices', (SELECT jsonb_agg(jsonb_build_object('ma_xa', t.code, 'xa',"
        " t.full_name) ORDER BY t.code) FROM unit AS t WHERE t.id = ANY (u.todays)))"
        " FROM door AS d JOIN unit_key AS u USING (k) WHERE d.commune_id IS NULL",
    ),
    Check(
        "SELECT d.row_no, 'row.commune_by_point', false, jsonb_build_object('xa', t.full_name, 'ma_xa', t.code)"
        " FROM door AS d JOIN unit AS t ON t.id = d.commune_id WHERE d.choices > 1",
    ),
    simple(
        "door",
        "row.outside_province",
        "province_code <> CAST(:province AS text)",
        "jsonb_build_object('province', province_code)",
    ),
    simple("door", "row.no_postal_code", "commune_id IS NOT NULL AND postal_code IS NULL AND code = ''"),
)

_OUTSIDE = (
    "SELECT d.row_no, d.point, b.approximate, d.province_code, ST_Distance(b.geom\\:\\:geography, d.point\\:\\:geography) AS metres,"
    " sqrt(ST_Area(b.geom\\:\\:geography) / pi()) AS radius, u.full_name"
    " FROM door AS d JOIN unit_boundary AS b ON b.unit_id = d.commune_id JOIN unit AS u ON u.id = d.commune_id"
    " WHERE NOT ST_Covers(b.geom, d.point)"
)
_HOLDER = (
    " LEFT JOIN LATERAL (SELECT h.full_name, h.code, h.province_code FROM unit_boundary AS a JOIN unit AS h ON h.id = a.unit_id"
    " WHERE h.in_force AND h.level = 'commune' AND ST_Covers(a.geom, o.point) LIMIT 1) AS held ON true"
)

IN_COMMUNE = (
    Check(
        f"SELECT row_no, CASE WHEN metres > {TOLERANCE_M} THEN 'row.point_outside_commune' ELSE 'row.point_near_commune' END, false,"  # noqa: S608 - only names and constants of ours are put in
        " jsonb_build_object('metres', round(metres), 'stated', o.full_name, 'holds', held.full_name, 'ma_xa', held.code)"
        f" FROM ({_OUTSIDE} AND NOT b.approximate) AS o{_HOLDER}",
    ),
    Check(
        "SELECT row_no, 'row.point_outside_commune', false,"  # noqa: S608 - only names and constants of ours are put in
        " jsonb_build_object('metres', round(metres), 'stated', o.full_name, 'holds', held.full_name, 'ma_xa', held.code)"
        f" FROM ({_OUTSIDE} AND b.approximate AND NOT ST_DWithin(b.geom, d.point, 0.02)) AS o{_HOLDER}"
        f" WHERE metres > greatest({APPROXIMATE_M}, 3 * radius)",
    ),
)
