"""Here is decided what a batch must know of units: both worlds, successions and former names, loaded once."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import RefusedError
from registry.units_directory import Directory, FormerRow, Link, UnitRow, build

# The directory of the last import and what it was made from: building it takes a second, and units change once a year.
_LAST: list[tuple[str, Directory]] = []
# Asked before every import: sums of hashes of rows take a third of the time of a digest of their text.
_FINGERPRINT = text("""
SELECT concat_ws('|',
    (SELECT sum(hash_record_extended((id, level, code, name, full_name, kind, parent_code, province_code, valid), 0)) FROM unit),
    (SELECT sum(hash_record_extended((id, predecessor_id, successor_id, kind, all_people), 0)) FROM succession),
    (SELECT sum(hash_record_extended((id, full_name, district, province, old_codes, new_codes), 0)) FROM former_unit)
)
""")


def directory(session: Session) -> Directory:
    """Return the units, successions and former names of both worlds as one directory; RefusedError when there are none."""
    made_from = str(session.execute(_FINGERPRINT).scalar_one())
    if not _LAST or _LAST[0][0] != made_from:
        _LAST[:] = [(made_from, _built(session))]
    return _LAST[0][1]


def _built(session: Session) -> Directory:
    units = session.execute(
        text("SELECT id, level, code, name, full_name, kind, parent_code, province_code, lower(valid), upper(valid) FROM unit"),
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
