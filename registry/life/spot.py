"""Here is decided what a corrected point is worth: degrees, and the commune that it lies in where official areas are known.

An official area decides, with the 500 m that imports allow at its edge; a point in another commune's official area belongs there. Where the
area of a commune is only approximate, the commune on record wins, with a warning that names the distance from 5 km on; from 50 km on the
point is refused.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from registry.errors import RefusedError, UsageError
from registry.geo import looks_like, to_wgs84
from registry.life.chain import SQL
from registry.life.door import Door
from registry.life.event import Sentence
from registry.sqlfile import statement

TOLERANCE_M: Final = 500
UNVERIFIED_M: Final = 5_000
# No commune is that wide: however roughly its area is known, such a point is a slip.
IMPOSSIBLE_M: Final = 50_000
METHODS: Final = ("survey", "map", "reported", "handover")
_FARTHEST_M: Final = 10_000.0


@dataclass(frozen=True)
class Reading:
    """A point as somebody gives it: x is longitude or easting, y latitude or northing, in `crs` as registry.geo reads it.

    `method` is how the point was got, `accuracy_m` how many metres it may be off.
    """

    x: float
    y: float
    crs: str = "EPSG:4326"
    method: str = "survey"
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Spot:
    """A point in degrees WGS 84, the commune that it lies in, and doubts about it."""

    lon: float
    lat: float
    commune_id: int
    warnings: tuple[Sentence, ...] = ()


def locate(session: Session, door: Door, reading: Reading) -> Spot:
    """Say where a point lies for a door.

    UsageError for an unknown system, method or accuracy, and for swapped axes; RefusedError for a point outside Vietnam, in no commune
    while that of the door has an official area, or too far from the approximate area of that commune to be meant.
    """
    if reading.method not in METHODS or not 0 <= (reading.accuracy_m or 0) <= _FARTHEST_M:
        raise UsageError("Cách xác định điểm hoặc sai số không hợp lệ.", "No such method or accuracy.", hint=f"Có: {', '.join(METHODS)}")
    (lon,), (lat,) = to_wgs84([reading.x], [reading.y], reading.crs)
    _possible(lon, lat)
    found = session.execute(statement(SQL, "area"), {"lon": lon, "lat": lat, "commune": door.commune_id}).one()
    outside = found.metres is not None and found.metres > 0
    if outside and found.holder is None and found.metres > TOLERANCE_M:
        raise _astray(door, found.metres, " và không nằm trong xã nào", " and in no other commune")
    if found.metres is None and (found.about_metres or 0) > IMPOSSIBLE_M:
        raise _astray(door, found.about_metres)
    commune = int(found.holder) if outside and found.holder is not None else door.commune_id
    return Spot(lon, lat, commune, _doubts(door, found.metres, found.about_metres))


def _astray(door: Door, metres: float, vi: str = "", en: str = "") -> RefusedError:
    return RefusedError(
        f"Điểm cách {door.commune_name} {metres / 1000:.1f} km{vi}.",
        f"The point lies {metres / 1000:.1f} km from {door.commune_name}{en}.",
        hint="Kiểm tra toạ độ, thứ tự hai số và hệ toạ độ (--crs).",
        page="Kiểm tra toạ độ và thứ tự hai số.",
    )


def _possible(lon: float, lat: float) -> None:
    verdict = looks_like(lon, lat)
    if verdict == "ok":
        return
    if verdict == "swapped":
        raise UsageError("Hai toạ độ bị đổi chỗ.", "The two coordinates are swapped.", hint="Vĩ độ (6–24) trước, kinh độ (102–118) sau.")
    raise RefusedError(
        "Điểm không nằm trong Việt Nam.",
        "The point does not lie in Vietnam.",
        hint="Với toạ độ VN-2000, thêm hệ: --crs EPSG:9210",
        page="Toạ độ ở đây là độ WGS 84.",
    )


def _doubts(door: Door, metres: float | None, about: float | None) -> tuple[Sentence, ...]:
    if metres is not None and metres > 0:
        return (
            (
                f"Điểm nằm ngoài ranh giới {door.commune_name} {metres:.0f} m.",
                f"The point lies {metres:.0f} m outside {door.commune_name}.",
            ),
        )
    if metres is None:
        away = f" ({about / 1000:.1f} km)" if about is not None and about > UNVERIFIED_M else ""
        return (
            (f"Chưa có ranh giới chính thức của {door.commune_name} để kiểm tra điểm{away}.",
             f"There is no official area of {door.commune_name} to check the point against{away}."),
        )  # fmt: skip
    return ()
