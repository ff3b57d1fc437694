"""Tells a caller who the service takes him for: a page shows what his key allows, and nothing else."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.security.roles import SCOPES
from service.access import CallerDep
from service.deps import NoParams

router = APIRouter(prefix="/v1", tags=["access"])


@router.get("/me")
def me(_none: Annotated[NoParams, Query()], caller: CallerDep) -> dict[str, Any]:
    """Return role, scopes and provinces (null for the whole country) of the key that was sent, or of a caller without one."""
    provinces = None if caller.provinces is None else sorted(caller.provinces)
    return {"role": caller.role.value, "provinces": provinces, "scopes": sorted(scope.value for scope in SCOPES[caller.role])}
