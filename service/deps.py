"""Decides what a route may ask for: a session of its caller or one that only reads, the live resolver, no unknown parameters."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from geocode.resolver import Resolver
from registry.security.bound import bind
from service.access import CallerDep
from service.live import LiveResolver
from service.version import data_version


class NoParams(BaseModel):
    """A route without parameters: whoever sends one is told so."""

    model_config = ConfigDict(extra="forbid")


def _session(request: Request, caller: CallerDep) -> Iterator[Session]:
    """Open the session of one request, bound to its caller: rows of other provinces are not there; what is not committed is not kept."""
    with Session(request.app.state.engine) as opened:
        bind(opened, caller, request.scope.get("request_id", ""))
        yield opened


def _reader(request: Request) -> Iterator[Session]:
    """Open a session that may read doors, codes and figures of the country and write nothing; the route hides what is not the caller's."""
    with Session(request.app.state.engine) as opened:
        yield opened


SessionDep = Annotated[Session, Depends(_session)]
ReaderDep = Annotated[Session, Depends(_reader)]


async def live_resolver(request: Request) -> Resolver:
    """Return the live resolver; a thread is taken only where the database must be asked for it."""
    live: LiveResolver = request.app.state.live
    known = live.ready
    return known if known is not None else await run_in_threadpool(_looked, live, request.app.state.engine)


def _looked(live: LiveResolver, engine: Engine) -> Resolver:
    with Session(engine) as opened:
        return live.get(opened)


def _version(session: ReaderDep) -> str:
    return data_version(session)


# The version that the database states now; the live resolver knows the one that it answers from, which costs nothing.
VersionDep = Annotated[str, Depends(_version)]
