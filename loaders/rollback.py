"""Here is decided how a batch is undone: before-images come back, what it created goes, its codes are withdrawn for ever."""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.report import unknown_batch
from loaders.statements import run, run_all
from registry import state_words
from registry.announce import announce
from registry.errors import RefusedError
from registry.history import moment
from registry.locks import acquire, say_who, touch
from registry.recipients import mask_recipients
from registry.tally import keep_waiting, recount, touched_batches

_SHOWN: Final = 10


def rollback_batch(session: Session, batch_id: int, actor: str = "", *, reason: str = "", dry_run: bool = False) -> dict[str, int]:
    """Undo a committed batch and commit, or only try to; return how many addresses were, or would be, restored and removed.

    What stood until now is remembered in `change`, outside the batch, so that a past day can still be counted.

    NotFoundError for an unknown batch; RefusedError when it is not committed, or when later batches, acts by hand or a reform touched the
    same addresses.
    """
    state = session.execute(text("SELECT state FROM batch WHERE id = :batch FOR UPDATE"), {"batch": batch_id}).scalar()
    if state is None:
        raise unknown_batch(batch_id)
    if state != "committed":
        raise RefusedError(
            f"Lô {batch_id} không thể hoàn tác: lô {state_words.BATCH[state]}.",
            f"Batch {batch_id} cannot be rolled back: it is {state}.",
        )
    say_who(session, "", f"batch rollback {batch_id}")
    acquire(session, None, wait=True)
    session.execute(text("DROP TABLE IF EXISTS pg_temp.undone, pg_temp.imaged"))
    for step in ("undone", "analyze_undone", "imaged", "analyze_imaged"):
        run(session, "rollback", step, **({} if step.startswith("analyze") else {"batch": batch_id}))
    later = [row[0] for row in run(session, "rollback", "later", batch=batch_id)]
    if later:
        listed = ", ".join(map(str, later))
        raise RefusedError(
            f"Lô {batch_id} không thể hoàn tác: lô sau đã sửa cùng địa chỉ: {listed}.",
            f"Batch {batch_id} cannot be rolled back: later batches touched the same addresses: {listed}.",
            hint=f"Hoàn tác các lô đó trước: diachiso batch rollback {later[0]}",
            page=f"Hoàn tác các lô đó trước, bắt đầu từ lô {later[0]}, ở mục Các lô.",
        )
    _refuse_by_hand(session, batch_id)
    if run(session, "rollback", "reformed").scalar_one():
        raise RefusedError(
            f"Lô {batch_id} không thể hoàn tác: sau đó có lần sắp xếp đơn vị hành chính đã chuyển các địa chỉ mà lô sửa.",
            f"Batch {batch_id} cannot be rolled back: a reform has moved doors that it had changed.",
            hint="Xem: diachiso reform list. Sửa từng địa chỉ, hoặc nộp lại lô đúng.",
            page="Sửa từng địa chỉ, hoặc nộp lại lô đúng.",
        )
    counts = run(session, "rollback", "counts").mappings().one()
    if dry_run:
        session.rollback()
        return {"restored": counts["restored"], "removed": counts["removed"]}
    touch(session, run(session, "rollback", "provinces", batch=batch_id).scalars())
    touched = run(session, "outcome_tally", "undone").scalars().all()
    batches = touched_batches(session, batch_id)
    why = f": {mask_recipients(reason.strip())}" if reason.strip() else ""
    said: dict[str, Any] = {
        "actor": actor,
        "reason": f"rollback of batch {batch_id}{why}",
        "moment": moment(session),
    }
    run_all(session, "rollback_steps", batch=batch_id, **said)
    recount(session, touched)
    keep_waiting(session, batches)
    announce(session, str(batch_id))
    session.commit()
    return {"restored": counts["restored"], "removed": counts["removed"]}


def _refuse_by_hand(session: Session, batch_id: int) -> None:
    """Refuse where somebody changed a door of the batch by hand since: what a person decided is not undone in passing."""
    codes = run(session, "rollback", "by_hand", batch=batch_id).scalars().all()
    if codes:
        listed = ", ".join(codes[:_SHOWN]) + (f" … (+{len(codes) - _SHOWN})" if len(codes) > _SHOWN else "")
        raise RefusedError(
            f"Lô {batch_id} không thể hoàn tác: {len(codes)} địa chỉ của lô đã được sửa tay sau đó: {listed}.",
            f"Batch {batch_id} cannot be rolled back: {len(codes)} of its addresses were changed by hand since: {listed}.",
            hint=f"Xem ai đã sửa gì: diachiso address history {codes[0]}",
            page=f"Hỏi người quản trị xem ai đã sửa địa chỉ {codes[0]}.",
        )
