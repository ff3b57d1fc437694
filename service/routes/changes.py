"""Tells what changed in the registry since a number, and everything as a number left it."""

import asyncio
import json
from collections.abc import Iterator
from itertools import islice
from threading import BoundedSemaphore
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from registry import db
from registry.changes.read import Page, read
from registry.changes.snapshot import snapshot as lines_of
from registry.errors import UnavailableError
from registry.security.roles import Scope
from service.access import CallerDep
from service.schemas.params import ChangesParams, SnapshotParams
from service.streamed import Streamed

router = APIRouter(prefix="/v1", tags=["changes"])
# How often a waiting reader looks; it holds neither a thread nor a connection between two looks.
_LOOK_SECONDS: Final = 0.5
_LINES: Final = 500
# One statement may sort every door of the country; what is then sent piece by piece takes as long as its reader.
_SNAPSHOT_SECONDS: Final = 600.0
# Each snapshot holds a connection and its moment of the database while it is sent.
_snapshots: Final = BoundedSemaphore(4)


@router.get("/changes")
async def changes(asked: Annotated[ChangesParams, Query()], request: Request, caller: CallerDep) -> JSONResponse:
    """Return the events after `since`; with `wait`, as soon as there are any, at the latest after so many seconds."""
    caller.must_in(Scope.CHANGES, asked.province)
    loop = asyncio.get_running_loop()
    ends = loop.time() + asked.wait
    page = await run_in_threadpool(_page, request.app.state.engine, asked, asked.since)
    while not page.events and loop.time() < ends and not await request.is_disconnected():
        if page.through >= page.last:
            await asyncio.sleep(min(_LOOK_SECONDS, max(ends - loop.time(), 0)))
        page = await run_in_threadpool(_page, request.app.state.engine, asked, page.next)
    return JSONResponse(page.to_dict())


@router.get("/changes/snapshot", response_class=StreamingResponse)
def snapshot(asked: Annotated[SnapshotParams, Query()], request: Request, caller: CallerDep) -> Streamed:
    """Return a snapshot as lines of JSON: where it stands, every thing, how many there were."""
    caller.must_in(Scope.CHANGES, asked.province)
    if not _snapshots.acquire(blocking=False):
        vi, en = "Đang có nhiều người lấy bản chụp.", "Several snapshots are being taken."
        raise UnavailableError(vi, en, hint="Thử lại sau một phút.")
    session = Session(request.app.state.engine)
    db.take_time(session, _SNAPSHOT_SECONDS)
    sent = _sent(session, lines_of(session, asked.province, at=asked.at))
    # The first piece is made here: what is wrong is told before anything is sent.
    return Streamed(next(sent), sent, "application/x-ndjson")


def _page(engine: Engine, asked: ChangesParams, since: str) -> Page:
    with Session(engine) as session:
        return read(session, since, limit=asked.limit, province=asked.province)


def _sent(session: Session, lines: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    try:
        while part := list(islice(lines, _LINES)):
            yield b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in part)
    finally:
        session.close()
        _snapshots.release()
