"""Here is decided whether a point can belong to the commune that the row states.

An exact boundary is held to 500 m. Where a commune's area is only approximate, the stated commune wins, with a note from 5 km on;
only a point that no commune of that size can hold (20 km off the area, and three times the radius of a circle as large) and that is
not near the known centre of a unit that went into the commune (islands) is a gross error. What lies 8 km off every commune's area,
exact or not, lies outside Vietnam.
"""

from loaders.checks.check import Check, simple

TOLERANCE_M = 500
APPROXIMATE_M = 20_000
UNVERIFIED_M = 5_000
CENTRE_M = 20_000
ABROAD_M = 8_000
# Hoàng Sa and Trường Sa: their islands lie up to 620 km from the one centre that is known, and no other commune is there.
_ARCHIPELAGOS = "u.code IN ('20333', '22736') AND ST_X(d.point) > 109.6"

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
        "SELECT d.row_no, u.undecided, false, jsonb_build_object('choices', (SELECT jsonb_agg(jsonb_build_object('ma_xa', t.code, 'xa',"
        " t.full_name) ORDER BY t.code) FROM unit AS t WHERE t.id = ANY (u.todays)))"
        " FROM door AS d JOIN unit_key AS u USING (k) WHERE d.choices <> 1 AND d.commune_id IS NULL",
    ),
    Check(
        "SELECT d.row_no, 'row.commune_by_point', false, jsonb_build_object('xa', t.full_name, 'ma_xa', t.code)"
        " FROM door AS d JOIN unit AS t ON t.id = d.commune_id WHERE d.choices > 1",
    ),
    # Rows of one commune were asked these two where they were read.
    simple(
        "door",
        "row.outside_province",
        "choices > 1 AND province_code <> CAST(:province AS text)",
        "jsonb_build_object('province', province_code)",
    ),
    simple("door", "row.no_postal_code", "choices > 1 AND commune_id IS NOT NULL AND postal_code IS NULL AND code = ''"),
)

_OUTSIDE = (
    "SELECT d.row_no, d.point, d.commune_id, d.recorded_unit_id, ST_Distance(b.geom\\:\\:geography, d.point\\:\\:geography) AS metres,"  # noqa: S608 - only names and constants of ours are put in
    f" sqrt(ST_Area(b.geom\\:\\:geography) / pi()) AS radius, u.full_name, {_ARCHIPELAGOS} AS archipelago"
    " FROM door AS d JOIN unit_boundary AS b ON b.unit_id = d.commune_id JOIN unit AS u ON u.id = d.commune_id"
    " WHERE NOT ST_Covers(b.geom, d.point)"
)
_AREA = "unit_boundary AS a JOIN unit AS h ON h.id = a.unit_id AND h.in_force AND h.level = 'commune'"
_HOLDER = f" LEFT JOIN LATERAL (SELECT h.full_name, h.code FROM {_AREA} WHERE ST_Covers(a.geom, o.point) LIMIT 1) AS held ON true"  # noqa: S608 - only names and constants of ours are put in
# Degrees find the candidates by their index (8 km are at most 0.08 degrees here); metres decide.
_ABROAD = (
    f"(held.code IS NULL AND NOT EXISTS (SELECT FROM {_AREA} WHERE ST_DWithin(a.geom, o.point, 0.08)"
    f" AND ST_DWithin(a.geom\\:\\:geography, o.point\\:\\:geography, {ABROAD_M})))"
)
# The centre of the recorded unit or of a predecessor; a unit of before 2025-07-01 may stand two steps back.
_NEAR_CENTRE = (
    "(archipelago OR EXISTS (SELECT FROM unit AS c WHERE (c.id = o.recorded_unit_id OR c.id IN ("  # noqa: S608 - only names and constants of ours are put in
    "SELECT unnest(ARRAY[s.predecessor_id, e.predecessor_id]) FROM succession AS s"
    " LEFT JOIN succession AS e ON e.successor_id = s.predecessor_id WHERE s.successor_id = o.commune_id))"
    f" AND ST_DWithin(c.centre\\:\\:geography, o.point\\:\\:geography, {CENTRE_M})))"
)
_DETAILS = "jsonb_build_object('metres', round(metres), 'stated', o.full_name, 'holds', held.full_name, 'ma_xa', held.code)"

IN_COMMUNE = (
    Check(
        f"SELECT row_no, CASE WHEN metres <= {TOLERANCE_M} THEN 'row.point_near_commune' WHEN {_ABROAD} THEN 'row.point_outside'"  # noqa: S608 - only names and constants of ours are put in
        f" ELSE 'row.point_outside_commune' END, false, {_DETAILS} FROM ({_OUTSIDE} AND NOT b.approximate) AS o{_HOLDER}",
    ),
    Check(
        f"SELECT row_no, CASE WHEN {_NEAR_CENTRE} THEN 'row.point_unverified' WHEN {_ABROAD} THEN 'row.point_outside'"  # noqa: S608 - only names and constants of ours are put in
        f" WHEN metres > greatest({APPROXIMATE_M}, 3 * radius) THEN 'row.point_outside_commune' ELSE 'row.point_unverified' END, false,"
        f" {_DETAILS} FROM ({_OUTSIDE} AND b.approximate AND NOT ST_DWithin(b.geom, d.point, 0.02)) AS o{_HOLDER}"
        f" WHERE metres > {UNVERIFIED_M}",
    ),
)
