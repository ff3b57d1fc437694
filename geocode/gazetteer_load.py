"""Decides how the gazetteer is filled: units, former names and places from the registry, abbreviations from the reference tables."""

import csv
import gc
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

import registry
from geocode.gazetteer import REFORM, Gazetteer, GazUnit, compact, make_unit
from geocode.lossy import index_damaged
from geocode.place_table import PlaceTable
from registry.place_key import street_key
from registry.succession import successors_today
from registry.syllable import frequencies
from registry.text import FOLD_VERSION, fold, toned
from registry.unit_names import kind_and_name
from registry.units_load import reference_version
from registry.vocab import ALLEY_WORDS, AREA_WORDS, HAMLET_WORDS, HOUSE_WORDS, ROAD_WORDS, STREET_WORDS, UNIT_WORDS

REFERENCE = Path(registry.__file__).parent / "reference"

_UNITS = text("""
SELECT id, level, code, name, full_name, kind, parent_code, province_code, postal_code,
       lower(valid) AS valid_from, upper(valid) AS valid_to, ST_X(centre) AS lon, ST_Y(centre) AS lat
FROM unit ORDER BY id
""")
_FORMER = text("SELECT code, full_name, district, province, old_codes, new_codes FROM former_unit ORDER BY last_seen DESC, id")
_PLACES = text("SELECT id, commune_id, kind, name, key, origin_id FROM place ORDER BY id")
_NEWER_PLACES = text("SELECT id, commune_id, kind, name, key, origin_id FROM place WHERE id > :last ORDER BY id")
_COUNT_PLACES = text("SELECT count(*) FROM place")
_NAMES = text("SELECT DISTINCT province_code, kind, name FROM place_name")
_VERSION = text("SELECT coalesce(max(id), 0), count(*) FILTER (WHERE rolled_back_at IS NOT NULL) FROM batch WHERE committed_at IS NOT NULL")
_REFORMS = text("""
SELECT
    (SELECT count(*) FROM reform) || '.' || (SELECT count(*) FROM reform_waiting WHERE decided_at IS NULL)
    || '.' || (SELECT coalesce(CAST(1000 * extract(epoch FROM max(loaded_at)) AS bigint), 0) FROM unit_boundary)
""")
_MADE_FROM = text("SELECT successor_id, array_agg(predecessor_id) FROM succession GROUP BY successor_id")
_WAITING = text("SELECT DISTINCT unit_id FROM reform_waiting WHERE decided_at IS NULL")


def data_version(session: Session) -> str:
    """Return the version of the registry's content: fold rules, units, reforms, areas, last committed batch, rollbacks."""
    last, rolled_back = session.execute(_VERSION).one()
    units = reference_version(session) or ""
    reforms = session.execute(_REFORMS).scalar_one()
    return f"{FOLD_VERSION}-{units[:12]}r{reforms}-{last}-{rolled_back}"


def grown(gazetteer: Gazetteer, session: Session) -> Gazetteer | None:
    """Return the gazetteer with the places registered since, everything else shared; None when more changed than that.

    A batch adds places; only a new table of units or a rollback changes anything else, and then all is read again.
    """
    version = data_version(session)
    if _but_batches(version) != _but_batches(gazetteer.version):
        return None
    rows = session.execute(_NEWER_PLACES, {"last": gazetteer.places.last_id}).all()
    places = gazetteer.places.with_more(rows) if rows else gazetteer.places
    # A transaction that began earlier and ended later may have taken lower ids.
    if len(places) != session.execute(_COUNT_PLACES).scalar_one():
        return None
    words = {word for row in rows for word in fold(row.name).split(" ")}
    fresh = replace(gazetteer, version=version, places=places, syllables=gazetteer.syllables | words)
    fresh.index_heads()
    return fresh


def _but_batches(version: str) -> tuple[str, str]:
    """Return what a version says besides the last batch: fold rules and units, rollbacks."""
    rules_and_units, _, rolled_back = version.rsplit("-", 2)
    return rules_and_units, rolled_back


def load_gazetteer(session: Session) -> Gazetteer:
    """Read everything the matcher knows by heart; a few seconds for the country."""
    gazetteer = Gazetteer(version=data_version(session))
    _load_units(gazetteer, session)
    _load_abbreviations(gazetteer)
    _load_former(gazetteer, session)
    _load_places(gazetteer, session)
    names = session.execute(_NAMES).all()
    gazetteer.listed_streets = frozenset((row.province_code, street_key(fold(row.name))) for row in names if row.kind == "street")
    gazetteer.syllables = _syllables(gazetteer, {row.name for row in names})
    gazetteer.index()
    # What only damaged texts need is made ready as well: else the first of them would wait a fifth of a second.
    index_damaged(gazetteer)
    frequencies()
    # A million long-lived objects would be walked by every full collection; they never become garbage before the next load.
    gc.collect()
    gc.freeze()
    # What an answer is made of dies by its reference count; looking for cycles every 700 objects found none and cost a tenth.
    gc.set_threshold(50_000, 20, 50)
    return gazetteer


