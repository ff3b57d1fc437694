"""Decides how the unit names of a text fit together: consistent chains of commune, district and province over all worlds."""

from collections.abc import Callable
from typing import NamedTuple

from geocode.fits import district_fits, province_fits
from geocode.gazetteer import Gazetteer, GazUnit
from geocode.mentions import Mention
from geocode.score import CHAIN
from geocode.tuples import maker

MAX_CHAINS = 24
# An address names a unit of a level twice at most; a text that names dozens is none, and may not cost more than one.
MOST_NAMED = 12
Fits = Callable[[Gazetteer, GazUnit, Mention], tuple[float, GazUnit] | None]


class Chain(NamedTuple):
    """One reading of the units of a text: the mentions used, the communes of today it leads to, and its score."""

    unit: GazUnit
    mentions: tuple[Mention, ...]
    score: float
    flags: frozenset[str]

    @property
    def today(self) -> tuple[int, ...]:
        """Return the communes of today that the commune of the text became; empty when only wider units are named."""
        return self.unit.today if self.unit.level == "commune" else ()

    @property
    def exact(self) -> bool:
        """Tell whether nothing about the names is in doubt."""
        return not self.flags & {"fuzzy", "tone", "kind", "contradiction", "former", "street_like", "after_number", "no_province", "bare"}


_chain = maker(Chain)


def build_chains(gazetteer: Gazetteer, mentions: list[Mention], *, accents: bool) -> list[Chain]:
    """Return the best readings, best first; readings far below the best are dropped."""
    named: dict[str, list[Mention]] = {"commune": [], "district": [], "province": []}
    for mention in mentions:
        named[mention.level].append(mention)
    communes, districts, provinces = (each[-MOST_NAMED:] for each in named.values())
    chains = [
        _commune_chain(gazetteer, mention, unit, (communes, districts, provinces), accents=accents)
        for mention, unit in _inside(gazetteer, communes, districts, provinces)
    ]
    least = max([chain.score for chain in chains], default=0.0) - CHAIN.keep_within
    # Beside a commune that is named well, no reading of a district or province alone comes near enough to be kept.
    if least <= CHAIN.best_district:
        chains += [_district_chain(gazetteer, mention, unit, provinces, accents=accents) for mention in districts for unit in mention.units]
        chains += [_province_chain(mention, unit, accents=accents) for mention in provinces for unit in mention.units]
    return _best(chains) if len(chains) > 1 else chains


def _inside(
    gazetteer: Gazetteer, communes: list[Mention], districts: list[Mention], provinces: list[Mention]
) -> list[tuple[Mention, GazUnit]]:
    """Return the communes worth a chain: where the text clearly names a province, or a district, and some lie in it, only those."""
    if not communes or (len(communes) == 1 and len(communes[0].units) == 1):
        return [(mention, unit) for mention in communes for unit in mention.units]
    clear = [other for other in provinces if not other.fuzzy and not other.street_like and (other.kinds or (other.segment and other.last))]
    named = _in_provinces(gazetteer, communes, clear) if clear else []
    if not named:
        named = [(mention, unit) for mention in communes for unit in mention.units]
    # `Thành phố Huế` is the province as well as the former city: such a word chooses nothing.
    district = districts[0] if len(districts) == 1 and districts[0].kinds and not districts[0].fuzzy else None
    if district and len(named) > 1 and not any(district.overlaps(other) for other in provinces):
        named = [each for each in named if district_fits(gazetteer, each[1], district) and not district.overlaps(each[0])] or named
    return named


def _in_provinces(gazetteer: Gazetteer, communes: list[Mention], provinces: list[Mention]) -> list[tuple[Mention, GazUnit]]:
    """Return the communes that lie in one of those provinces, or in what it was before."""
    new = {unit.province for other in provinces for unit in other.units if unit.world == "new"}
    old = {unit.code for other in provinces for unit in other.units if unit.world != "new"}
    before = old.union(*[gazetteer.provinces_before.get(code, ()) for code in new])
    taken = provinces[0] if len(provinces) == 1 else None
    found: list[tuple[Mention, GazUnit]] = []
    for mention in communes:
        if taken and taken.overlaps(mention):
            continue
        # Phường 1 and Tân Phú are dozens of units.
        for unit in mention.units:
            if unit.world != "new":
                if unit.province in before:
                    found.append((mention, unit))
            elif unit.province in new or (old and not old.isdisjoint(gazetteer.old_provinces.get(unit.id, ()))):
                found.append((mention, unit))
    return found


