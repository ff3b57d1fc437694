"""Here is decided which unit a row means by its stated commune, district, province and commune code.

The world (63 provinces with districts, or 34 provinces without) is the one that the stated names fit, never assumed; where
both fit and lead to different communes of today, the row is undecided and the candidates are listed for the point to decide.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz import fuzz, process

from registry.text import fold, has_accents
from registry.unit_names import StatedName, readings, same_province, squeeze
from registry.units_directory import REFORM, Directory, UnitRow, province_key

_CLOSE_ENOUGH: Final = 70
_CODE_LENGTH: Final = 5
STRICT, MIXED, NO = 2, 1, 0


@dataclass(frozen=True)
class Stated:
    """What a row says of its unit, as written; `within` is the code of today's province that the batch is limited to."""

    code: str = ""
    commune: str = ""
    district: str = ""
    province: str = ""
    within: str | None = None


@dataclass(frozen=True)
class Finding:
    """One issue of a match: its code, whether it decides the row's fate, and what a human needs to mend it."""

    code: str
    fatal: bool
    details: dict[str, Any]


@dataclass(frozen=True)
class Match:
    """Candidates as (recorded unit, commune today): none when refused, one when decided, several when the point must decide.

    `undecided` is the issue code to report when the point decides nothing either.
    """

    candidates: tuple[tuple[int, int], ...] = ()
    findings: tuple[Finding, ...] = ()
    undecided: str = ""


@dataclass(frozen=True)
class _Fit:
    unit: UnitRow
    reading: StatedName
    grade: int


def match(directory: Directory, stated: Stated) -> Match:
    """Return the unit that the stated names and code mean; never raises, never guesses without saying so."""
    code = stated.code.strip()
    code = code.zfill(_CODE_LENGTH) if code.isdigit() and len(code) < _CODE_LENGTH else code
    if not readings("commune", stated.commune):
        return _by_code(directory, stated, code) if code else _by_district(directory, stated)
    fits = _best(directory, stated, _fits(directory, stated))
    if not fits:
        return _by_former(directory, stated)
    if code and len(_todays(directory, fits)) > 1:
        fits = [fit for fit in fits if fit.unit.code == code] or fits
    found = _settle(directory, stated, [fit.unit for fit in fits], "row.unit_ambiguous")
    return _with_code(directory, found, code, _warnings(directory, stated, fits))


def _fits(directory: Directory, stated: Stated) -> list[_Fit]:
    """Return the communes of that name whose chain fits; mixed vintages only where no chain of one world fits."""
    found: dict[int, _Fit] = {}
    for reading in readings("commune", stated.commune):
        for world in directory.communes.values():
            for unit in world.get(reading.key, ()):
                grade = _grade(directory, stated, unit)
                if grade and unit.id not in found:
                    found[unit.id] = _Fit(unit, reading, grade)
    best = max((fit.grade for fit in found.values()), default=NO)
    return [fit for fit in found.values() if fit.grade == best]


def _grade(directory: Directory, stated: Stated, unit: UnitRow) -> int:
    """Say whether district and province fit the unit in its own world (STRICT), across worlds (MIXED) or not at all."""
    grade = STRICT
    district = readings("district", stated.district)
    if district and not _is(directory, directory.district(unit), district):
        if unit.world == "old" or not any(_is(directory, directory.district(old), district) for old in directory.origins(unit)):
            return NO
        grade = MIXED
    province = readings("province", stated.province)
    if not province:
        return grade if stated.within in (None, *_provinces_today(directory, unit)) else NO
    if _is_province(directory.province(unit), province):
        return grade
    others = [directory.units[today] for today in directory.today(unit)[0]] if unit.valid_to else []
    if unit.world == "new":
        others += directory.origins(unit)
    return MIXED if any(_is_province(directory.province(other), province) for other in others) else NO


def _is(directory: Directory, unit: UnitRow | None, stated: tuple[StatedName, ...]) -> bool:
    if unit is None:
        return False
    own = (squeeze(unit.name), squeeze(unit.full_name))
    marked = directory.marked[unit.id]
    hits = [name for name in stated if name.key in own]
    # A district's type word tells the town from the country district around it (12 such pairs in one province).
    return any(not name.kinds or unit.kind in name.kinds or name.marked == marked for name in hits) and _kind_allowed(directory, unit, hits)


