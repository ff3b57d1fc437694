"""Decides how a page for paper is set: a Typst template of this folder and plain data become an archival PDF (PDF/A-2a).

Only the fonts that the typst wheel carries are used, so a page breaks at the same lines on every machine; its serif, Libertinus,
resembles the Times that Nghị định 30/2020/NĐ-CP asks for and has every Vietnamese letter. Data are data: no text of theirs is
ever read as markup, and a template fetches nothing.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst

TEMPLATES: Final = Path(__file__).parent / "typst"
# Archival and tagged: fonts embedded, text searchable, readable aloud.
_ARCHIVAL: Final = "a-2a"


def typst_pdf(template: str, data: Mapping[str, Any], *, printed_at: datetime | None = None) -> bytes:
    """Return the PDF of a template (`qr_sheet.typ`) filled with `data`; `printed_at` is the day the file says it was made.

    `data` is what `json.dumps` takes; the template reads it by `#let data = json(bytes(sys.inputs.data))`. Pictures travel in it as
    SVG text: `image(bytes(data.map), format: "svg")`. A text with a letter of a foreign script, for which no font here has a shape,
    makes the file an ordinary PDF instead of an archival one, and shows a hollow box. Anything else that stops Typst is a fault of
    the template: typst.TypstError.
    """
    try:
        return _compiled(template, data, printed_at, _ARCHIVAL)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compiled(template, data, printed_at, None)


def typst_pages(template: str, data: Mapping[str, Any], *, ppi: float = 72) -> list[bytes]:
    """Return the pages as PNG pictures, to be looked at."""
    found = _compiler(data).compile(str(TEMPLATES / template), format="png", ppi=ppi)
    return found if isinstance(found, list) else [found or b""]


def _compiled(template: str, data: Mapping[str, Any], printed_at: datetime | None, standard: str | None) -> bytes:
    standards: Any = [standard] if standard else []
    found = _compiler(data).compile(str(TEMPLATES / template), format="pdf", pdf_standards=standards, timestamp=printed_at)
    assert isinstance(found, bytes)  # noqa: S101 - a PDF is one file, unlike pages of PNG
    return found


def _compiler(data: Mapping[str, Any]) -> typst.Compiler:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.Compiler(root=str(TEMPLATES), ignore_system_fonts=True, sys_inputs=inputs)
