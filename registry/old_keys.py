"""Decides what texts meant whose marks stand beside the letters: VIQR, the keys of a VNI keyboard, question marks for lost marks."""

import re
import unicodedata
from typing import Final

from registry.syllable import DOT, GRAVE, HOOK, SHARP, TILDE, TONES, is_plain_syllable, is_syllable

_ROOF, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VIQR_MARKS = {"^": _ROOF, "(": _BREVE, "+": _HORN, "'": SHARP, "`": GRAVE, "?": HOOK, "~": TILDE, ".": DOT}
_VIQR_SIGNS = {mark: sign for sign, mark in _VIQR_MARKS.items()}
_VIQR_CLEAR = re.compile(
    r"[aeo]\^|(?<=[a-z])[ou]\+(?!\d)|\b[ou]\+(?=['`?~.a-z])|a\((?![^()]*\))|\bdd(?=[aeiouy])"
    r"|[aeiouy^+(][~`]|(?<=[a-z])[aeiouy^+(][.?'](?=[a-z])",
    re.IGNORECASE,
)
_VIQR_SIGN = re.compile(r"[\^+(~`]")
_VIQR_SHAPE = re.compile(r"[aeo]\^|[ou]\+|a\((?![^()]*\))|[aeiouy][~`]", re.IGNORECASE)
_VIQR_UNIT = re.compile(r"(dd)|(a\(|[aeo]\^|[ou]\+|[aeiouy])(['`?~.])?|([aeiouy])(['`?~.])([\^(+])", re.IGNORECASE)
_VIQR_WORD = re.compile(r"[a-z](?:[a-z^+(`'?~.])*", re.IGNORECASE)

_KEY_WORD = re.compile(r"(?<![\w\-+])[^\W\d_]+[1-9][^\W_0]*(?![\w])")
_NUMBERED = re.compile(r"([^\W\d_]+)\d+[a-dA-D]?")
_KEY_TONES = {"1": SHARP, "2": GRAVE, "3": HOOK, "4": TILDE, "5": DOT}
_NAME_WORD = re.compile(r"[^\W_]*[^\W\d_]{2}[^\W_]*")
# Words that bear numbers of their own, with the spelling that the keys must give to be no number: `Xom1 3` is Xóm 3, `To3` is Tổ 3.
_BEARERS: Final = {
    "to": "tổ", "khu": "khu", "lo": "lô", "ap": "ấp", "thon": "thôn", "xom": "xóm", "khom": "khóm", "ban": "bản", "doi": "đội",
    "cum": "cụm",
    "buon": "buôn", "duong": "đường", "pho": "phố", "ngo": "ngõ", "ngach": "ngách", "hem": "hẻm", "kiet": "kiệt",
    "phuong": "phường", "quan": "quận", "nha": "nhà", "so": "số", "lau": "lầu", "tang": "tầng", "phong": "phòng", "can": "căn",
    "toa": "tòa", "day": "dãy", "cong": "cổng", "o": "ô",
}  # fmt: skip
_LOT = re.compile(r"[^\W\d_]{1,3}\d[a-dA-D]")
_TWO_KEYS = re.compile(r"\D+[678][1-5]")
_NAME_FOLLOWS = re.compile(r" +[^\W\d_]")
_NEEDED_TAILS, _TAIL_SHARE = 2, 0.2
# Type words with the key of their own tone where no number can be meant: `Tinh3`, `Xom1 4`, `Xa4 Lục Yên`.
_TYPE_KEYS = re.compile(r"\b(?:tinh3\b|thanh2 ph|xom1 \d|khom1 \d|xa4 [^\W\d])", re.IGNORECASE)
_QUESTIONED = re.compile(r"[^\W\d_]*(?:[^\W\d_]\?{1,2}|\?{1,2}[^\W\d_])[^\W\d_?]*(?:\?{1,2}[^\W\d_]+)*\?{0,2}")


