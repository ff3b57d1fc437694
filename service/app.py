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
from service.deps import refuse_repeated
from service.limits import BodyLimit, Limits, limited
from service.live import LiveResolver
from service.middleware import Envelope
from service.routes import (
    audit,
    changes,
    codes,
    corrections,
    coverage,
    feedback,
    health,
    page,
    plans,
    report,
    resolve,
    search,
    tiles,
    units,
)
from service.tiles import TileCache

WEB = Path(__file__).parent / "web"
ROUTERS = (
    search.router, resolve.router, codes.router, units.router, feedback.router, corrections.router, coverage.router, plans.router,
    report.router, changes.router, audit.router, tiles.router, health.router, page.router,
)  # fmt: skip


def create_app(url: str | None = None, open_to: str | None = None) -> FastAPI:
    """Return the service over that database, or over the one in use; it starts even while the database sleeps.

    `open_to` says whom it lets in without a key (`0`, `1`, `network`), None as the setting DIACHISO_OPEN says.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = db.service_engine(url)
        await run_in_threadpool(_load, app)
        app.state.live.start(app.state.engine)
        yield
        await run_in_threadpool(app.state.live.stop)
        app.state.engine.dispose()

    app = FastAPI(title="diachiso", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.live = LiveResolver()
    app.state.tiles = TileCache()
    app.state.limits = Limits()
    app.state.gate = Gate(open_to or settings().open)
    errors.install(app)
    for router in ROUTERS:
        free = router in (health.router, page.router)
        app.include_router(router, dependencies=[Depends(refuse_repeated), *([] if free else [Depends(limited)])])
    app.mount("/static/maplibre", StaticFiles(directory=maplibre_files()), name="maplibre")
    app.mount("/static", StaticFiles(directory=WEB), name="static")
    app.add_middleware(BodyLimit)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Envelope)
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
