"""Puts the HTTP service together: routes, page, errors, and the gazetteer that is loaded once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

from fastapi import Depends, FastAPI
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from registry import db
from registry.errors import UnavailableError
from registry.settings import settings
from service import errors
from service.access import Gate
from service.body_limit import BodyLimit
from service.deadline import Deadline, Patience
from service.gathering import Gathering
from service.kept import KeptAnswers
from service.limits import Limits, limited
from service.live import LiveResolver
from service.metrics import Metrics
from service.middleware import Envelope
from service.open_data import OpenDataCache
from service.openapi import Described
from service.repeated import refuse_repeated
from service.routes import (
    audit,
    batches,
    breaches,
    changes,
    codes,
    collections,
    corrections,
    coverage,
    feedback,
    health,
    households,
    jobs,
    me,
    open_data,
    page,
    photon,
    plans,
    report,
    resolve,
    search,
    tables,
    tiles,
    units,
    uploads,
)
from service.tiles import TileCache
from service.watch import Watch

WEB = Path(__file__).parent / "web"
# The first that fits answers: what is asked most stands first.
ROUTERS = (
    resolve.router, resolve.many, search.router, photon.router, tables.router, codes.router, households.router, units.router,
    feedback.router, corrections.router, coverage.router, plans.router, report.router, changes.router, audit.router, breaches.router,
    collections.router, collections.bulk,
    jobs.router, uploads.router, batches.router, tiles.router, open_data.router, me.router, health.router, page.router,
)  # fmt: skip
# Their routes let in whoever asks by themselves (service.kept).
QUESTIONS = (resolve.router, search.router, photon.router)


def create_app(url: str | None = None, open_to: str | None = None) -> FastAPI:
    """Return the service over that database, or over the one in use; it starts even while the database sleeps.

    `open_to` says whom it lets in without a key (`0`, `1`, `network`), None as the setting DIACHISO_OPEN says.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = db.serving_engine(url, statement_seconds=settings().statement_seconds)
        app.state.quick = db.serving_engine(url, statement_seconds=settings().statement_seconds, quick=True)
        await run_in_threadpool(_load, app)
        app.state.live.start(app.state.engine)
        app.state.gathering = Gathering()
        yield
        app.state.gathering.close()
        await run_in_threadpool(app.state.live.stop)
        app.state.engine.dispose()
        app.state.quick.dispose()

    app = Described(title="diachiso", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.live = LiveResolver()
    app.state.kept = KeptAnswers(settings().kept_megabytes << 20)
    # For the few acts that no province holds in: undoing a batch.
    app.state.owner = lambda: db.engine(url)
    app.state.tiles = TileCache()
    app.state.open_data = OpenDataCache()
    app.state.metrics = Metrics()
    app.state.watch = Watch()
    app.state.limits = Limits()
    app.state.gate = Gate(open_to or settings().open)
    errors.install(app)
    for router in ROUTERS:
        free = router in (health.router, page.router)
        around = [] if router in QUESTIONS else [Depends(refuse_repeated), *([] if free else [Depends(limited)])]
        app.include_router(router, dependencies=around)
    app.mount("/static/maplibre", StaticFiles(directory=maplibre_files()), name="maplibre")
    app.mount("/static", StaticFiles(directory=WEB), name="static")
    app.add_middleware(BodyLimit)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    # From the inside out: what is answered in an application's place bears the headers and the line of log as well.
    app.add_middleware(Deadline, patience=Patience(settings().request_seconds, settings().requests), metrics=app.state.metrics)
    app.add_middleware(Envelope, metrics=app.state.metrics)
    return app


def maplibre_files() -> Path:
    """Return the directory of MapLibre GL inside the installed `maplibre` wheel, without running the wheel's own code."""
    spec = find_spec("maplibre")
    if spec is None or spec.origin is None:
        vi, en = "Thiếu gói maplibre nên không có bản đồ.", "The package maplibre is missing, so there is no map."
        raise UnavailableError(vi, en, hint="Cài lại theo requirements.lock.")
    return Path(spec.origin).parent / "srcjs"


def _load(app: FastAPI) -> None:
    """Load the gazetteer; where the database does not answer, the first request that needs it tries again."""
    try:
        with Session(app.state.engine) as session:
            app.state.live.get(session)
    except (DBAPIError, UnavailableError):
        return
