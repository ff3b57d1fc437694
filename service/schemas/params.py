"""Decides the parameters that questions share: their names, limits and defaults."""

import re
from datetime import date
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from geocode.normalise import MAX_CHARS
from geocode.types import Query
from registry.changes.read import MOST
from registry.security.audit import MOST_LISTED, MOST_PURPOSE
from registry.text import clean
from service.schemas.moment import MomentText

LONGEST_LINE: Final = 10_000
MOST_QUERIES: Final = 1000

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

FeatureType = Literal["housenumber", "street", "locality", "municipality"]


def within(most: int) -> BeforeValidator:
    """Return what refuses a text longer than that as it came, and makes line ends and control characters spaces, as everywhere."""

    def cleaned(value: object) -> object:
        if isinstance(value, str) and len(value) > most:
            raise PydanticCustomError("string_too_long", "too long", {"max_length": most})
        return clean(value) if isinstance(value, str) else value

    return BeforeValidator(cleaned)


def _as_written(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "not a day")


Text = Annotated[str, Field(min_length=1, max_length=MAX_CHARS), within(MAX_CHARS)]
# One line of a list may be empty or too long: it is answered with a REJECT and its reason, and does not spoil the others.
Line = Annotated[str, Field(max_length=LONGEST_LINE), within(LONGEST_LINE)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Limit = Annotated[int, Field(ge=1, le=20)]
FiveDigits = Annotated[str, Field(pattern=r"^[0-9]{5}$")]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
# A day as it is written; a number of seconds is none.
Day = Annotated[date, BeforeValidator(_as_written)]
Year = Annotated[int, Field(ge=1990, le=2199)]
ProvinceCode = Annotated[str, Field(pattern=r"^[0-9]{2}$")]


class Strict(BaseModel):
    """Parameters of a route; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Towards(Strict):
    """A point in degrees WGS 84 that answers should lean to; both or neither."""

    lat: Latitude | None = None
    lon: Longitude | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise PydanticCustomError("lonely_coordinate", "lat and lon must come together")
        return self


class ConvertParams(Strict):
    """Parameters of `/v1/convert`."""

    q: Text


class Filters(Strict):
    """What an answer is to be, by the names of addok: its type, its postal code, its commune."""

    type: FeatureType | None = None
    postcode: FiveDigits | None = None
    citycode: FiveDigits | None = None

    def filters(self) -> dict[str, str]:
        """Return the filters that were given, to be echoed."""
        named = {"type": self.type, "postcode": self.postcode, "citycode": self.citycode}
        return {name: value for name, value in named.items() if value is not None}


class SearchParams(Filters, Towards):
    """Parameters of `/search`, named as addok and the French BAN name them."""

    q: Text
    limit: Limit = 5
    autocomplete: bool = False

    def query(self, limit: int) -> Query:
        """Return the question to the matcher."""
        return Query(self.q, limit=limit, lat=self.lat, lon=self.lon, postal_code=self.postcode, commune_code=self.citycode)


class Box(NamedTuple):
    """An area in degrees WGS 84; one whose west lies east of its east goes over the date line."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Tell whether a point lies in it."""
        if self.west <= self.east:
            return self.south <= lat <= self.north and self.west <= lon <= self.east
        return self.south <= lat <= self.north and (lon >= self.west or lon <= self.east)


def read_box(text: str) -> Box | None:
    """Read `west,south,east,north`; None for what is no area on Earth."""
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        return None
    longest = 180
    fits = max(abs(west), abs(east)) <= longest and -longest <= 2 * south <= 2 * north <= longest
    return Box(west, south, east, north) if fits else None


def _an_area(text: str) -> str:
    if read_box(text) is None:
        raise PydanticCustomError("box", "bbox is west,south,east,north")
    return text


Bbox = Annotated[str, Field(max_length=100, examples=["102.9,21.3,103.1,21.5"]), AfterValidator(_an_area)]


class PhotonParams(Towards):
    """Parameters of `/api`, named as Photon names them."""

    q: Text
    limit: Limit = 15
    lang: Language | None = None
    bbox: Bbox | None = None

    def query(self, limit: int) -> Query:
        """Return the question to the matcher."""
        return Query(self.q, limit=limit, lat=self.lat, lon=self.lon)

    def holds(self, lon: float | None, lat: float | None) -> bool:
        """Tell whether a point lies in the area that was asked for."""
        box = read_box(self.bbox) if self.bbox else None
        return box is None or (lon is not None and lat is not None and box.holds(lon, lat))


class ReverseParams(Filters):
    """Parameters of `/reverse`: a point in degrees WGS 84; `on` is the day whose units the answer names.

    `lang` is what Photon's clients send; names are Vietnamese in every language.
    """

    lat: Latitude
    lon: Longitude
    limit: Limit = 1
    lang: Language | None = None
    on: Day | None = None


class ResolveParams(Towards):
    """Parameters of `/v1/resolve`; `on` is the day whose units the answer names."""

    q: Text
    limit: Limit = 5
    on: Day | None = None
    explain: bool = False


class Body(Strict):
    """A body in JSON: a number is a number there and no text that looks like one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ResolveMany(Body):
    """Body of `POST /v1/resolve`: up to a thousand texts."""

    queries: Annotated[list[Line], Field(min_length=1, max_length=MOST_QUERIES)]
    limit: Limit = 5
    on: Annotated[Day | None, Field(strict=False)] = None


class OnDay(Strict):
    """Parameters of `/v1/units/{code}`."""

    on: Day | None = None


class ProvinceParams(Strict):
    """Parameters of `/v1/units`: a province by its two digits, or all 34."""

    province: ProvinceCode | None = None


class CoverageParams(ProvinceParams):
    """Parameters of `/v1/coverage`: `by` is the level of the lines, `resolution` that of H3 cells, `baseline` a source or a day."""

    on: Day | None = None
    by: Literal["commune", "district", "province", "h3"] | None = None
    resolution: Annotated[int, Field(ge=7, le=9)] | None = None
    baseline: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _cells_have_a_province(self) -> Self:
        if self.by == "h3" and self.province is None:
            raise PydanticCustomError("cells_need_a_province", "by=h3 needs a province")
        if self.by == "h3" and (self.on or self.baseline):
            raise PydanticCustomError("cells_are_of_today", "by=h3 takes neither on nor baseline")
        if self.by != "h3" and self.resolution is not None:
            raise PydanticCustomError("lonely_resolution", "resolution belongs to by=h3")
        return self


class ReportParams(ProvinceParams):
    """Parameters of `/v1/coverage/report`."""

    period: Annotated[str, Field(min_length=4, max_length=10)] | None = None
    format: Literal["pdf", "xlsx", "html", "csv", "json"] = "pdf"


class SeriesParams(ProvinceParams):
    """Parameters of `/v1/coverage/series`: on whose map, and which kind of periods."""

    map: Literal["today", "day"] = "today"
    kind: Literal["year", "quarter", "month", "day"] | None = None


class TargetParams(ProvinceParams):
    """Parameters of `/v1/targets`: of a year, measured as of a day."""

    year: Year | None = None
    on: Day | None = None


class IndicatorParams(ProvinceParams):
    """Parameters of `/v1/indicators`; a province by the code that it had in the year."""

    year: Year | None = None


class ChangesParams(ProvinceParams):
    """Parameters of `/v1/changes`: the number of an event or a resume token, numbers a page, seconds to wait for something new."""

    since: Annotated[str, Field(min_length=1, max_length=200)] = "0"
    limit: Annotated[int, Field(ge=1, le=MOST)] = 1000
    wait: Annotated[int, Field(ge=0, le=30)] = 0


class AuditParams(Strict):
    """Parameters of `/v1/audit`: rows from a day on, of one actor, the newest so many."""

    since: date | None = None
    actor: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 100


class PurposeParams(Strict):
    """What data of people is read for; it stands in the audit trail."""

    purpose: Annotated[str, Field(min_length=3, max_length=MOST_PURPOSE, pattern=r"\S")]


class SnapshotParams(ProvinceParams):
    """Parameters of `/v1/changes/snapshot`; `at` is the last event of an earlier transaction."""

    at: Annotated[int, Field(ge=0, le=2**62)] | None = None


class ItemParams(ProvinceParams):
    """Parameters of `/v1/collections/addresses/items`, named as OGC API Features names them; `next` is what a page is to go on behind."""

    bbox: Bbox | None = None
    datetime: MomentText | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    next: Annotated[int, Field(ge=0, le=2**62)] = 0
