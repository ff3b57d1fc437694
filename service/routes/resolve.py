"""Gives the full verdict on a text, or on up to a thousand."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from geocode.types import Query as Question
from service.body_limit import TextsBody
from service.deps import LiveVersionDep, NoParams, ResolverDep, SessionDep
from service.schemas.params import ConvertParams, ResolveMany, ResolveParams
from service.tagged import Tagged

router = APIRouter(prefix="/v1", tags=["resolve"], route_class=Tagged)
many = APIRouter(prefix="/v1", tags=["resolve"], route_class=TextsBody)


@router.get("/resolve")
def resolve(
    asked: Annotated[ResolveParams, Query()], session: SessionDep, resolver: ResolverDep, version: LiveVersionDep
) -> dict[str, Any]:
    """Resolve one text; `explain=1` adds the part-scores and the steps."""
    answer = resolver.resolve(session, Question(asked.q, limit=asked.limit, on=asked.on, lat=asked.lat, lon=asked.lon))
    explanation = {"explanation": list(answer.explanation)} if asked.explain else {}
    return answer.to_dict() | explanation | {"data_version": version}


@router.get("/convert")
def convert(
    asked: Annotated[ConvertParams, Query()], session: SessionDep, resolver: ResolverDep, version: LiveVersionDep
) -> dict[str, Any]:
    """Rewrite an address in today's units; every old commune that it may come from is listed."""
    return resolver.convert(session, asked.q).to_dict() | {"data_version": version}


@many.post("/resolve")
def resolve_many(
    asked: ResolveMany, _none: Annotated[NoParams, Query()], session: SessionDep, resolver: ResolverDep, version: LiveVersionDep
) -> list[dict[str, Any]]:
    """Resolve many texts at once, in their order."""
    answers = resolver.resolve_many(session, [Question(text, limit=asked.limit, on=asked.on) for text in asked.queries])
    return [answer.to_dict() | {"data_version": version} for answer in answers]