def _best(chains: list[Chain]) -> list[Chain]:
    """Keep the best chain a meaning, and only those near the top."""
    chains.sort(key=lambda chain: (-chain.score, chain.unit.world != "new", chain.unit.code))
    kept: list[Chain] = []
    seen: set[tuple[str, str, tuple[int, ...]]] = set()
    for chain in chains:
        meaning = (chain.unit.level, chain.unit.code if chain.unit.level != "commune" else "", chain.unit.today)
        if chain.score < chains[0].score - CHAIN.keep_within or len(kept) >= MAX_CHAINS:
            break
        if meaning not in seen:
            seen.add(meaning)
            kept.append(chain)
    return kept


def _commune_chain(
    gazetteer: Gazetteer, mention: Mention, unit: GazUnit, found: tuple[list[Mention], list[Mention], list[Mention]], *, accents: bool
) -> Chain:
    """Score a commune with the district and province that support it best."""
    communes, districts, provinces = found
    score, flags = _own_score(mention, unit, accents=accents, base=CHAIN.commune)
    used = [mention]
    # One word may be both (Tuyên Quang, city and province): the world of the commune says which it more likely is.
    new = unit.world == "new"
    district = None if new or not districts else _support(gazetteer, unit, used, districts, district_fits)
    province = _support(gazetteer, unit, used, provinces, province_fits) if provinces else None
    if new and districts:
        district = _support(gazetteer, unit, used, districts, district_fits)
    for found_unit, points in ((district, CHAIN.district), (province, CHAIN.province)):
        if found_unit:
            other, strength, wider = found_unit
            score += points * strength + _tone(other, wider, accents=accents)
            if strength < 1:
                flags.add("mixed")
            if other.fuzzy:
                flags.add("fuzzy")
    if province:
        score += CHAIN.order if mention.start < province[0].start else 0.0
    else:
        flags.add("no_province")
    score, flags = _contradictions(used, communes, districts, provinces, score, flags)
    if not mention.kinds:
        score += _bare_beside(mention, used, (*communes, *districts), provinces)
    if not district:
        score += _without_district(gazetteer, mention, unit, flags, alone=not province)
    return _chain((unit, tuple(used), score, frozenset(flags)))


def _bare_beside(mention: Mention, used: list[Mention], smaller: tuple[Mention, ...], provinces: list[Mention]) -> float:
    """Return what a bare name loses that may be a province's, or a street's in front of the unit: `Trần Phú, Hoàn Kiếm, Hà Nội`."""
    named_as_province = len(used) == 1 and any((each.start, each.end) == (mention.start, mention.end) for each in provinces)
    stop = next((each.start for each in used if each.level == "province"), 0)
    in_front = any(each.segment and mention.end <= each.start < stop and not _overlapping(each, used) for each in smaller)
    return (CHAIN.province_name if named_as_province else 0.0) + (CHAIN.in_front if in_front else 0.0)


def _without_district(gazetteer: Gazetteer, mention: Mention, unit: GazUnit, flags: set[str], *, alone: bool) -> float:
    """Return the points of a commune that no district supports, and say in the flags what that leaves open."""
    points = CHAIN.last if alone and mention.last else 0.0
    if unit.world != "new":
        flags.add("no_district")
        return points
    # A bare name that stands alone may be that of the old district around the commune as well.
    if not mention.kinds and (mention.segment or mention.last) and unit.id in gazetteer.namesakes:
        flags.add("namesake")
    return points + CHAIN.new_world


def _district_chain(gazetteer: Gazetteer, mention: Mention, unit: GazUnit, provinces: list[Mention], *, accents: bool) -> Chain:
    """Score a district named without a commune."""
    score, flags = _own_score(mention, unit, accents=accents, base=CHAIN.bare_district)
    used = [mention]
    province = _support(gazetteer, unit, used, provinces, province_fits)
    if province:
        score += CHAIN.province * province[1]
    else:
        flags.add("no_province")
    score, flags = _contradictions(used, [], [], provinces, score, flags)
    return Chain(unit, tuple(used), score, frozenset(flags))