def has_viqr(text: str) -> bool:
    """Tell whether at least two signs of VIQR stand in the text, one of them a roof, a horn or a breve."""
    # Without one of these four signs there is no roof, horn or breve; nineteen texts of twenty end here.
    return _VIQR_SIGN.search(text) is not None and len(_VIQR_CLEAR.findall(text)) >= 2 and _VIQR_SHAPE.search(text) is not None  # noqa: PLR2004 - one may be chance: `A+B`


def from_viqr(text: str) -> str:
    """Return a VIQR text (RFC 1456) in NFC; a full stop that would break its syllable stays one."""
    return _VIQR_WORD.sub(_viqr_word, text)


def _viqr_word(match: re.Match[str]) -> str:
    word = match[0]
    made = _composed(word)
    if word[-1] in ".?'" and not is_syllable(made):
        return _composed(word[:-1]) + word[-1]
    return made


def _composed(word: str) -> str:
    return unicodedata.normalize("NFC", _VIQR_UNIT.sub(_viqr_letter, word))


def _viqr_letter(match: re.Match[str]) -> str:
    if match[1]:
        return "Đ" if match[1][0] == "D" else "đ"
    return "".join(_VIQR_MARKS.get(sign, sign) for sign in match[0])


def to_viqr(text: str) -> str:
    """Return the text in VIQR: the shape of a letter behind it, then the tone."""
    made = []
    for letter in unicodedata.normalize("NFC", text).replace("đ", "dd").replace("Đ", "DD"):
        marks = unicodedata.normalize("NFD", letter)
        made.append(marks[0] + "".join(sorted((_VIQR_SIGNS.get(mark, mark) for mark in marks[1:]), key="'`?~.".find)))
    return "".join(made)


def has_keys(text: str) -> bool:
    """Tell whether the text was surely typed with VNI keys and no VNI keyboard.

    One word with a key inside or with a key of shape (6 to 9) that gives a syllable is enough, or a type word with the key of its own tone;
    else two words, and one in five of all, end in a tone key. Words that bear numbers prove nothing.
    """
    if _TYPE_KEYS.search(text):
        return True
    tails = 0
    for match in _KEY_WORD.finditer(text):
        word = match[0]
        if _proves_nothing(word) or (made := _keyed(word)) is None:
            continue
        if (any(sign in "6789" for sign in word) or not re.fullmatch(r"\D+\d", word)) and len(made) > 2:  # noqa: PLR2004 - `D9A` is a lot
            return True
        tails += 1
    return tails >= _NEEDED_TAILS and tails >= _TAIL_SHARE * len(_NAME_WORD.findall(text))


def from_keys(text: str) -> str:
    """Return the text with every word of VNI keys that gives a syllable decoded; numbers and short forms stay."""
    capitals = text.isupper()

    def read(match: re.Match[str]) -> str:
        if match[0].lower() == "ngo6" and _NAME_FOLLOWS.match(text, match.end()):
            return _keyed(match[0]) or match[0]  # Ngô Quyền: before a name it is the family Ngô, no alley.
        return _read_keys(match[0], capitals=capitals)

    return _KEY_WORD.sub(read, text)


def _read_keys(word: str, *, capitals: bool) -> str:
    made = _keyed(word)
    if made is None or (len(made) <= 2 and word.isupper() and not capitals):  # noqa: PLR2004 - `D9A` is a lot
        return word
    if _LOT.fullmatch(word) and word[-1].isupper() and not capitals:
        return word
    if (
        _bears_number(word)
        and not _TWO_KEYS.fullmatch(word)
        and _BEARERS[word.rstrip("abcdABCD").rstrip("123456789").lower()] != made.lower()
    ):
        return word
    return made


def _proves_nothing(word: str) -> bool:
    """Tell whether a word may well be a lot (NI4A) or a numbered place (To63), though its digits give a syllable."""
    if _LOT.fullmatch(word):
        return True
    return _bears_number(word) and not (_TWO_KEYS.fullmatch(word) and word[:-2].lower() in ("pho", "so", "thon", "quan", "ap", "nga"))


def _bears_number(word: str) -> bool:
    match = _NUMBERED.fullmatch(word)
    return match is not None and match[1].lower() in _BEARERS


