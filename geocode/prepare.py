"""Decides how a question is read before any door is looked up: which chains of units, and which communes each may mean."""

import re
from typing import NamedTuple

from geocode.chains import Chain, build_chains
from geocode.gazetteer import Gazetteer
from geocode.glued import EXPANDED_WORDS, find_glued, shrink_expanded
from geocode.keyboard import decode_keyboard
from geocode.lossy import restore
from geocode.mentions import Mention, Walks, announced_at, find_mentions, find_typed
from geocode.near import Scope, dangling, find_fuzzy, find_longer, is_type_word, typed_left
from geocode.noise import noise
from geocode.normalise import MAX_CHARS, Text, normalise
from geocode.parse import Reading, read
from geocode.score import CHAIN
from geocode.slips import mend_slips, suspicious
from geocode.types import Query
from registry.old_text import repaired
from registry.place_key import street_key

MOST_READINGS = 6
_VOWEL = re.compile("[aeiouy]")
_UNCLEAR = frozenset({"no_province", "contradiction", "fuzzy", "tone", "kind", "street_like"})


class Prepared(NamedTuple):
    """A question cut, read in every plausible way, ready for the look-up; `repaired` is the text when it came damaged."""

    query: Query
    text: Text
    readings: tuple[Reading, ...]
    repaired: str = ""


def prepare(gazetteer: Gazetteer, query: Query) -> Prepared:
    """Read a question without asking the database."""
    sound = _sound(gazetteer, query.text)
    text = normalise(sound)
    if text.too_long or not text.tokens:
        return Prepared(query, text, ())
    text = _mended(gazetteer, text)
    text = text.with_noise(noise(text, gazetteer.postal))
    walks: Walks = {}
    chains = _chains(gazetteer, text, walks)
    fitting = [chain for chain in chains if _is_address(chain, text)]
    # Twenty wards of one city are called Phường 4: none of equals is left out.
    kept = [chain for place, chain in enumerate(fitting) if place < MOST_READINGS or chain.score == fitting[0].score]
    readings = _streets_instead(gazetteer, text, query, kept, walks) if kept else _ended(gazetteer, text, query, walks)
    return Prepared(query, text, tuple(readings), sound if sound != query.text else "")


def _read_all(gazetteer: Gazetteer, text: Text, query: Query, chains: list[Chain]) -> list[Reading]:
    """Return the reading of a text by each chain."""
    return [read(text, chain, gazetteer, _communes(gazetteer, chain, query)) for chain in chains]


def _streets_instead(gazetteer: Gazetteer, text: Text, query: Query, kept: list[Chain], walks: Walks) -> list[Reading]:
    """Return the readings of chains, and those in which the words of a bare commune name a street: `10 Cầu Diễn, Hà Nội`, `Chùa Láng`.

    A street that no registered door has yet is known by the lists of streets: behind a number it is meant, and no old commune.
    """
    readings = _read_all(gazetteer, text, query, kept)
    named, units = kept[0].mentions[0], kept[0].mentions[1:]
    if kept[0].unit.level != "commune" or named.kinds or named.segment:
        return readings
    if not units:
        alone = read(text, None, gazetteer, _filtered(gazetteer, None, query))
        return [*readings, alone] if alone.houses and _covers(alone, named) else readings
    wider = [each for each in find_mentions(text, gazetteer, walks) if each.level != "commune"]
    chains = build_chains(gazetteer, [each for each in wider if any(each.overlaps(used) for used in units)], accents=text.accents)
    around = _read_all(gazetteer, text, query, chains)
    streets = [each for each in around if _covers(each, named)]
    if around and not streets and _is_listed_street(gazetteer, text, kept[0]):
        return around
    return [*readings, *streets, *_in_namesakes(gazetteer, text, query, kept[0], wider)]


