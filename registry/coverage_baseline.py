"""Decides which baseline a report uses: the newest known on the day, or the one that was asked for by its source or its day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.coverage_figures import SQL
from registry.errors import NotFoundError
from registry.sqlfile import statement


@dataclass(frozen=True)
class Choice:
    """A source by its text, or the latest day on which households were counted; neither: the newest known on the day of the report.

    `loaded_by` leaves out what files brought after that moment.
    """

    source: str | None = None
    counted_by: date | None = None
    loaded_by: datetime | None = None

    def given(self) -> dict[str, Any]:
        """Return the parameters of the statements."""
        return {"source": self.source, "counted_by": self.counted_by, "loaded_by": self.loaded_by}


def choice_of(session: Session, words: str | None) -> Choice:
    """Read what was asked for: an ISO day or the text of a source; NotFoundError lists the sources that there are."""
    if words is None:
        return Choice()
    try:
        return Choice(counted_by=date.fromisoformat(words))
    except ValueError:
        pass
    known = list(session.execute(statement(SQL, "baseline_sources")).scalars())
    if words not in known:
        raise NotFoundError(
            f"Không có số hộ thống kê của nguồn “{words}”.", f"There is no baseline of the source “{words}”.",
            hint=f"Có: {'; '.join(known) or '–'}; hoặc một ngày YYYY-MM-DD.",
        )  # fmt: skip
    return Choice(source=words)
