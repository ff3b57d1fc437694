"""Decides the official report as one page: the same document as the PDF, to be read on a screen or printed on A4, nothing fetched."""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from service.reports.official_document import MOTTO, STATE, Blank, Block, Column, Document, Figure, Paragraph, Points, Section, Table, Words

_PAGE: Final = Template((Path(__file__).parent / "official.html").read_text(encoding="utf-8"))


def official_html(document: Document) -> str:
    """Return the whole page."""
    superior = escape(document.superior).replace("\n", "<br/>")
    return _PAGE.substitute(
        title=escape(document.title), superior=superior, issuer=escape(document.issuer), number=escape(document.number), state=STATE,
        motto=MOTTO, place_date=escape(document.place_date), subject=_words(document.subject, lines=True),
        addressee=escape(document.addressee), due=f'<p class="due">{_words(document.due)}</p>' if document.due.vi else "",
        opening="".join(map(_block, document.opening)),
        body="\n".join(_section(section) for section in document.sections if not section.annex),
        recipients="".join(f"<br/>- {escape(each)}" for each in document.recipients), signer=escape(document.signer),
        annexes="\n".join(_annex(section, document.attached_to) for section in document.sections if section.annex),
        footer=escape(document.footer),
    )  # fmt: skip


def _words(words: Words, *, lines: bool = False) -> str:
    vi = escape(words.vi)
    english = f'<small lang="en">{escape(words.en)}</small>' if words.en else ""
    return (vi.replace("\n", "<br/>") if lines else vi) + english


def _section(section: Section) -> str:
    return f"<section><h2>{escape(section.number)}. {_words(section.title)}</h2>{_blocks(section.blocks)}</section>"


def _annex(section: Section, attached_to: str) -> str:
    kind = "annex wide" if section.wide else "annex"
    head = f'<h2>{escape(section.number)}<br/>{_words(section.title)}</h2><p class="attached">{escape(attached_to)}</p>'
    return f'<section class="{kind}">{head}{_blocks(section.blocks)}</section>'


def _blocks(blocks: Iterable[Block]) -> str:
    return "\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return f'<p class="{"strong" if block.strong else "text"}">{_words(block.words)}</p>'
        case Points():
            return "<ul>" + "".join(f"<li>{_words(item)}</li>" for item in block.items) + "</ul>"
        case Blank():
            return '<div class="blank"></div>' * block.lines
        case Table():
            return "".join(_table(block))
        case Figure():
            return f'<figure style="width:{block.width:.0%}">{block.svg}<figcaption>{_words(block.caption)}</figcaption></figure>'


def _table(table: Table) -> Iterator[str]:
    whole = sum(column.width for column in table.columns)
    yield "<table>"
    if table.title.vi:
        yield f"<caption>{_words(table.title)}</caption>"
    yield "<colgroup>" + "".join(f'<col style="width:{100 * column.width / whole:.2f}%"/>' for column in table.columns) + "</colgroup>"
    yield "<thead><tr>" + "".join(f'<th scope="col">{_words(column.head)}</th>' for column in table.columns) + "</tr>"
    yield '<tr class="marks">' + "".join(f"<td>{escape(column.mark)}</td>" for column in table.columns) + "</tr></thead>"
    sums = len(table.rows) - table.totals
    yield "<tbody>" + "\n".join(_row(row, table.columns, total=place >= sums) for place, row in enumerate(table.rows)) + "</tbody></table>"


def _row(row: tuple[str, ...], columns: tuple[Column, ...], *, total: bool) -> str:
    cells = "".join(f'<td class="{column.align}">{escape(cell)}</td>' for cell, column in zip(row, columns, strict=True))
    return f'<tr class="{"total" if total else "line"}">{cells}</tr>'
