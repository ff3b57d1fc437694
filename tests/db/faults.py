"""Real loader processes that can be killed at any moment, and what the registry holds, written so that two states can be compared."""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from registry import locks
from service.cli.contents import CONTENTS
from service.cli.main import execute
from tests.db.handover import door

DEADLINE_S: Final = 60.0
WAITS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
QUEUES = (
    "SELECT l.pid FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database"
    " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted"
)
# Reference data, which no import touches; the list of batches, which has a fate of its own; the trail, which tells what was tried too.
_APART: Final = ("spatial_ref_sys", "unit", "unit_boundary", "place_name", "baseline", "succession", "former_unit", "batch", "audit")
_TABLES: Final = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
# What a batch made, told by what stays the same when it is made once more: no drawn number, no drawn code, no moment, no point of storage.
_DOOR: Final = "concat_ws('|', a.commune_id, p.kind, p.key, h.key, a.house_key, a.flat_key)"
_JOINS: Final = "address a LEFT JOIN place p ON p.id = a.place_id LEFT JOIN place h ON h.id = a.hamlet_id"
_NATURAL: Final = (
    (
        f"SELECT 'address', {_DOOR}, to_jsonb(a) - ARRAY['id', 'place_id', 'hamlet_id', 'created_batch_id', 'updated_batch_id',"
        f" 'created_at', 'updated_at'] FROM {_JOINS}"
    ),
    (
        f"SELECT 'code', {_DOOR}, jsonb_build_object('scheme', c.scheme, 'status', c.status,"
        " 'given', c.code IN (SELECT code FROM before_code), 'ndas', CASE WHEN c.scheme = 'ndas' THEN c.code END, 'in', left(c.code, 5))"
        f" FROM digital_address c LEFT JOIN ({_JOINS}) ON a.id = c.address_id"
    ),
    f"SELECT 'household', {_DOOR}, to_jsonb(o.ref) FROM household o JOIN ({_JOINS}) ON a.id = o.address_id",
    f"SELECT 'external', {_DOOR}, to_jsonb(e.scheme || e.code) FROM external_code e JOIN ({_JOINS}) ON a.id = e.address_id",
    "SELECT 'place', p.key, to_jsonb(p) - ARRAY['id', 'created_batch_id'] FROM place p",
    "SELECT 'change', c.entity_id, c.before FROM change c",
    "SELECT 'tally', t.commune_id::text, to_jsonb(t) FROM commune_tally t",
    ("SELECT 'waiting', b.file_name || w.commune_code, to_jsonb(w) - 'batch_id' FROM waiting_tally w JOIN batch b ON b.id = w.batch_id"),
    (
        "SELECT 'row', b.file_name || r.row_no, to_jsonb(r) - ARRAY['batch_id', 'address_id', 'code']"
        " FROM batch_row r JOIN batch b ON b.id = r.batch_id"
    ),
    "SELECT 'batch', b.file_name, to_jsonb(b) - ARRAY['id', 'received_at', 'committed_at'] FROM batch b WHERE b.state = 'committed'",
)


def hand_over(first: int, last: int, **cells: str) -> Iterator[dict[str, str]]:
    """Give doors with all that a row may bring: households, the post's codes; some rows twice, some of a ward that does not exist."""
    for number in range(first, last + 1):
        made = {"duong": f"Phố Giả Định {number // 500}", "ma_ho": f"H{number}" if number % 3 == 0 else ""}
        if number % 50 == 0:
            made["ma_dia_chi_so"] = f"32100{number:05d}"
        if number % 40 == 0:
            made["xa"] = "Phường Không Có"
        yield door(so_nha=str(number), **{**made, **cells})
        if number % 60 == 1:
            yield door(so_nha=str(number), **{**made, **cells})


def _work(url: str, arguments: list[str], said: str, limits: dict[int, int], environment: dict[str, str]) -> None:
    """Be the command `diachiso` in a process of its own."""
    os.environ.update(environment, DIACHISO_DATABASE_URL=url)
    output = os.open(said, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))
    code = execute(arguments)
    if peak := environment.get("PEAK"):
        # The largest reader, for as many as there may be.
        beside = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (os.cpu_count() or 1)
        Path(peak).write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + beside))
    sys.exit(code)


@dataclass
class Ended:
    """How a command ended: exit code (-9 when killed) and all that it said."""

    code: int
    said: str


