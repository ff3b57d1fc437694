"""Decides how much each piece of evidence weighs: all weights of the matcher stand here, each with its reason."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from geocode.types import PartScore


@dataclass(frozen=True)
class ChainWeights:
    """Points for reading unit names; only differences matter. Changed only with a new evaluation figure."""

    commune: float = 30.0  # A commune is what the reader wants to know.
    bare_district: float = 14.0  # A district without commune says less than a commune without district.
    best_district: float = 52.0  # No reading of a district or province alone wins more than this.
    bare_province: float = 6.0  # A province alone is the weakest reading.
    typed: float = 8.0  # `phường`, `xã` in front make a name a unit, not a street.
    other_kind: float = -6.0  # `xã X` for a `phường X`: people keep the old word after a change of kind.
    toned: float = 4.0  # The tones agree as well.
    other_tone: float = -9.0  # The writer used marks and they differ: Ba Tơ is not Ba Tô.
    segment: float = 4.0  # The name stands alone between commas.
    street_like: float = -40.0  # `đường Điện Biên Phủ` names no unit.
    after_number: float = -10.0  # `12 Hà Nội` is a street of that name.
    fuzzy: float = -6.0  # A near spelling, not the name.
    a_letter: float = 0.4  # And so much less for every hundredth by which it differs.
    former: float = -4.0  # A name that was gone before 2025.
    district: float = 20.0  # A district that contains the commune.
    province: float = 20.0  # A province that contains it.
    province_name: float = -20.0  # A bare `Ninh Bình` is the province, not the commune of that name.
    in_front: float = -8.0  # A bare name in front of another bare unit is a street.
    last: float = 4.0  # Nothing supports it, but it stands where the unit stands: at the end.
    order: float = 3.0  # The commune stands before its province, as addresses are written.
    mixed_share: float = 0.8  # The support comes from the other world: `Phường Phủ Lý, Hà Nam`.
    mixed_district: float = 0.5  # A district belongs to the old world: it speaks for the old commune of that name rather than for today's.
    unmarked: float = -3.5  # The writer used marks elsewhere and none here: Thanh An rather than Thạnh An.
    new_world: float = 8.0  # Two levels without a district are how addresses are written since 2025-07-01.
    left_commune: float = -15.0  # Another commune is named and left out.
    left_district: float = -15.0  # A district is named and does not contain the commune.
    left_province: float = -40.0  # A province is named and does not contain it.
    left_first_name: float = -10.0  # A province's name stands first and bare: it may be a street or commune of that name.
    keep_within: float = 16.0  # Readings this far below the best are not worth a look at the doors.
    least: float = 34.0  # Below this a bare word that happens to be a commune is no address.


@dataclass(frozen=True)
class Weights:
    """Ceilings of the named parts of a confidence; they add up to 1. Changed only with a new evaluation figure."""

    units: float = 0.40  # The wrong commune is the worst mistake, so units weigh most.
    place: float = 0.25  # The street or hamlet.
    house: float = 0.30  # The number.
    rest: float = 0.05  # Words that nothing explains.


CHAIN = ChainWeights()
WEIGHTS = Weights()

# What a flag of a chain leaves of the points for units.
UNIT_FACTORS = {
    "tone": (0.75, "dấu thanh khác tên đơn vị"),
    "fuzzy": (0.70, "tên đơn vị viết gần đúng"),
    "kind": (0.95, "loại đơn vị khác (xã/phường/thị trấn)"),
    "former": (0.92, "tên đơn vị cũ trước năm 2025"),
    "mixed": (0.95, "tên cũ và tên mới dùng lẫn"),
    "namesake": (0.95, "tên này là của huyện cũ và cũng là của xã nay"),
    "no_province": (0.90, "không ghi tỉnh"),
    "no_district": (0.97, "không ghi huyện của đơn vị cũ"),
    "contradiction": (0.50, "có tên đơn vị khác không khớp"),
    "no_commune": (0.80, "không ghi xã, phường"),
    "split": (0.80, "xã cũ được chia cho nhiều xã mới"),
    "other_old_commune": (0.85, "sổ ghi địa chỉ này ở xã cũ khác"),
}


@lru_cache(maxsize=1 << 10)
def unit_part(flags: frozenset[str]) -> PartScore:
    """Score the units of a reading."""
    share, reasons = 1.0, []
    for flag, (factor, reason) in UNIT_FACTORS.items():
        if flag in flags:
            share *= factor
            reasons.append(reason)
    return PartScore("units", WEIGHTS.units * share, WEIGHTS.units, "; ".join(reasons) or "khớp")


@lru_cache(maxsize=1 << 10)
def place_part(how: str) -> PartScore:
    """Score the street or hamlet by how it was matched."""
    share, why = {
        "exact": (1.0, "khớp"),
        "tone": (0.8, "dấu thanh khác"),
        "alias": (0.95, "tên gọi khác"),
        "fuzzy": (0.6, "viết gần đúng"),
        "bare": (0.9, "không ghi loại đường, thôn"),
        "sibling": (0.6, "thôn, tổ cùng tên ở xã cũ khác"),
        "none": (0.0, "không tìm thấy"),
        "absent": (1.0, "không ghi"),
    }[how]
    return PartScore("place", WEIGHTS.place * share, WEIGHTS.place, why)


@lru_cache(maxsize=1 << 10)
def house_part(how: str) -> PartScore:
    """Score the house number by how it was matched."""
    share, why = {
        "exact": (1.0, "khớp"),
        "second": (0.8, "đọc theo thứ tự khác"),
        "inside": (0.7, "số nhà trên một đường trong thôn, tổ; không ghi đường"),
        "flat_missing": (0.6, "không ghi căn hộ"),
        "other_flat": (0.2, "căn hộ khác"),
        "alley": (0.4, "chỉ tới đầu ngõ, hẻm"),
        "none": (0.0, "không tìm thấy"),
        "absent": (1.0, "không ghi"),
    }[how]
    return PartScore("house", WEIGHTS.house * share, WEIGHTS.house, why)


@lru_cache(maxsize=1 << 10)
def rest_part(ignored: int) -> PartScore:
    """Score how much of the text nothing explains."""
    share = max(0.0, 1.0 - 0.34 * ignored)
    return PartScore("rest", WEIGHTS.rest * share, WEIGHTS.rest, "hết" if not ignored else f"{ignored} cụm từ không dùng")


def total(parts: tuple[PartScore, ...]) -> float:
    """Return the score: the sum of the parts, between 0 and 1."""
    return min(1.0, sum([part.points for part in parts]))


# Points (score, share of answers that hold) between which a confidence is read off; fitted by `diachiso bench accuracy --fit` on
# 13,000 spoilt texts of 991,040 made-up doors and 915 messy real ones, each bin with one right and one wrong answer added, because a bin
# of a few proves little.
_AT_DOOR = ((0.0, 0.0), (0.6, 0.80), (0.75, 0.92), (0.87, 0.985), (0.99, 0.999), (1.0, 0.9995))
_ABOVE = ((0.0, 0.0), (0.5, 0.1), (0.62, 0.9), (0.97, 0.97), (1.0, 0.995))


def evidence(parts: tuple[PartScore, ...], *, door: bool) -> float:
    """Return what a confidence is read from: of a door the whole score, above it the share of the units' points that were won.

    Whether the commune is right has nothing to do with a number that is not registered.
    """
    return total(parts) if door or not parts else parts[0].points / parts[0].ceiling


# How often a door found in that way is the one meant, where the one meant may as well not be registered at all.
_HOUSE_DOUBTS = {"other_flat": 0.1, "flat_missing": 0.6, "second": 0.7, "inside": 0.8}
_PLACE_DOUBTS = {"fuzzy": 0.9, "sibling": 0.7}
_IGNORED_DOUBT = 0.9


def doubt(house_how: str, place_how: str, ignored: int) -> float:
    """Return what is left of a door's confidence when something was read in a second way or not at all."""
    return _HOUSE_DOUBTS.get(house_how, 1.0) * _PLACE_DOUBTS.get(place_how, 1.0) * (_IGNORED_DOUBT**ignored if ignored else 1.0)


@lru_cache(maxsize=1 << 12)
def calibrated(score: float, *, door: bool) -> float:
    """Return the confidence of `evidence`: among answers with confidence 0.9, nine in ten hold at the level they state (door, commune)."""
    points = _AT_DOOR if door else _ABOVE
    for (left, low), (right, high) in pairwise(points):
        if score <= right:
            return low + (high - low) * (score - left) / (right - left)
    return points[-1][1]
