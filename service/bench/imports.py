"""Decides how the speed of an import is told: as a ratio to what PostgreSQL itself needs for the same rows, in the same minutes.

The reference copies the file into a plain table and turns it by one INSERT … SELECT into a table of doors that gets the indexes of the
registry's doors, codes and households after. It checks nothing, matches nothing and issues nothing.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from registry import db
from registry.units_load import load_all
from service.bench.made_up import HEADER, write
from service.statements import statement

_BESIDES = ("CREATE UNIQUE INDEX ON bench_address (code)", "CREATE INDEX ON bench_address (province_code, ref) WHERE ref IS NOT NULL")


@dataclass(frozen=True)
class ImportRun:
    """Seconds of the import and of the reference before and after it, rows, and the loader's peak memory in megabytes."""

    rows: int
    accepted: int
    seconds: float
    references: tuple[float, float]
    peak_mb: float

    @property
    def ratio(self) -> float:
        """How many times the reference the import took."""
        return self.seconds / (sum(self.references) / len(self.references))


@contextmanager
def own_database() -> Iterator[str]:
    """Make a database of one's own on the server in use, with units; drop it at the end. Yields its URL."""
    server = make_url(db.database_url())
    name = f"diachiso_bench_{time.time_ns()}"
    maintenance = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with maintenance.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    url = server.set(database=name).render_as_string(hide_password=False)
    try:
        db.upgrade(url)
        with db.session(url) as session:
            load_all(session)
            session.commit()
        yield url
    finally:
        db.engine(url).dispose()
        with maintenance.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def measure(url: str, path: Path, province: str | None) -> ImportRun:
    """Import a hand-over file of made-up doors between two runs of the reference."""
    before = reference(url, path)
    began = time.perf_counter()
    done = imported(url, path, province)
    seconds = time.perf_counter() - began
    after = reference(url, path)
    return ImportRun(done["rows"], done["accepted"], seconds, (before, after), done["peak_mb"])


def made_up_file(url: str, path: Path, rows: int, seed: int, province: str | None) -> Path:
    """Write a hand-over file of so many made-up doors."""
    with db.session(url) as session:
        write(session, path, rows, seed, province)
    return path


def reference(url: str, path: Path) -> float:
    """Return the seconds of COPY into a plain table, one INSERT … SELECT and the indexes; nothing of it stays."""
    with db.session(url) as session:
        code = session.execute(text("SELECT min(code) FROM unit WHERE level = 'commune' AND in_force")).scalar_one()
        began = time.perf_counter()
        _reference(session, path, code)
        session.commit()
        seconds = time.perf_counter() - began
        session.execute(text("DROP TABLE bench_raw, bench_address"))
        session.commit()
    return seconds


def _reference(session: Session, path: Path, code: str) -> None:
    session.execute(text(f"CREATE TABLE bench_raw ({', '.join(f'{name} text' for name in HEADER)})"))
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor() as cursor, path.open(encoding="utf-8") as stream:
        cursor.copy_expert("COPY bench_raw FROM STDIN WITH (FORMAT csv, HEADER)", stream)
    session.execute(text("CREATE TABLE bench_address (LIKE address INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING IDENTITY)"))
    session.execute(text("ALTER TABLE bench_address ADD code text, ADD ref text"))
    session.execute(statement("bench_import", "fill"), {"code": code})
    for definition in session.execute(statement("bench_import", "indexes")).scalars().all():
        # House numbers repeat on the plain table, whose rows hang on no place.
        plain = definition.replace(" ON public.address", " ON bench_address").replace("UNIQUE INDEX bench_uq", "INDEX bench_uq")
        session.connection().exec_driver_sql(plain)
    for definition in _BESIDES:
        session.connection().exec_driver_sql(definition)


def imported(url: str, path: Path, province: str | None) -> dict[str, Any]:
    """Import in a process of its own, so that its peak memory is the loader's."""
    arguments = [sys.executable, "-m", "service.bench.imports", url, str(path), *([province] if province else [])]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _main() -> None:
    import resource  # noqa: PLC0415 - only here, and not on every system

    from loaders.batch import import_file  # noqa: PLC0415 - what is measured
    from loaders.beside import readers_for  # noqa: PLC0415 - what is measured

    url, path, *province = sys.argv[1:]
    with db.session(url) as session:
        report = import_file(session, Path(path), province=province[0] if province else None)
    # What a reader shares with the loader is counted with both.
    readers = readers_for(Path(path).stat().st_size)
    beside = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (readers if readers > 1 else 0)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + beside) / 1024
    sys.stdout.write(json.dumps({"rows": report.rows, "accepted": report.accepted, "peak_mb": peak}))


if __name__ == "__main__":
    _main()
