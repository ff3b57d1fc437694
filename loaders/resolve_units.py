"""Here is decided how the distinct stated units of a batch become units and communes of today."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import RefusedError
from registry.units_directory import Directory, FormerRow, Link, UnitRow, build
from registry.units_match import Match, Stated, match

UnitKey = tuple[str, str, str, str]


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


def match_all(known: Directory, stated: list[UnitKey], within: str | None) -> Iterator[tuple[UnitKey, Match]]:
    """Match every distinct (ma_xa, xa, huyen, tinh) of a batch, limited to one province of today where given."""
    for key in stated:
        code, commune, district, province = key
        yield key, match(known, Stated(code, commune, district, province, within))