@dataclass
class Command:
    """One run of `diachiso` in a process of its own, forked from one that has loaded the program: killing it is killing the loader."""

    url: str
    arguments: list[str]
    said: Path
    limits: dict[int, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = DEADLINE_S

    def __post_init__(self) -> None:
        """Start it."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, *(f"service.cli.{each.part}" for each in CONTENTS)])
        self.process = context.Process(
            target=_work, args=(self.url, self.arguments, str(self.said), self.limits, self.environment), daemon=True
        )
        self.process.start()

    def ended(self) -> Ended:
        """Wait for the end, and be sure that it comes."""
        self.process.join(self.seconds)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
            raise AssertionError(f"did not end: {self.arguments}, {self.said.read_text()}")
        code = self.process.exitcode
        assert code is not None
        return Ended(code, self.said.read_text(encoding="utf-8") if self.said.exists() else "")

    def kill(self) -> Ended:
        """Kill it as `kill -9` does."""
        self.process.kill()
        return self.ended()


@contextmanager
def running(url: str, said: Path, *arguments: str, **options: Any) -> Iterator[Command]:  # noqa: ANN401 - fields of Command
    """Run `diachiso` beside the test; whatever happens, its process has ended at the end."""
    command = Command(url, [*map(str, arguments)], said, **options)
    try:
        yield command
    finally:
        command.process.kill()
        command.process.join()


def run(url: str, said: Path, *arguments: object, **options: Any) -> Ended:  # noqa: ANN401 - fields of Command
    """Run `diachiso` to its end."""
    with running(url, said, *map(str, arguments), **options) as command:
        return command.ended()


def until(happened: Callable[[], Any], what: str) -> Any:  # noqa: ANN401 - whatever is asked
    """Ask again and again until the answer is true; AssertionError after a minute."""
    deadline = time.monotonic() + DEADLINE_S
    while not (answer := happened()):
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.01)
    return answer


def ask(url: str, question: str, **values: Any) -> list[Any]:  # noqa: ANN401 - whatever is bound
    """Return rows, over a connection that is closed again."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        result = connection.execute(text(question), values)
        found = list(result) if result.returns_rows else []
        connection.commit()
        return found


def alone(url: str) -> bool:
    """Say whether nobody else is at work in the database: what a killed loader had begun is undone by then."""
    of_it = "datname = current_database() AND backend_type = 'client backend'"
    return not ask(url, f"SELECT FROM pg_stat_activity WHERE {of_it} AND pid <> pg_backend_pid()")


def exact(url: str) -> dict[str, str]:
    """Return a digest of each table as it is, with all its numbers and moments."""
    names = [name for (name,) in ask(url, _TABLES) if name not in _APART]
    parts = (f"SELECT '{name}' AS name, t::text AS line FROM {name} AS t" for name in names)
    batches = "SELECT 'batch', b::text FROM batch AS b WHERE state NOT IN ('received', 'rejected')"
    query = f"SELECT name, md5(string_agg(line, chr(10) ORDER BY line)) FROM ({' UNION ALL '.join([*parts, batches])}) AS t GROUP BY 1"
    return dict(map(tuple, ask(url, query)))


def natural(url: str) -> dict[str, str]:
    """Return a digest of what the registry holds without the numbers, codes and moments that another run would draw anew."""
    parts = " UNION ALL ".join(f"SELECT * FROM ({query}) AS t (name, key, line)" for query in _NATURAL)
    early = "WITH before_code AS (SELECT code FROM digital_address WHERE batch_id = 1)"
    digest = "count(*) || ' ' || md5(string_agg(concat(key, line), chr(10) ORDER BY key, line::text))"
    query = f"{early} SELECT name, {digest} FROM ({parts}) AS t GROUP BY 1"
    return dict(map(tuple, ask(url, query)))


def batches(url: str, after: int) -> list[str]:
    """Return the states of the batches behind that one."""
    return [state for (state,) in ask(url, "SELECT state FROM batch WHERE id > :after ORDER BY id", after=after)]


def no_traceback(said: str) -> bool:
    """Say whether what was said are sentences in two languages."""
    return "Traceback" not in said and "✗ " in said and "fault of the program" not in said


def left_behind(*folders: Path) -> list[str]:
    """Return the names of files that a loader left in folders of temporary files or of results."""
    return [path.name for folder in folders for path in folder.iterdir() if "diachiso-" in path.name or path.name.startswith(".")]


@contextmanager
def holding(url: str, folder: Path) -> Iterator[Callable[..., Command]]:
    """Give a function that starts `diachiso` beside the test; all of them have ended at the end."""
    started: list[Command] = []

    def start(*arguments: object) -> Command:
        started.append(Command(url, [*map(str, arguments)], folder / f"said-{len(started)}"))
        return started[-1]

    try:
        yield start
    finally:
        for command in started:
            command.process.kill()
            command.process.join()


@contextmanager
def held(url: str, hold: Callable[[Session], Any]) -> Iterator[None]:
    """Hold locks in a transaction of one's own while the block runs."""
    with create_engine(url, poolclass=NullPool).connect() as connection, Session(connection) as session:
        hold(session)
        yield
        session.rollback()


def importing(province: str | None, file: str = "hue.csv") -> Callable[[Session], Any]:
    """Be an import by `an`."""

    def hold(session: Session) -> None:
        locks.say_who(session, "an", file)
        locks.acquire(session, province, wait=False)

    return hold


def paused(session: Session) -> None:
    """Keep imports from writing their outcomes: they stop in the middle, with their lock in their hands."""
    session.execute(text("LOCK TABLE batch_row IN EXCLUSIVE MODE"))


def waiting(url: str, query: str = WAITS) -> list[Any]:
    """Return who waits for a lock, as soon as somebody does."""
    found: list[Any] = until(lambda: ask(url, query), "somebody waits")
    return found
