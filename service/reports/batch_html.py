"""Decides a batch's report as a page to print: counts, issues and how to mend them, first rows with wrong cells marked."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice
from pathlib import Path
from typing import Final

from loaders.issues import KNOWN
from loaders.report import BatchReport
from loaders.result import LEADING
from service.reports.batch_rows import HEADINGS, OUTCOME_WORDS, Kept, KeptRows
from service.written import replaced_when_done

FIRST_ROWS: Final = 200
_STYLE: Final = """
body { font: 13px/1.4 "Noto Sans", "DejaVu Sans", sans-serif; margin: 2rem; color: #111 }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 1.6rem; break-after: avoid }
table { border-collapse: collapse; margin: .4rem 0 }
th, td { border: 1px solid #999; padding: .15rem .4rem; text-align: left; vertical-align: top }
td.n { text-align: right; font-variant-numeric: tabular-nums }
td.wrong { background: #ffd6cc; font-weight: 600 } tr.sum { font-weight: 700 }
small { display: block; color: #555 } .rows { font-size: 11px } .rows td { word-break: break-word }
thead { display: table-header-group } tr { break-inside: avoid } @page { size: A4 landscape; margin: 12mm }
@media print { td.wrong { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
"""


def write_batch_html(report: BatchReport, kept: KeptRows, path: Path) -> int:
    """Write the page; return how many rows it shows. Nothing is fetched from elsewhere, no script runs."""
    shown = list(islice(kept.rows, FIRST_ROWS + 1))
    with replaced_when_done(path) as stream:
        if stream is not None:
            stream.writelines(_page(report, kept, shown))
    return min(len(shown), FIRST_ROWS)


def _page(report: BatchReport, kept: KeptRows, shown: list[Kept]) -> Iterator[str]:
    number = f"lô {report.batch_id}" if report.batch_id and not report.dry_run else "chạy thử / dry run"
    title = escape(f"Kết quả kiểm tra: {report.file_name} ({number})")
    yield f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
    yield f"<body>\n<h1>{title}</h1>\n"
    yield _outcomes(report)
    if report.notes:
        yield "<h2>Ghi chú về tệp" + _small("Notes on the file") + "</h2>\n<ul>"
        yield "".join(f"<li><b>{escape(words)}</b> – {_label(code)}</li>" for code, words in report.notes) + "</ul>\n"
    yield _issues(report, kept)
    if shown:
        yield from _rows(kept.header, shown)
    yield "</body></html>\n"


def _outcomes(report: BatchReport) -> str:
    lines = [
        f'<tr><td>{escape(vi)}{_small(en)}</td><td class="n">{report.counts[name]:,}</td></tr>' for name, (vi, en) in OUTCOME_WORDS.items()
    ]
    total = f'<tr class="sum"><td>Tổng{_small("Total")}</td><td class="n">{report.rows:,}</td></tr>'
    return _table(("Kết quả", "Outcome"), ("Dòng", "Rows"), body=[*lines, total])


def _issues(report: BatchReport, kept: KeptRows) -> str:
    if not report.issues:
        return "<p>Không có vấn đề nào." + _small("No issues.") + "</p>\n"
    lines = []
    for one in report.issues:
        vi, en = kept.hints(one.code)
        hint = vi + _small(en) if vi else ""
        first = ", ".join(map(str, one.first))
        lines.append(f'<tr><td>{_label(one.code)}</td><td class="n">{one.rows:,}</td><td>{first}</td><td>{hint}</td></tr>')
    heads = (("Vấn đề", "Issue"), ("Dòng", "Rows"), ("Các dòng đầu", "First rows"), ("Cách sửa", "Hint"))
    return "<h2>Vấn đề" + _small("Issues") + "</h2>\n" + _table(*heads, body=lines)


def _rows(header: tuple[str, ...], shown: list[Kept]) -> Iterator[str]:
    """Show the first rows; columns in which none of them has anything are left out."""
    rows = shown[:FIRST_ROWS]
    used = [at for at in range(len(header)) if any(row.cells[at] for row in rows) or any(at in row.wrong for row in rows)]
    more = f" ({FIRST_ROWS} dòng đầu / first {FIRST_ROWS} rows)" if len(shown) > FIRST_ROWS else ""
    yield f"<h2>Các dòng bị giữ lại{more}{_small('Rows that did not enter the registry')}</h2>\n"
    names = [HEADINGS[name] for name in LEADING[1:]] + [header[at] for at in used]
    lines = []
    for row in rows:
        cells = "".join(f"<td{' class=wrong' if at in row.wrong else ''}>{escape(row.cells[at])}</td>" for at in used)
        lines.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row.leading[1:]) + cells + "</tr>")
    yield _table(*((name, "") for name in names), body=lines).replace("<table>", '<table class="rows">')


def _table(*heads: tuple[str, str], body: Iterable[str]) -> str:
    row = "".join(f'<th scope="col">{escape(vi)}{_small(en) if en else ""}</th>' for vi, en in heads)
    return f"<table><thead><tr>{row}</tr></thead>\n<tbody>" + "\n".join(body) + "</tbody></table>\n"


def _label(code: str) -> str:
    known = KNOWN.get(code)
    return f"{escape(known.vi)}{_small(f'{known.en} ({code})')}" if known else escape(code)


def _small(words: str) -> str:
    return f'<small lang="en">{escape(words)}</small>'
