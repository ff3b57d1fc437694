"""The databases of the tests: a template built once a session, a shared clone that rolls back, and clones of one's own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import count

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from geocode.resolver import Resolver
from loaders.batch import import_file
from registry import db
from registry.settings import settings
from service.cli.demo import BATCHES, SAMPLES
from service.cli.main import execute
from tests.browser import browser

__all__ = ["browser"]

_numbers = count(1)


def _name(purpose: str) -> str:
    """Return a database name that no other test run on the same server uses."""
    return f"diachiso_test_{os.getpid()}_{purpose}"


@contextmanager
def _database(server: str, name: str, template: str = "template0") -> Iterator[str]:
    """Create a database and yield its URL; drop it afterwards, also under connections that a test forgot."""
    maintenance = create_engine(make_url(server).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    encoding = " ENCODING 'UTF8'" if template == "template0" else ""
    with maintenance.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{encoding}')
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with maintenance.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@dataclass(frozen=True)
class Answer:
    """What a command line left behind: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session", autouse=True)
def open_service(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let services of the tests in whoever is on this machine, without a worker, files apart; tests of these say otherwise themselves."""
    files = str(tmp_path_factory.mktemp("files"))
    os.environ.update({"DIACHISO_OPEN": "1", "DIACHISO_WORKER": "0", "DIACHISO_FILES": files})
    settings.cache_clear()


@pytest.fixture(scope="session")
def server() -> str:
    """Give the URL of a running PostGIS: DIACHISO_DATABASE_URL, else the private cluster, started when it sleeps."""
    return db.database_url()


@pytest.fixture(scope="session")
def template_db(server: str) -> Iterator[str]:
    """Give the name of a database with the newest schema and the reference data; nobody may stay connected to it."""
    name = _name("template")
    with _database(server, name) as url:
        db.upgrade(url)
        if find_spec("registry.units_load"):
            with db.engine(url).begin() as connection:
                import_module("registry.units_load").load_all(connection)
        db.engine(url).dispose()
        yield name


@pytest.fixture(scope="session")
def shared_db(server: str, template_db: str) -> Iterator[str]:
    """Give the URL of the clone that `session` works in; nothing is ever committed there."""
    with _database(server, _name("shared"), template_db) as url:
        yield url


@pytest.fixture(scope="session")
def shared_engine(shared_db: str) -> Iterator[Engine]:
    """Give the engine of the shared clone."""
    engine = db.engine(shared_db)
    yield engine
    engine.dispose()


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    """Give a session on the reference data; a commit in it is a savepoint, and all is rolled back at the end."""
    with shared_engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as opened:
            yield opened
        transaction.rollback()


@pytest.fixture(scope="session")
def sample_db(server: str, template_db: str) -> Iterator[str]:
    """Give the URL of a clone with the three sample batches imported; tests only read it."""
    with _database(server, _name("samples"), template_db) as url:
        with db.session(url) as opened:
            for name, province in BATCHES:
                import_file(opened, SAMPLES / name, province=province)
                opened.commit()
        yield url
        db.engine(url).dispose()


@pytest.fixture
def samples(sample_db: str) -> Iterator[Session]:
    """Give a session on the sample registry, rolled back at the end."""
    with db.session(sample_db) as opened:
        yield opened


@pytest.fixture(scope="session")
def resolver(sample_db: str) -> Resolver:
    """Give a resolver over the sample registry, loaded once."""
    with db.session(sample_db) as opened:
        return Resolver.open(opened)


@pytest.fixture
def fresh_db(server: str, template_db: str) -> Iterator[str]:
    """Give the URL of a clone of one's own, for tests of commits, roles, concurrency and whole commands."""
    with _database(server, _name(f"fresh_{next(_numbers)}"), template_db) as url:
        yield url
        db.engine(url).dispose()


@pytest.fixture
def empty_db(server: str) -> Iterator[str]:
    """Give the URL of a database without any table, for tests of migrations, backups and first starts."""
    with _database(server, _name(f"empty_{next(_numbers)}")) as url:
        yield url
        db.engine(url).dispose()


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Give a function that points everything in this process at the database of that URL until the test ends."""

    def forget() -> None:
        settings.cache_clear()
        db._current_url.cache_clear()

    def point(url: str) -> None:
        monkeypatch.setenv("DIACHISO_DATABASE_URL", url)
        forget()

    yield point
    monkeypatch.undo()
    forget()


@pytest.fixture
def command(configured: Callable[[str], None], fresh_db: str, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Give a function that runs `diachiso` with those arguments on a clone of one's own."""
    configured(fresh_db)

    def run(*arguments: str) -> Answer:
        capsys.readouterr()
        code = execute(list(arguments))
        written = capsys.readouterr()
        return Answer(code, written.out, written.err)

    return run
