"""Decides what a text was whose UTF-8 bytes were read as Windows-1252 (or Latin-1, or Windows-1258): `PhÆ°á»�ng` was Phường.

Five bytes (81, 8D, 8F, 90, 9D) mean nothing in Windows-1252: tools keep them as control characters, replace them by
U+FFFD or `?`, or drop them; A0 is a no-break space and often becomes a space. What was lost is completed by the only, else
the most frequent, syllable of the reference names.
"""

import itertools
import re
import unicodedata
from typing import Final

from registry.syllable import frequencies, is_syllable

_LOST_BYTES = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_SIGN_OF_BYTE = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0x100) if byte not in _LOST_BYTES}
_BYTES: Final = {
    **{chr(byte): byte for byte in range(0x80, 0x100)},
    **{sign: byte for byte, sign in _SIGN_OF_BYTE.items()},
    "Ă": 0xC3,  # Windows-1258 has Ă where Windows-1252 has Ã.
}
_FOLLOW = re.escape("".join(sign for sign, byte in _BYTES.items() if 0x80 <= byte < 0xC0))  # noqa: PLR2004 - continuation bytes
SPECIALS: Final = re.escape("".join(sign for sign, byte in _BYTES.items() if 0x80 <= byte < 0xA0))  # noqa: PLR2004 - the C1 range
_WHOLE = re.compile(f"[ÂÃĂÄÅÆËÌ][{_FOLLOW}]|[áâ][{_FOLLOW}]{{2}}")
_SURE = re.compile(f"á[º»](?:[{_FOLLOW}]|[\ufffd?]|(?=[a-zA-Z]))|Æ[°¯¡]|Ä[‘\x90\x91ƒ‚¨©\ufffd]|[ÃĂ][¡-¿]|Å[©¨]|Ì[{SPECIALS}£]|[ÃĂ]\ufffd")
# What two readings in a row leave after the first: whole runs only, because a lost byte is no run.
_AGAIN = re.compile(f"á[º»][{_FOLLOW}]|Æ[°¯¡]|Ä[‘\x90\x91ƒ‚¨©]|Ã[¡-¿]|Å[©¨]")
_LIKELY = re.compile(f"Ã[{SPECIALS}\xa0]")
_WHERE_LOST = "[\ufffd?]|(?=[^\\W\\d_])|$|(?=[^\\w ])"
_ONCE: Final = re.compile(f"({_WHOLE.pattern})|(á[º»]|[ÃĂÄÆÌ])({_WHERE_LOST})|(á[º»]|[ÃĂ]|Æ) ")
# What a lead may have been when the byte behind it is one of the lost; and what it was before the space that was A0.
_CHOICES: Final = {"á»": "ềọỏờỐ", "áº": "Ạ", "Ã": "áàÁÍÝ", "Ă": "áàÁÍÝ", "Ä": "Đđ", "Æ": "ơƠ", "Ì": "\u0301"}
_SPACE_MEANS: Final = {"á»": "Ỡ", "áº": "Ạ", "Ã": "à", "Ă": "à", "Æ": "Ơ"}
_HOLES: Final = {"á»": "\ue000", "áº": "\ue001", "Ã": "\ue002", "Ă": "\ue002", "Ä": "\ue003", "Æ": "\ue004", "Ì": "\ue005"}
_SPACES: Final = {"á»": "\ue010", "áº": "\ue011", "Ã": "\ue012", "Ă": "\ue012", "Æ": "\ue014"}
_FILLINGS: Final = {hole: _CHOICES[lead] for lead, hole in _HOLES.items()}
_SPACED: Final = re.compile("([^\\W\\d_\ue000-\ue005]*)([\ue010-\ue014])( ?)([^\\W\\d_]*)")
_SPACE_LETTERS: Final = {hole: _SPACE_MEANS[lead] for lead, hole in _SPACES.items()}
_LETTER = "[^\\W\\d_]|[\u0300-\u036f]"
_HOLED = re.compile(f"(?:{_LETTER})*[\ue000-\ue005](?:{_LETTER}|[\ue000-\ue005])*")
_WORD = re.compile("[^\\W\\d_]+")
_ROUNDS = 3
_MOST_HOLES = 3


