"""Decides what sessions of a database may do: not hold a transaction for an hour, and not wait for one another for minutes."""

from typing import Final

from sqlalchemy import Connection

from registry.doctor.finding import Check, ask, bad
from registry.doctor.server import settings_of

# An import of a province takes minutes; what is open for longer keeps dead rows alive and others waiting.
_LONG_SECONDS: Final = 3600.0
_IDLE_SECONDS: Final = 600.0
_WAIT_SECONDS: Final = 120.0
_MOST_CONNECTIONS: Final = 0.9


def long_transactions(connection: Connection, most: float = _LONG_SECONDS) -> Check:
    """Look for transactions that nobody ended."""
    found = [f"{row.pid} {row.application_name}".strip() for row in ask(connection, "sessions") if row.seconds > most]
    hint = f"SELECT pg_terminate_backend({found[0].split()[0]})" if found else ""
    said = ("Giao dịch mở quá lâu", "transactions open for long")
    return bad(found, "warn", said, hint, ("Không giao dịch nào mở lâu", "no transaction is open for long"))


def idle_in_transaction(connection: Connection, most: float = _IDLE_SECONDS) -> Check:
    """Look for sessions that hold a transaction and do nothing."""
    sessions = [row for row in ask(connection, "sessions") if (row.state or "").startswith("idle in transaction")]
    found = [f"{row.pid} {row.application_name}".strip() for row in sessions if row.idle > most]
    hint = f"SELECT pg_terminate_backend({found[0].split()[0]})" if found else ""
    said = ("Phiên giữ giao dịch mà không làm gì", "sessions idle in a transaction")
    return bad(found, "warn", said, hint, ("Không phiên nào ngồi giữ giao dịch", "no session sits in a transaction"))


def waiting(connection: Connection, most: float = _WAIT_SECONDS) -> Check:
    """Look for sessions that wait for others."""
    found = [f"{row.pid} ← {', '.join(map(str, row.behind))}" for row in ask(connection, "waiting") if row.seconds > most]
    said = ("Phiên chờ khoá", "sessions wait for a lock")
    return bad(found, "warn", said, "Xem phiên đứng trước trong pg_stat_activity", ("Không ai chờ khoá", "nobody waits for a lock"))


def connections(connection: Connection) -> Check:
    """Ask how many more may connect."""
    return room(int(ask(connection, "connections")[0][0]), int(settings_of(connection)["max_connections"]))


def room(used: int, most: int) -> Check:
    """Judge how many connections are left."""
    if used <= _MOST_CONNECTIONS * most:
        return Check("ok", f"{used} / {most} kết nối", "connections in use")
    return Check("warn", f"Gần hết kết nối: {used} / {most}", "connections run out", "Nâng max_connections hoặc bớt --workers")


CHECKS: Final = (long_transactions, idle_in_transaction, waiting, connections)