def _kind_allowed(directory: Directory, unit: UnitRow, hits: list[StatedName]) -> bool:
    """Refuse a district of another kind only where a namesake of the stated kind lies in the same province."""
    kinds: frozenset[str] = frozenset().union(*(name.kinds for name in hits))
    if not kinds or unit.kind in kinds:
        return True
    return not any(
        other.kind in kinds and other.province_code == unit.province_code and squeeze(other.name) == squeeze(unit.name)
        for (world, level, _), other in directory.parents.items()
        if world == unit.world and level == unit.level
    )


def _is_province(unit: UnitRow | None, stated: tuple[StatedName, ...]) -> bool:
    return unit is not None and any(same_province(name.key) == province_key(unit) for name in stated)


def _provinces_today(directory: Directory, unit: UnitRow) -> set[str]:
    return {directory.units[today].province_code for today in directory.today(unit)[0]}


def _best(directory: Directory, stated: Stated, fits: list[_Fit]) -> list[_Fit]:
    """Narrow the fits by evidence, each kind only where it leaves something: tones, type word, a district given."""
    narrowing: list[Callable[[_Fit], bool]] = [
        lambda fit: not fit.reading.kinds or fit.unit.kind in fit.reading.kinds,
        lambda fit: bool(fit.reading.kinds) and fit.unit.kind in fit.reading.kinds,
    ]
    if has_accents(stated.commune):
        narrowing.insert(0, lambda fit: _same_tones(directory, fit))
    if readings("district", stated.district):
        narrowing.append(lambda fit: fit.unit.world == "old")
    for keep in narrowing:
        fits = [fit for fit in fits if keep(fit)] or fits
    return fits


def _same_tones(directory: Directory, fit: _Fit) -> bool:
    return fit.reading.marked.endswith(directory.marked[fit.unit.id])


def _todays(directory: Directory, fits: Iterable[_Fit]) -> set[tuple[int, ...]]:
    return {directory.today(fit.unit)[0] for fit in fits}


def _settle(directory: Directory, stated: Stated, units: list[UnitRow], undecided: str) -> Match:
    """Carry units to the communes of today: several units with one commune today are no matter."""
    prefer = "old" if readings("district", stated.district) else "new"
    units = sorted(units, key=lambda unit: (unit.world != prefer, unit.valid_to is not None))
    pairs: dict[int, int] = {}
    findings: list[Finding] = []
    for unit in units:
        todays, by_people = directory.today(unit)
        if by_people and len(units) == 1:
            findings.append(Finding("row.commune_part", fatal=False, details={"commune": directory.label(directory.units[todays[0]])}))
        for today in todays:
            pairs.setdefault(today, unit.id)
    if len({directory.today(unit)[0] for unit in units}) == 1:
        undecided = "row.commune_split"
    candidates = tuple((recorded, today) for today, recorded in pairs.items())
    if not candidates:
        return Match(findings=(Finding("row.unit_unknown", fatal=True, details={"unit": directory.label(units[0])}),))
    return Match(candidates, tuple(findings), undecided if len(candidates) > 1 else "")


def _warnings(directory: Directory, stated: Stated, fits: list[_Fit]) -> list[Finding]:
    found = []
    official = directory.label(fits[0].unit)
    if fits[0].grade == MIXED:
        found.append(Finding("row.unit_mixed_vintage", fatal=False, details={"unit": official}))
    if has_accents(stated.commune) and not any(_same_tones(directory, fit) for fit in fits):
        found.append(Finding("row.unit_spelling", fatal=False, details={"unit": official}))
    return found


def _with_code(directory: Directory, found: Match, code: str, warnings: list[Finding]) -> Match:
    """Compare the names' unit with the stated code: right, of the other vintage, or in conflict."""
    findings = [*found.findings, *warnings]
    if code and found.candidates:
        recorded = {directory.units[unit].code for unit, _ in found.candidates}
        means = directory.by_code.get(code, [])
        todays = {today for _, today in found.candidates}
        right = ";".join(sorted(recorded))
        details = {"ma_xa": code, "means": [directory.label(unit) for unit in means], "suggestion": {"ma_xa": right}}
        if code in recorded:
            pass
        elif any(todays & set(directory.today(unit)[0]) for unit in means):
            findings.append(Finding("row.unit_code_other_vintage", fatal=False, details=details))
        else:
            return Match(findings=(Finding("row.unit_code_conflict", fatal=True, details=details),))
    return Match(found.candidates, tuple(findings), found.undecided)


