"""Decides what one line of coverage holds and how lines add up: sums of counts, ratios always from sums, never from other ratios."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from registry.coverage_words import over_words, unknown_words
from registry.ladder import Ladder, Ladders

_COUNTS: Final = (
    "addresses", "household_addresses", "households", "households_coded", "coded", "notified", "accepted", "incomplete", "rejected",
)  # fmt: skip
_SUMMED: Final = ("unplaced", "coded_with_baseline", "baseline_missing")


@dataclass(frozen=True)
class Baseline:
    """Households by a statistical source on the day `counted_on`; `estimated` where a commune was shared out by `method`."""

    households: int
    estimated: bool
    method: str
    source: str
    counted_on: date

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "households": self.households, "estimated": self.estimated, "method": self.method, "source": self.source,
            "counted_on": self.counted_on.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True)
class Ratio:
    """One definition's figure: `value` is a fraction, None without a denominator; above 1 it is `over_100`, not capped."""

    numerator: int
    denominator: int | None

    @property
    def value(self) -> float | None:
        """The fraction, None where the denominator is missing or zero."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def over_100(self) -> bool:
        """Whether more was counted than the denominator holds."""
        return bool(self.denominator) and self.numerator > (self.denominator or 0)

    def to_dict(self) -> dict[str, Any]:
        """Return numerator, denominator, ratio (four decimals) and flag."""
        value = self.value
        ratio = None if value is None else round(value, 4)
        return {"numerator": self.numerator, "denominator": self.denominator, "ratio": ratio, "over_100": self.over_100}


_NO_RATIO: Final = {"numerator": None, "denominator": None, "ratio": None, "over_100": None}


@dataclass(frozen=True)
class CoverageLine:
    """The counts of one commune (or former district, province, the country: `level` says which).

    `accepted`, `incomplete`, `rejected` are rows handed over; `unplaced` those of them whose commune nobody knows (sums only);
    `coded_with_baseline` are the coded households of the communes that have a baseline; `baseline_missing` counts those without.
    A `suppressed` line of a public table has zeros that mean "hidden"; `unknown_unit` gathers what belongs to no unit that is known.
    `province_code` is that of the province on the day, empty for the country.
    """

    level: str
    code: str
    name: str
    addresses: int
    household_addresses: int
    households: int
    households_coded: int
    coded: int
    notified: int
    accepted: int
    incomplete: int
    rejected: int
    unplaced: int
    baseline: Baseline | None
    coded_with_baseline: int
    baseline_missing: int
    approximate_area: bool
    ladders: Ladders = Ladders.none()  # noqa: RUF009 - frozen, as this one is
    suppressed: bool = False
    unknown_unit: bool = False
    province_code: str = ""

    @property
    def expected(self) -> int:
        """Addresses expected from the hand-over: accepted doors, incomplete rows and rejected rows."""
        return self.accepted + self.incomplete + self.rejected

    @property
    def ladder(self) -> Ladder:
        """How many doors of any kind reached each rung."""
        return self.ladders.doors

    @property
    def others(self) -> Ladder:
        """The same of offices, businesses and other objects."""
        return self.ladders.others

    @property
    def ratios(self) -> dict[str, Ratio]:
        """The three definitions by letter; none has a value on a suppressed line."""
        if self.suppressed:
            return dict.fromkeys("abc", Ratio(0, None))
        return {
            "a": Ratio(self.households_coded, self.households),
            "b": Ratio(self.coded_with_baseline, self.baseline.households if self.baseline else None),
            "c": Ratio(self.coded, self.expected),
        }

    @property
    def flags(self) -> tuple[tuple[str, str, str], ...]:
        """Why a ratio is above 100 % or not known, as (letter, Vietnamese, English), each a whole sentence."""
        if self.suppressed:
            return ()
        found = []
        for letter, ratio in self.ratios.items():
            if ratio.over_100:
                estimated = bool(self.baseline and self.baseline.estimated)
                found.append((letter, *over_words(letter, self.baseline.counted_on if self.baseline else None, estimated=estimated)))
            elif ratio.value is None:
                found.append((letter, *unknown_words(letter)))
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain values; an unknown baseline is null, and so is every count that is hidden."""
        counts: dict[str, Any] = {name: getattr(self, name) for name in (*_COUNTS, "expected", "unplaced")}
        counts |= {
            "ladder": self.ladder.to_dict(),
            "households_ladder": self.ladders.households.to_dict(),
            "objects": self.ladders.objects(),
        }
        return {
            "level": self.level, "code": self.code, "name": self.name, "province_code": self.province_code,
            "baseline": self.baseline and self.baseline.to_dict(),
            "baseline_missing": self.baseline_missing, **(dict.fromkeys(counts) if self.suppressed else counts),
            "approximate_area": self.approximate_area, "suppressed": self.suppressed, "unknown_unit": self.unknown_unit,
            "ratios": {letter: _NO_RATIO if self.suppressed else ratio.to_dict() for letter, ratio in self.ratios.items()},
            "flags": [{"ratio": letter, "vi": vi, "en": en} for letter, vi, en in self.flags],
        }  # fmt: skip


def sum_baselines(found: Sequence[Baseline]) -> Baseline | None:
    """Add the baselines that are known; None when there is none."""
    if not found:
        return None
    return Baseline(
        sum(each.households for each in found), any(each.estimated for each in found), "sum of communes",
        "; ".join(sorted({source for each in found for source in each.source.split("; ")})), max(each.counted_on for each in found),
    )  # fmt: skip


def add_lines(level: str, code: str, name: str, province: str, lines: Sequence[CoverageLine]) -> CoverageLine:
    """Add lines up, ladders and baselines too."""
    counts: dict[str, Any] = {each: sum(getattr(line, each) for line in lines) for each in (*_COUNTS, *_SUMMED)}
    ladders = Ladders.none()
    for line in lines:
        ladders += line.ladders
    return CoverageLine(
        level, code, name, **counts, baseline=sum_baselines([line.baseline for line in lines if line.baseline]),
        approximate_area=any(line.approximate_area for line in lines), ladders=ladders, province_code=province,
    )  # fmt: skip
