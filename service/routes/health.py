"""Tells whoever watches the service whether it is up, whether it can answer, and its numbers."""

from typing import Annotated, Any, Final

from alembic.runtime.migration import MigrationContext
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry import db
from registry.errors import UnavailableError
from registry.models.tables import Unit
from registry.sqlfile import statement
from service import readings
from service.deps import NoParams
from service.live import LiveResolver
from service.metrics import CONTENT_TYPE, Metrics

router = APIRouter(tags=["health"])
# Whoever watches asks every few seconds and does not wait for long.
PATIENCE: Final = 4.0


class ReadyParams(NoParams):
    """What is asked of `/readyz`."""

    write: bool = Field(default=False, description="1: also 503 when the database can only be read.")


@router.get("/healthz")
async def healthz(_none: Annotated[NoParams, Query()]) -> dict[str, str]:
    """Say that the process is up; the database is not asked."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(asked: Annotated[ReadyParams, Query()], request: Request) -> dict[str, Any]:
    """Say that the database answers, is migrated, holds units, and that the gazetteer is loaded; else 503.

    A database that can only be read still answers questions: `status` is then `read-only`, and 503 with `write=1`.
    """
    state = request.app.state
    said: dict[str, Any] | None = await state.watch.ask(PATIENCE, lambda: _state(state.live, state.engine))
    if said is None:
        vi, en = "Cơ sở dữ liệu không trả lời kịp.", "The database does not answer in time."
        raise UnavailableError(vi, en, hint="Kiểm tra bằng: diachiso db doctor")
    if asked.write and not said["writable"]:
        vi, en = "Cơ sở dữ liệu chỉ cho đọc.", "The database is read-only."
        raise UnavailableError(vi, en, hint="Kiểm tra máy chủ PostgreSQL.")
    return said


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(_none: Annotated[NoParams, Query()], request: Request) -> Response:
    """Tell the numbers of the service in the text format of Prometheus; nothing of what was asked is in them."""
    state = request.app.state
    counted: Metrics = state.metrics
    asked = await state.watch.ask(PATIENCE, lambda: readings.of_database(state.live, state.engine))
    found = readings.of_process(state.live, state.engine) + (readings.silent() if asked is None else asked)
    return Response(counted.text(found), media_type=CONTENT_TYPE)


def _state(live: LiveResolver, engine: Engine) -> dict[str, Any]:
    with Session(engine) as session:
        version = _migrated(session)
        units = session.scalar(select(func.count()).select_from(Unit)) or 0
        if not units:
            vi, en = "Chưa nạp đơn vị hành chính.", "No administrative units are loaded."
            raise UnavailableError(vi, en, hint="Chạy: diachiso units load")
        writable = bool(session.execute(statement(readings.SQL, "writable")).scalar_one())
        known = live.get(session)
    return {
        "status": "ready" if writable else "read-only",
        "migration": version,
        "units": units,
        "writable": writable,
        "data_version": known.data_version,
        "gazetteer_age_seconds": round(live.age, 1),
        "listening": live.hears,
    }


def _migrated(session: Session) -> str:
    """Return the version of the schema; UnavailableError when it is older than this program.

    A version that this program does not know is a newer one: migrations go before programs, and an older program works on them
    (registry/migrations/README.md).
    """
    version = MigrationContext.configure(session.connection()).get_current_revision()
    if version is None or (version in db.revisions() and version != db.revisions()[0]):
        vi, en = "Cơ sở dữ liệu chưa ở phiên bản mới nhất.", "The database is not at the newest migration."
        raise UnavailableError(vi, en, hint="Chạy: diachiso db upgrade")
    return version
