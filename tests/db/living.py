"""Made-up doors with codes, and what must hold of them whatever is done to them: the vocabulary of the tests of a door's life."""

from typing import Any

from geoalchemy2.elements import WKTElement
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from registry.codes_issue import issue_for
from registry.life.chain import last_of
from registry.life.fate import fate_of
from registry.models.tables import Address, ExternalCode, Household, Place, Unit
from registry.place_key import PlaceKind, place_key
from registry.tally import differences, recount
from registry.text import FOLD_VERSION

COMMUNE, OTHER, FAR = "03127", "03166", "00004"
WHO = {"actor": "can-bo-11", "reason": "sửa theo biên bản số 12"}
LON, LAT = 103.0162, 21.3856


def commune(session: Session, code: str = COMMUNE) -> Unit:
    """Return a commune of today."""
    return session.scalars(select(Unit).where(Unit.level == "commune", Unit.code == code, Unit.in_force)).one()


def place(session: Session, unit: Unit, name: str, kind: PlaceKind = "street") -> int:
    """Return the id of a place, made where it is not there."""
    key = place_key(kind, name)
    found = session.scalars(select(Place.id).where(Place.commune_id == unit.id, Place.kind == kind, Place.key == key)).first()
    if found is None:
        row = Place(commune_id=unit.id, kind=kind, name=name, key=key)
        session.add(row)
        session.flush()
        found = row.id
    return found


def door(session: Session, number: str, *, unit: str = COMMUNE, street: str = "Sao Hôm", refs: tuple[str, ...] = (), **columns: Any) -> str:  # noqa: ANN401 - whatever the table holds
    """Put in a door with a code of ours, and return the code."""
    where = commune(session, unit)
    lon, lat = columns.pop("lon", LON), columns.pop("lat", LAT)
    usual: dict[str, Any] = {"kind": "household", "households": max(1, len(refs)), "status": "complete"}
    row = Address(
        province_code=where.province_code, commune_id=where.id, recorded_unit_id=where.id, place_id=place(session, where, street),
        house_path=number, house_key=number.lower(), point=WKTElement(f"POINT({lon} {lat})", srid=4326), point_method="handover",
        original_x=lon, original_y=lat, original_crs="EPSG:4326", recorded_text="made up", fold_version=FOLD_VERSION, **(usual | columns),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(Household(address_id=row.id, province_code=where.province_code, ref=ref) for ref in refs)
    session.flush()
    issue_for(session, [(row.id, where.postal_code or "")])
    recount(session, [where.id])
    return str(session.execute(text("SELECT code FROM digital_address WHERE address_id = :id"), {"id": row.id}).scalar_one())


def external(session: Session, code: str, scheme: str, other: str) -> None:
    """Let a door be known by a further code."""
    known = row_of(session, code)
    session.add(ExternalCode(scheme=scheme, code=other, address_id=known.id, province_code=known.province_code))
    session.flush()


def number_of(session: Session, code: str) -> int:
    """Return the id of the door under a code."""
    return int(session.execute(text("SELECT address_id FROM digital_address WHERE code = :code"), {"code": code}).scalar_one())


def row_of(session: Session, code: str) -> Any:  # noqa: ANN401 - a row
    """Return the columns of the door under a code."""
    query = "SELECT a.*, ST_X(point) AS lon, ST_Y(point) AS lat FROM address AS a WHERE id = :id"
    return session.execute(text(query), {"id": number_of(session, code)}).one()


def changes(session: Session) -> list[tuple[str, str]]:
    """Return what was remembered: entity and operation, in order."""
    return [
        (row.entity, row.op)
        for row in session.execute(text("SELECT entity, op FROM change WHERE batch_id IS NULL AND entity <> 'unit' ORDER BY id"))
    ]


def assert_whole(session: Session) -> None:
    """Assert what always holds: one live door a key, one active code a live door, every code ends somewhere, counts right, who and why."""
    twice = (
        "SELECT place_id FROM address WHERE retired_at IS NULL AND house_key <> ''"
        " GROUP BY place_id, house_key, flat_key HAVING count(*) > 1"
    )
    assert not session.execute(text(twice)).all()
    uncoded = (
        "SELECT a.id FROM address AS a LEFT JOIN digital_address AS c ON c.address_id = a.id AND c.status = 'active'"
        " GROUP BY a.id, a.retired_at HAVING count(c.code) <> (CASE WHEN a.retired_at IS NULL THEN 1 ELSE 0 END)"
    )
    assert not session.execute(text(uncoded)).all()
    fewer = (
        "SELECT a.id FROM address AS a JOIN household AS h ON h.address_id = a.id"
        " GROUP BY a.id, a.households HAVING count(*) > a.households"
    )
    assert not session.execute(text(fewer)).all()
    for code, number in session.execute(text("SELECT code, address_id FROM digital_address")).all():
        last = session.execute(text("SELECT retired_at FROM address WHERE id = :id"), {"id": last_of(session, number)}).one()
        fate = fate_of(session, code)
        assert last.retired_at is None or (fate is not None and fate.vi), code
    assert differences(session) == []
    assert not session.execute(text("SELECT FROM change WHERE batch_id IS NULL AND (actor = '' OR reason = '')")).all()
