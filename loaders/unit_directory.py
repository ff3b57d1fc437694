"""Here is decided what a batch must know of units: both worlds, successions and former names, loaded once."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import RefusedError
from registry.units_directory import Directory, FormerRow, Link, UnitRow, build


def directory(session: Session) -> Directory:
    """Load the units, successions and former names of both worlds into one directory (about a second); RefusedError when there are none."""
    units = session.execute(
        text("SELECT id, level, code, name, full_name, kind, parent_code, province_code, upper(valid) FROM unit"),
    )
    links = session.execute(text("SELECT predecessor_id, successor_id, kind = 'whole', all_people FROM succession ORDER BY id"))
    former = session.execute(text("SELECT full_name, district, province, old_codes, new_codes FROM former_unit"))
    known = [UnitRow(*row) for row in units]
    if not known:
        raise RefusedError(
            "Chưa nạp danh mục đơn vị hành chính.", "The administrative units are not loaded.", hint="Chạy: diachiso units load"
        )
    return build(
        known,
        [Link(*row) for row in links],
        [FormerRow(row[0], row[1], row[2], tuple(row[3]), tuple(row[4])) for row in former],
    )


def postal_codes(session: Session) -> dict[int, str]:
    """Return the national postal codes of today's communes by id of the unit, where they are known."""
    known = text("SELECT id, postal_code FROM unit WHERE level = 'commune' AND in_force AND postal_code IS NOT NULL")
    return {row[0]: row[1] for row in session.execute(known)}