def _province_chain(mention: Mention, unit: GazUnit, *, accents: bool) -> Chain:
    """Score a province named alone."""
    score, flags = _own_score(mention, unit, accents=accents, base=CHAIN.bare_province)
    return Chain(unit, (mention,), score + (CHAIN.new_world if unit.world == "new" else 0), frozenset(flags))


def _own_score(mention: Mention, unit: GazUnit, *, accents: bool, base: float) -> tuple[float, set[str]]:
    """Score how a unit is named, whatever supports it."""
    score, flags = base, set[str]()
    if mention.kinds:
        fits = unit.kind in mention.kinds
        score += CHAIN.typed if fits else CHAIN.other_kind
        if not fits:
            flags.add("kind")
    else:
        flags.add("bare")
    tone = _tone(mention, unit, accents=accents)
    score += tone
    if tone == CHAIN.other_tone:
        flags.add("tone")
    if mention.segment:
        score += CHAIN.segment
        flags.add("segment")
    if mention.street_like:
        score += CHAIN.street_like
        flags.add("street_like")
    if mention.after_number and not mention.kinds:
        score += CHAIN.after_number
        flags.add("after_number")
    if mention.fuzzy:
        score += CHAIN.fuzzy - CHAIN.a_letter * (100.0 - mention.nearness)
        flags.add("fuzzy")
    if unit.world == "former":
        score += CHAIN.former
        flags.add("former")
    return score, flags


def _tone(mention: Mention, unit: GazUnit, *, accents: bool) -> float:
    """Score the tones: evidence only where the writer used any, and only of an exact spelling."""
    if not accents or mention.fuzzy or not mention.tone:
        return 0.0
    written = mention.tone
    if written == unit.tone or written.isdigit():
        return CHAIN.toned
    return CHAIN.unmarked if written.isascii() else CHAIN.other_tone


def _support(
    gazetteer: Gazetteer, unit: GazUnit, used: list[Mention], others: list[Mention], fits: Fits
) -> tuple[Mention, float, GazUnit] | None:
    """Add to the mentions used the one that supports a chain best: typed and fitting in its own world first, the later one of equals."""
    best: tuple[Mention, float, GazUnit] | None = None
    highest = (0.0, 0)
    for other in others:
        # A bare name in front of the commune and inside its segment is a part of the street: `Dũng Sĩ Thanh Khê, Phường Thanh Khê`.
        in_street = not other.segment and 0 < other.start < used[0].start
        if (other.street_like or other.after_number or in_street) and not other.kinds:
            continue
        if _overlapping(other, used):
            continue
        fit = fits(gazetteer, unit, other)
        if fit is None:
            continue
        rank = (fit[0] + 0.1 * bool(other.kinds) - 0.3 * other.fuzzy, other.end)
        if best is None or rank > highest:
            best, highest = (other, *fit), rank
    if best:
        used.append(best[0])
    return best


def _overlapping(mention: Mention, used: list[Mention]) -> bool:
    """Tell whether a mention shares a token with one of those used."""
    start, end = mention.start, mention.end
    for other in used:  # noqa: SIM110 - asked four times a chain, where a generator costs more than the question
        if start < other.end and other.start < end:
            return True
    return False


def _contradictions(
    used: list[Mention], communes: list[Mention], districts: list[Mention], provinces: list[Mention], score: float, flags: set[str]
) -> tuple[float, set[str]]:
    """Take points for units that the text names clearly and the chain leaves out."""
    if len(used) == len(communes) + len(districts) + len(provinces):
        return score, flags
    levels = [mention.level for mention in used[1:]]
    # A bare commune in the middle may be a part of the street: `5 Nguyễn Thái Sơn Hồ Chí Minh` is in no Thái Sơn elsewhere.
    bare = not used[0].kinds and not used[0].segment
    for others, points in ((communes, CHAIN.left_commune), (districts, CHAIN.left_district), (provinces, CHAIN.left_province)):
        if not others or (level := others[0].level) in levels:
            continue
        clear = [
            other
            for other in others
            if (other.kinds or (level == "province" and (other.segment or (other.last and bare))))
            and not other.fuzzy
            and not other.street_like
            and not _overlapping(other, used)
        ]
        if clear:
            first_name = level == "province" and all(not other.kinds and not other.last for other in clear)
            score += CHAIN.left_first_name if first_name else points
            flags.add("contradiction")
    return score, flags
