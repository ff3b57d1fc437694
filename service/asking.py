"""Decides who may ask the registry and what a route of questions has at hand: who asks, what answers, how one question is answered."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Query
from registry.security.caller import Caller
from registry.security.roles import Scope
from service import visible
from service.access import caller_of
from service.deps import live_resolver
from service.limits import limited, missed, plates, walking


async def admitted(request: Request) -> Caller:
    """Return who asks, once he may search and has not asked too often; his question is counted.

    One function in place of a dependency for each: FastAPI spends more on a chain of them than the matcher on an answer.
    """
    caller = await caller_of(request)
    caller.must(Scope.SEARCH)
    await limited(request, caller)
    await walking(request, caller)
    return caller


@dataclass(frozen=True)
class Asker:
    """A caller with the live resolver and the version of the registry that it knows."""

    request: Request
    caller: Caller
    resolver: Resolver
    version: str

    def session(self) -> Session:
        """Open a session that may read doors, codes and figures and write nothing; each statement stands for itself, nothing around it."""
        return Session(self.request.app.state.quick)

    async def answer(self, question: Query) -> Answer:
        """Answer as the caller may see; a code that leads him to no door of his is counted as missed."""
        state, shown = self.request.app.state, plates(self.request, self.caller)
        answer: Answer = await state.gathering.answer(state.quick, self.resolver, self.caller, question, plates=shown)
        if visible.is_miss(answer, self.caller):
            missed(self.request, self.caller)
        return answer


async def asker_of(request: Request) -> Asker:
    """Return what a question needs; DBAPIError where the resolver must be loaded and cannot."""
    resolver = await live_resolver(request)
    # Read after the resolver: never older than what it answers from.
    return Asker(request, await caller_of(request), resolver, request.app.state.live.version)


AskerDep = Annotated[Asker, Depends(asker_of)]
