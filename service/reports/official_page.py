"""Decides the page that papers about personal data share: the head of an administrative document, sections of tables, a place to sign."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final
from zoneinfo import ZoneInfo

_PAGE: Final = Template((Path(__file__).parent / "official_page.html").read_text(encoding="utf-8"))
VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def page(title: str, heading: tuple[str, str], content: Iterable[str], at: datetime) -> str:
    """Return a whole page; `heading` is Vietnamese and English, `content` is HTML."""
    day = at.astimezone(VIETNAM)
    vi, en = heading
    return _PAGE.substitute(
        title=escape(title), heading=f'{escape(vi)}<small lang="en">{escape(en)}</small>', content="\n".join(content),
        day=f"ngày {day:%d} tháng {day:%m} năm {day:%Y}",
    )  # fmt: skip


def section(heading: tuple[str, str], columns: Sequence[str], rows: Sequence[Sequence[Any]], none: str) -> str:
    """Return a section: a table, or a sentence where there is nothing."""
    vi, en = heading
    head = f'<h2>{escape(vi)}<small lang="en">{escape(en)}</small></h2>'
    if not rows:
        return f"{head}<p>{escape(none)}</p>"
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    cells = "".join("<tr>" + "".join(f"<td>{_cell(each)}</td>" for each in row) + "</tr>" for row in rows)
    return f"{head}<table><thead><tr>{names}</tr></thead><tbody>{cells}</tbody></table>"


def moment(at: datetime) -> str:
    """Write a moment as it is written in Vietnam."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a report holds
    if isinstance(value, dict):
        return "<br>".join(f"{escape(str(name))}: {escape(str(each))}" for name, each in value.items() if each not in {"", None})
    if isinstance(value, bool):
        return "có" if value else "không"
    return "–" if value is None or not str(value) else escape(str(value))
