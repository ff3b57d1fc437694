"""Decides which words around an address name its recipient: behind a label or a form of address, beside a phone number, or in front.

Names of units and streets look like names of people (Trần Phú, Bà Triệu, Cô Giang): what the reference tables know is an address.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from registry.person_words import BEFORE_PLACES, MIDDLE, NEAR, STOPS, SURE_IN_FULL, SURNAMES
from registry.personal import MASK, PATTERN, scrub
from registry.text import fold, has_accents

_REFERENCE: Final = Path(__file__).parent / "reference"
_NAMES_IN: Final = {"units": ("units.csv", "name"), "streets": ("place_names.csv", "name")}
_ASIDE: Final = re.compile(PATTERN)
# A segment ends at punctuation, and at what was masked before.
_CUT: Final = re.compile(rf"(\s*(?:[,;|()\n]|{re.escape(MASK)}|\s[-–—]\s)\s*)")
_LABEL: Final = re.compile(
    r"(?<!\w)((?:tên\s+)?(?:người|nguoi)\s+(?:nhận|nhan|gửi|gui|đại diện|dai dien)|họ\s+(?:và\s+)?tên|ho\s+(?:va\s+)?ten"
    r"|(?:tên\s+)?(?:khách hàng|khach hang|khách|kh)|chủ hộ|chu ho|chủ nhà|chu nha|liên hệ|lien he|lh|tên|gặp"
    r"|(?:gửi|gui|giao|ship|chuyển)\s+cho|kính gửi|attn|recipient|receiver)(?:\s*([:.])\s*|\s+)(?=\w)",
    re.IGNORECASE,
)
_TITLES: Final = frozenset({"anh", "chị", "cô", "chú", "bác", "ông", "bà", "cụ", "mr", "mrs", "ms"})
_FOLDED_TITLES: Final = frozenset(fold(title) for title in _TITLES)
_CUES: Final = frozenset({"gap", "goi", "cho", "nhan", "gui", "giao", "la", "he", "voi"})
_WORD: Final = re.compile(r"[^\W\d_]+(?:\s+[^\W\d_]+)*")
_FEWEST_OF_FULL: Final = 3
_MARK: Final = "\0"
_LONGEST: Final = 5
_LONGEST_SMALL: Final = 3
_SHORT: Final = 2


def mask_recipients(text: str) -> str:
    """Return the text with phone numbers, identity numbers, e-mail and names of recipients masked; the words of the address stay."""
    masked = _LABEL.sub(_mark, _ASIDE.sub(MASK, text.replace(_MARK, " ")))
    parts = _CUT.split(masked)
    segments, cuts = [part.split() for part in parts[::2]], parts[1::2]
    said = [" ".join(_segment(segments, cuts, place)) for place in range(len(segments))]
    return "".join(segment + cut for segment, cut in zip(said, [*cuts, ""], strict=True)).strip()


def mask_full_names(text: str, *, streets: bool = True, known: bool = True) -> str:
    """Return the text with full names masked: surname and two more words at least, capitalised.

    With `streets` names behind a type word stay, and known places; without `known` those with Văn or Thị inside do not.
    """
    return _WORD.sub(lambda run: _without_full_names(run[0], streets=streets, known=known), text)


def without_persons(text: str) -> str:
    """Return a text that is no address (a title, the name of a sheet) without any personal data."""
    bare = scrub(text)
    named = mask_recipients(bare)
    return mask_full_names(named if named.count(MASK) > bare.count(MASK) else bare)


def is_known(name: str) -> bool:
    """Tell whether a unit or street of the reference tables bears the name."""
    return _is_place(name.split())


def is_titled(words: list[str]) -> bool:
    """Tell whether a form of address stands in front, a full name or a surname behind it: Ông Nguyễn Bé, not Bà Chúa Xứ."""
    return len(words) > _SHORT and fold(words[0]) in _FOLDED_TITLES and words[1].lower() in SURE_IN_FULL and not _is_place(words)


def is_title(word: str) -> bool:
    """Tell whether a word is a form of address."""
    return word.lower() in _TITLES or (word.isascii() and word.lower() in _FOLDED_TITLES)


def _without_full_names(run: str, *, streets: bool, known: bool) -> str:
    words = run.split()
    said: list[str] = []
    at, found = 0, False
    while at < len(words):
        length = _full_name(words, at, streets=streets, known=known)
        found = found or length > 0
        said += [MASK] if length else [words[at]]
        at += length or 1
    return " ".join(said) if found else run


def _full_name(words: list[str], at: int, *, streets: bool, known: bool) -> int:
    """Return how many words of a full name begin there; 0 where none does, or where it is a known place or stands behind a type word."""
    first, second = words[at].lower(), words[at + 1].lower() if at + 1 < len(words) else ""
    if first not in SURE_IN_FULL and not (fold(first) in SURNAMES and second in MIDDLE):
        return 0
    length = 0
    while length < _LONGEST and at + length < len(words) and words[at + length][0].isupper():
        length += 1
    if length < _FEWEST_OF_FULL:
        return 0
    behind = at > 0 and words[at - 1].lower() in BEFORE_PLACES | NEAR
    place = behind or ((known or second not in MIDDLE) and _is_place(words[at : at + length]))
    return 0 if streets and place else length


def _mark(label: re.Match[str]) -> str:
    """Keep a label and mark the word behind it."""
    colon = label[2] or ""
    return f"{label[1]}{colon} {_MARK}{colon}"


def _segment(segments: list[list[str]], cuts: list[str], place: int) -> list[str]:
    """Return the words of one segment with the names in it masked."""
    words = segments[place]
    before = _phone_beside(segments, cuts, place, -1)
    after = _phone_beside(segments, cuts, place, 1)
    names = sorted([*_announced(words, beside=before or after), *_bare(segments, place, (before, after))])
    said: list[str] = []
    at = 0
    for start, end in names:
        if start >= at:
            said += [*words[at:start], MASK]
            at = end
    return [*said, *words[at:]]


def _phone_beside(segments: list[list[str]], cuts: list[str], place: int, step: int) -> bool:
    """Tell whether something masked stands next to a segment, before (step -1) or behind (step 1), with nothing but signs between."""
    at, cut = place, place - (step < 0)
    while 0 <= cut < len(cuts):
        if MASK in cuts[cut]:
            return True
        at, cut = at + step, cut + step
        if segments[at]:
            return False
    return False


def _announced(words: list[str], *, beside: bool) -> Iterator[tuple[int, int]]:
    """Yield the spans of names behind a label (marked, with its colon) or a form of address."""
    for at, word in enumerate(words):
        if word.startswith(_MARK):
            colon = word[1:2] in {":", "."}
            bare = word.lstrip(f"{_MARK}:.")
            words[at] = bare
            start = at + (fold(bare) in _FOLDED_TITLES)
            length = _length(words, start, small=_LONGEST if colon or start > at else 0)
            yield from ([(start, start + length)] if length else [])
        elif _is_title(words, at, beside=beside):
            length = _length(words, at + 1, small=_LONGEST_SMALL)
            yield from ([(at + 1, at + 1 + length)] if length else [])


def _is_title(words: list[str], at: int, *, beside: bool) -> bool:
    """Tell whether a word addresses a person: not where it begins the name of a known place, or stands behind a number or type word."""
    word, before = words[at].rstrip(".").lower(), words[at - 1].rstrip(".").lower() if at else ""
    # A family (gia đình) is no communal house (đình).
    at_home = before == "đình" and words[max(0, at - 2)].lower() == "gia"
    if (before in BEFORE_PLACES and not at_home) or _inside_place(words, at):
        return False
    if before[:1].isdigit() and words[at][:1].isupper():
        return False
    return word in _TITLES or (is_title(word) and (fold(before) in _CUES or (at == 0 and beside)))


def _inside_place(words: list[str], at: int) -> bool:
    """Tell whether a word belongs to the name of a known place of several words: Bà Triệu, Hai Bà Trưng."""
    return any(_is_place(words[start:end]) for start in range(max(0, at - 1), at + 1) for end in range(at + 2, at + 6))


def _length(words: list[str], start: int, *, small: int) -> int:
    """Return how many words make the name: the capitalised ones, else up to `small`, until a number or a word of addresses."""
    capitals = words[start : start + 1] != [] and words[start][:1].isupper()
    most = _LONGEST if capitals else small
    length = 0
    for at, word in enumerate(words[start : start + most], start):
        stop = any(sign.isdigit() for sign in word) or _is_stop(words, at)
        if stop or (capitals and not word[:1].isupper()):
            break
        length += 1
    return length


def _is_stop(words: list[str], at: int) -> bool:
    """Tell whether a word of addresses stands there with its name behind it: a last `Phuong` is a person's."""
    return words[at].rstrip(".").lower() in STOPS and at + 1 < len(words)


