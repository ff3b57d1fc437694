"""A change of the folding rules: places get new keys, two that are one become one, and no door loses its code."""

from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from geocode.resolver import Resolver
from geocode.types import Query
from registry import db
from registry.rekey import Rekeyed, rekey
from registry.secret import opaque
from registry.text import FOLD_VERSION

_COMMUNE = "(SELECT id FROM unit WHERE code = '03127' AND in_force)"
_PLACE = f"INSERT INTO place (commune_id, kind, name, key, fold_version) VALUES ({_COMMUNE}, :kind, :name, :key, 1) RETURNING id"
_DOOR = f"""
INSERT INTO address (
    province_code, commune_id, recorded_unit_id, place_id, house_path, house_key, kind, households, status, point, point_method,
    original_x, original_y, original_crs, recorded_text, fold_version
)
VALUES (
    '11', {_COMMUNE}, {_COMMUNE}, :place, upper(:number), :number, 'household', 1, 'complete',
    ST_SetSRID(ST_MakePoint(103.0162, 21.3856), 4326), 'handover', 103.0162, 21.3856, 'EPSG:4326', '', 1
) RETURNING id
"""


def _one(url: str, query: str, **values: Any) -> Any:  # noqa: ANN401 - whatever is bound
    with db.engine(url).begin() as connection:
        return connection.execute(text(query), values).scalar()


@pytest.fixture
def old(fresh_db: str) -> dict[str, int]:
    """Give the ids of places and doors as the rules before made them: one street and one hamlet in two spellings each, one road."""
    places = {
        "long": ("street", "Cách Mạng Tháng Tám", "cach mang thang tam"),
        "short": ("street", "CMT8", "cmt8"),
        "road": ("street", "Q.L. 12", "q l 12"),
        "alone": ("street", "Lê Lợi", "le loi"),
        "words": ("hamlet", "Ấp Bốn", "bon"),
        "digits": ("hamlet", "Ấp 4", "ap 4"),
        "alley": ("alley", "Hẻm Dầu", "dau"),
    }
    ids = {name: _one(fresh_db, _PLACE, kind=kind, name=said, key=key) for name, (kind, said, key) in places.items()}
    doors = {"12 long": "long", "14 long": "long", "12 short": "short", "16 short": "short", "9 words": "words", "1 road": "road"}
    return ids | {name: _one(fresh_db, _DOOR, place=ids[place], number=name.split(" ")[0]) for name, place in doors.items()}


def test_places_that_are_one_now_become_one_and_their_doors_move(fresh_db: str, old: dict[str, int]) -> None:
    """Doors keep their ids; a number that both have stays where it is; what moved is remembered; a second call finds nothing."""
    with db.engine(fresh_db).begin() as connection:
        assert rekey(connection) == Rekeyed(places=4, merged=2, moved=2)
        assert rekey(connection) == Rekeyed(0, 0, 0)
    where = "SELECT string_agg(id::text, ',' ORDER BY id) FROM address WHERE place_id = :place"
    assert _one(fresh_db, where, place=old["long"]) == ",".join(str(old[door]) for door in ("12 long", "14 long", "16 short"))
    assert _one(fresh_db, where, place=old["short"]) == str(old["12 short"])
    assert _one(fresh_db, where, place=old["digits"]) == str(old["9 words"])
    assert _one(fresh_db, "SELECT count(*) FROM place WHERE id = :place", place=old["words"]) == 0
    keys = "SELECT string_agg(key, ';' ORDER BY id) FROM place WHERE fold_version = :version"
    assert _one(fresh_db, keys, version=FOLD_VERSION) == f"cach mang thang 8;cach mang thang 8 / {old['short']};quoc lo 12;le loi;ap 4;dau"
    changed = "SELECT string_agg(entity || entity_id, ' ' ORDER BY id) FROM change WHERE actor = 'diachiso db upgrade'"
    assert _one(fresh_db, changed) == f"address{old['16 short']} address{old['9 words']} place{old['words']}"


def test_a_door_of_an_old_spelling_is_found_by_every_spelling_afterwards(fresh_db: str, old: dict[str, int]) -> None:
    """What was registered on CMT8 is found on Cách Mạng Tháng Tám, and the other way round."""
    db.upgrade(fresh_db)
    with db.session(fresh_db) as session:
        resolver = Resolver.open(session)
        for street in ("CMT8", "đường Cách Mạng Tháng Tám", "C.M.T. 8", "cach mang thang 8"):
            for door in ("14 long", "16 short"):
                answer = resolver.resolve(session, Query(f"{door.split(' ')[0]} {street}, Phường Điện Biên Phủ, Điện Biên"))
                assert answer.best is not None
                assert answer.best.address_id == old[door], street


def test_a_digest_without_a_key_gets_one(fresh_db: str, old: dict[str, int]) -> None:
    """A household that was told again before is the same one under the key; other references stay."""
    add = "INSERT INTO household (address_id, province_code, ref) VALUES (:door, '11', :ref)  RETURNING id"
    for ref in ("XB9CEB5A57EEBAA54", "H000039"):
        _one(fresh_db, add, door=old["1 road"], ref=ref)
    with db.engine(fresh_db).begin() as connection:
        command.downgrade(db.alembic_config(connection), "0009-1")
    db.upgrade(fresh_db)
    assert _one(fresh_db, "SELECT string_agg(ref, ' ' ORDER BY ref) FROM household") == f"H000039 {opaque('ong nguyen van xuan')}"


def test_a_dashed_letter_is_the_letter_of_the_number_after_the_migration(fresh_db: str, old: dict[str, int]) -> None:
    """12-a becomes 12a and is remembered; where 14a stands beside 14-a already, nothing is touched."""
    dashed = [_one(fresh_db, _DOOR, place=old["alone"], number=number) for number in ("12-a", "3/14-a", "14-a", "14a", "12-14")]
    with db.engine(fresh_db).begin() as connection:
        command.downgrade(db.alembic_config(connection), "0009-1")
    db.upgrade(fresh_db)
    with db.session(fresh_db) as session:
        rows = session.execute(text("SELECT house_key, house_path FROM address WHERE id = ANY (:ids) ORDER BY id"), {"ids": dashed})
        assert [tuple(row) for row in rows] == [("12a", "12A"), ("3/14a", "3/14A"), ("14-a", "14-A"), ("14a", "14A"), ("12-14", "12-14")]
    assert _one(fresh_db, "SELECT count(*) FROM change WHERE reason = '12-A = 12A'") == 2


def test_an_upgrade_moves_doors_and_puts_rights_in_place_at_once(fresh_db: str, old: dict[str, int]) -> None:
    """A registry of older rules comes up in one go: what the new folding moves is numbered before the tables are altered."""
    with db.engine(fresh_db).begin() as connection:
        connection.execute(text("COMMENT ON FUNCTION audit_stays() IS 'rights of before'"))
        connection.execute(text("ALTER TABLE feed DISABLE ROW LEVEL SECURITY"))
    db.upgrade(fresh_db)
    where = "SELECT count(*) FROM address WHERE place_id = :place"
    assert _one(fresh_db, where, place=old["short"]) == 1
    assert _one(fresh_db, "SELECT count(*) FROM feed WHERE no IS NOT NULL AND changes > 0") > 0
    assert _one(fresh_db, "SELECT relrowsecurity FROM pg_class WHERE relname = 'feed'")
