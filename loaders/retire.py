"""Here is decided what a complete list of a commune retires: doors that no row means, within limits, and how a retired door comes back.

Nothing is retired by default. `import --complete` declares a file to be the whole list of the communes of which it has accepted rows.
A commune that would lose more than a fifth of its doors is named in a warning; more than four fifths stop the batch, always.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.statements import run
from registry.errors import RefusedError

WARNED_SHARE: Final = 0.2
STOPPED_SHARE: Final = 0.8
RETIRED, RETIRED_MANY = "batch.retired", "batch.retired_many"
_NUMBERED: Final = ("before_address", "before_code", "retire_address", "before_revived", "before_revived_code", "revive_address")
_SHOWN: Final = 20
_SHOWN_ROWS: Final = 5


@dataclass(frozen=True)
class Loss:
    """What a commune would lose: `doors` of the `held` live doors that it had before the batch."""

    code: str
    name: str
    doors: int
    held: int

    @property
    def share(self) -> float:
        """The share of its doors, from 0 to 1."""
        return self.doors / self.held if self.held else 0.0

    def words(self) -> str:
        """Word it: `Phường Điện Biên Phủ (03127): 3/10 = 30 %`."""
        return f"{self.name} ({self.code}): {self.doors}/{self.held} = {100 * self.share:.0f} %"


def guard(session: Session) -> list[Loss]:
    """Find the doors that a complete list leaves out (temporary table `leaving`); return what each commune would lose.

    Reads `settled`, `found`, `door`, `parsed`, `unit_key` and `issue` of the batch. A door that a row outside the registry may mean stays.
    RefusedError when rows could not be read at all: a list with holes is not complete.
    """
    unread = list(run(session, "retire", "unread", most=_SHOWN_ROWS).scalars())
    if unread:
        listed = ", ".join(map(str, unread))
        raise RefusedError(
            f"Danh sách chưa đầy đủ: có dòng không đọc được ({listed}), nên không thể cho địa chỉ nào ngừng dùng.",
            f"The list is not complete: rows {listed} cannot be read, so no door can be retired.",
            hint="Sửa các dòng đó rồi nhập lại, hoặc nhập không có --complete.",
            page="Sửa các dòng đó rồi nộp lại, hoặc nộp lại mà không chọn “Đây là danh sách đầy đủ”.",
        )
    session.execute(text("DROP TABLE IF EXISTS pg_temp.leaving"))
    for step in ("leaving", "analyze_leaving", "protect"):
        run(session, "retire", step)
    return [Loss(row.code, row.full_name, row.doors, row.held) for row in run(session, "retire", "losses")]


def retire(session: Session, batch_id: int) -> list[tuple[str, str]]:
    """Retire the doors that a complete list leaves out, with their codes and before-images; return notes (code, words) on what went.

    To be called after the addresses are written and before the outcomes. A retired code goes on resolving and says so.
    RefusedError when a commune would lose more than 80 % of its doors; then nothing of the batch may be kept.
    """
    losses = guard(session)
    stopped = [loss for loss in losses if loss.share > STOPPED_SHARE]
    if stopped:
        listed = "; ".join(loss.words() for loss in stopped[:_SHOWN])
        raise RefusedError(
            f"Không nhập: danh sách “đầy đủ” này sẽ làm ngừng dùng quá 80 % địa chỉ của {len(stopped)} xã: {listed}.",
            f"Refused: this “complete” list would retire more than 80 % of the doors of {len(stopped)} communes: {listed}.",
            hint="Kiểm tra tệp có đủ dòng không; nhập không có --complete thì không địa chỉ nào bị ngừng dùng.",
            page="Kiểm tra tệp có đủ dòng không; nộp lại mà không chọn “Đây là danh sách đầy đủ” thì không địa chỉ nào bị ngừng dùng.",
        )
    notes = _notes(session, losses)
    for step in ("before_address", "before_code", "retire_address", "retire_code"):
        _step(session, step, batch_id)
    return notes


def _notes(session: Session, losses: list[Loss]) -> list[tuple[str, str]]:
    """Word what goes: communes over the warning share, then how many doors and the first of them."""
    many = [loss.words() for loss in losses if loss.share > WARNED_SHARE]
    doors = sum(loss.doors for loss in losses)
    shown = run(session, "retire", "first_doors", most=_SHOWN)
    first = [f"{door.recorded_text} ({door.code})" if door.code else door.recorded_text for door in shown]
    more = f"; … +{doors - len(first)}" if doors > len(first) else ""
    told = [(RETIRED, f"{doors} địa chỉ / doors" + (f": {'; '.join(first)}{more}" if first else ""))]
    return ([(RETIRED_MANY, "; ".join(many[:_SHOWN]) + (" …" if len(many) > _SHOWN else ""))] if many else []) + told


def returning(session: Session) -> None:
    """Let rows find doors that were retired, where no live door answers to them: what is handed over again keeps its code.

    To be called after `match` and before the checks against the registry.
    """
    if _any_retired(session):
        session.execute(text("DROP TABLE IF EXISTS pg_temp.back"))
        for step in ("returning", "returning_known", "returning_new"):
            run(session, "retire", step)


def revive(session: Session, batch_id: int) -> None:
    """Bring the retired doors that rows found back to life, with the codes that were retired with them.

    To be called after `settle` and before `write`, which issues codes to doors without one.
    """
    if not _any_retired(session):
        return
    session.execute(text("DROP TABLE IF EXISTS pg_temp.revived"))
    for step in ("revived", "before_revived", "before_revived_code", "revive_code", "revive_written", "revive_address"):
        _step(session, step, batch_id)


def _step(session: Session, name: str, batch_id: int) -> None:
    """Run a statement that may write the number of the batch."""
    run(session, "retire", name, **({"batch": batch_id} if name in _NUMBERED else {}))


def _any_retired(session: Session) -> bool:
    return bool(session.execute(text("SELECT EXISTS (SELECT FROM address WHERE retired_at IS NOT NULL)")).scalar_one())