def _bare(segments: list[list[str]], place: int, beside: tuple[bool, bool]) -> Iterator[tuple[int, int]]:
    """Yield names without any label: a whole segment beside a phone number or in front of the number, or the words next to a phone."""
    words = segments[place]
    before, after = beside
    whole = _reads_as_name(words)
    numbered = place > 0 and bool(segments[place - 1]) and any(sign.isdigit() for sign in segments[place - 1][-1])
    if whole and not numbered and (before or after or (place == 0 and _begins_address(segments[1:2]))):
        if not _is_place(words, "units") and (len(words) > _SHORT or not _is_place(words)):
            yield 0, len(words)
    elif after:
        yield from _last_words(words)
    elif before and _reads_as_name(words[:3]) and not _is_place(words[:3]):
        yield 0, 3


def _last_words(words: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the name that ends a segment in front of a phone number: `…, Hà Nội Nguyễn Văn An 09…`."""
    for length in (4, 3):
        start = len(words) - length
        name = words[start:] if start > 0 else []
        if not _reads_as_name(name) or _is_place(name):
            continue
        ahead = words[start - 1].rstrip(".").lower()
        if not ahead[:1].isdigit() and ahead not in BEFORE_PLACES:
            yield start, len(words)
            return


def _reads_as_name(words: list[str]) -> bool:
    """Tell whether words could be a person's full name: a surname and one to three more, letters only, no type word inside."""
    return (
        _SHORT <= len(words) < _LONGEST
        and fold(words[0]) in SURNAMES
        and all(word.isalpha() for word in words)
        and not any(_is_stop(words, at) for at in range(len(words)))
    )


def _begins_address(following: list[list[str]]) -> bool:
    """Tell whether the next segment begins with a house number or a type word."""
    first = following[0][0] if following and following[0] else ""
    return first[:1].isdigit() or fold(first) in {"so", "ngo", "hem", "kiet", "ngach", "nha", "sn"}


def _is_place(words: list[str], *kinds: str) -> bool:
    """Tell whether words are the whole name of a unit or street of the reference tables, or of those kinds only.

    Marks count where they are written: chị Hoa is not the street Chí Hòa.
    """
    written = " ".join(words).lower()
    return any((written if has_accents(written) else fold(written)) in _names(kind) for kind in kinds or _NAMES_IN)


@cache
def _names(kind: str) -> frozenset[str]:
    """Return the names of the units or streets of the reference tables in small letters, and folded."""
    file, column = _NAMES_IN[kind]
    with (_REFERENCE / file).open(encoding="utf-8", newline="") as lines:
        names = [row[column] for row in csv.DictReader(line for line in lines if not line.startswith("#"))]
    return frozenset({name.lower() for name in names} | {fold(name) for name in names})