def _in_namesakes(gazetteer: Gazetteer, text: Text, query: Query, best: Chain, wider: list[Mention]) -> list[Reading]:
    """Return the readings of a bare commune as the old district of that name, where that has the street: `… Quảng Yên Quảng Ninh`."""
    named = best.mentions[0]
    if best.unit.id not in gazetteer.namesakes or "namesake" in best.flags:
        return []
    same = [each for each in wider if each.level == "district" and (each.start, each.end) == (named.start, named.end)]
    provinces = [each for each in wider if each.level == "province" and not each.overlaps(named)]
    chains = build_chains(gazetteer, [*same, *provinces], accents=text.accents) if same else []
    readings = _read_all(gazetteer, text, query, [chain for chain in chains if chain.unit.level == "district"])
    return [each for each in readings if each.houses and each.street]


def _covers(reading: Reading, named: Mention) -> bool:
    """Tell whether the street of a reading takes up the words of a mention."""
    return reading.street is not None and reading.street.start <= named.start and named.end <= reading.street.end


def _is_listed_street(gazetteer: Gazetteer, text: Text, chain: Chain) -> bool:
    """Tell whether an old commune behind a number, without a district, bears the name of a street that the lists have in its province."""
    if not {"after_number", "no_district"} <= chain.flags or chain.unit.world == "new":
        return False
    named = chain.mentions[0]
    key = street_key(" ".join(text.words[named.start : named.end]))
    return (chain.unit.province, key) in gazetteer.listed_streets


def _ended(gazetteer: Gazetteer, text: Text, query: Query, walks: Walks) -> list[Reading]:
    """Return the readings of a text in which no unit stands out: `66 Lý Tự Trọng Ninh Bình`, a number and a street at least.

    A bare name that ends such a text is its province or district where that has the street; else a street whose name are all those words;
    else its province or district, for all that is known: never a street of that name elsewhere, with the unit left out.
    """
    mentions = [each for each in find_mentions(text, gazetteer, walks) if _is_wide(each)]
    ends = [each for each in mentions if each.last]
    # `Vinh Nghệ An`: the town right in front of its province.
    ends += [each for each in mentions if each.level == "district" and any(each.end == end.start for end in ends)]
    chains = build_chains(gazetteer, ends, accents=text.accents) if ends else []
    near = [chain for chain in chains if not chain.flags & {"tone", "former"}]
    read_so = _read_all(gazetteer, text, query, near)
    numbered = [each for each in read_so if each.houses and (each.street or each.street_text)]
    there = [each for each in numbered if each.street]
    if there:
        return there
    bare = read(text, None, gazetteer, _filtered(gazetteer, None, query))
    if bare.houses and bare.street and not (bare.ignored and numbered):
        return [bare]
    return numbered


def _is_wide(mention: Mention) -> bool:
    """Tell whether a bare name of a province or district has words of a street in front of it."""
    return mention.level != "commune" and mention.start > 1 and not (mention.street_like or mention.after_number)


def _mended(gazetteer: Gazetteer, text: Text) -> Text:
    """Return the text with words put right that no name has; most texts have none."""
    words = text.words
    if text.accents and not EXPANDED_WORDS.isdisjoint(words):
        text = shrink_expanded(text)
    if not suspicious(words) and not any(word[0].isalpha() for word in words if word not in gazetteer.syllables):
        return text
    return mend_slips(decode_keyboard(text, gazetteer.syllables), gazetteer.syllables)


def _sound(gazetteer: Gazetteer, text: str) -> str:
    """Return a text without damage by encodings, old fonts and keyboards; the same text when it is sound or too long to be an address."""
    if len(text) > MAX_CHARS:
        return text
    found = repaired(text)
    return restore(found.text if found else text, gazetteer)


def _chains(gazetteer: Gazetteer, text: Text, walks: Walks) -> list[Chain]:
    """Return the readings of the units: by their type words where those are clear, else by every name in the text."""
    typed = find_typed(text, gazetteer, walks)
    chains = build_chains(gazetteer, typed, accents=text.accents) if typed else []
    return chains if chains and _is_clear(text, chains[0]) else _searched(gazetteer, text, walks)


