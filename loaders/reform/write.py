"""Here is decided how doors move: places first, then the doors with their before-images, what follows them, and the counts of communes."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from loaders.bulk import indexed_after
from loaders.statements import run
from registry.errors import RefusedError
from registry.history import Entity, moment, remember
from registry.tally import keep_waiting, recount
from registry.text import FOLD_VERSION

_AT_ONCE: Final = 50_000


def move_doors(session: Session, reform: int, *, actor: str, reason: str) -> dict[str, int]:
    """Write the doors of `rehome` and the places of `goals`, with before-images; return counts of doors, places, references told apart.

    RefusedError where two live doors of one place would bear one number.
    """
    who = {"actor": actor, "reason": reason}
    doors = int(session.execute(text("SELECT count(*) FROM rehome")).scalar_one())
    run(session, "reform_write", "remember", **who, at=moment(session))
    places = _move_places(session, **who)
    try:
        with indexed_after(session, ("address",), doors, rewritten=True):
            run(session, "reform_write", "address")
    except IntegrityError as error:
        raise RefusedError(
            "Hai địa chỉ sẽ mang cùng một số trên cùng một đường; chưa thay đổi gì.",
            f"Two doors of one street would bear one number; nothing was changed: {error.orig}",
            hint="Gộp hai địa chỉ đó hoặc sửa số nhà rồi chạy lại.",
        ) from error
    left = _follow(session, **who)
    recount(session, [row[0] for row in run(session, "reform_write", "touched")])
    if reform:
        for step in ("service_point", "kept_rows", "batch_province"):
            run(session, "reform_write", step, reform=reform)
        keep_waiting(session)
    return {"doors": doors, **places, "references_twice": left}


def _move_places(session: Session, **who: str) -> dict[str, int]:
    moved = run(session, "reform_places", "moved_places").scalars().all()
    absorbed = run(session, "reform_places", "absorbed_places").scalars().all()
    new = run(session, "reform_places", "new_places").scalars().all()
    _remembered(session, "place", moved, **who)
    remember(session, "place", absorbed, "delete", **who)
    run(session, "reform_places", "delete_places", ids=list(absorbed))
    run(session, "reform_places", "move_places")
    run(session, "reform_places", "insert_places", fold_version=FOLD_VERSION)
    remember(session, "place", new, "insert", **who)
    return {"places_moved": len(moved), "places_merged": len(absorbed), "places_new": len(new)}


def _follow(session: Session, **who: str) -> int:
    """Let what hangs on doors that changed province follow them; return how many references had to be told apart."""
    emigrated: Any = run(session, "reform_write", "emigrated")
    if not emigrated.rowcount:
        return 0
    session.execute(text("ANALYZE emigrated"))
    run(session, "reform_write", "households")
    _remembered(session, "household", session.execute(text("SELECT id FROM followed")).scalars().all(), **who)
    run(session, "reform_write", "household_province")
    for table in run(session, "reform_write", "province_tables").scalars().all():
        session.execute(
            text(
                f"UPDATE {table} AS t SET province_code = e.province_code FROM emigrated AS e"  # noqa: S608 - names of our own tables
                " WHERE t.address_id = e.id AND t.province_code <> e.province_code"
            )
        )
    return int(session.execute(text("SELECT count(*) FROM followed WHERE twice")).scalar_one())


def _remembered(session: Session, entity: Entity, ids: Sequence[int], **who: str) -> None:
    """Write before-images in portions that the server reads at once."""
    for at in range(0, len(ids), _AT_ONCE):
        remember(session, entity, ids[at : at + _AT_ONCE], "update", **who)
