"""Tells whoever watches the service whether it is up, and whether it can answer."""

from typing import Annotated

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Query
from sqlalchemy import func, select

from registry.db import MIGRATIONS
from registry.errors import UnavailableError
from registry.models.tables import Unit
from service.deps import NoParams, ReaderDep

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
def healthz(_none: Annotated[NoParams, Query()]) -> dict[str, str]:
    """Say that the process is up; the database is not asked."""
    return {"status": "ok"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz")
def readyz(_none: Annotated[NoParams, Query()], session: ReaderDep) -> dict[str, str | int]:
    """Say that the database answers, is migrated and holds units; else 503."""
    version = MigrationContext.configure(session.connection()).get_current_revision()
    if version != ScriptDirectory(str(MIGRATIONS)).get_current_head():
        vi, en = "Cơ sở dữ liệu chưa ở phiên bản mới nhất.", "The database is not at the newest migration."
        raise UnavailableError(vi, en, hint="Chạy: diachiso db upgrade")
    units = session.scalar(select(func.count()).select_from(Unit)) or 0
    if not units:
        vi, en = "Chưa nạp đơn vị hành chính.", "No administrative units are loaded."
        raise UnavailableError(vi, en, hint="Chạy: diachiso units load")
    return {"status": "ready", "migration": version or "", "units": units}