def _searched(gazetteer: Gazetteer, text: Text, walks: Walks) -> list[Chain]:
    """Return the readings by every name in the text; near spellings only where exact ones leave typed words or segments over."""
    mentions = find_mentions(text, gazetteer, walks)
    chains = build_chains(gazetteer, mentions, accents=text.accents)
    taken = _taken(text, chains[0].mentions if chains else ())
    scope = Scope(_provinces(gazetteer, chains), _districts(chains, mentions))
    cut_short = [mention for mention in (chains[0].mentions if chains else ()) if dangling(text, mention, taken)]
    for mention in cut_short:
        longer = find_longer(text, gazetteer, mention, taken, scope)
        if longer:
            mentions = [*(other for other in mentions if other is not mention), *longer]
            chains = build_chains(gazetteer, mentions, accents=text.accents)
    near = (
        find_fuzzy(text, gazetteer, taken, scope) if _wants_fuzzy(chains) or typed_left(text, taken) or _namesake(chains, mentions) else []
    )
    if near:
        chains = build_chains(gazetteer, [*mentions, *near], accents=text.accents)
    return _read_across_spaces(gazetteer, text, [*mentions, *near], chains)


def _is_clear(text: Text, best: Chain) -> bool:
    """Tell whether type words name commune and province beyond doubt, so that no bare word elsewhere can mean them."""
    if best.unit.level != "commune" or not best.mentions[0].kinds or not _UNCLEAR.isdisjoint(best.flags):
        return False
    taken = _taken(text, best.mentions)
    return not any(dangling(text, mention, taken) for mention in best.mentions) and not typed_left(text, taken)


def _read_across_spaces(gazetteer: Gazetteer, text: Text, mentions: list[Mention], chains: list[Chain]) -> list[Chain]:
    """Read the units once more without any space where the text as it is spaced names no commune: first the province, then inside it."""
    if chains and chains[0].unit.level == "commune" and not chains[0].flags & {"no_province", "contradiction", "fuzzy"}:
        return chains
    taken = _taken(text, chains[0].mentions if chains else ())
    unread = any(not taken[place] and is_type_word(text, place) and announced_at(text, place) for place in range(len(text.tokens)))
    if not unread and not any(_odd(token.key, gazetteer.syllables) for token in text.tokens):
        return chains
    glued = find_glued(text, gazetteer, _provinces(gazetteer, chains))
    again = build_chains(gazetteer, [*mentions, *glued], accents=text.accents) if glued else chains
    if again and again[0].unit.level != "commune":
        inside = find_glued(text, gazetteer, _provinces(gazetteer, again))
        again = build_chains(gazetteer, [*mentions, *inside], accents=text.accents)
    return again if again and (not chains or again[0].score > chains[0].score) else chains


def _odd(key: str, syllables: frozenset[str]) -> bool:
    """Tell whether a word is no syllable, as words are that lost or gained a space: `xatanhong`, `th`."""
    return (key not in syllables and key[0].isalpha()) or (key.isalpha() and not _VOWEL.search(key))


def _wants_fuzzy(chains: list[Chain]) -> bool:
    """Tell whether the exact names leave the commune open or in doubt."""
    if not chains or chains[0].unit.level != "commune":
        return True
    return bool(chains[0].flags & {"contradiction", "street_like", "after_number"}) or (
        "bare" in chains[0].flags and "segment" not in chains[0].flags
    )


def _taken(text: Text, mentions: tuple[Mention, ...]) -> list[bool]:
    """Mark the tokens that mentions use."""
    taken = [False] * len(text.tokens)
    for mention in mentions:
        taken[mention.start : mention.end] = [True] * (mention.end - mention.start)
    return taken