def _by_code(directory: Directory, stated: Stated, code: str) -> Match:
    """Decide by the code alone; codes are reused, so district or province must tell the world unless it makes no difference."""
    means = directory.by_code.get(code, [])
    graded = [(unit, _grade(directory, stated, unit)) for unit in means]
    best = max((grade for _, grade in graded), default=NO)
    fitting = [unit for unit, grade in graded if grade and grade == best]
    if not fitting:
        issue = "row.unit_code_conflict" if means else "row.unit_unknown"
        return Match(findings=(Finding(issue, fatal=True, details={"ma_xa": code, "means": [directory.label(unit) for unit in means]}),))
    return _settle(directory, stated, fitting, "row.unit_code_vintage")


def _by_district(directory: Directory, stated: Stated) -> Match:
    """Accept a row without commune only for the island districts that had none."""
    district = readings("district", stated.district)
    for unit in directory.units.values() if district else ():
        if unit.level == "district" and directory.today(unit)[0] and _is(directory, unit, district) and _grade(directory, stated, unit):
            return _settle(directory, stated, [unit], "row.commune_split")
    return Match(findings=(Finding("row.commune_missing", fatal=True, details={"suggestion": {}}),))


def _by_former(directory: Directory, stated: Stated) -> Match:
    """Resolve a name that was gone before 2025; else refuse it with the nearest name of that province."""
    pairs: dict[int, int] = {}
    for reading in readings("commune", stated.commune):
        for row in directory.former.get(reading.key, ()):
            olds = [unit for code in row.old_codes for unit in directory.by_code.get(code, ()) if unit.world == "old"]
            # Codes are reused: the records mean the units of 2025-07-01, and on a map of before them the last ones.
            then = [unit for code in row.new_codes for unit in directory.by_code.get(code, ()) if unit.valid_from == REFORM] or olds
            news = [directory.units[today] for unit in then for today in directory.today(unit)[0]]
            provinces = [row.province, *(above.full_name for unit in news if (above := directory.province(unit)))]
            here = any(_names(name, "province", stated.province) for name in provinces)
            if not (here and _names(row.district, "district", stated.district)):
                continue
            for unit in news:
                if stated.within in (None, unit.province_code):
                    pairs.setdefault(unit.id, olds[0].id if olds else unit.id)
    if not pairs:
        return Match(findings=(Finding("row.unit_unknown", fatal=True, details=_suggest(directory, stated)),))
    labels = [directory.label(directory.units[today]) for today in pairs]
    finding = Finding("row.unit_former", fatal=False, details={"now": labels})
    found = Match(tuple((recorded, today) for today, recorded in pairs.items()), (), "row.commune_split" if len(pairs) > 1 else "")
    return _with_code(directory, found, stated.code.strip(), [finding])


def _names(official: str, level: str, stated: str) -> bool:
    """Say whether a stated name, if any, is the official one."""
    at: Any = level
    said = readings(at, stated)
    own = {same_province(name.key) for name in readings(at, official)}
    return not said or any(same_province(name.key) in own for name in said)


def _suggest(directory: Directory, stated: Stated) -> dict[str, Any]:
    """Name the nearest commune of the stated province, for a human to confirm."""
    province = readings("province", stated.province)
    near: dict[int, str] = {}
    for unit in directory.units.values():
        if unit.level != "commune":
            continue
        fits = _is_province(directory.province(unit), province) if province else stated.within in _provinces_today(directory, unit)
        if fits:
            near[unit.id] = fold(unit.name)
    if not near:
        return {"tinh": stated.province, "suggestion": {}}
    query = fold(stated.commune)
    hit = process.extractOne(readings("commune", query)[0].key, {key: squeeze(name) for key, name in near.items()}, scorer=fuzz.ratio)
    if hit is None or hit[1] < _CLOSE_ENOUGH:
        return {"suggestion": {}}
    unit = directory.units[hit[2]]
    district, above = directory.district(unit), directory.province(unit)
    return {
        "suggestion": {
            "xa": unit.full_name,
            "huyen": district.full_name if district else "",
            "tinh": above.full_name if above else "",
            "ma_xa": unit.code,
        },
    }
