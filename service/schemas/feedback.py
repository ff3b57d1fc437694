"""Decides what a user may say of a wrong answer: the fields of `POST /v1/feedback`, their limits, and at least one right place."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from registry.feedback import FeedbackKind, Report
from service.schemas.params import Body, Latitude, Longitude, Text, within

LONGEST_CODE: Final = 40
LONGEST_NOTE: Final = 1000

CodeText = Annotated[str, Field(min_length=1, max_length=LONGEST_CODE), within(LONGEST_CODE)]
Note = Annotated[str, Field(max_length=LONGEST_NOTE), within(LONGEST_NOTE)]


class FeedbackBody(Body):
    """Body of `POST /v1/feedback`; coordinates in degrees WGS 84."""

    query: Text
    kind: Annotated[FeedbackKind, Field(strict=False)] = FeedbackKind.WRONG_DOOR
    answered_code: CodeText | None = None
    right_code: CodeText | None = None
    right_lat: Latitude | None = None
    right_lon: Longitude | None = None
    right_text: Text | None = None
    note: Note = ""

    @model_validator(mode="after")
    def _names_a_right_place(self) -> Self:
        if (self.right_lat is None) != (self.right_lon is None):
            raise PydanticCustomError("lonely_right_point", "right_lat and right_lon must come together")
        if self.right_code is None and self.right_lat is None and self.right_text is None:
            raise PydanticCustomError("no_right_place", "a right place is missing")
        return self

    def report(self) -> Report:
        """Return what the registry is told."""
        point = (self.right_lon, self.right_lat) if self.right_lon is not None and self.right_lat is not None else None
        return Report(self.query, self.kind, self.answered_code, self.right_code, point, self.right_text, self.note)
