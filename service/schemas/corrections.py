"""Decides what a correction may say over HTTP: the fields of `POST /v1/corrections`, their limits, and which are shown of it."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from registry.corrections import Proposal
from registry.models.correction import Correction
from service.schemas.feedback import CodeText
from service.schemas.params import Body, Latitude, Longitude, ProvinceCode, Strict, within

LONGEST_VALUE: Final = 120
FieldName = Literal["so_nha", "ngo", "ngach", "duong", "thon_to", "toa_nha", "tang", "phong", "loai", "so_ho", "ghi_chu"]
Value = Annotated[str, Field(max_length=LONGEST_VALUE), within(LONGEST_VALUE)]
Why = Annotated[str, Field(min_length=1, max_length=1000), within(1000)]
StaffNumber = Annotated[str, Field(pattern=r"^[\w.-]{0,40}$")]


class CorrectionBody(Body):
    """Body of `POST /v1/corrections`; `fields` by the columns of a hand-over, coordinates in degrees WGS 84."""

    code: CodeText
    fields: dict[FieldName, Value] = Field(default_factory=dict)
    lat: Latitude | None = None
    lon: Longitude | None = None
    same_as: CodeText | None = None
    gone: bool = False
    reason: Why
    proposed_by: StaffNumber = ""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise PydanticCustomError("lonely_coordinate", "lat and lon must come together")
        return self

    def proposal(self) -> Proposal:
        """Return what is proposed."""
        point = (self.lon, self.lat) if self.lon is not None and self.lat is not None else None
        return Proposal({str(name): value for name, value in self.fields.items()}, point, self.same_as, self.gone)


class DecideBody(Body):
    """Body of `POST /v1/corrections/{number}/decide`."""

    decision: Literal["accept", "reject"]
    reason: Annotated[Why, Field(pattern=r"\S")]


class CorrectionParams(Strict):
    """Parameters of `GET /v1/corrections`."""

    province: ProvinceCode | None = None
    state: Literal["waiting", "accepted", "refused"] = "waiting"


def shown(found: Correction) -> dict[str, Any]:
    """Return what anybody may see of a correction: no texts of people, nobody who proposed or decided."""
    hidden = {"ghi_chu", "so_ho"}
    return {
        "id": found.id, "province": found.province_code, "code": found.code, "state": found.state,
        "proposed": {name: value for name, value in found.proposed.items() if name not in hidden},
        "proposed_at": found.proposed_at.isoformat(), "decided_at": found.decided_at.isoformat() if found.decided_at else None,
    }  # fmt: skip


def for_review(found: Correction, stands: dict[str, Any] | None) -> dict[str, Any]:
    """Return what whoever decides sees besides: what was right that day (`seen`) and is now (`stands`), the reason, who proposes."""
    return shown(found) | {
        "proposed": found.proposed, "seen": found.seen, "stands": stands, "reason": found.reason, "proposed_by": found.proposed_by,
        "decision": found.decision,
    }  # fmt: skip
