"""Here is decided how long what may tell of people is kept, why so long, and that it goes by itself: `run` once a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import UsageError
from registry.security.audit import note_act
from registry.settings import settings
from registry.sqlfile import statement

_SQL: Final = Path(__file__).parents[1] / "sql" / "retention.sql"
MOST_DAYS: Final = 36_500


@dataclass(frozen=True)
class Rule:
    """One kind of thing: the table that it stands in, after how many days it goes (0: never; `least` where it may not go sooner), why."""

    name: str
    table: str
    days: int
    vi: str
    en: str
    least: int = 0


RULES: Final = (
    Rule(
        "kept_rows", "batch_row", 730, "Ô của dòng bị giữ lại: hai đợt báo cáo năm để sửa và nộp lại, sau đó chỉ cần kết quả",
        "Cells of rows kept out: two yearly reports are time enough to mend them; then the outcome is enough",
    ),
    Rule(
        "feedback", "feedback", 365, "Lời góp ý đã xử lý: một năm để đối chiếu khi có khiếu nại, sau đó chỉ cần kết luận",
        "Words of reports that were closed: a year for complaints; then the verdict is enough",
    ),
    Rule(
        "readings", "audit", 1825, "Nhật ký xem dữ liệu: năm năm cho thanh tra; không bao giờ dưới hai năm; nhật ký ghi giữ mãi",
        "Readings in the audit trail: five years for inspections, never under two; writes are kept for ever", least=730,
    ),
    Rule(
        "residents", "resident", 90, "Họ tên, điện thoại ở địa chỉ đã ngừng: một quý, phòng khi ngừng nhầm",
        "People behind doors that are no more: a quarter, in case that was a mistake",
    ),
    Rule(
        "uploads", "upload", 30, "Tệp bàn giao tải lên mà không nhập: một tháng; tệp gốc ở bên giao",
        "Hand-over files that were sent and not imported: a month; the sender has them",
    ),
    Rule("jobs", "job", 30, "Bảng tra cứu đã trả lời: một tháng để tải về", "Tables that were answered: a month to fetch them"),
)  # fmt: skip


def days_of(rule: Rule, said: Mapping[str, int] | None = None) -> int:
    """Return after how many days a rule takes away, as the deployment says, else as it is; UsageError for a word or number that is none."""
    said = settings().retention if said is None else said
    unknown = set(said) - {each.name for each in RULES}
    if unknown:
        raise UsageError(
            f"DIACHISO_RETENTION: không có mục “{min(unknown)}”.", f"DIACHISO_RETENTION: there is no “{min(unknown)}”.",
            hint=f"Có: {', '.join(each.name for each in RULES)}",
        )  # fmt: skip
    days = said.get(rule.name, rule.days)
    if not 0 <= days <= MOST_DAYS or 0 < days < rule.least:
        raise UsageError(
            f"DIACHISO_RETENTION: {rule.name} không thể là {days} ngày.", f"DIACHISO_RETENTION: {rule.name} cannot be {days} days.",
            hint=f"0 (giữ mãi), hoặc từ {max(rule.least, 1)} ngày.",
        )  # fmt: skip
    return days


def run(session: Session, now: datetime) -> dict[str, int]:
    """Take away what is older than its days, as the owner; return how many rows by rule; the caller commits.

    Each kind of which something went leaves a row in the audit trail with its number. Tables that a deployment lacks are passed over.
    """
    session.execute(text("SELECT set_config('diachiso.retention', 'on', true)"))
    gone: dict[str, int] = {}
    for rule in RULES:
        days = days_of(rule)
        if not days or not session.scalar(text("SELECT to_regclass(:name) IS NOT NULL"), {"name": rule.table}):
            continue
        values = {"before": now - timedelta(days=days), "now": now}
        wanted = statement(_SQL, rule.name)
        done: Any = session.execute(wanted, {name: value for name, value in values.items() if f":{name}" in wanted.text})
        gone[rule.name] = int(done.rowcount)
        if gone[rule.name]:
            told = f"hết thời hạn lưu giữ {days} ngày / kept for {days} days"
            note_act(session, "purge", entity=rule.table, subject=f"{gone[rule.name]} rows", provinces="*", purpose=told)
    session.execute(text("SELECT set_config('diachiso.retention', '', true)"))
    return gone