def _provinces(gazetteer: Gazetteer, chains: list[Chain]) -> frozenset[str]:
    """Return today's provinces that the best readings name."""
    found: set[str] = set()
    for chain in chains[:3]:
        if any(mention.level == "province" for mention in chain.mentions):
            unit = chain.unit
            found |= {unit.province} if unit.world == "new" else gazetteer.province_today.get(("old", unit.province), frozenset())
    return frozenset(found)


def _districts(chains: list[Chain], mentions: list[Mention]) -> frozenset[str]:
    """Return the districts of the old world that the best readings name, or that bear the very words they read as a commune."""
    named = [mention for chain in chains[:3] for mention in chain.mentions if mention.level == "district"]
    namesake = _namesake(chains, mentions)
    if namesake:
        provinces = {
            unit.province for chain in chains[:3] for mention in chain.mentions if mention.level == "province" for unit in mention.units
        }
        named.append(namesake._replace(units=tuple(unit for unit in namesake.units if not provinces or unit.province in provinces)))
    return frozenset(unit.district for mention in named for unit in mention.units if unit.district)


def _namesake(chains: list[Chain], mentions: list[Mention]) -> Mention | None:
    """Return the district that the words of a bare commune may as well name: `…, Yên Lạc, Vĩnh Phúc`."""
    if not chains or "bare" not in chains[0].flags or chains[0].unit.level != "commune":
        return None
    commune = chains[0].mentions[0]
    return next((each for each in mentions if each.level == "district" and (each.start, each.end) == (commune.start, commune.end)), None)


def _is_address(chain: Chain, text: Text) -> bool:
    """Tell whether a chain is more than a bare word that happens to be the name of a unit."""
    if chain.unit.level == "commune":
        named = chain.mentions[0]
        if len(chain.mentions) == 1 and not named.kinds and not named.segment and named.end - named.start == 1:
            return False
        return chain.score >= CHAIN.least or (bool(chain.mentions[0].kinds) and not chain.mentions[0].fuzzy and chain.score > 0)
    used = sum(mention.end - mention.start for mention in chain.mentions)
    clear = any(mention.kinds or mention.segment for mention in chain.mentions)
    return clear and (
        used * 3 >= len(text.tokens)
        or len(chain.mentions) > 1
        or any(mention.kinds for mention in chain.mentions)
        or chain.mentions[0].last
    )


def _communes(gazetteer: Gazetteer, chain: Chain, query: Query) -> frozenset[int] | None:
    """Return the communes of today that a chain may mean, inside the filters of the question."""
    unit = chain.unit
    if "namesake" in chain.flags:
        found: frozenset[int] | None = gazetteer.namesakes[unit.id]
    elif unit.level == "commune":
        found = frozenset(unit.today)
    elif unit.level == "district":
        found = gazetteer.communes_of_district.get(unit.code, frozenset())
    elif unit.world == "new":
        found = gazetteer.communes_of_province.get(unit.province, frozenset())
    else:
        found = gazetteer.communes_of_old_province.get(unit.code, frozenset())
    return _filtered(gazetteer, found, query)


def _filtered(gazetteer: Gazetteer, communes: frozenset[int] | None, query: Query) -> frozenset[int] | None:
    """Apply the filters of a question; a filter only takes candidates away."""
    if not (query.province_code or query.commune_code or query.postal_code):
        return communes
    wanted: list[frozenset[int]] = [] if communes is None else [communes]
    if query.province_code:
        wanted.append(gazetteer.communes_of_province.get(query.province_code, frozenset()))
    if query.commune_code:
        unit = gazetteer.current.get(("commune", query.commune_code))
        wanted.append(frozenset({unit.id} if unit else ()))
    if query.postal_code:
        found = gazetteer.postal.get(query.postal_code)
        wanted.append(frozenset({found} if found else ()))
    return frozenset.intersection(*wanted) if wanted else None
