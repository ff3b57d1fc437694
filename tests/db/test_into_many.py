"""A file that comes into a large registry costs what its own doors cost: those of the rest of the country are not looked at."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.batch import import_file
from registry import db
from tests.db.handover import door, load, write

ELSEWHERE, KNOWN, NEW = 60_000, 300, 1_700
# Doors of another province, a hundred to a street, each with its code.
_PLACES = """
INSERT INTO place (commune_id, kind, name, key)
SELECT u.id, 'street', 'Đường ' || n, 'duong ' || n FROM unit AS u CROSS JOIN generate_series(1, :streets) AS n
WHERE u.id = (SELECT min(id) FROM unit WHERE province_code = '79' AND level = 'commune' AND in_force)
"""
_DOORS = """
INSERT INTO address (
    province_code, commune_id, recorded_unit_id, place_id, house_path, house_key, kind, households, status, point, point_method, original_x,
    original_y, original_crs, recorded_text, fold_version
)
SELECT '79', p.commune_id, p.commune_id, p.id, n::text, n::text, 'household', 1, 'complete', ST_Point(106.7, 10.8, 4326), 'handover', 106.7,
    10.8, 'EPSG:4326', '', 2
FROM place AS p CROSS JOIN generate_series(1, 100) AS n
WHERE p.key LIKE 'duong %'
"""
_CODES = """
INSERT INTO digital_address (code, province_code, scheme, address_id, status)
SELECT '71000-A' || lpad(id::text, 9, '0'), province_code, 'diachiso', id, 'active' FROM address WHERE province_code = '79'
"""
_READ = text("""
SELECT relname, seq_tup_read, coalesce(idx_tup_fetch, 0) AS fetched FROM pg_stat_xact_user_tables
WHERE relname IN ('address', 'digital_address')
""")


def _doors(first: int, number: int) -> list[dict[str, str]]:
    return [door(so_nha=str(at)) for at in range(first, first + number)]


def test_doors_of_elsewhere_are_not_looked_at(fresh_db: str, tmp_path: Path) -> None:
    """Two thousand rows, some of them known, into sixty thousand doors: no table is walked over, and what is fetched is theirs."""
    load(fresh_db, tmp_path / "known.csv", _doors(1, KNOWN))
    read: dict[str, tuple[int, int]] = {}

    def looked(session: Session, _report: object) -> None:
        read.update({row.relname: (row.seq_tup_read, row.fetched) for row in session.execute(_READ)})

    with db.session(fresh_db) as session:
        for statement in (_PLACES, _DOORS, _CODES):
            session.execute(text(statement), {"streets": ELSEWHERE // 100})
        session.execute(text("ANALYZE place, address, digital_address"))
        session.commit()
        report = import_file(session, write(tmp_path / "more.csv", _doors(1, KNOWN + NEW)), also=looked)
    assert report.counts["accepted_same"] == KNOWN
    assert report.counts["accepted_new"] == NEW
    for relation, (walked, fetched) in read.items():
        assert walked == 0, relation
        assert fetched < ELSEWHERE // 2, relation


def test_flats_without_a_number_are_known_again(fresh_db: str, tmp_path: Path) -> None:
    """Flats of a building that has no number are found by the building and the flat, in any order; a flat more is new."""
    flats = [door(so_nha="", toa_nha="A2", tang="3", phong=str(at), ma_ho=f"HB-{at}") for at in range(301, 306)]
    first, _ = load(fresh_db, tmp_path / "a.csv", flats[:4])
    again, _ = load(fresh_db, tmp_path / "b.csv", [one | {"ma_ho": ""} for one in reversed(flats)])
    assert first.counts["accepted_new"] == 4, first
    assert (again.counts["accepted_same"], again.counts["accepted_new"]) == (4, 1), again
