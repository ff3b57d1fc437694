"""Decides coverage as a page to print: one table, its definitions and sources below, no script and nothing from elsewhere."""

from html import escape

from registry.coverage import CoverageReport
from service.reports.coverage_table import HEADINGS, cells, footnotes, title

_STYLE = """
body { font: 14px/1.4 "Noto Sans", "DejaVu Sans", sans-serif; margin: 2rem; color: #111 }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-size: 1.3rem; font-weight: 600; padding-bottom: .6rem }
th, td { border: 1px solid #999; padding: .2rem .4rem; text-align: right; font-variant-numeric: tabular-nums }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left } tfoot td { font-weight: 700 }
small { display: block; color: #555; font-weight: 400 }
thead { display: table-header-group } tr { break-inside: avoid } @page { size: A4 landscape; margin: 12mm }
"""


def coverage_html(report: CoverageReport) -> str:
    """Return the whole page."""
    heads = "".join(f'<th scope="col">{escape(vi)}<small lang="en">{escape(en)}</small></th>' for vi, en in HEADINGS)
    body = "\n".join(_row(cells(line)) for line in report.lines)
    notes = "\n".join(f'<li>{escape(vi)}<small lang="en">{escape(en)}</small></li>' for vi, en in footnotes(report))
    caption = escape(title(report))
    return (
        f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8"><title>{caption}</title><style>{_STYLE}</style></head><body>\n'
        f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead>\n<tbody>{body}</tbody>\n"
        f"<tfoot>{_row(cells(report.total))}</tfoot></table>\n<ol>{notes}</ol>\n</body></html>\n"
    )


def _row(found: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in found) + "</tr>"
