"""Decides how the successions of a day are written as a table that `reform apply` takes: the 2025 one, the 2026 ones, any later one."""

import csv
import io
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from registry.errors import NotFoundError
from registry.reform_store import SQL
from registry.reform_words import HEADER
from registry.sqlfile import statement

_PARTS: Final = {"whole": "toàn bộ", "part": "một phần", None: ""}


def export_table(session: Session, day: date) -> str:
    """Return the succession table of a day as CSV text; NotFoundError names the days that have one."""
    rows = session.execute(statement(SQL, "table"), {"day": day}).mappings().all()
    if not rows:
        days = ", ".join(str(found) for found in session.execute(statement(SQL, "days")).scalars())
        raise NotFoundError(f"Không có thay đổi nào vào ngày {day}.", f"Nothing changed on {day}.", hint=f"Các ngày có thay đổi: {days}")
    page = io.StringIO()
    writer = csv.DictWriter(page, list(HEADER.values()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_line(day, row) for row in rows)
    return page.getvalue()


def _line(day: date, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of the statement
    said = {**row, "effective": day, "part": _PARTS[row["part"]], "all_people": "có" if row["all_people"] else ""}
    if row["to_level"] == "province":
        said["province"] = ""
    said["note"] = row["note"] or ("bãi bỏ" if row["to_code"] is None else "")
    return {header: said.get(column) for column, header in HEADER.items()}
