"""Shows who lives behind a door to officers of its province, and writes down that it did and what for."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.codes import read
from registry.life.door import find as door_of
from registry.life.door import unknown
from registry.privacy import residents
from registry.privacy.households import behind
from registry.security.audit import note_read
from registry.security.roles import Role, Scope
from service.access import CallerDep, needs
from service.deps import SessionDep
from service.schemas.params import PurposeParams

router = APIRouter(prefix="/v1", tags=["households"])


@router.get("/codes/{code}/households", dependencies=[needs(Scope.HOUSEHOLDS)])
def households(code: str, asked: Annotated[PurposeParams, Query()], session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Return the household references behind a door, and its people where a deployment keeps them; restricted ones are only counted."""
    meant = read(code)
    number, province = door_of(session, meant)
    if not caller.may(Scope.HOUSEHOLDS, province):
        raise unknown(meant)
    note_read(session, caller, entity="household", subject=f"code {meant.text}", provinces=province, purpose=asked.purpose)
    homes = behind(session, number, province)
    shown = {home.id: home for home in homes if not home.restricted or caller.role is Role.ADMINISTRATOR}
    people = [each for each in residents.of_door(session, number, province) if each.household_id in {None, *shown}]
    # The reading is kept before it is answered.
    session.commit()
    return {
        "code": meant.text,
        "households": [{"ref": home.ref, "restricted": home.restricted} for home in shown.values()],
        "residents": [{"ref": _ref(shown, each.household_id), "name": each.name, "phone": each.phone, "restricted": each.restricted}
                      for each in people],
        "hidden": len(homes) - len(shown),
    }  # fmt: skip


def _ref(homes: dict[int, Any], household_id: int | None) -> str | None:
    return homes[household_id].ref if household_id is not None else None
