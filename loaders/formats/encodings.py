"""Here is decided which character set a text is in: byte order marks, UTF-8, the zeros of UTF-16, else what gives the most syllables."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loaders.formats.refusal import refused
from loaders.formats.snapshot import Facts, Snapshot
from registry.errors import FileRefused, UsageError
from registry.old_text import Scheme, decoded
from registry.syllable import is_syllable

# What to do about an encoding that was named and does not fit, at the command line and on a page.
DETECT: Final[dict[str, str]] = {"hint": "Bỏ --encoding để tự nhận bảng mã.", "page": "Chọn “Tự nhận” ở mục “Bảng mã”."}
SAVE_AS: Final = "Hãy mở bằng bảng tính rồi lưu thành “CSV UTF-8”."
FONTS: Final = {Scheme.TCVN3: "TCVN3 (ABC)", Scheme.VNI: "VNI"}


@dataclass(frozen=True)
class Encoding:
    """A character set: its name as it is shown, Python's codec for its bytes, and the old font in which they are to be read."""

    name: str
    codec: str
    font: Scheme | None = None


UTF8: Final = Encoding("utf-8", "utf-8")
_WIDE: Final = {"utf-16-le": Encoding("utf-16-le", "utf-16-le"), "utf-16-be": Encoding("utf-16-be", "utf-16-be")}
_MARKS: Final = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, Encoding("utf-32-le", "utf-32-le")),
    (codecs.BOM_UTF32_BE, Encoding("utf-32-be", "utf-32-be")),
    (codecs.BOM_UTF16_LE, _WIDE["utf-16-le"]),
    (codecs.BOM_UTF16_BE, _WIDE["utf-16-be"]),
)
WESTERN: Final = Encoding("windows-1252", "cp1252")
# The fonts put their letters on the places of Latin-1, which knows every byte.
_OLD: Final = (
    Encoding("windows-1258", "cp1258"),
    Encoding("tcvn3", "latin-1", Scheme.TCVN3),
    Encoding("vni", "cp1252", Scheme.VNI),
)
_NAMED: Final = {
    "tcvn3": _OLD[1], "tcvn": _OLD[1], "abc": _OLD[1], "tcvn5712": _OLD[1], "vni": _OLD[2], "vniwindows": _OLD[2], "cp1258": _OLD[0],
    "cp1252": WESTERN,
}  # fmt: skip
_SAMPLE, _PIECES = 1 << 14, 16
# A text whose marked words are syllables to this share is Vietnamese; one below the other share is not.
_SOUND, _WRONG = 0.8, 0.5
_ZEROS, _STRAY_ZEROS = 0.2, 0.02
_WORD: Final = re.compile(r"[^\W\d_]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def named(name: str | None) -> Encoding | None:
    """Return the encoding that an option names; UsageError when there is none of that name."""
    if name is None:
        return None
    if found := _NAMED.get(re.sub(r"[^a-z0-9]", "", name.lower())):
        return found
    try:
        codec = codecs.lookup(name).name
        # Python also knows codecs that are no character sets (hex, rot13); only encoding a text tells them apart.
        "a".encode(codec)
    except (LookupError, ValueError) as error:
        raise UsageError(
            f"Không có bảng mã “{name}”.",
            f"Unknown encoding “{name}”.",
            hint="Ví dụ: utf-8, utf-16, windows-1258, tcvn3 (phông ABC, .VnTime), vni.",
        ) from error
    codec = {"utf-8-sig": "utf-8", "utf_8_sig": "utf-8"}.get(codec, codec)
    return _NAMED.get(codec) or Encoding(codec, codec)


def encoding_of(path: Path, snapshot: Snapshot, facts: Facts, wanted: Encoding | None) -> Encoding:
    """Return the encoding of a text; FileRefused when it has none, or not the one that was asked for."""
    mark = marked(snapshot)
    if wanted is None:
        return mark or _found(path, snapshot, facts)
    if wanted.codec == "utf-16":
        wanted = mark or _by_zeros(snapshot) or _WIDE["utf-16-le"]
        if not wanted.codec.startswith("utf-16") or (facts.nul < 0 and not mark):
            raise refused(path, "không phải UTF-16", "is not UTF-16", **DETECT)
    _refuse_zeros(path, snapshot, facts, wanted, mark)
    if wanted is UTF8 or wanted.codec == "utf-8":
        if facts.bad >= 0:
            raise bad_byte(path, snapshot, facts.bad, "utf-8")
        return UTF8
    return _checked(path, snapshot, facts, wanted)


def marked(snapshot: Snapshot) -> Encoding | None:
    """Return the encoding that a byte order mark states."""
    head = snapshot.read(4, 0)
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def bad_byte(path: Path, snapshot: Snapshot, offset: int, encoding: str) -> FileRefused:
    """Return the refusal that names the byte and the line of what the encoding does not know."""
    line = line_at(snapshot, offset)
    if encoding != "utf-8":
        return refused(path, f"không đúng bảng mã {encoding} ở dòng {line}", f"is not {encoding} on line {line}", hint=SAVE_AS)
    return refused(
        path,
        f"không phải UTF-8: byte thứ {offset + 1}, dòng {line}",
        f"is not UTF-8: byte {offset + 1}, line {line}",
        hint=f"{SAVE_AS} Nếu tệp dùng bảng mã Windows tiếng Việt, thêm --encoding windows-1258.",
        page=f"{SAVE_AS} Nếu tệp dùng bảng mã Windows tiếng Việt, chọn windows-1258 ở mục “Bảng mã”.",
    )


def line_at(snapshot: Snapshot, offset: int) -> int:
    """Return the number of the line, from 1, in which a byte lies."""
    line, at, step = 1, 0, 1 << 20
    while at < offset:
        line += snapshot.read(min(step, offset - at), at).count(b"\n")
        at += step
    return line


def _found(path: Path, snapshot: Snapshot, facts: Facts) -> Encoding:
    if facts.nul >= 0:
        if wide := _by_zeros(snapshot):
            return wide
        raise _nul(path, snapshot, facts)
    if facts.bad < 0:
        return UTF8
    sample = _sample(snapshot, facts.bad)
    read = sample.decode("utf-8", "replace")
    if sum(not letter.isascii() and letter != "\ufffd" for letter in read) > read.count("\ufffd"):
        raise bad_byte(path, snapshot, facts.bad, "utf-8")
    best = max(_OLD, key=lambda each: share(sample, each))
    if share(sample, best) >= _WRONG:
        return best
    if _CONTROL.search(sample.decode("latin-1")):
        raise bad_byte(path, snapshot, facts.bad, "utf-8")
    return WESTERN


def _by_zeros(snapshot: Snapshot) -> Encoding | None:
    """Return UTF-16 without a mark: its ASCII letters have zeros at every second place and nowhere else."""
    head = snapshot.read(_SAMPLE * 4, 0)
    pairs = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if max(even, odd) < _ZEROS or min(even, odd) > _STRAY_ZEROS:
        return None
    return _WIDE["utf-16-le" if odd > even else "utf-16-be"]


def _refuse_zeros(path: Path, snapshot: Snapshot, facts: Facts, wanted: Encoding, mark: Encoding | None) -> None:
    """Refuse a narrow encoding for a file that is wide, or that holds a byte 0."""
    wide = mark or (_by_zeros(snapshot) if facts.nul >= 0 else None)
    if wanted.codec.startswith(("utf-16", "utf-32")):
        if facts.nul < 0 and not mark:
            raise refused(path, f"không phải {wanted.name}", f"is not {wanted.name}", **DETECT)
        return
    if wide and wide is not UTF8:
        raise refused(
            path,
            f"là tệp {wide.name.upper()}",
            f"is a {wide.name.upper()} file",
            hint="Bỏ --encoding, hoặc dùng --encoding utf-16.",
            page="Chọn “Tự nhận” hoặc utf-16 ở mục “Bảng mã”.",
        )
    if facts.nul >= 0:
        raise _nul(path, snapshot, facts)


def _nul(path: Path, snapshot: Snapshot, facts: Facts) -> FileRefused:
    line = line_at(snapshot, facts.nul)
    return refused(path, f"có byte 0 ở dòng {line}", f"holds a NUL byte on line {line}", hint=SAVE_AS)


def _checked(path: Path, snapshot: Snapshot, facts: Facts, wanted: Encoding) -> Encoding:
    """Refuse an encoding under which the text is no Vietnamese although under another one it is; fonts may lie in UTF-8 as well."""
    if wanted.codec.startswith(("utf-16", "utf-32")):
        return wanted
    if facts.bad < 0:
        if facts.ascii or wanted.font:
            return Encoding(wanted.name, "utf-8", wanted.font)
        raise refused(path, f"là UTF-8, không phải {wanted.name}", f"is UTF-8, not {wanted.name}", **DETECT)
    sample = _sample(snapshot, facts.bad)
    best = max(_OLD, key=lambda each: share(sample, each))
    if best.name != wanted.name and share(sample, wanted) < _WRONG and share(sample, best) >= _SOUND:
        raise refused(
            path,
            f"không đúng bảng mã {wanted.name}: có vẻ là {best.name}",
            f"is not {wanted.name}: it seems to be {best.name}",
            hint=f"Bỏ --encoding, hoặc dùng --encoding {best.name}.",
            page=f"Chọn “Tự nhận” hoặc {best.name} ở mục “Bảng mã”.",
        )
    return wanted


def _sample(snapshot: Snapshot, first: int) -> bytes:
    """Return pieces of the text: one around a byte of interest, the others spread over the file, each cut at line ends."""
    step = max(_SAMPLE, snapshot.size // _PIECES)
    pieces = [snapshot.read(_SAMPLE, max(0, at)) for at in (first - _SAMPLE // 4, *range(0, snapshot.size, step))]
    return b"\n".join(piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1] or piece for piece in pieces)


def share(sample: bytes, encoding: Encoding) -> float:
    """Return which share of the words with marks are Vietnamese syllables when the bytes are read in an encoding."""
    text = sample.decode(encoding.codec, "replace")
    return share_of_text(text, encoding.font)


def share_of_text(text: str, font: Scheme | None = None) -> float:
    """Return the share of syllables among the marked words of a text, read in a font where one is given; 1 without such words."""
    if font:
        text = "\n".join(decoded(line, font) for line in text.split("\n"))
    words = [word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 1.0
