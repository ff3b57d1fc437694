"""Decides what the letters of the fonts of the nineties meant: TCVN3 ("ABC", the .Vn fonts) and VNI-Windows.

Both put Vietnamese glyphs in the places of Western letters, so a text in them, read without the font, shows
`§­êng TrÇn Phó` or `Ñöôøng Traàn Phuù`. TCVN3 (TCVN 5712:1993) has one byte a letter and no capitals with tone: its
capital fonts (.VnTimeH) draw the lower-case byte tall. VNI writes the marks as a second byte behind the vowel.
"""

import re
import unicodedata
from typing import Final

from registry.syllable import DOT, GRAVE, HOOK, SHARP, TILDE

_TCVN3_LETTERS = {
    "à": "µ", "ả": "¶", "ã": "·", "á": "¸", "ạ": "¹", "ă": "¨", "ằ": "»", "ẳ": "¼", "ẵ": "½", "ắ": "¾", "ặ": "Æ",
    "â": "©", "ầ": "Ç", "ẩ": "È", "ẫ": "É", "ấ": "Ê", "ậ": "Ë", "đ": "®", "è": "Ì", "ẻ": "Î", "ẽ": "Ï", "é": "Ð", "ẹ": "Ñ",
    "ê": "ª", "ề": "Ò", "ể": "Ó", "ễ": "Ô", "ế": "Õ", "ệ": "Ö", "ì": "×", "ỉ": "Ø", "ĩ": "Ü", "í": "Ý", "ị": "Þ",
    "ò": "ß", "ỏ": "á", "õ": "â", "ó": "ã", "ọ": "ä", "ô": "«", "ồ": "å", "ổ": "æ", "ỗ": "ç", "ố": "è", "ộ": "é",
    "ơ": "¬", "ờ": "ê", "ở": "ë", "ỡ": "ì", "ớ": "í", "ợ": "î", "ù": "ï", "ủ": "ñ", "ũ": "ò", "ú": "ó", "ụ": "ô",
    "ư": "\xad", "ừ": "õ", "ử": "ö", "ữ": "÷", "ứ": "ø", "ự": "ù", "ỳ": "ú", "ỷ": "û", "ỹ": "ü", "ý": "ý", "ỵ": "þ",
    "Ă": "¡", "Â": "¢", "Ê": "£", "Ô": "¤", "Ơ": "¥", "Ư": "¦", "Đ": "§",
}  # fmt: skip
_TCVN3_ENCODE = str.maketrans({**{letter.upper(): sign for letter, sign in _TCVN3_LETTERS.items()}, **_TCVN3_LETTERS})
_TCVN3_DECODE = str.maketrans({sign: letter for letter, sign in _TCVN3_LETTERS.items()})

_TONE_SIGNS = {SHARP: "ù", GRAVE: "ø", HOOK: "û", TILDE: "õ", DOT: "ï"}
_ROOF_SIGNS = {"": "â", SHARP: "á", GRAVE: "à", HOOK: "å", TILDE: "ã", DOT: "ä"}
_BREVE_SIGNS = {"": "ê", SHARP: "é", GRAVE: "è", HOOK: "ú", TILDE: "ü", DOT: "ë"}


def _vni_letters() -> dict[str, str]:
    """Return the VNI spelling, one or two signs, of every marked Vietnamese letter."""
    found = {"đ": "ñ", "ơ": "ô", "ư": "ö", "í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}
    bases = {"a": "a", "e": "e", "o": "o", "u": "u", "y": "y", "ơ": "ô", "ư": "ö"}
    for letter, base in bases.items():
        for tone, sign in _TONE_SIGNS.items():
            found.setdefault(unicodedata.normalize("NFC", letter + tone), base + sign)
    for letter, base, signs in (("â", "a", _ROOF_SIGNS), ("ê", "e", _ROOF_SIGNS), ("ô", "o", _ROOF_SIGNS), ("ă", "a", _BREVE_SIGNS)):
        found |= {unicodedata.normalize("NFC", letter + tone): base + sign for tone, sign in signs.items()}
    return found


_VNI_ENCODE: Final = {key: value for low, two in _vni_letters().items() for key, value in ((low, two), (low.upper(), two.upper()))}
# The mark may have another case than its vowel where a capital began a word: `AÙnh` and `Aùnh` are both seen.
_VNI_DECODE: Final = {
    spelling: letter for letter, two in _VNI_ENCODE.items() for spelling in {two, two[0] + two[1:].lower(), two[0] + two[1:].upper()}
}
_VNI_SPELLING = re.compile("|".join(sorted(map(re.escape, _VNI_DECODE), key=len, reverse=True)))
_VNI_MARKS = "".join({sign + sign.upper() for sign in (*_TONE_SIGNS.values(), *_ROOF_SIGNS.values(), *_BREVE_SIGNS.values())})
_VNI_LOOSE = re.compile(f"(?<![aeouyôöAEOUYÔÖ])[{_VNI_MARKS}]")
_TCVN3_SIGNS = frozenset(_TCVN3_LETTERS.values())
_VNI_SIGNS = frozenset("".join(_VNI_DECODE))


def to_tcvn3(text: str) -> str:
    """Return an NFC text as a TCVN3 font stores it; the case of toned capitals is lost, as it is in the fonts."""
    return text.translate(_TCVN3_ENCODE)


def to_vni(text: str) -> str:
    """Return an NFC text as a VNI font stores it."""
    return "".join(_VNI_ENCODE.get(letter, letter) for letter in text)


def from_vni(text: str) -> str:
    """Return a text of a VNI font in NFC."""
    return _VNI_SPELLING.sub(lambda match: _VNI_DECODE[match[0]], text)


def from_tcvn3(text: str, *, capitals: bool = False) -> str:
    """Return one word of a TCVN3 font in NFC; in capitals where its other letters are, or where the whole text is."""
    word = text.translate(_TCVN3_DECODE)
    bare = [sign for sign in text if sign.isascii() and sign.isalpha()]
    few = len(bare) + sum(sign in "¡¢£¤¥¦§" for sign in text) < 2  # noqa: PLR2004 - one capital may begin a word or fill it
    if all(sign.isupper() for sign in bare) and (capitals or (bare and not few)):
        return word.upper()
    return word


def is_tcvn3(text: str) -> bool:
    """Tell whether every letter beyond ASCII may come from a TCVN3 font."""
    return all(sign.isascii() or sign in _TCVN3_SIGNS or not sign.isalpha() for sign in text)


def is_vni(text: str) -> bool:
    """Tell whether every letter beyond ASCII may come from a VNI font, its marks behind a vowel that can bear them."""
    return all(sign.isascii() or sign in _VNI_SIGNS or not sign.isalpha() for sign in text) and not any(
        match[0] not in _VNI_DECODE for match in _VNI_LOOSE.finditer(text)
    )
