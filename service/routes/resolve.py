"""Gives the full verdict on a text, or on up to a thousand."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from geocode.types import Query as Question
from registry.security.roles import Scope
from service import visible
from service.access import gated, needs
from service.asking import AskerDep
from service.deps import NoParams
from service.kept import KeptRoute
from service.schemas.params import ConvertParams, ResolveMany, ResolveParams

router = APIRouter(prefix="/v1", tags=["resolve"], route_class=KeptRoute)
# Sixteen megabytes are not read of somebody who may not send them.
many = APIRouter(prefix="/v1", tags=["resolve"], route_class=gated(Scope.DOORS))


@router.get("/resolve")
async def resolve(asked: Annotated[ResolveParams, Query()], asker: AskerDep) -> dict[str, Any]:
    """Resolve one text; `explain=1` adds the part-scores and the steps. Doors are shown to keys that may see them."""
    answer = await asker.answer(Question(asked.q, limit=asked.limit, on=asked.on, lat=asked.lat, lon=asked.lon))
    explanation = {"explanation": list(answer.explanation)} if asked.explain else {}
    return answer.to_dict() | explanation | {"data_version": asker.version}


@router.get("/convert")
def convert(asked: Annotated[ConvertParams, Query()], asker: AskerDep) -> dict[str, Any]:
    """Rewrite an address in today's units; every old commune that it may come from is listed."""
    with asker.session() as session:
        return visible.convert(session, asker.resolver, asker.caller, asked.q).to_dict() | {"data_version": asker.version}


@many.post("/resolve", dependencies=[needs(Scope.DOORS)])
def resolve_many(asked: ResolveMany, _none: Annotated[NoParams, Query()], asker: AskerDep) -> list[dict[str, Any]]:
    """Resolve many texts at once, in their order; codes of provinces that the key does not show are answered as unknown ones."""
    questions = [Question(text, limit=asked.limit, on=asked.on) for text in asked.queries]
    with asker.session() as session:
        answers = visible.resolve(session, asker.resolver, asker.caller, questions)
    return [answer.to_dict() | {"data_version": asker.version} for answer in answers]
