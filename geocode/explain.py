"""Decides how the working of an answer is shown: what each word was read as, part scores, and why the others lost, for `--explain`."""

from collections.abc import Iterator
from itertools import groupby

from geocode.candidates import Scored
from geocode.normalise import Text
from geocode.parse import Reading
from geocode.prepare import Prepared
from geocode.rivals import why_lost
from registry.vocab import ALLEY_WORDS, AREA_WORDS, HOUSE_WORDS, STREET_WORDS

MOST_LINES = 8
ROLES = {
    "unit": "đơn vị / unit",
    "street": "đường / street",
    "hamlet": "thôn, tổ / hamlet",
    "house": "số nhà / house",
    "flat": "căn hộ / flat",
    "noise": "lời thừa / noise",
    "unknown": "đường chưa có trong sổ / street not registered",
    "ignored": "bỏ qua / ignored",
}
_FLAT_WORDS = frozenset({"phong", "can", "ho", "p", "tang", "lau", "toa", "nha", "block", "chung", "cu", "cc", "thap", "so"})
_HOUSE_WORDS = frozenset(
    word for phrase in (*HOUSE_WORDS, *ALLEY_WORDS, *STREET_WORDS, *AREA_WORDS, "day", "km", "tren") for word in phrase.split()
)


def explain(prepared: Prepared, ranked: list[Scored]) -> tuple[str, ...]:
    """Return what was read, how each candidate was scored, best first, and why each rival lost against the best."""
    return tuple(_lines(prepared, ranked))


def _lines(prepared: Prepared, ranked: list[Scored]) -> Iterator[str]:
    """Write the whole working."""
    yield "tokens: " + " ".join(("| " if token.gap else "") + token.key for token in prepared.text.tokens)
    for reading in prepared.readings:
        yield from _reading(prepared.text, reading)
    for each in ranked[:MOST_LINES]:
        yield _candidate(each)
    if ranked:
        yield _ignored(prepared.text, ranked[0].reading)
    for place, each in enumerate(ranked[1:MOST_LINES], start=2):
        yield f"vì sao #{place} thua / why #{place} lost: {why_lost(ranked[0], each)}"


def _reading(text: Text, reading: Reading) -> Iterator[str]:
    """Say how the units and the words around them were read."""
    chain = reading.chain
    flags = ",".join(sorted(chain.flags)) if chain else ""
    units = (
        f"{chain.unit.full_name} [{chain.unit.world} {chain.unit.code}] score {chain.score:.0f} flags {flags or '-'}"
        if chain
        else "no unit"
    )
    street = reading.street.name if reading.street else reading.street_text
    house = " | ".join(path.text for path in reading.houses[:3])
    hamlet = reading.hamlet.name if reading.hamlet else ""
    yield f"reading: {units}"
    rest = f"flat={reading.flat or '-'} ignored={list(reading.ignored)}"
    yield f"   street={street or '-'} hamlet={hamlet or '-'} house={house or '-'} {rest}"
    yield "   từng chữ / words: " + "; ".join(f"{ROLES[role]} “{words}”" for role, words in read_as(text, reading))


def read_as(text: Text, reading: Reading) -> list[tuple[str, str]]:
    """Return the runs of words of a text in order, each with what a reading took it for: a key of `ROLES`."""
    roles = _roles(text, reading)
    return [
        (role, text.raw(run[0], run[-1] + 1)) for role, places in groupby(range(len(roles)), roles.__getitem__) for run in [list(places)]
    ]


def _roles(text: Text, reading: Reading) -> list[str]:
    """Return what each token was read as; a word that nothing took stands between two that were taken, or was ignored."""
    roles = [""] * len(text.tokens)
    for place, flag in enumerate(text.noise):
        roles[place] = "noise" if flag else ""
    spans = [("unit", mention.start, mention.end) for mention in (reading.chain.mentions if reading.chain else ())]
    spans += [(role, hit.start, hit.end) for role, hit in (("street", reading.street), ("hamlet", reading.hamlet)) if hit]
    for role, start, end in spans:
        roles[start:end] = [role] * (end - start)
    for role, phrase in (("unknown", reading.street_text), *(("ignored", phrase) for phrase in (*reading.asides, *reading.ignored))):
        start, end = _where(text, roles, phrase)
        roles[start:end] = [role] * (end - start)
    return [role or _of_number(text, reading, place) for place, role in enumerate(roles)]


def _where(text: Text, roles: list[str], phrase: str) -> tuple[int, int]:
    """Return the span of free tokens that was written so; an empty span when there is none."""
    for start in range(len(roles)) if phrase else ():
        for end in range(start + 1, len(roles) + 1):
            if not any(roles[start:end]) and text.raw(start, end) == phrase:
                return start, end
    return 0, 0


def _of_number(text: Text, reading: Reading, place: int) -> str:
    """Tell whether a word that names nothing belongs to the flat or to the house number."""
    keys = [token.key for token in text.tokens]
    if reading.flat:
        values = set(reading.flat.replace("|", " ").split())
        of_value = keys[place] in values and place > 0 and keys[place - 1] in _FLAT_WORDS | values
        if of_value or (keys[place] in _FLAT_WORDS and keys[place + 1 : place + 2] and keys[place + 1] in _FLAT_WORDS | values):
            return "flat"
    token = text.tokens[place]
    of_house = token.numbered or len(token.key) == 1 or token.key in _HOUSE_WORDS
    return "house" if reading.houses and of_house else "ignored"


def _ignored(text: Text, reading: Reading) -> str:
    """Say which words the best answer makes no use of."""
    said = [f"“{words}”" for role, words in read_as(text, reading) if role in {"noise", "ignored", "unknown"}]
    return f"không dùng / not used: {', '.join(said) or 'không có / nothing'}"


def _candidate(each: Scored) -> str:
    """Say what a candidate won of each part of its score."""
    parts = " ".join(f"{part.name} {part.points:.2f}/{part.ceiling:.2f} ({part.why})" for part in each.candidate.parts)
    found = each.candidate
    return f"candidate: {found.level} {found.confidence:.3f} {found.label} code={found.code or '-'}: {parts}"
