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


class _Feed:
    """Hands the rows to COPY as CSV text, one chunk a read."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = iter(rows)
        self.error: BaseException | None = None

    def read(self, _size: int = -1) -> bytes:
        try:
            chunk = list(islice(self._rows, _ROWS_A_CHUNK))
        except BaseException as error:
            # The driver reports only that reading failed, so the reason is kept for the caller.
            self.error = error
            raise
        buffer = io.StringIO()
        csv.writer(buffer).writerows(chunk)
        # A line of `\.` ends a COPY even inside quotes (PostgreSQL before 18), and lone surrogates are no UTF-8.
        return buffer.getvalue().replace("\n\\.", "\n\\ .").encode("utf-8", "replace")


def copy(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into a table; None and the empty text both arrive as NULL."""
    command = f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv)"
    connection: Any = session.connection().connection.driver_connection
    feed = _Feed(rows)
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


def array(values: Iterable[int]) -> str:
    """Write integers as PostgreSQL reads an array."""
    return "{" + ",".join(map(str, values)) + "}"


def counted(rows: Iterable[Sequence[Any]], tally: list[int]) -> Iterator[Sequence[Any]]:
    """Pass rows through and count them in `tally[0]`."""
    for row in rows:
        tally[0] += 1
        yield row