def read_again(text: str) -> str | None:
    """Return the text with its damaged runs read as UTF-8, NFC; None when nothing in it is surely damaged so."""
    if not (_SURE.search(text) or any(_makes_word(text, match) for match in _LIKELY.finditer(text))):
        return None
    if any("\ue000" <= sign <= "\uf8ff" for sign in text):
        return None
    for _ in range(_ROUNDS):
        again = _WHOLE.sub(_utf8, text)
        if not _AGAIN.search(again):
            break
        text = again
    text = _SPACED.sub(_unspaced, _ONCE.sub(_once, text))
    while match := _HOLED.search(text):
        text = text[: match.start()] + _filled(match) + text[match.end() :]
    return unicodedata.normalize("NFC", text)


def _once(match: re.Match[str]) -> str:
    """Read a whole run; put a hole where a byte was lost, another where it became a space."""
    whole, torn, _, spaced = match.groups()
    if whole:
        return _utf8(match)
    if spaced:
        return _SPACES[spaced]
    return _HOLES[torn] if _is_torn(match) else match[0]


def spoilt(text: str) -> str:
    """Return the text as it looks when its UTF-8 bytes are read as Windows-1252, undefined bytes as U+FFFD."""
    return unicodedata.normalize("NFC", text).encode().decode("cp1252", errors="replace")


def _utf8(match: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[sign] for sign in match[0]).decode()
    except UnicodeDecodeError:
        return match[0]


def _makes_word(text: str, match: re.Match[str]) -> bool:
    """Tell whether an `Ã` before a dash or quotation mark is a letter of a syllable: `TÃ“M`, but not `XÃ–PHƯỜNG`."""
    end = match.end()
    before, after = re.search(r"[^\W\d_]*$", text[: match.start()]), _WORD.match(text, end)
    word = (before[0] if before else "") + _utf8(match) + (after[0] if after else "")
    return is_syllable(word) and len(word) > 2  # noqa: PLR2004 - two letters prove nothing


def _is_torn(match: re.Match[str]) -> bool:
    """Tell whether a lead stands alone because its next byte was lost; a capital Ã of a text in capitals stands by itself."""
    torn, lost = match[2], match[3]
    if lost:
        return lost != "?" or torn in ("á»", "áº", "Ã", "Ä")
    before = match.string[: match.start()][-1:]
    after = match.string[match.end() : match.end() + 1]
    return torn in ("á»", "áº", "Ä") or (torn in ("Ã", "Ă") and (before.islower() or after.islower()))


def _unspaced(match: re.Match[str]) -> str:
    """Take the space behind a lead for the no-break space that it was; it also parts two words where the rest is none of this one."""
    before, hole, second, rest = match.groups()
    letter = _SPACE_LETTERS[hole]
    head = before + letter
    joined = not second and rest and (rest[0].isupper() == letter.isupper()) and is_syllable(head + rest)
    if not joined and letter == "à" and before.isupper() and len(before) > 1:
        head = before + "Ã"  # A sound part in capitals: THÃ.
    return head + ("" if joined else " ") + rest


def _filled(match: re.Match[str]) -> str:
    """Return the word with its holes filled: a syllable in one case, the most frequent beside its neighbours in the reference names."""
    word = match[0]
    choices = [_FILLINGS.get(sign, sign) for sign in word]
    if sum(len(each) > 1 for each in choices) > _MOST_HOLES:
        return word.translate({ord(hole): "\ufffd" for hole in _FILLINGS})
    made = (unicodedata.normalize("NFC", "".join(each)) for each in itertools.product(*choices))
    before, after = (
        re.search(pattern, part)
        for pattern, part in ((r"(\w+) $", match.string[: match.start()]), (r"^ (\w+)", match.string[match.end() :]))
    )
    counts = frequencies()

    def rank(each: str) -> tuple[bool, bool, int, int, bool]:
        low = each.lower()
        beside = (counts[f"{before[1].lower()} {low}"] if before else 0) + (counts[f"{low} {after[1].lower()}"] if after else 0)
        return _in_one_case(each), is_syllable(each), beside, counts[low], each.istitle()

    return max(made, key=rank)


def _in_one_case(word: str) -> bool:
    return word in (word.lower(), word.upper(), word.capitalize())
