"""Here is decided how rows reach a temporary table: one COPY, fed as it is read, its errors worded like all others."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import psycopg2
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

_ROWS_A_CHUNK = 2_000
_READ_BYTES = 1 << 20
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": " "})


class _Feed:
    """Hands bytes to COPY, one piece a read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self.error: BaseException | None = None

    def read(self, _size: int = -1) -> bytes:
        try:
            return next(self._pieces, b"")
        except BaseException as error:
            # The driver reports only that reading failed, so the reason is kept for the caller.
            self.error = error
            raise


def copy(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into a table; None and the empty text both arrive as NULL."""
    _copied(session, f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv)", _as_csv(rows))


def copy_lines(session: Session, table: str, columns: Sequence[str], lines: bytes) -> None:
    r"""Copy lines that are written in PostgreSQL's text format and UTF-8 already: cells between tabs, `\N` for NULL."""
    _copied(session, f"COPY {table} ({', '.join(columns)}) FROM STDIN", _cut(lines))


def _as_csv(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    stream = iter(rows)
    while chunk := list(islice(stream, _ROWS_A_CHUNK)):
        buffer = io.StringIO()
        csv.writer(buffer).writerows(chunk)
        # A line of `\.` ends a COPY even inside quotes (PostgreSQL before 18), and lone surrogates are no UTF-8.
        yield buffer.getvalue().replace("\n\\.", "\n\\ .").encode("utf-8", "replace")


def _cut(lines: bytes) -> Iterator[bytes]:
    return (lines[at : at + _READ_BYTES] for at in range(0, len(lines), _READ_BYTES))


def _copied(session: Session, command: str, pieces: Iterable[bytes]) -> None:
    connection: Any = session.connection().connection.driver_connection
    feed = _Feed(pieces)
    try:
        with connection.cursor() as cursor:
            cursor.copy_expert(command, feed, size=_READ_BYTES)
    except psycopg2.OperationalError as error:
        if feed.error:
            raise feed.error from None
        raise OperationalError(command, None, error) from error
    except psycopg2.InterfaceError as error:
        raise InterfaceError(command, None, error) from error
    except psycopg2.Error as error:
        if feed.error:
            raise feed.error from None
        raise DBAPIError(command, None, error) from error


def escaped(text: str) -> str:
    """Return a cell as COPY reads it in text format."""
    text = text.strip()
    if text.isprintable() and "\\" not in text:
        return text
    return text.translate(_ESCAPES).encode("utf-8", "replace").decode()


def array(values: Iterable[int]) -> str:
    """Write integers as PostgreSQL reads an array."""
    return "{" + ",".join(map(str, values)) + "}"
