"""Decides what a route of questions has at hand: who asks, what answers, and how one question is answered and counted."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from geocode.types import Answer, Query
from service import visible
from service.access import CallerDep
from service.deps import LiveVersionDep, QuickDep, ResolverDep
from service.limits import missed, plates


@dataclass(frozen=True)
class Asker:
    """A caller with a session, the live resolver and the version of the registry that it knows."""

    request: Request
    session: QuickDep
    resolver: ResolverDep
    caller: CallerDep
    version: LiveVersionDep

    def answer(self, question: Query) -> Answer:
        """Answer as the caller may see; a code that leads him to no door of his is counted as missed."""
        shown = plates(self.request, self.caller)
        (answer,) = visible.resolve(self.session, self.resolver, self.caller, [question], plates=shown)
        if visible.is_miss(answer, self.caller):
            missed(self.request, self.caller)
        return answer


AskerDep = Annotated[Asker, Depends()]
