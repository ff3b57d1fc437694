"""Decides the minutes of a hand-over (biên bản bàn giao): what one batch was and became, on a page that two sides sign.

The layout (state name, number, date, margins) follows the technique of administrative documents in Nghị định 30/2020/NĐ-CP, Annex I.
What the registry does not know, the names and offices of both sides and the legal grounds of a province, is left blank to be filled in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.issues import KNOWN
from loaders.report import unknown_batch
from registry import state_words
from registry.errors import RefusedError
from registry.sqlfile import statement

_PAGE: Final = Template((Path(__file__).parent / "minutes.html").read_text(encoding="utf-8"))
_SQL: Final = Path(__file__).parent / "minutes.sql"
_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
# Column of `batch`, Vietnamese, English; the order of the table of outcomes.
OUTCOMES: Final = (
    ("accepted_new", "Nhận, mới", "accepted, new"),
    ("accepted_changed", "Nhận, thay đổi", "accepted, changed"),
    ("accepted_same", "Nhận, không đổi", "accepted, same"),
    ("incomplete", "Thiếu thông tin, chờ bổ sung", "incomplete"),
    ("duplicate", "Trùng", "duplicate"),
    ("rejected", "Từ chối", "rejected"),
)
_SHORT: Final = ("Nhận mới", "Nhận đổi", "Nhận như cũ", "Thiếu", "Trùng", "Từ chối")
_SHORT_EN: Final = ("new", "changed", "same", "incomplete", "duplicate", "rejected")
_SIGNED: Final = ("committed", "rolled_back")


@dataclass(frozen=True)
class Minutes:
    """What the page tells: the batch as it was kept, its rows by commune and outcome, and the doors that it retired."""

    batch: Mapping[str, Any]
    communes: tuple[tuple[str, str, tuple[int, ...]], ...]
    retired: int
    province: str

    @property
    def counts(self) -> tuple[int, ...]:
        """Rows by outcome, in the order of OUTCOMES."""
        return tuple(int(self.batch[name]) for name, _, _ in OUTCOMES)


def minutes_of(session: Session, batch_id: int) -> Minutes:
    """Gather the minutes of a batch; NotFoundError for an unknown one, RefusedError for one that was never committed."""
    batch = session.execute(statement(_SQL, "batch"), {"batch": batch_id}).mappings().first()
    if batch is None:
        raise unknown_batch(batch_id)
    if batch["state"] not in _SIGNED:
        said = state_words.BATCH[batch["state"]]
        raise RefusedError(f"Chưa có biên bản: lô {batch_id} {said}.", f"Batch {batch_id} is not committed ({batch['state']}).")
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in session.execute(statement(_SQL, "communes"), {"batch": batch_id}):
        found.setdefault((row.code or "", row.name or ""), {})[row.outcome] = int(row.rows)
    # The line of rows whose commune nobody knows stands last.
    communes = tuple(
        (code, name, tuple(outcomes.get(each, 0) for each, _, _ in OUTCOMES))
        for (code, name), outcomes in sorted(found.items(), key=lambda item: (not item[0][0], item[0]))
    )
    retired = session.execute(
        text("SELECT count(*) FROM change WHERE batch_id = :batch AND entity = 'address' AND op = 'retire'"), {"batch": batch_id}
    ).scalar_one()
    return Minutes(dict(batch), communes, int(retired), batch["province"] or "")


def minutes_html(minutes: Minutes, printed_at: datetime | None = None) -> str:
    """Return the page; `printed_at` (now when None) is the day on it, in Vietnam."""
    batch = minutes.batch
    day = (printed_at or datetime.now(_VIETNAM)).astimezone(_VIETNAM)
    return _PAGE.substitute(
        title=f"Biên bản bàn giao – lô {batch['id']}",
        batch=batch["id"],
        day=f"{day.day:02d}",
        month=f"{day.month:02d}",
        year=day.year,
        province=escape(minutes.province) or "……………………",
        stamp=_stamp(batch),
        file_rows=_rows(_file_facts(minutes)),
        outcome_rows=_outcome_rows(minutes),
        sum_words=_sum_words(minutes),
        total=number(batch["rows"]),
        retired=_retired(minutes.retired),
        commune_head="".join(f'<th scope="col">{vi}<small lang="en">{en}</small></th>' for vi, en in zip(_SHORT, _SHORT_EN, strict=True)),
        commune_rows=_commune_rows(minutes),
        commune_total=_cells((*minutes.counts, batch["rows"])),
        communes=number(sum(1 for code, _, _ in minutes.communes if code)),
        issue_rows=_issue_rows(batch["issues"]),
        reading_rows=_rows(_reading_facts(batch["options"])),
    )


def number(value: int) -> str:
    """Write a number the Vietnamese way: 1.234."""
    return f"{value:,}".replace(",", ".")


def _moment(at: datetime | None) -> str:
    return at.astimezone(_VIETNAM).strftime("%H:%M:%S, %d/%m/%Y (giờ Việt Nam)") if at else "–"


def _stamp(batch: Mapping[str, Any]) -> str:
    if batch["state"] != "rolled_back":
        return ""
    return (
        f'<p class="stamp">LÔ NÀY ĐÃ HOÀN TÁC lúc {_moment(batch["rolled_back_at"])}; biên bản không còn giá trị bàn giao.'
        '<small lang="en">This batch was rolled back; the minutes record what had been handed over.</small></p>'
    )


def _file_facts(minutes: Minutes) -> Iterable[tuple[str, str, str]]:
    batch, options = minutes.batch, minutes.batch["options"]
    yield "Lô số", "Batch", str(batch["id"])
    yield "Tệp", "File", batch["file_name"]
    yield "Mã băm SHA-256", "SHA-256", batch["file_sha256"]
    yield "Dung lượng", "Size", f"{number(batch['file_bytes'])} byte"
    yield "Số dòng dữ liệu", "Rows", number(batch["rows"])
    province = f"{minutes.province} ({batch['province_code']})" if minutes.province else "không giới hạn / any"
    yield "Tỉnh nhận", "Receiving province", province
    yield "Nhận tệp lúc", "Received", _moment(batch["received_at"])
    yield "Ghi sổ lúc", "Committed", _moment(batch["committed_at"])
    yield "Người nhập", "Imported by", batch["actor"] or "–"
    if options.get("resubmits"):
        yield "Nộp lại", "Resubmission", f"các dòng đã sửa của lô {options['resubmits']} / mended rows of batch {options['resubmits']}"
    if options.get("complete"):
        yield "Danh sách đầy đủ", "Complete list", "có: địa chỉ không có trong tệp thì ngừng dùng / doors left out are retired"


def _reading_facts(options: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    mapping = options.get("mapping") or {}
    columns = "; ".join(f"{name} ← “{header}”" for name, header in (mapping.get("columns") or {}).items())
    tables = (mapping.get("values") or {}).items()
    values = "; ".join(f"{name}: " + ", ".join(f"“{said}” → {meant}" for said, meant in table.items()) for name, table in tables)
    defaults = "; ".join(f"{name} = {value}" for name, value in (mapping.get("defaults") or {}).items())
    yield "Hệ tọa độ của tệp", "Coordinates", _crs(str(options.get("crs") or "–"))
    yield "Ánh xạ cột", "Column mapping", columns or "theo tên cột chuẩn và từ đồng nghĩa / by known names"
    if values:
        yield "Ánh xạ giá trị", "Value mapping", values
    if defaults:
        yield "Giá trị mặc định", "Defaults", defaults
    yield "Các cột trong tệp", "Columns of the file", ", ".join(options.get("header") or ()) or "–"
    yield "Bộ quy tắc kiểm tra", "Profile", str(options.get("profile") or "–")


def _crs(code: str) -> str:
    return f"{code} (WGS 84, độ / degrees)" if code == "EPSG:4326" else code


def _rows(facts: Iterable[tuple[str, str, str]]) -> str:
    return "\n".join(f'<tr><th scope="row">{escape(vi)}<small lang="en">{escape(en)}</small></th><td>{escape(said)}</td></tr>'
                     for vi, en, said in facts)  # fmt: skip


def _cells(values: Iterable[int]) -> str:
    return "".join(f"<td>{number(value)}</td>" for value in values)


def _outcome_rows(minutes: Minutes) -> str:
    total = minutes.batch["rows"] or 1
    return "\n".join(
        f'<tr><th scope="row">{vi}<small lang="en">{en}</small></th><td>{number(count)}</td><td>{_percent(count, total)}</td></tr>'
        for (_, vi, en), count in zip(OUTCOMES, minutes.counts, strict=True)
    )


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %".replace(".", ",")


def _sum_words(minutes: Minutes) -> str:
    """Write the sum out, so that a reader can check it: 5 + 0 + 1 = 6."""
    parts = " + ".join(number(count) for count in minutes.counts)
    return f"{parts} = {number(sum(minutes.counts))}"


def _retired(retired: int) -> str:
    if not retired:
        return ""
    return (
        f"<p>Số địa chỉ ngừng dùng do danh sách đầy đủ không còn: <b>{number(retired)}</b>."
        '<small lang="en">Doors retired because the complete list leaves them out.</small></p>'
    )


def _commune_rows(minutes: Minutes) -> str:
    rows = []
    for code, name, counts in minutes.communes:
        said = f"{escape(name)} ({escape(code)})" if code else 'Chưa rõ xã<small lang="en">commune unknown</small>'
        rows.append(f'<tr><th scope="row">{said}</th>{_cells((*counts, sum(counts)))}</tr>')
    return "\n".join(rows)


def _issue_rows(issues: Iterable[Mapping[str, Any]]) -> str:
    rows = []
    for issue in issues:
        known = KNOWN.get(issue["code"])
        said = f'{escape(known.vi)}<small lang="en">{escape(known.en)}</small>' if known else ""
        first = ", ".join(map(str, issue["first"]))
        rows.append(
            f'<tr><th scope="row">{said}<code>{escape(issue["code"])}</code></th><td>{number(issue["rows"])}</td><td>{first}</td></tr>'
        )
    return "\n".join(rows) or '<tr><td colspan="3">Không có / None</td></tr>'
