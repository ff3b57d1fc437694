"""Decides how staged reference rows become rows of the registry: one statement per step, in the order of their dependence."""

from typing import Final

# Tables staged as `ref_<name>` with the columns of their file.
STAGED: Final = ("units", "successions", "former_units", "baselines", "place_names", "sources", "targets")
COUNTS: Final = ("unit", "succession", "former_unit", "baseline", "place_name", "target", "unit_boundary")

# Source keys of a row, joined by +, written out.
_SPELL_SOURCES = """
CREATE TEMP TABLE ref_spelt ON COMMIT DROP AS
SELECT k.keys, string_agg(s.text, '; ' ORDER BY p.ord) AS text
FROM (SELECT source AS keys FROM ref_units UNION SELECT source FROM ref_successions UNION SELECT source FROM ref_former_units
      UNION SELECT source FROM ref_baselines UNION SELECT source FROM ref_place_names) k
CROSS JOIN LATERAL unnest(string_to_array(k.keys, '+')) WITH ORDINALITY p(key, ord)
JOIN ref_sources s USING (key)
GROUP BY k.keys
"""

_TYPE_UNITS = """
CREATE TEMP TABLE ref_unit ON COMMIT DROP AS
SELECT r.level, r.code, r.name, r.full_name, r.kind, r.parent_code, r.province_code, r.postal_code,
       -- A unit that a reform ended stays ended; on the map of a day, what ends later has no end yet.
       daterange(r.valid_from::date, least(CASE WHEN r.valid_to::date < :after THEN r.valid_to::date END, e.ended)) AS valid,
       CASE WHEN r.lon IS NOT NULL THEN ST_SetSRID(ST_MakePoint(r.lon::float8, r.lat::float8), 4326) END AS centre,
       r.area_km2::float8 AS area_km2, r.population::int AS population, s.text AS source
FROM ref_units r JOIN ref_spelt s ON s.keys = r.source
LEFT JOIN LATERAL (
  SELECT upper(u.valid) AS ended FROM unit u
  WHERE (u.level, u.code) = (r.level, r.code) AND lower(u.valid) IS NOT DISTINCT FROM r.valid_from::date
    AND EXISTS (SELECT FROM reform m WHERE m.effective = upper(u.valid))) e ON true
WHERE r.valid_from IS NULL OR r.valid_from::date < :after
"""

_DROP_VANISHED = """
DELETE FROM unit u WHERE u.reform_id IS NULL AND NOT EXISTS (
  SELECT FROM ref_unit r WHERE (r.level, r.code) = (u.level, u.code) AND lower(r.valid) IS NOT DISTINCT FROM lower(u.valid))
"""

_FACTS = "name, full_name, kind, parent_code, province_code, postal_code, valid, centre, area_km2, population, source"

# Units that vanish or read otherwise are remembered as they stood: history and the change feed tell them.
_REMEMBER_UNITS = f"""
INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason)
SELECT '00', 'unit', u.id, CASE WHEN r.code IS NULL THEN 'delete' ELSE 'update' END, to_jsonb(u), 'diachiso', 'units load'
FROM unit u
LEFT JOIN ref_unit r ON (r.level, r.code) = (u.level, u.code) AND lower(r.valid) IS NOT DISTINCT FROM lower(u.valid)
WHERE r.code IS NULL OR ({", ".join("u." + column for column in _FACTS.split(", "))})
      IS DISTINCT FROM ({", ".join("r." + column for column in _FACTS.split(", "))})
"""  # noqa: S608 - columns of ours

_UPDATE_UNITS = f"""
UPDATE unit u SET ({_FACTS}) = ROW({", ".join("r." + column for column in _FACTS.split(", "))})
FROM ref_unit r
WHERE (r.level, r.code) = (u.level, u.code) AND lower(r.valid) IS NOT DISTINCT FROM lower(u.valid)
  AND ({", ".join("u." + column for column in _FACTS.split(", "))})
      IS DISTINCT FROM ({", ".join("r." + column for column in _FACTS.split(", "))})
"""  # noqa: S608 - columns of ours

# A unit that a reform made and that the tables have learnt since is theirs from now on.
_ADOPT_UNITS = """
UPDATE unit u SET reform_id = NULL FROM ref_unit r
WHERE u.reform_id IS NOT NULL AND (r.level, r.code) = (u.level, u.code) AND lower(r.valid) IS NOT DISTINCT FROM lower(u.valid)
"""

