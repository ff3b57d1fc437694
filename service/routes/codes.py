"""Tells what stands behind a code."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from service.code_card import find
from service.deps import NoParams, SessionDep

router = APIRouter(prefix="/v1", tags=["codes"])


@router.get("/codes/{code}")
def code(code: str, _none: Annotated[NoParams, Query()], session: SessionDep) -> dict[str, Any]:
    """Return the door behind a code of any scheme, and whether the code still holds."""
    return find(session, code)
