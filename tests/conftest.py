"""The databases of the tests: templates built once a run, a shared clone that rolls back, and clones of one's own."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as trying
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from loaders.batch import import_file
from registry import db
from registry.settings import settings
from registry.units_load import load_all
from service.cli.contents import CONTENTS
from service.cli.demo import BATCHES, SAMPLES
from service.cli.main import execute
from service.windows import Windows
from tests import known, run
from tests.browser import browser

__all__ = ["browser"]

# How quick a machine is, is no claim of any property; the same examples are tried in every run, so that none fails by what was drawn.
trying.register_profile("suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
trying.load_profile("suite")

_numbers = count(1)
# Files that take longest begin first: one that begins last would keep every other worker waiting at the end.
_LONG = (
    "db/test_faults", "api/test_jobs", "web/test_province", "api/test_bench_http", "api/test_uploads", "api/test_faults",
    "web/test_coverage_page", "db/test_hostile_files", "db/test_reform_life", "db/test_bench", "web/test_key", "web/test_many",
    "db/test_import_bad_input", "api/test_live", "db/test_point_in_time", "db/test_reform_equal", "db/test_privacy", "db/test_retire",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run, unless this is one of its workers."""
    # What is forked from one process that has loaded the program need not load it: it is, from the first test that asks for it.
    multiprocessing.set_forkserver_preload(["tests.db.faults", *(f"service.cli.{part}" for part in {each.part for each in CONTENTS})])
    if not hasattr(config, "workerinput"):
        run.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End it when the last worker has ended."""
    if not hasattr(config, "workerinput"):
        run.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first, in the order of the table."""
    order = {f"tests/{name}.py": at for at, name in enumerate(_LONG)}
    items.sort(key=lambda item: order.get(item.nodeid.partition("::")[0], len(order)))


def _name(purpose: str) -> str:
    """Return a database name that no other process of any test run uses."""
    return run.name_of(f"{os.getpid()}_{purpose}")


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


@pytest.fixture(scope="session", autouse=True)
def known_units() -> Iterator[None]:
    """Let a process read what it knows of a registry once; who starts a service over an equal one need not wait for it again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Resolver, "open", known.opened)
        yield


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass for the limits of a service that is made in this test, so that no window ends between two questions."""
    monkeypatch.setattr("service.limits.Windows", partial(Windows, clock=lambda: 1_000_000_007.0))


@pytest.fixture(scope="session")
def server() -> str:
    """Give the URL of a running PostGIS: DIACHISO_DATABASE_URL, else one that is thrown away with the run."""
    return run.the_server()


@pytest.fixture(scope="session")
def template_db(server: str) -> str:
    """Give the name of a database with the newest schema and the reference data; nobody may stay connected to it."""

    def make() -> str:
        url = run.create(server, name := run.name_of("template"))
        db.upgrade(url)
        with db.engine(url).begin() as connection:
            load_all(connection)
        db.engine(url).dispose()
        return name

    return run.once("template", make)


@pytest.fixture(scope="session")
def sample_template_db(server: str, template_db: str) -> str:
    """Give the name of a database with the three sample batches imported; nobody may stay connected to it."""

    def make() -> str:
        url = run.create(server, name := run.name_of("sample_template"), template_db)
        with db.session(url) as opened:
            for file, province in BATCHES:
                import_file(opened, SAMPLES / file, province=province)
                opened.commit()
        db.engine(url).dispose()
        return name

    return run.once("sample_template", make)


@pytest.fixture(scope="session")
def shared_db(server: str, template_db: str) -> Iterator[str]:
    """Give the URL of the clone that `session` works in; nothing is ever committed there."""
    with run.database(server, _name("shared"), template_db) as url:
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
def sample_db(server: str, sample_template_db: str) -> Iterator[str]:
    """Give the URL of a clone with the three sample batches imported; tests only read it."""
    with run.database(server, _name("samples"), sample_template_db) as url:
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
    with run.database(server, _name(f"fresh_{next(_numbers)}"), template_db) as url:
        yield url
        db.engine(url).dispose()


@pytest.fixture
def empty_db(server: str) -> Iterator[str]:
    """Give the URL of a database without any table, for tests of migrations, backups and first starts."""
    with run.database(server, _name(f"empty_{next(_numbers)}")) as url:
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

    def told(*arguments: str) -> Answer:
        capsys.readouterr()
        code = execute(list(arguments))
        written = capsys.readouterr()
        return Answer(code, written.out, written.err)

    return told
