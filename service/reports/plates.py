"""Decides what stands on the plate of a door: number, street, commune, province, the code, and a QR that leads to it."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import quote

import segno
from sqlalchemy.orm import Session

from geocode.label import house_label, place_label
from geocode.place_table import GazPlace
from registry.errors import NotFoundError, RefusedError, UsageError
from registry.life.status import LADDER
from registry.place_key import place_key
from registry.settings import settings
from registry.units import unknown_code
from service.reports.pdf import typst_pdf
from service.statements import statement

TEMPLATE: Final = "plates.typ"
# A hundred pages: more in one file takes a printer, and Typst, more memory than an office machine likes to give.
PER_FILE: Final = 1000
# Fifteen per cent of a plate may be scratched or dirty and the QR still reads.
ERROR_LEVEL: Final = "M"


@dataclass(frozen=True)
class Plate:
    """One plate: `number` (house and flat; empty in the countryside), `street` (street, alley or area), `hamlet`, and the code."""

    code: str
    number: str
    street: str
    hamlet: str
    commune: str
    province: str


@dataclass(frozen=True)
class Wanted:
    """Whose plates are to be printed: the doors of a commune, all or those of a status or on places of a name."""

    commune: str
    status: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Plates:
    """The plates of a commune, and how many of its doors have no code to print."""

    commune: str
    province: str
    plates: tuple[Plate, ...]
    uncoded: int


def link(code: str) -> str:
    """Return what a QR holds: the address of this service (DIACHISO_PUBLIC_URL) with the code behind it."""
    return f"{settings().public_url.rstrip('/')}/c/{quote(code)}"


def qr(code: str) -> segno.QRCode:
    """Return the QR of a code."""
    return segno.make_qr(link(code), error=ERROR_LEVEL, boost_error=False)


def plates(session: Session, wanted: Wanted) -> Plates:
    """Return the plates in the order in which one walks.

    NotFoundError for a commune that is not in force, UsageError for an unknown status, RefusedError where there is nothing to print.
    """
    if wanted.status is not None and wanted.status not in LADDER:
        raise UsageError(f"Không có bậc “{wanted.status}”.", f"No status “{wanted.status}”.", hint=f"Có: {', '.join(LADDER)}")
    unit = session.execute(statement("plates", "commune"), {"code": wanted.commune}).first()
    if unit is None:
        raise unknown_code(session, wanted.commune, None, "commune")
    given = {"commune": unit.id, "status": wanted.status, "places": _places(session, unit.id, wanted.place)}
    rows = session.execute(statement("plates", "doors"), given).mappings()
    found = tuple(_plate(row, unit.commune, unit.province) for row in rows)
    if not found:
        raise RefusedError("Không có địa chỉ nào để in biển.", "There is no door to print a plate for.", hint="Bỏ bớt --status, --place.")
    uncoded = int(session.execute(statement("plates", "uncoded"), {"commune": unit.id}).scalar_one())
    return Plates(unit.commune, unit.province, found, uncoded)


def files(sheet: Plates, *, per_file: int = PER_FILE) -> Iterator[tuple[int, bytes]]:
    """Yield how many plates are set so far and the PDF of the next ones, `per_file` in each."""
    for start in range(0, len(sheet.plates), per_file):
        some = sheet.plates[start : start + per_file]
        yield start + len(some), typst_pdf(TEMPLATE, data_of(sheet, some, start))


def data_of(sheet: Plates, some: Sequence[Plate], start: int = 0) -> dict[str, Any]:
    """Return what the template reads: the plates with their QR as SVG, and what stands at the foot of a page."""
    title = f"Biển địa chỉ số – {sheet.commune}, {sheet.province}"
    set_ = [asdict(plate) | {"qr": svg(plate.code)} for plate in some]
    return {"title": title, "plates": set_, "first": start + 1, "last": start + len(some), "all": len(sheet.plates)}


def svg(code: str) -> str:
    """Return the QR of a code as SVG text without a quiet zone: the plate leaves four modules of white around it."""
    written = io.BytesIO()
    qr(code).save(written, kind="svg", xmldecl=False, svgns=True, border=0, omitsize=True)
    return written.getvalue().decode()


def _plate(row: Any, commune: str, province: str) -> Plate:  # noqa: ANN401 - a row
    on_hamlet = row["place_kind"] == "hamlet"
    street = "" if on_hamlet or not row["place"] else place_label(GazPlace(0, 0, row["place_kind"], row["place"], ""))
    hamlet = row["hamlet"] or (row["place"] if on_hamlet else "") or ""
    return Plate(row["code"], house_label(row["house"], row["flat"]), street[:1].upper() + street[1:], hamlet, commune, province)


def _places(session: Session, commune: int, name: str | None) -> list[int] | None:
    """Return the places of a commune that bear a name, read as imports read it; None when none is asked for."""
    if name is None:
        return None
    rows = session.execute(statement("plates", "places"), {"commune": commune}).all()
    found = [row.id for row in rows if row.key == place_key(row.kind, name)]
    if not found:
        raise NotFoundError(f"Xã này không có đường, thôn nào tên “{name[:60]}”.", f"No place of the commune is called “{name[:60]}”.")
    return found
