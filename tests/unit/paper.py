"""Reads a PDF as Typst writes it: its pages with their size and text, and the fonts with what they carry."""

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_FONT = re.compile(rb"/(f\d+) (\d+) 0 R")
# A string may hold round brackets one level deep, as long as they come in pairs.
_INNER = rb"(?:[^()\\]|\\.)"
_RUN = re.compile(
    rb"/(f\d+) [\d.]+ Tf|\((?:" + _INNER + rb"|\((?:" + _INNER + rb"|\(" + _INNER + rb"*\))*\))*\)|<[0-9A-Fa-f]{4,}>", re.DOTALL
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_BOX = re.compile(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]")


@dataclass(frozen=True)
class Page:
    """A page: width and height in millimetres, its text in the order of the file, a run a line."""

    width: float
    height: float
    runs: tuple[str, ...]

    @property
    def text(self) -> str:
        """All runs in a row, hard spaces made soft."""
        return " ".join(self.runs).replace("\u00a0", " ")


@dataclass(frozen=True)
class Paper:
    """A read PDF: its pages, the names of its fonts, those of them that are embedded, and whether it is archival."""

    pages: tuple[Page, ...]
    fonts: frozenset[str]
    embedded: frozenset[str]
    archival: bool

    @property
    def text(self) -> str:
        """The text of all pages."""
        return " ".join(page.text for page in self.pages)


def read(pdf: bytes) -> Paper:
    """Read a file; only the plain shape that Typst writes is understood."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    pages = tuple(_page(objects, body) for body in _in_order(objects))
    names = {found.decode() for body in objects.values() for found in re.findall(rb"/FontName/[A-Z]{6}\+([\w-]+)", body)}
    carried = {
        found[1].decode()
        for body in objects.values()
        if (found := re.search(rb"/FontName/[A-Z]{6}\+([\w-]+)", body)) and b"/FontFile" in body
    }
    return Paper(pages, frozenset(names), frozenset(carried), b"pdfaid:part" in pdf)


def _in_order(objects: dict[int, bytes]) -> list[bytes]:
    tree = next(body for body in objects.values() if body.startswith(b"<</Type/Pages"))
    kids = re.search(rb"/Kids\[(.*?)\]", tree)
    assert kids
    return [objects[int(number)] for number in re.findall(rb"(\d+) 0 R", kids[1])]


def _page(objects: dict[int, bytes], body: bytes) -> Page:
    box, inside = _BOX.search(body), re.search(rb"/Contents (\d+)", body)
    named = re.search(rb"/Resources (\d+)", body)
    assert box
    assert inside
    assert named
    fonts = {name: _meanings(objects, int(number)) for name, number in _FONT.findall(objects[int(named[1])])}
    return Page(float(box[1]) / 72 * 25.4, float(box[2]) / 72 * 25.4, tuple(_runs(_stream(objects[int(inside[1])]), fonts)))


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    return zlib.decompress(found[1]) if b"FlateDecode" in body else found[1]


def _meanings(objects: dict[int, bytes], number: int) -> dict[int, str]:
    """Return what each glyph of a font means."""
    found = re.search(rb"/ToUnicode (\d+)", objects[number])
    assert found
    table = _stream(objects[int(found[1])])
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", table)
    return {int(glyph, 16): bytes.fromhex(said.decode()).decode("utf-16-be") for glyph, said in pairs}


def _runs(content: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    runs: list[str] = []
    for block in re.findall(rb"BT(.*?)ET", content, re.DOTALL):
        said, font = [], next(iter(fonts.values()), {})
        for found in _RUN.finditer(block):
            if found[1]:
                font = fonts[found[1]]
                continue
            written = found[0][1:-1]
            glyphs = bytes.fromhex(written.decode()) if found[0].startswith(b"<") else _ESCAPE.sub(_plain, written)
            said += [font.get(int.from_bytes(glyphs[place : place + 2]), "") for place in range(0, len(glyphs), 2)]
        runs.append("".join(said))
    return runs


def _plain(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if found[1].isdigit() else _LETTERS.get(found[1], found[1])
