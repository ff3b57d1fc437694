"""Every key of what lies apart by province holds the province, and what one batch does in two provinces stays together in each."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.quarantine import quarantined
from loaders.resubmit import resubmit
from loaders.result import write_quarantine
from loaders.rollback import rollback_batch
from registry import db
from registry.distribution import DISTRIBUTED, NO_PROVINCE
from registry.doctor.examine import CHECKS
from registry.history import Entity, remember
from tests.db.handover import contents, door, fate, load, scalar

NINH_BINH = {"xa": "Phường Phủ Lý", "huyen": "", "tinh": "Ninh Bình", "kinh_do": "105.9167", "vi_do": "20.5410"}
NDAS = "3210000012"
_KEYS = text("""
SELECT t.relname || ': ' || c.relname FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_class AS t ON t.oid = i.indrelid
WHERE t.relname = ANY (:tables) AND i.indisunique AND NOT EXISTS (
    SELECT FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.attname = 'province_code' AND a.attnotnull AND a.attnum = ANY (i.indkey)
)
""")
_FOREIGN = text("""
SELECT k.conname FROM pg_constraint AS k JOIN pg_class AS t ON t.oid = k.confrelid
WHERE k.contype = 'f' AND t.relname = ANY (:tables) AND NOT EXISTS (
    SELECT FROM pg_attribute AS a
    WHERE a.attrelid = k.conrelid AND a.attname = 'province_code' AND a.attnum = k.conkey[array_position(k.confkey, (
        SELECT o.attnum FROM pg_attribute AS o WHERE o.attrelid = t.oid AND o.attname = 'province_code'))]
)
""")
# Rows that do not lie in the province of their door.
_ASTRAY = """
SELECT count(*) FROM address AS a JOIN unit AS u ON u.id = a.commune_id
LEFT JOIN household AS h ON h.address_id = a.id LEFT JOIN digital_address AS c ON c.address_id = a.id
LEFT JOIN external_code AS e ON e.address_id = a.id LEFT JOIN batch_row AS r ON r.address_id = a.id
LEFT JOIN change AS g ON g.entity = 'address' AND g.entity_id = a.id::text LEFT JOIN commune_tally AS t ON t.commune_id = a.commune_id
WHERE a.province_code <> u.province_code OR a.province_code <> coalesce(h.province_code, a.province_code)
   OR a.province_code <> coalesce(c.province_code, a.province_code)
   OR a.province_code <> coalesce(e.province_code, a.province_code) OR a.province_code <> coalesce(r.province_code, a.province_code)
   OR a.province_code <> coalesce(g.province_code, a.province_code) OR a.province_code <> t.province_code
