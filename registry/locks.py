"""Here is decided who waits for whom: one import a province at a time, told by name; and who works on what.

An import of all provinces waits for all.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from registry.errors import RefusedError

_LOCK = 0x0D1A
_WORK: Final = {"job": 0x0D1B, "upload": 0x0D1C}
# For `audit_write` in rights.sql.
_TOUCH: Final = text("""
SELECT set_config('diachiso.touched', string_agg(DISTINCT code, ',' ORDER BY code), true)
FROM unnest(string_to_array(coalesce(current_setting('diachiso.touched', true), ''), ',') || CAST(:provinces AS text[])) AS code
WHERE code <> ''
""")
# Who waits to import all provinces stands before those who come later, hence counts like a holder.
_HOLDERS = text("""
SELECT DISTINCT coalesce(a.application_name, a.usename, '?'), to_char(a.xact_start AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24\\:MI') AS since
FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
WHERE l.locktype = 'advisory' AND l.classid = :lock AND l.pid <> pg_backend_pid()
    AND ((l.granted AND :province IN (0, l.objid)) OR (l.objid = 0 AND l.mode = 'ExclusiveLock'))
ORDER BY since
""")


def say_who(session: Session, actor: str, file_name: str) -> None:
    """Tell the server who imports what, so that whoever waits can be told."""
    session.execute(text("SELECT set_config('application_name', left(:who, 63), true)"), {"who": f"{actor or '?'}: {file_name}"})


def acquire(session: Session, province: str | None, *, wait: bool, tell: Callable[[str], object] | None = None) -> str:
    """Take the lock of a province, or of all; return who held it when one had to wait, else an empty text.

    `tell` is called with the holders before the waiting begins. RefusedError names them when the caller does not want to wait. The lock
    ends with the transaction, whose writes stand in the trail under the provinces that were locked.
    """
    wanted = [(0, bool(province)), *([(int(province), False)] if province else [])]
    waited = ""
    for key, shared in wanted:
        how = "_shared" if shared else ""
        if session.execute(text(f"SELECT pg_try_advisory_xact_lock{how}({_LOCK}, :key)"), {"key": key}).scalar_one():
            continue
        waited = holders(session, int(province or 0)) or waited or "một lượt khác / another"
        if not wait:
            raise RefusedError(
                f"Tỉnh này đang được nhập bởi {waited}; chưa ghi gì.",
                f"Another import holds this province: {waited}. Nothing was written.",
                hint="Chờ lượt đó xong rồi chạy lại, hoặc bỏ --no-wait để xếp hàng.",
                page="Chờ lượt đó xong rồi làm lại.",
            )
        if tell:
            tell(waited)
        session.execute(text(f"SELECT pg_advisory_xact_lock{how}({_LOCK}, :key)"), {"key": key})
    if province:
        touch(session, [province])
    return waited


def touch(session: Session, provinces: Iterable[str]) -> None:
    """Let what is written from here on stand in the trail under those provinces too; for whoever holds the lock of all."""
    session.execute(_TOUCH, {"provinces": list(provinces)})


def write_anew(session: Session) -> None:
    """Let the trail take the writes from here on for another act of the same transaction, of provinces that are yet to be said."""
    session.execute(text("SELECT set_config('diachiso.touched', '', true), set_config('diachiso.noted', '', true)"))


def holders(session: Session, province: int) -> str:
    """Name who holds the lock of a province (0: any): `who: file (14:05)`, the moment at which that import began."""
    found = session.execute(_HOLDERS, {"lock": _LOCK, "province": province})
    return "; ".join(f"{name} ({since})" for name, since in found)


@contextmanager
def work_on(engine: Engine, kind: str, number: int) -> Iterator[bool]:
    """Say whether the work of that kind and number is ours; then it is nobody else's until the block, or this process, ends.

    The lock is one of the session, on a connection of its own: a process that is killed gives it back at once.
    """
    key = {"work": _WORK[kind], "number": number % 2**31}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        ours = bool(connection.execute(text("SELECT pg_try_advisory_lock(:work, :number)"), key).scalar_one())
        try:
            yield ours
        finally:
            if ours:
                connection.execute(text("SELECT pg_advisory_unlock(:work, :number)"), key)
