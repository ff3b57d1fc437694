"""Gives the full verdict on a text, or on up to a thousand."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from geocode.types import Query as Question
from registry.security.roles import Scope
from service import visible
from service.access import CallerDep, gated, needs
from service.deps import LiveVersionDep, NoParams, QuickDep, ResolverDep
from service.kept import KeptRoute
from service.limits import missed, plates, walking
from service.schemas.params import ConvertParams, ResolveMany, ResolveParams

router = APIRouter(prefix="/v1", tags=["resolve"], route_class=KeptRoute, dependencies=[needs(Scope.SEARCH)])
# Sixteen megabytes are not read of somebody who may not send them.
many = APIRouter(prefix="/v1", tags=["resolve"], route_class=gated(Scope.DOORS))


@router.get("/resolve", dependencies=[Depends(walking)])
def resolve(
    asked: Annotated[ResolveParams, Query()],
    request: Request,
    session: QuickDep,
    resolver: ResolverDep,
    caller: CallerDep,
    version: LiveVersionDep,
) -> dict[str, Any]:
    """Resolve one text; `explain=1` adds the part-scores and the steps. Doors are shown to keys that may see them."""
    question = Question(asked.q, limit=asked.limit, on=asked.on, lat=asked.lat, lon=asked.lon)
    (answer,) = visible.resolve(session, resolver, caller, [question], plates=plates(request, caller))
    if visible.is_miss(answer, caller):
        missed(request, caller)
    explanation = {"explanation": list(answer.explanation)} if asked.explain else {}
    return answer.to_dict() | explanation | {"data_version": version}


@router.get("/convert")
def convert(
    asked: Annotated[ConvertParams, Query()], session: QuickDep, resolver: ResolverDep, caller: CallerDep, version: LiveVersionDep
) -> dict[str, Any]:
    """Rewrite an address in today's units; every old commune that it may come from is listed."""
    return visible.convert(session, resolver, caller, asked.q).to_dict() | {"data_version": version}


@many.post("/resolve", dependencies=[needs(Scope.DOORS)])
def resolve_many(
    asked: ResolveMany,
    _none: Annotated[NoParams, Query()],
    session: QuickDep,
    resolver: ResolverDep,
    caller: CallerDep,
    version: LiveVersionDep,
) -> list[dict[str, Any]]:
    """Resolve many texts at once, in their order; codes of provinces that the key does not show are answered as unknown ones."""
    answers = visible.resolve(session, resolver, caller, [Question(text, limit=asked.limit, on=asked.on) for text in asked.queries])
    return [answer.to_dict() | {"data_version": version} for answer in answers]