def _load_units(gazetteer: Gazetteer, session: Session) -> None:
    """Fill the units of both worlds and the tables that lead from one to the other."""
    today: dict[int, list[tuple[int, str, bool]]] = defaultdict(list)
    for old_id, today_id, kind, all_people in successors_today(session):
        today[old_id].append((today_id, kind, all_people))
    rows = session.execute(_UNITS).mappings().all()
    later = _lineages(gazetteer, session, rows, today)
    for row in rows:
        in_force = row["valid_to"] is None
        successors = [(row["id"], "whole", False)] if in_force else today.get(row["id"], [])
        unit = make_unit(dict(row), successors)
        if unit.id in later:
            unit = replace(unit, recorded_as=unit.recorded_as | later[unit.id])
        gazetteer.by_id[unit.id] = unit
        gazetteer.versions[unit.level, unit.code].append(unit) if unit.world == "new" else None
        if in_force:
            gazetteer.current[unit.level, unit.code] = unit
        elif unit.world == "old":
            gazetteer.old[unit.level, unit.code] = unit
        if in_force or unit.world == "old":
            gazetteer.units[compact(unit.name)].append(unit)
    _keep_gone(gazetteer)
    _relate_worlds(gazetteer)


def _lineages(
    gazetteer: Gazetteer, session: Session, rows: Sequence[Any], today: dict[int, list[tuple[int, str, bool]]]
) -> dict[int, set[int]]:
    """Read what units were made from; return for each the units of later reforms that it went into and that ended too.

    Communes in which doors still wait are added to what their makings are `today`.
    """
    gazetteer.made_from = {successor: tuple(found) for successor, found in session.execute(_MADE_FROM)}
    gazetteer.waiting = frozenset(session.execute(_WAITING).scalars())
    for commune in gazetteer.waiting:
        for each in gazetteer.lineage(commune):
            today[each].append((commune, "part", False))
    later: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row["valid_to"] is not None and row["valid_to"] > REFORM:
            for each in gazetteer.lineage(row["id"]):
                later[each].add(row["id"])
    return later


def _keep_gone(gazetteer: Gazetteer) -> None:
    """Let units that a later reform ended be named as they were; where one goes on under its name alone, that one answers."""
    gone = [unit for unit in gazetteer.by_id.values() if unit.world == "new" and unit.valid_to is not None and unit.level != "district"]
    for unit in gone:
        heirs = [gazetteer.by_id[each] for each in unit.today]
        provinces = {each.province for each in heirs if each.valid_to is None}
        known = replace(unit, province=provinces.pop() if len(provinces) == 1 else unit.province, recorded_as=gazetteer.lineage(unit.id))
        gazetteer.by_id[unit.id] = known
        if not (len(heirs) == 1 and compact(heirs[0].name) == compact(unit.name)):
            gazetteer.units[compact(unit.name)].append(known)


def _relate_worlds(gazetteer: Gazetteer) -> None:
    """Derive which old provinces and districts lie in which communes of today, and the reverse."""
    old_provinces: dict[int, set[str]] = defaultdict(set)
    old_districts: dict[int, set[str]] = defaultdict(set)
    of_district: dict[str, set[int]] = defaultdict(set)
    of_old_province: dict[str, set[int]] = defaultdict(set)
    of_province: dict[str, set[int]] = defaultdict(set)
    province_today: dict[tuple[str, str], set[str]] = defaultdict(set)
    for unit in gazetteer.by_id.values():
        if unit.level == "commune" and (unit.valid_to is None or unit.id in gazetteer.waiting):
            of_province[unit.province].add(unit.id)
            gazetteer.postal.setdefault(unit.postal_code or "", unit.id)
        if unit.level != "commune" or unit.world != "old":
            continue
        for today in unit.today:
            commune = gazetteer.by_id[today]
            gazetteer.predecessors[today].append(unit)
            old_provinces[today].add(unit.province)
            old_districts[today].add(unit.district)
            of_district[unit.district].add(today)
            of_old_province[unit.province].add(today)
            province_today["old", unit.province].add(commune.province)
    gazetteer.postal.pop("", None)
    gazetteer.old_provinces = {key: frozenset(value) for key, value in old_provinces.items()}
    gazetteer.old_districts = {key: frozenset(value) for key, value in old_districts.items()}
    gazetteer.communes_of_district = {key: frozenset(value) for key, value in of_district.items()}
    gazetteer.communes_of_old_province = {key: frozenset(value) for key, value in of_old_province.items()}
    gazetteer.communes_of_province = {key: frozenset(value) for key, value in of_province.items()}
    gazetteer.provinces_before = {
        code: frozenset(old for (_, old), today in province_today.items() if code in today) for code in of_province
    }
    gazetteer.province_today = {key: frozenset(value) for key, value in province_today.items()}


