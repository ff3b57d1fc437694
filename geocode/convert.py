"""Decides how an address is rewritten between the two worlds: its words kept, its units those of today, every origin listed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from geocode.gazetteer import Gazetteer, GazUnit
from geocode.label import units_on
from geocode.match import match
from geocode.parse import Reading
from geocode.places import runs
from geocode.prepare import Prepared, prepare
from geocode.types import Answer, Level, NamedUnit, Query, UnitChain, Verdict

MOST_LISTED = 20


@dataclass(frozen=True)
class Origin:
    """A commune of the 63-province world that became this one, whole or in part, and the address as it was written there."""

    commune: NamedUnit
    district: NamedUnit | None
    province: NamedUnit | None
    whole: bool
    written: str


@dataclass(frozen=True)
class Conversion:
    """An address in today's units, where it may have come from, and the communes that fit when the text does not decide."""

    query: str
    verdict: Verdict
    reason: str
    reason_en: str
    today: str | None
    unit: UnitChain | None
    origins: tuple[Origin, ...]
    candidates: tuple[str, ...]
    # Of what was found for the whole text.
    level: Level = Level.NONE

    def to_dict(self) -> dict[str, Any]:
        """Return the answer of `convert --json` and `/v1/convert`."""
        unit = self.unit
        return {
            "query": self.query,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "reason_en": self.reason_en,
            "today": self.today,
            "unit": {"province": _named(unit.province), "commune": _named(unit.commune)} if unit else None,
            "origins": [
                {
                    "commune": _named(each.commune),
                    "district": _named(each.district),
                    "province": _named(each.province),
                    "kind": "whole" if each.whole else "part",
                    "address": each.written,
                }
                for each in self.origins
            ],
            "candidates": list(self.candidates),
        }


def convert(session: Session, gazetteer: Gazetteer, query: Query) -> Conversion:
    """Rewrite an address; a split commune that nothing decides is AMBIGUOUS with every form listed, nonsense is REJECTed."""
    prepared = prepare(gazetteer, query)
    answer = match(session, gazetteer, [Query(query.text, limit=MOST_LISTED, doors=query.doors)])[0]
    commune = _commune(gazetteer, answer)
    if answer.best is None or commune is None:
        reason, reason_en = answer.reason, answer.reason_en
        if answer.best is not None:
            reason, reason_en = "Không ghi xã, phường nên không đổi được.", "No commune is named: nothing to convert."
        return Conversion(query.text, Verdict.REJECT, reason, reason_en, None, None, (), ())
    head = _head(prepared, commune)
    forms = tuple(dict.fromkeys(_write(head, each.unit) for each in answer.candidates if each.unit.commune))
    if answer.verdict is Verdict.AMBIGUOUS:
        return Conversion(query.text, answer.verdict, answer.reason, answer.reason_en, None, None, (), forms, answer.best.level)
    units = units_on(gazetteer, commune.id, None, None)
    origins = tuple(_origin(gazetteer, unit, head) for unit in gazetteer.predecessors.get(commune.id, ()))
    today = _write(head, units)
    return Conversion(query.text, answer.verdict, answer.reason, answer.reason_en, today, units, origins, forms, answer.best.level)


def _commune(gazetteer: Gazetteer, answer: Answer) -> GazUnit | None:
    """Return today's commune of an answer."""
    named = answer.best.unit.commune if answer.best else None
    return gazetteer.current.get(("commune", named.code)) if named else None


def _head(prepared: Prepared, commune: GazUnit) -> str:
    """Return what the text says besides its units, as it was written."""
    reading = next((each for each in prepared.readings if _leads_to(each, commune)), None)
    if reading is None or reading.chain is None:
        return ""
    free = [not flag for flag in prepared.text.noise]
    for mention in reading.chain.mentions:
        for place in range(mention.start, mention.end):
            free[place] = False
    return ", ".join(prepared.text.raw(start, end) for start, end in runs(prepared.text, free))


def _leads_to(reading: Reading, commune: GazUnit) -> bool:
    """Tell whether a reading may mean that commune."""
    return reading.communes is not None and commune.id in reading.communes


def _origin(gazetteer: Gazetteer, unit: GazUnit, head: str) -> Origin:
    """Describe one old commune with the address as it was written there."""
    district = gazetteer.old.get(("district", unit.district))
    province = gazetteer.old.get(("province", unit.province))
    chain = UnitChain(_unit(province), _unit(unit), _unit(district))
    return Origin(NamedUnit(unit.code, unit.full_name), chain.district, chain.province, len(unit.today) == 1, _write(head, chain))


def _write(head: str, units: UnitChain) -> str:
    """Write head and units, small to large."""
    return ", ".join(part for part in (head, *(unit.name for unit in (units.commune, units.district, units.province) if unit)) if part)


def _unit(unit: GazUnit | None) -> NamedUnit | None:
    """Return code and full name."""
    return NamedUnit(unit.code, unit.full_name) if unit else None


def _named(unit: NamedUnit | None) -> dict[str, str] | None:
    """Return code and name for JSON."""
    return {"code": unit.code, "name": unit.name} if unit else None
