"""Here is decided how a text becomes a table: its encoding, its delimiter, its old fonts, the lines above its header."""

import codecs
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loaders.formats import delimiters, fonts, header
from loaders.formats.encodings import DETECT, FONTS, Encoding, bad_byte, encoding_of, share_of_text
from loaders.formats.mixed_fonts import Kind
from loaders.formats.quotes import refuse_unclosed
from loaders.formats.refusal import refused
from loaders.formats.snapshot import CHUNK, Facts, Snapshot, records, write_rows
from registry.old_text import Scheme, decoded

_HEAD: Final = 1 << 18
_SOUND: Final = 0.8
Note = tuple[str, str]


@dataclass(frozen=True)
class TextTable:
    """A table in UTF-8: where it lies, how it was written, its header, how many records to skip before the rows, and notes.

    `plain`: no cell is quoted, so that every line is a row.
    """

    snapshot: Snapshot
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    skip: int
    notes: tuple[Note, ...]
    old: fonts.Fonts | None
    plain: bool


@dataclass(frozen=True)
class Wanted:
    """What the caller states: delimiter and encoding, headers that a mapping knows, whether titles may stand above the header."""

    delimiter: str | None = None
    encoding: Encoding | None = None
    names: Collection[str] = ()
    titled: bool = True


def read_text(path: Path, raw: Snapshot, facts: Facts, wanted: Wanted) -> TextTable:
    """Read a text file that was copied to `raw`, which is given up when the text must be written anew.

    FileRefused names the byte, line or column that is wrong, or says that a stated delimiter or encoding does not fit.
    """
    encoding = encoding_of(path, raw, facts, wanted.encoding)
    snapshot = raw if encoding.codec == "utf-8" and not facts.marks else _transcoded(path, raw, encoding)
    text = _head(snapshot)
    separated = delimiters.sep_line(text) if wanted.titled else None
    seen = encoding.font or fonts.head_font(text)
    readable = "\n".join(decoded(line, seen) for line in text.split("\n")) if seen else text
    delimiter = wanted.delimiter or separated or delimiters.detected(readable, wanted.names)
    if encoding.font and wanted.encoding:
        _refuse_sound(path, text, encoding.font, encoding.name)
    if facts.quotes:
        refuse_unclosed(path, snapshot, delimiter)
    old = fonts.found(snapshot, delimiter, encoding.font, text)
    if old:
        snapshot = _in_unicode(snapshot, delimiter, old)
        text = _head(snapshot)
    lines = delimiters.lines_of(text, delimiter)
    head = header.find(lines[1:] if separated else lines, wanted.names) if wanted.titled else header.Head(tuple(lines[0]), 1, 0)
    if head is None:
        raise refused(path, "không có dòng tiêu đề", "has no header line", hint="Dòng đầu phải là tên các cột.")
    if wanted.titled and not separated:
        delimiters.refuse_other(path, head.cells, delimiter)
    name = old.main.value if old and old.main in FONTS else encoding.name
    how = (("file.encoding", _encoding_words(encoding, old, head)), ("file.delimiter", delimiters.shown(delimiter)))
    notes = (*how, *header.title_notes(head))
    plain = snapshot is raw and not facts.quotes
    return TextTable(snapshot, name, delimiter, head.cells, head.skip + bool(separated), notes, old, plain)


def font_words(old: fonts.Fonts, cells: tuple[str, ...]) -> str:
    """Word the old fonts of a table: `TCVN3 (ABC): duong, xa`."""
    by_kinds: dict[tuple[Kind, ...], list[str]] = {}
    for at, kinds in old.columns.items():
        by_kinds.setdefault(kinds, []).append(cells[at] if at < len(cells) else f"#{at + 1}")
    names = FONTS | {Scheme.MOJIBAKE: "UTF-8 bị đọc nhầm / misread UTF-8 (mojibake)"}
    if not by_kinds:
        return names.get(old.main, old.main.value)
    words = {kinds: " + ".join(names[kind] if kind else "Unicode" for kind in kinds) for kinds in by_kinds}
    return "; ".join(f"{words[kinds]}: {', '.join(found)}" for kinds, found in by_kinds.items())


def _encoding_words(encoding: Encoding, old: fonts.Fonts | None, head: header.Head) -> str:
    if encoding.font:
        return FONTS[encoding.font]
    return encoding.name.upper() + (f"; {font_words(old, head.cells)}" if old else "")


def _head(snapshot: Snapshot) -> str:
    """Return the first lines, whole ones where the text is longer."""
    data = snapshot.read(_HEAD, 0)
    if len(data) == _HEAD and b"\n" in data:
        data = data[: data.rfind(b"\n") + 1]
    return data.decode("utf-8-sig", "ignore")


def _transcoded(path: Path, raw: Snapshot, encoding: Encoding) -> Snapshot:
    """Write the text anew in UTF-8, NFC; FileRefused at the first byte that the encoding does not know."""
    made, decoder, held, offset = Snapshot(), codecs.getincrementaldecoder(encoding.codec)(), "", 0
    while chunk := raw.read(CHUNK, offset):
        offset += len(chunk)
        try:
            text = held + decoder.decode(chunk, final=offset >= raw.size)
        except UnicodeDecodeError as error:
            raise bad_byte(path, raw, offset - len(chunk) + error.start, encoding.name) from error
        # Only between lines is it sure that no mark follows its letter.
        cut = text.rfind("\n") + 1 if offset < raw.size else len(text)
        held = text[cut:]
        made.write(_composed(text[:cut], encoding).encode("utf-8", "replace"))
    raw.close()
    return made


def _composed(text: str, encoding: Encoding) -> str:
    text = text.removeprefix("\ufeff")
    return text if encoding.font else unicodedata.normalize("NFC", text)


def _in_unicode(snapshot: Snapshot, delimiter: str, old: fonts.Fonts) -> Snapshot:
    """Write the table anew with its old fonts read."""
    made = Snapshot()
    write_rows(made, fonts.read(records(snapshot, delimiter), old), delimiter=delimiter)
    snapshot.close()
    return made


def _refuse_sound(path: Path, text: str, font: Scheme, name: str) -> None:
    """Refuse a font that was asked for where the text is sound Vietnamese without it."""
    sound = share_of_text(text)
    if not text.isascii() and sound >= _SOUND and sound >= share_of_text(text, font):
        raise refused(path, f"không dùng phông {name}", f"is not in the font {name}", **DETECT)