"""


def two_provinces(**cells: str) -> list[dict[str, str]]:
    """Return five doors in Điện Biên and five in Ninh Bình, each with a household."""
    here = [door(**{"so_nha": str(number), "ma_ho": f"A{number}", **cells}) for number in range(1, 6)]
    there = [door(**{"so_nha": str(number), "ma_ho": f"B{number}", **NINH_BINH, **cells}) for number in range(1, 6)]
    return here + there


def astray(url: str) -> int:
    """Count what does not lie with its door; the doctor must agree."""
    with db.engine(url).connect() as connection:
        worst = {check(connection).level for check in CHECKS if check.__name__ in {"tally", "orphans", "codes"}}
    assert worst == {"ok"}
    return int(scalar(url, _ASTRAY))


def test_every_unique_key_of_a_distributed_table_holds_the_province(session: Session) -> None:
    """Primary keys, unique constraints and unique indexes: one without the province could not be kept on two nodes."""
    assert session.execute(_KEYS, {"tables": list(DISTRIBUTED)}).scalars().all() == []


def test_every_foreign_key_to_a_distributed_table_holds_the_province(session: Session) -> None:
    """A reference between two such tables stays inside one province."""
    assert session.execute(_FOREIGN, {"tables": list(DISTRIBUTED)}).scalars().all() == []


def test_a_batch_of_two_provinces_lies_with_its_doors(fresh_db: str, tmp_path: Path) -> None:
    """Doors, codes, households, rows, changes and counts of one file lie in two provinces, also when it comes again with news."""
    _, first = load(fresh_db, tmp_path / "a.csv", two_provinces())
    _, again = load(fresh_db, tmp_path / "b.csv", two_provinces(ghi_chu="cổng xanh"))
    assert {outcome for outcome, _ in fate(first) + fate(again)} == {"accepted"}
    assert [row["result_code"] for row in first] == [row["result_code"] for row in again]
    assert scalar(fresh_db, "SELECT string_agg(DISTINCT province_code, ' ') FROM change WHERE entity <> 'unit'") == "11 37"
    assert scalar(fresh_db, "SELECT string_agg(province_code || addresses, ' ' ORDER BY province_code) FROM commune_tally") == "115 375"
    assert astray(fresh_db) == 0


def test_a_rollback_undoes_both_provinces(fresh_db: str, tmp_path: Path) -> None:
    """Before-images come back in each province, new doors go, their codes stay withdrawn where they were."""
    load(fresh_db, tmp_path / "a.csv", two_provinces())
    before = contents(fresh_db)
    added = [door(so_nha="9"), door(so_nha="9", **NINH_BINH)]
    report, _ = load(fresh_db, tmp_path / "b.csv", [*two_provinces(ghi_chu="cổng xanh"), *added])
    with db.session(fresh_db) as session:
        assert rollback_batch(session, report.batch_id or 0) == {"restored": 10, "removed": 2}
    withdrawn = "SELECT string_agg(province_code, ' ' ORDER BY province_code) FROM digital_address WHERE status = 'withdrawn'"
    assert scalar(fresh_db, withdrawn) == "11 37"
    after = contents(fresh_db)
    assert {table: rows for table, rows in after.items() if table == "address"} == {"address": before["address"]}
    assert astray(fresh_db) == 0


def test_a_complete_list_retires_and_a_later_one_revives_in_both_provinces(fresh_db: str, tmp_path: Path) -> None:
    """A door left out of the list goes in each province, and comes back there with its code."""
    _, first = load(fresh_db, tmp_path / "a.csv", two_provinces())
    kept = [row for row in two_provinces() if row["so_nha"] != "5"]
    load(fresh_db, tmp_path / "b.csv", kept, complete=True)
    gone = "SELECT string_agg(province_code, ' ' ORDER BY province_code) FROM address WHERE retired_at IS NOT NULL"
    assert scalar(fresh_db, gone) == "11 37"
    _, back = load(fresh_db, tmp_path / "c.csv", two_provinces(ghi_chu="lại"))
    assert scalar(fresh_db, gone) is None
    assert [row["result_code"] for row in back] == [row["result_code"] for row in first]
    assert astray(fresh_db) == 0


@pytest.mark.parametrize("province", [None, "37"])
def test_a_mended_row_finds_the_kept_one_wherever_its_door_lies(fresh_db: str, tmp_path: Path, province: str | None) -> None:
    """Kept rows lie with their batch; one mended at the second try, in the province of its door, settles both tries."""
    rows = [door(so_nha="9", **{**NINH_BINH, "xa": "Phường Không Có"})]
    report, _ = load(fresh_db, tmp_path / "a.csv", rows, province=province)
    with db.session(fresh_db) as session:
        sheet = tmp_path / "sua.csv"
        write_quarantine(quarantined(session, report.batch_id or 0), sheet)
        sheet.write_text(sheet.read_text(encoding="utf-8-sig").replace("Không Có", "Cũng Không"), encoding="utf-8")
        resubmit(session, sheet)
        assert session.execute(text("SELECT string_agg(DISTINCT province_code, ' ') FROM batch_row")).scalar() == (province or NO_PROVINCE)
        sheet.write_text(sheet.read_text(encoding="utf-8").replace("Cũng Không", "Phủ Lý"), encoding="utf-8")
        assert resubmit(session, sheet).accepted == 1
    assert scalar(fresh_db, "SELECT count(*) FROM batch_row WHERE outcome <> 'accepted' AND resolved_by IS NULL") == 0
    assert scalar(fresh_db, "SELECT province_code FROM batch_row WHERE outcome = 'accepted'") == "37"


def test_a_withdrawn_code_of_the_post_lives_again_in_another_province(fresh_db: str, tmp_path: Path) -> None:
    """It moves with the door that brings it: the code stands once, and nothing is left where it was."""
    report, _ = load(fresh_db, tmp_path / "a.csv", [door(ma_dia_chi_so=NDAS)], province="11")
    with db.session(fresh_db) as session:
        rollback_batch(session, report.batch_id or 0)
    _, result = load(fresh_db, tmp_path / "b.csv", [door(ma_dia_chi_so=NDAS, **NINH_BINH)], province="37")
    assert (fate(result)[0][0], result[0]["result_code"]) == ("accepted", NDAS)
    assert scalar(fresh_db, "SELECT string_agg(province_code || status, ' ') FROM digital_address") == "37active"


def test_one_code_of_two_provinces_in_a_file_is_not_taken_twice(fresh_db: str, tmp_path: Path) -> None:
    """Doors without numbers are told apart by their code; the same code in another province is a repetition, not the same door."""
    bare = {"so_nha": "", "ma_dia_chi_so": NDAS}
    _, result = load(fresh_db, tmp_path / "a.csv", [door(**bare), door(**{**NINH_BINH, **bare})])
    assert "row.code_repeated" in fate(result)[1][1]
    assert scalar(fresh_db, "SELECT count(*) FROM digital_address WHERE code = :code", code=NDAS) == 1


def test_what_is_remembered_lies_with_its_row(fresh_db: str, tmp_path: Path) -> None:
    """A change of a door, code or household lies in its province, of a place in that of its commune, of a unit in none."""
    load(fresh_db, tmp_path / "a.csv", [door(ma_ho="A1")])
    asked: dict[Entity, str] = {"address": "id", "digital_address": "code", "household": "id", "place": "id", "unit": "id"}
    with db.session(fresh_db) as session:
        for entity, key in asked.items():
            number = session.execute(text(f"SELECT min({key}) FROM {entity}")).scalar_one()
            remember(session, entity, [number], "update", actor="cán bộ", reason="thử")
        lies = {row.entity: row.province_code for row in session.execute(text("SELECT entity, province_code FROM change"))}
    assert lies == dict.fromkeys(asked, "11") | {"unit": NO_PROVINCE}


def test_the_doctor_names_what_lies_astray(fresh_db: str, tmp_path: Path) -> None:
    """A code that stands in two provinces, and a household that lies apart from its door, are told by `db doctor`."""
    load(fresh_db, tmp_path / "a.csv", [door(ma_ho="A1")])
    with db.engine(fresh_db).connect() as connection:
        connection.execute(
            text(
                "INSERT INTO digital_address (code, province_code, scheme, status, retired_at)"
                " SELECT code, '37', scheme, 'withdrawn', now() FROM digital_address"
            )
        )
        connection.execute(text("UPDATE household SET province_code = '37'"))
        told = [check(connection) for check in CHECKS if check.__name__ in {"orphans", "codes"}]
    assert [each.level for each in told] == ["fail", "fail"]
    assert "household.address_id" in told[0].vi
