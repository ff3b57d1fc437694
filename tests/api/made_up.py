"""A handful of made-up doors in Điện Biên, for the tests of the service and of the page."""

from datetime import UTC, datetime

from geoalchemy2.elements import WKTElement
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.codes import check_character
from registry.models.tables import Address, DigitalAddress, ExternalCode, Place, Unit
from registry.place_key import place_key
from registry.tally import recount
from registry.text import FOLD_VERSION

COMMUNE = "03127"
POSTAL = "32120"
LON, LAT = 103.0200, 21.3900
STREET = "Sao Hôm"


def code_of(serial: str) -> str:
    """Return the code with that serial in the commune of these doors."""
    return f"{POSTAL}-{serial}{check_character(POSTAL, serial)}"


CODE = code_of("K7Q4")
OLD_CODE = code_of("A2B3")
WITHDRAWN = code_of("W1W1")
NDAS = "3212000017"
VPOSTCODE = "321207P9R92X"


def fill(session: Session) -> None:
    """Put in number 5 with a code, number 7 without, number 9 retired in favour of number 5, and a withdrawn code."""
    commune = session.scalars(select(Unit.id).where(Unit.level == "commune", Unit.code == COMMUNE, Unit.in_force)).one()
    street = Place(commune_id=commune, kind="street", name=STREET, key=place_key("street", STREET))
    session.add(street)
    session.flush()
    five, seven, nine = (_door(commune, street.id, number, shift) for shift, number in enumerate(("5", "7", "9")))
    session.add_all([five, seven, nine])
    session.flush()
    now = datetime.now(UTC)
    nine.retired_at, nine.replaced_by = now, five.id
    session.add_all([
        DigitalAddress(province_code="11", code=CODE, scheme="diachiso", address_id=five.id, status="active"),
        DigitalAddress(
            province_code="11", code=OLD_CODE, scheme="diachiso", address_id=nine.id, status="retired", retired_at=now, replaced_by=CODE
        ),
        DigitalAddress(province_code="11", code=WITHDRAWN, scheme="diachiso", address_id=None, status="withdrawn", retired_at=now),
        ExternalCode(province_code="11", scheme="ndas", code=NDAS, address_id=five.id),
        ExternalCode(province_code="11", scheme="vpostcode", code=VPOSTCODE, address_id=five.id),
        ExternalCode(province_code="11", scheme="vpostcode", code=VPOSTCODE, address_id=seven.id),
    ])  # fmt: skip
    session.flush()
    recount(session)
    session.commit()


def _door(commune: int, street: int, number: str, shift: int) -> Address:
    lon, lat = LON + shift * 0.001, LAT
    return Address(
        province_code="11", commune_id=commune, recorded_unit_id=commune, place_id=street, house_path=number, house_key=number,
        kind="household", households=1, status="notified", point=WKTElement(f"POINT({lon} {lat})", srid=4326), point_method="survey",
        accuracy_m=5.0, original_x=lon, original_y=lat, original_crs="EPSG:4326", recorded_text="made up", fold_version=FOLD_VERSION,
    )  # fmt: skip