_INSERT_UNITS = f"""
WITH made AS (
  INSERT INTO unit (level, code, {_FACTS})
  SELECT level, code, {_FACTS} FROM ref_unit r WHERE NOT EXISTS (
    SELECT FROM unit u WHERE (r.level, r.code) = (u.level, u.code) AND lower(r.valid) IS NOT DISTINCT FROM lower(u.valid))
  ORDER BY array_position(ARRAY['province', 'district', 'commune'], level), lower(valid) NULLS FIRST, code
  RETURNING id
)
INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason)
SELECT '00', 'unit', id, 'insert', '{{}}', 'diachiso', 'units load' FROM made
"""  # noqa: S608 - columns of ours

# The predecessor is the unit in force the day before, the successor the one in force on the day. A row whose unit is missing
# becomes a null and is refused by the table.
_SUCCESSIONS = """
INSERT INTO succession (predecessor_id, successor_id, kind, all_people, effective, note, source)
SELECT p.id, s.id, r.kind, r.all_people::bool, r.effective::date, coalesce(r.note, ''), t.text
FROM ref_successions r JOIN ref_spelt t ON t.keys = r.source
LEFT JOIN unit p ON (p.level, p.code) = (r.predecessor_level, r.predecessor_code) AND p.valid @> r.effective::date - 1
LEFT JOIN unit s ON (s.level, s.code) = (r.successor_level, r.successor_code) AND s.valid @> r.effective::date
WHERE r.effective::date < :after
ORDER BY r.effective, p.id, s.id
ON CONFLICT (predecessor_id, successor_id) DO NOTHING
"""

_FORMER_UNITS = """
INSERT INTO former_unit (code, full_name, district, province, first_seen, last_seen, old_codes, new_codes, source)
SELECT r.code, r.full_name, r.district, r.province, r.first_seen::date, r.last_seen::date,
       string_to_array(coalesce(r.old_codes, ''), ';'),
       CASE WHEN :after > date '2025-07-01' THEN string_to_array(coalesce(r.new_codes, ''), ';') ELSE '{}' END, t.text
FROM ref_former_units r JOIN ref_spelt t ON t.keys = r.source
"""

# Units of 2019 have no row of their own: their figures stand under code and name alone.
_BASELINES = """
INSERT INTO baseline (unit_id, level, code, name, units_as_of, counted_on, households, population, estimated, method, source)
SELECT u.id, r.level, r.code, r.name, r.units_as_of::date, date '2019-04-01', r.households::int, r.population::int,
       r.estimated::bool, r.method, t.text
FROM ref_baselines r JOIN ref_spelt t ON t.keys = r.source
LEFT JOIN unit u ON r.units_as_of >= '2025' AND (u.level, u.code) = (r.level, r.code) AND u.valid @> r.units_as_of::date
WHERE r.units_as_of::date < :after
"""

_PLACE_NAMES = """
INSERT INTO place_name (province_code, district_code, commune_code, kind, name, source)
SELECT r.province_code, r.district_code, r.commune_code, r.kind, r.name, t.text
FROM ref_place_names r JOIN ref_spelt t ON t.keys = r.source
"""

# A plan speaks of the units of its day; a province that was none that day leaves a null, which the table refuses.
_TARGETS = """
INSERT INTO target (unit_id, level, indicator, year, value, sense, measure, definition, reported, document, article, origin)
SELECT u.id, r.level, r.indicator, r.year::int, r.value::float8, r.sense, r.measure, coalesce(r.definition, ''), r.reported::int::bool,
       r.document, r.article, 'reference'
FROM ref_targets r
LEFT JOIN unit u ON u.level = 'province' AND r.level = 'province' AND u.code = r.code AND u.valid @> r.units_as_of::date
ON CONFLICT DO NOTHING
"""

MERGES: Final = (
    "DROP TABLE IF EXISTS ref_spelt, ref_unit",
    _SPELL_SOURCES,
    _TYPE_UNITS,
    # Figures and names from other sources, which a deployment may have added, stay.
    "DELETE FROM baseline WHERE source IN (SELECT text FROM ref_sources)",
    "DELETE FROM place_name WHERE source IN (SELECT text FROM ref_sources)",
    "DELETE FROM succession WHERE reform_id IS NULL",
    "DELETE FROM former_unit",
    _REMEMBER_UNITS,
    "DELETE FROM target WHERE origin = 'reference'",
    _DROP_VANISHED,
    _ADOPT_UNITS,
    _UPDATE_UNITS,
    _INSERT_UNITS,
    _SUCCESSIONS,
    _FORMER_UNITS,
    _BASELINES,
    _PLACE_NAMES,
    _TARGETS,
)
