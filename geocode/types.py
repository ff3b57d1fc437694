"""Decides the shape of a question and of its answer; frozen, without database or web, so that every step can be tested alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple


class Verdict(StrEnum):
    """What the asker may do with the answer."""

    ACCEPT = "ACCEPT"
    CONFIRM = "CONFIRM"
    AMBIGUOUS = "AMBIGUOUS"
    REJECT = "REJECT"


class Level(StrEnum):
    """How deep the answer reaches; only `household` carries a code."""

    HOUSEHOLD = "household"
    ALLEY = "alley"
    STREET = "street"
    HAMLET = "hamlet"
    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"
    NONE = "none"


class Query(NamedTuple):
    """A question: free text, the day whose units the answer should name, a point to lean towards, filters, how many candidates.

    Without `doors` it is answered as though no door were registered, down to the street or hamlet; a code given in full is still found.
    `codes_of` are the provinces whose codes are looked up, None for all; a code of another one is as though nobody had it.
    """

    text: str
    limit: int = 5
    on: date | None = None
    lat: float | None = None
    lon: float | None = None
    province_code: str | None = None
    commune_code: str | None = None
    postal_code: str | None = None
    doors: bool = True
    codes_of: frozenset[str] | None = None


@dataclass(frozen=True)
class NamedUnit:
    """Code and full name of a unit."""

    code: str
    name: str


@dataclass(frozen=True)
class UnitChain:
    """The units of an answer on its day; `district` only before 2025-07-01."""

    province: NamedUnit | None = None
    commune: NamedUnit | None = None
    district: NamedUnit | None = None
    postal_code: str | None = None


class PartScore(NamedTuple):
    """One named part of a score: points won out of a ceiling, and why."""

    name: str
    points: float
    ceiling: float
    why: str


class Candidate(NamedTuple):
    """One possible answer, complete enough to be shown; `lat`, `lon` in degrees WGS 84, `accuracy_m` in metres."""

    level: Level
    unit: UnitChain
    confidence: float
    label: str
    place: str | None = None
    house: str | None = None
    code: str | None = None
    scheme: str | None = None
    address_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    distance_m: float | None = None
    parts: tuple[PartScore, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields of one candidate as `resolve --json` names them, with `distance_m` where a point was asked about."""
        distance = {} if self.distance_m is None else {"distance_m": self.distance_m}
        return {"level": self.level.value, **_location(self), **distance}

    def one_of(self, count: int) -> "Candidate":
        """Return the candidate as one of so many that fit equally well: they share the confidence."""
        return self._replace(confidence=self.confidence / count)

    def without_code(self) -> "Candidate":
        """Return the candidate as one of several: an ambiguous answer carries no code."""
        return self._replace(code=None, scheme=None, address_id=None) if self.code else self


@dataclass(frozen=True)
class Answer:
    """The verdict on a question, the best candidate and the others; `reason` and `reason_en` are whole sentences."""

    query: str
    verdict: Verdict
    best: Candidate | None
    margin: float
    reason: str
    reason_en: str
    changed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    working: Callable[[], tuple[str, ...]] = field(default=tuple, compare=False, repr=False)

    @property
    def explanation(self) -> tuple[str, ...]:
        """Return the working, line by line; it is put into words only when somebody reads it."""
        return self.working()

    def to_dict(self) -> dict[str, Any]:
        """Return the contract of `resolve --json` and `/v1/resolve`; `code` is null above household level."""
        best = self.best
        return {
            # A lone surrogate, as broken JSON may hold, cannot be written in any encoding.
            "query": self.query.encode("utf-8", "replace").decode(),
            "verdict": self.verdict.value,
            "level": best.level.value if best else Level.NONE.value,
            **_location(best),
            "margin": round(self.margin, 3),
            "reason": self.reason,
            "reason_en": self.reason_en,
            "changed": list(self.changed),
            "ignored": list(self.ignored),
            "candidates": [each.to_dict() for each in self.candidates],
        }


def _location(found: Candidate | None) -> dict[str, Any]:
    """Spread one candidate over the fields of the contract."""
    if found is None:
        names = ("code", "scheme", "confidence", "unit", "place", "house", "label", "lat", "lon", "accuracy_m")
        return dict.fromkeys(names) | {"confidence": 0.0}
    return {
        "code": found.code,
        "scheme": found.scheme,
        "confidence": round(found.confidence, 3),
        "unit": _units(found.unit),
        "place": found.place,
        "house": found.house,
        "label": found.label,
        "lat": found.lat,
        "lon": found.lon,
        "accuracy_m": found.accuracy_m,
    }


def _units(chain: UnitChain) -> dict[str, Any]:
    """Return province, commune and, where the day has them, district as code and name each."""
    named = {"province": chain.province, "commune": chain.commune}
    if chain.district is not None:
        named["district"] = chain.district
    return {level: {"code": unit.code, "name": unit.name} if unit else None for level, unit in named.items()}
