"""Decides what an official report is made of, whatever it is printed with: sections of paragraphs, tables, figures and blank lines.

The PDF and the page are two renderings of one `Document`, so that they cannot say different things.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

CENTRE, LEFT, RIGHT = "centre", "left", "right"


@dataclass(frozen=True)
class Words:
    """One text in both languages; the English one may be missing."""

    vi: str
    en: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Running text; `strong` for a line that stands out."""

    words: Words
    strong: bool = False
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Points:
    """A list of points, one dash each."""

    items: tuple[Words, ...]
    kind: Literal["points"] = "points"


@dataclass(frozen=True)
class Blank:
    """Dotted lines to be filled in by hand."""

    lines: int
    kind: Literal["blank"] = "blank"


@dataclass(frozen=True)
class Column:
    """A column: its heading, the mark under it (`A`, `1`, `5 = 2/1`), its share of the width and where its cells stand."""

    head: Words
    mark: str
    width: float
    align: str = RIGHT


@dataclass(frozen=True)
class Table:
    """A table of ready cells; the last `totals` rows are sums."""

    title: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: int = 0
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Figure:
    """A drawing as SVG text, its caption, what it shows for those who do not see it, and its width as a share of the line."""

    svg: str
    caption: Words
    alt: str
    width: float = 1.0
    kind: Literal["figure"] = "figure"


Block = Paragraph | Points | Blank | Table | Figure


@dataclass(frozen=True)
class Section:
    """A numbered part; an annex begins a page of its own after the signatures, `wide` ones lie across."""

    number: str
    title: Words
    blocks: tuple[Block, ...]
    annex: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Document:
    """A whole report. `superior` and `issuer` stand at the head on the left, `footer` on every page; a line break is one on paper."""

    superior: str
    issuer: str
    number: str
    place_date: str
    subject: Words
    addressee: str
    due: Words
    sections: tuple[Section, ...]
    recipients: tuple[str, ...]
    signer: str
    attached_to: str
    footer: str
    opening: tuple[Paragraph, ...] = field(default=())

    @property
    def title(self) -> str:
        """Return the document's name, for the file's own properties."""
        return f"Báo cáo: {self.subject.vi}".replace("\n", " ")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for a template."""
        return asdict(self) | {"title": self.title}


STATE: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