def _keyed(word: str) -> str | None:
    """Return the syllable of two or more letters that the keys give; None when they give none."""
    letters: list[str] = []
    tone = ""
    for sign in word:
        if sign not in "123456789":
            letters.append(sign)
        elif sign in _KEY_TONES:
            if tone or not any(letter.lower() in "aeiouyâăêôơư" for letter in letters):
                return None
            tone = _KEY_TONES[sign]
        elif not _shape(letters, sign):
            return None
    made = _with_tone(_horned("".join(letters)), tone)
    return made if len(letters) > 1 and is_syllable(made) else None


def _shape(letters: list[str], key: str) -> bool:
    """Give the last letter that can take it the roof (6), horn (7), breve (8) or stroke (9); false when there is none."""
    able, mark = {"6": ("aeo", _ROOF), "7": ("ou", _HORN), "8": ("a", _BREVE), "9": ("d", "")}[key]
    for place in range(len(letters) - 1, -1, -1):
        letter = letters[place]
        if letter.lower() in able:
            stroke = "Đ" if letter.isupper() else "đ"
            letters[place] = unicodedata.normalize("NFC", letter + mark) if mark else stroke
            return True
    return False


def _horned(word: str) -> str:
    """Give u and o before a further letter both their horn, as the keyboard does: uơng is ương."""
    return re.sub(
        r"(?<![qQ])([uU])(?=[ơƠ]\w)|(?<=[ưƯ])([oO])(?=\w)", lambda match: {"u": "ư", "U": "Ư", "o": "ơ", "O": "Ơ"}[match[0]], word
    )


def _with_tone(word: str, tone: str) -> str:
    """Put the tone where schools put it: on the marked vowel, else before the final consonant, else on the last vowel but one."""
    if not tone:
        return word
    skip = 2 if re.match(r"qu|gi[aeiouyăâêôơư]", word, re.IGNORECASE) else 0
    vowels = [place for place, letter in enumerate(word) if place >= skip and letter.lower() in "aeiouyăâêôơư"]
    if not vowels:
        return word + tone
    marked = [place for place in vowels if word[place].lower() in "ăâêôơư"]
    closed = vowels[-1] < len(word) - 1
    place = marked[-1] if marked else vowels[-1] if closed or len(vowels) == 1 else vowels[-2]
    return unicodedata.normalize("NFC", word[: place + 1] + tone + word[place + 1 :])


def to_keys(text: str) -> str:
    """Return the text as it is typed with VNI keys: shapes behind their letter, the tone at the end of the word."""
    return re.sub(r"[^\W\d_]+", lambda match: _typed(match[0]), unicodedata.normalize("NFC", text))


def _typed(word: str) -> str:
    keys = {_ROOF: "6", _HORN: "7", _BREVE: "8"}
    tones = {mark: key for key, mark in _KEY_TONES.items()}
    marks = unicodedata.normalize("NFD", word.replace("đ", "d9").replace("Đ", "D9"))
    return "".join(keys.get(sign, sign) for sign in marks if sign not in TONES) + "".join(tones[sign] for sign in marks if sign in TONES)


def without_questions(text: str) -> str | None:
    """Return the text without the question marks that stand for lost marks; None when letters are lost or the marks are real ones.

    Real ones end a sentence: a single mark behind a word is no damage, one inside a word or two behind words are.
    """
    words = [match[0] for match in _QUESTIONED.finditer(text)]
    inner = any(re.search(r"[^\W\d_]\?{1,2}[^\W\d_]", word) for word in words)
    if not (inner or len(words) > 1) or not all(is_plain_syllable(word.replace("?", "")) and word[0] != "?" for word in words):
        return None
    return _QUESTIONED.sub(lambda match: match[0].replace("?", ""), text)


def to_questions(text: str) -> str:
    """Return the text with one question mark behind each letter that lost its marks; đ stays."""
    marks = unicodedata.normalize("NFD", text)
    return re.sub("[\u0300-\u036f]+", "?", marks)