def _load_former(gazetteer: Gazetteer, session: Session) -> None:
    """Add commune and district names that were gone before 2025, leading straight to the communes of today."""
    districts = {(unit.full_name, unit.province): unit.code for (level, _), unit in gazetteer.old.items() if level == "district"}
    seen: set[tuple[str, str, str]] = set()
    gone: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in session.execute(_FORMER).mappings():
        province = _old_province(gazetteer, row["province"])
        # Codes are reused: the records mean the units of 2025-07-01.
        of_2025 = (unit for code in row["new_codes"] for unit in gazetteer.versions["commune", code] if unit.valid_from == REFORM)
        today = tuple(dict.fromkeys(each for unit in of_2025 for each in unit.today))
        if province is None or not today:
            continue
        district = districts.get((row["district"], province)) or f"former:{compact(kind_and_name(row['district'])[1])}"
        kind, name = kind_and_name(row["full_name"])
        if district.startswith("former:"):
            gone[row["district"], province].update(today)
        if (row["full_name"], district, province) not in seen:
            seen.add((row["full_name"], district, province))
            then = frozenset(gazetteer.old["commune", code].id for code in row["old_codes"] if ("commune", code) in gazetteer.old)
            _add_former(gazetteer, "commune", row["code"], (kind, name, row["full_name"]), (district, province), today, then)
    for (full_name, province), communes in gone.items():
        kind, name = kind_and_name(full_name)
        code = f"former:{compact(name)}"
        _add_former(gazetteer, "district", code, (kind, name, full_name), (code, province), tuple(sorted(communes)))
        known = gazetteer.communes_of_district.get(code, frozenset())
        gazetteer.communes_of_district[code] = known | communes


def _old_province(gazetteer: Gazetteer, full_name: str) -> str | None:
    """Return the code of a province of the 63 by its name or by a name it had before."""
    named = gazetteer.units.get(compact(kind_and_name(full_name)[1]), ())
    return next((unit.code for unit in named if unit.level == "province" and unit.world == "old"), None)


def _add_former(
    gazetteer: Gazetteer,
    level: str,
    code: str,
    names: tuple[str, str, str],
    parents: tuple[str, str],
    today: tuple[int, ...],
    then: frozenset[int] = frozenset(),
) -> None:
    """Add one former unit under its name, unless a unit of the old world says the same."""
    kind, name, full_name = names
    district, province = parents
    held = gazetteer.units[compact(name)]
    if any(unit.level == level and unit.kind == kind and unit.district == district and unit.province == province for unit in held):
        return
    held.append(
        GazUnit(0, level, code, name, full_name, kind, "former", district, province, today if level == "commune" else (),
                decided=len(today) == 1, tone=toned(name).replace(" ", ""), valid_to=REFORM, recorded_as=then)
    )  # fmt: skip


def _load_abbreviations(gazetteer: Gazetteer) -> None:
    """Read the short forms of units and streets."""
    for row in _rows("abbreviations.csv"):
        if row["kind"] == "street":
            gazetteer.street_aliases[street_key(row["abbreviation"])].append(street_key(row["expansion"]))
        else:
            target = compact(kind_and_name(row["expansion"])[1])
            gazetteer.abbreviations[compact(row["abbreviation"])].append((row["kind"], target))
    for row in _rows("unit_aliases.csv"):
        world = gazetteer.current if row["world"] == "new" else gazetteer.old
        unit = world.get((row["level"], row["code"]))
        alias = kind_and_name(row["alias"])[1]
        held = gazetteer.units[compact(alias)]
        if unit and all((each.level, each.code, each.world) != (unit.level, unit.code, unit.world) for each in held):
            # Marks are held against those of the name that was written: who writes Sài Gòn has not misspelt Hồ Chí Minh.
            held.append(replace(unit, tone=toned(alias).replace(" ", "")))


def _rows(name: str) -> Iterable[Mapping[str, Any]]:
    """Yield the rows of a reference table; none when the table is not there."""
    path = REFERENCE / name
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(line for line in file if not line.startswith("#"))


def _syllables(gazetteer: Gazetteer, known: set[str]) -> frozenset[str]:
    """Return every folded word of a name or type word, the known names of places among them: what a decoded keyboard word must be."""
    names = (unit.full_name for units in gazetteer.units.values() for unit in units)
    places = gazetteer.places.names()
    words = {word for name in {*names, *known, *places} for word in fold(name).split(" ")}
    vocabulary = (*STREET_WORDS, *ROAD_WORDS, *HAMLET_WORDS, *AREA_WORDS, *ALLEY_WORDS, *HOUSE_WORDS, *UNIT_WORDS)
    return frozenset(words | {word for phrase in vocabulary for word in phrase.split(" ")})


def _load_places(gazetteer: Gazetteer, session: Session) -> None:
    """Read the places of every commune."""
    gazetteer.places = PlaceTable(session.execute(_PLACES))
