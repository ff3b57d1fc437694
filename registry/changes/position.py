"""Here is decided where a reader of the change feed stands: the number of its last event, in a token that only its registry takes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, TextClause
from sqlalchemy.orm import Session

from registry import sqlfile
from registry.errors import GoneError, UsageError

_SQL: Final = Path(__file__).parents[1] / "sql" / "changes.sql"
_VERSION: Final = "1"
_SIGNS: Final = 12
# Numbers beyond this are no numbers of events.
_GREATEST: Final = 2**62


def statement(name: str) -> TextClause:
    """Return one named statement of registry/sql/changes.sql."""
    return sqlfile.statement(_SQL, name)


@dataclass(frozen=True)
class Head:
    """How far the numbers of a registry have come: its last transaction and its last event."""

    installation: str
    no: int
    event: int


@dataclass(frozen=True)
class Position:
    """The last event that a reader has; `no`, `part` and `row` say where that stands, so that reading on counts nothing through again.

    `no` 0 is a plain number, of which nothing more is known. `mark` tells that transaction from one of the same number in a registry
    that was restored from a backup and went on differently.
    """

    event: int
    no: int = 0
    part: int = 0
    row: int = 0
    mark: str = ""


def head(session: Session) -> Head:
    """Return how far the numbers have come, as the session's transaction sees it."""
    row = session.execute(statement("head")).one()
    return Head(str(row.installation), row.no, row.event)


def at_head(session: Session) -> Position:
    """Return the position of a reader that has everything."""
    row = session.execute(statement("head")).one()
    return Position(row.event, row.no, mark=mark_of(row)) if row.no else Position(0)


def mark_of(row: Row[Any]) -> str:
    """Return the mark of a transaction (row with id and at)."""
    return _short(f"{row.id}/{row.at.timestamp():.6f}")


def token(position: Position, installation: str) -> str:
    """Return the resume token of a position: opaque, safe in a URL, good across restarts."""
    numbers = (position.event, position.no, position.part, position.row)
    parts = (_VERSION, _short(installation), *map(str, numbers), position.mark)
    return urlsafe_b64encode("/".join(parts).encode()).decode().rstrip("=")


def read_since(session: Session, since: str) -> Position:
    """Read what a reader says of where it stands: the number of an event, or a token.

    UsageError for a text that is neither; GoneError for a token of another registry, or of a past that a restored backup undid.
    """
    if since.isascii() and since.isdigit() and int(since) <= _GREATEST:
        return Position(int(since))
    version, installation, position = _parts(since)
    if version != _VERSION:
        raise _no_token()
    if installation != _short(head(session).installation):
        raise GoneError(
            "Mã tiếp tục này là của một sổ khác.", "This resume token belongs to another registry.",
            hint="Lấy lại bản chụp: /v1/changes/snapshot, rồi đọc tiếp từ đó.",
        )  # fmt: skip
    if position.no:
        told = session.execute(statement("transaction"), {"no": position.no}).first()
        if told is None or mark_of(told) != position.mark:
            raise GoneError(
                "Sổ đã được khôi phục từ bản sao lưu cũ hơn mã tiếp tục này.",
                "The registry was restored from a backup older than this resume token.",
                hint="Lấy lại bản chụp: /v1/changes/snapshot, rồi đọc tiếp từ đó.",
            )
    return position


def _parts(since: str) -> tuple[str, str, Position]:
    try:
        version, installation, *numbers, mark = urlsafe_b64decode(since + "=" * (-len(since) % 4)).decode("ascii").split("/")
        event, no, part, row = map(int, numbers)
    except ValueError as error:
        raise _no_token() from error
    if not 0 <= min(event, no, part, row) <= max(event, no, part, row) <= _GREATEST:
        raise _no_token()
    return version, installation, Position(event, no, part, row, mark)


def _short(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:_SIGNS]


def _no_token() -> UsageError:
    return UsageError(
        "since phải là số của một sự kiện, hoặc mã tiếp tục (next) mà sổ đã trả.",
        "since must be the number of an event, or a resume token (next) that the registry gave.",
        hint="Bắt đầu từ 0, hoặc từ bản chụp: /v1/changes/snapshot.",
    )
