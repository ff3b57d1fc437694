"""What a unit code means on a day, what it became, and how the reference tables are loaded."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry import db
from registry.errors import NotFoundError
from registry.settings import settings
from registry.succession import successors_today, trace
from registry.units import current_province, find, show
from registry.units_load import load_all, reference_version, tables_version

VECTORS = Path(__file__).parents[1] / "vectors"


def dien_bien() -> list[dict[str, str]]:
    """Return the 129 old communes of Điện Biên with what they became."""
    with (VECTORS / "dien_bien_units.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts(session: Session, day: str) -> dict[str, int]:
    """Return the number of units in force on a day by level."""
    query = text("SELECT level, count(*) AS number FROM unit WHERE valid @> CAST(:day AS date) GROUP BY 1")
    return {row.level: row.number for row in session.execute(query, {"day": day})}


def test_both_worlds_are_complete(session: Session) -> None:
    """63 provinces, 696 districts, 10,035 communes until 2025-06-30; 34 and 3,321 from then."""
    assert counts(session, "2025-06-30") == {"province": 63, "district": 696, "commune": 10_035}
    assert counts(session, "2025-07-01") == {"province": 34, "commune": 3_321}
    assert counts(session, "2026-11-22") == {"province": 34, "commune": 3_321}


def test_a_second_load_changes_nothing(session: Session) -> None:
    """The version in the database is that of the tables, and loading again is a no-op."""
    assert reference_version(session) == tables_version()
    assert not load_all(session).changed


def test_a_forced_load_keeps_the_ids_of_units(session: Session) -> None:
    """When the tables changed, units are matched by level, code and first day: ids stay, changed facts are mended."""
    ids = "SELECT array_agg((id, level, code, lower(valid))::text ORDER BY id) FROM unit"
    before = session.execute(text(ids)).scalar_one()
    session.execute(text("COMMENT ON CONSTRAINT ex_unit_code_valid ON unit IS NULL"))
    session.execute(text("UPDATE unit SET name = 'sai' WHERE code = '03166'"))
    report = load_all(session)
    assert report.changed
    assert session.execute(text(ids)).scalar_one() == before
    assert {view.name for view in show(session, "03166") if not view.recorded} == {"Chà Cang", "Mường Chà"}


def test_a_code_means_the_unit_of_the_day(session: Session) -> None:
    """03166 is Xã Chà Cang of Huyện Nậm Pồ in 2024, under Huyện Mường Nhé in 2010, and Xã Mường Chà today."""
    chains = [show(session, "03166", day)[0].chain for day in (date(2024, 1, 1), date(2010, 1, 1), date(2026, 1, 1))]
    assert chains == [
        "Xã Chà Cang, Huyện Nậm Pồ, Tỉnh Điện Biên",
        "Xã Chà Cang, Huyện Mường Nhé, Tỉnh Điện Biên",
        "Xã Mường Chà, Tỉnh Điện Biên",
    ]


def test_a_reused_code_shows_every_meaning(session: Session) -> None:
    """Without a day, all meanings are shown, oldest first, and the one in force says that its area is approximate."""
    found = [view for view in show(session, "03166") if not view.recorded]
    assert [view.full_name for view in found] == ["Xã Chà Cang", "Xã Mường Chà"]
    assert [view.boundary for view in found] == [None, "approximate"]
    assert found[0].last_day == date(2025, 6, 30)


def test_a_province_of_the_old_world_says_what_it_is_now(session: Session) -> None:
    """02 is no province today: the refusal says that it was Hà Giang and is 08 Tuyên Quang."""
    with pytest.raises(NotFoundError) as refused:
        current_province(session, "02")
    assert refused.value.hint == "02 là Tỉnh Hà Giang đến 2025-06-30, nay là 08 Tuyên Quang"
    assert current_province(session, "22").full_name == "Thành phố Quảng Ninh"


@pytest.mark.parametrize("code", ["00000", "99", "", "x" * 5000, "🏠", "9" * 40, "'; --"])
def test_an_unknown_code_is_refused_with_a_hint(session: Session, code: str) -> None:
    """Whatever was typed, the answer is a refusal with a hint."""
    with pytest.raises(NotFoundError) as refused:
        show(session, code)
    assert refused.value.hint


def test_units_are_found_by_name_without_accents(session: Session) -> None:
    """`muong cha` is a district, a township and a commune."""
    assert {view.kind for view in find(session, "muong cha")} == {"huyện", "thị trấn", "xã"}


def test_trace_tells_what_a_code_became_and_was_made_from(session: Session) -> None:
    """Chà Cang went whole to Xã Mường Chà, which was made from Chà Cang, Chà Nưa, Pa Tần and Nậm Tin."""
    old, new = (meaning for meaning in trace(session, "03166").meanings if not meaning.unit.recorded)
    assert [(step.kind, step.unit.full_name) for step in old.became] == [("whole", "Xã Mường Chà")]
    assert {step.unit.name for step in new.made_from} == {"Chà Cang", "Chà Nưa", "Pa Tần", "Nậm Tin"}


def test_trace_goes_through_2025_and_2026(session: Session) -> None:
    """Thị trấn Chờ became Xã Yên Phong in 2025 and with it Phường Yên Phong in 2026."""
    old = trace(session, "09193", date(2025, 1, 1)).meanings[0]
    assert [step.unit.full_name for step in old.became] == ["Xã Yên Phong"]
    assert [step.unit.full_name for step in old.became[0].then] == ["Phường Yên Phong"]
    assert [unit.full_name for unit in old.today] == ["Phường Yên Phong"]


def test_every_old_commune_has_units_today(session: Session) -> None:
    """Chains end in units in force for all 10,035 communes and 63 provinces; exactly one of a whole succession."""
    rows = successors_today(session)
    query = "SELECT id FROM unit WHERE level IN ('commune', 'province') AND NOT in_force"
    assert {row.old_unit_id for row in rows} >= set(session.execute(text(query)).scalars())
    wholes = [row.old_unit_id for row in rows if row.kind == "whole"]
    assert len(wholes) == len(set(wholes))
    assert all(row.all_people for row in rows if row.kind == "whole")


def test_the_communes_of_dien_bien_agree_with_the_decrees(session: Session) -> None:
    """All 129 old communes: name, district in 2018 (four moved in 2020), successor with its name and postal code."""
    for row in dien_bien():
        old = trace(session, row["old_code"], date(2025, 6, 30)).meanings[0]
        assert old.unit.full_name == row["old_name"]
        assert show(session, row["old_code"], date(2018, 1, 1))[0].district == row["district_2018"]
        found = [(unit.code, unit.full_name, unit.postal_code) for unit in old.today]
        assert found == [(row["new_code"], row["new_name"], row["new_postal_code"])]


def test_the_shared_vectors_agree(session: Session) -> None:
    """The facts file kept outside the repository says the same as the units in force."""
    path = settings().shared / "dien_bien_communes_2025.tsv"
    if not path.exists():
        pytest.skip("the shared facts are not here")
    with path.open(encoding="utf-8", newline="") as file:
        rows = {(row["gso_code"], row["full_name"], row["postal_code_qd2334"]) for row in csv.DictReader(file, delimiter="\t")}
    query = "SELECT code, full_name, postal_code FROM unit WHERE level = 'commune' AND province_code = '11' AND in_force"
    assert {tuple(row) for row in session.execute(text(query))} == rows


def test_the_commands_answer_in_words(command: Callable[..., Any]) -> None:
    """The commands print Vietnamese with English beside; dates may be written the Vietnamese way; bad ones are wrong usage."""
    shown = command("units", "show", "03166", "--on", "01/01/2024")
    assert shown.code == 0
    assert "Xã Chà Cang, Huyện Nậm Pồ, Tỉnh Điện Biên" in shown.out
    assert "APPROXIMATE" in command("units", "show", "03166", "--on", "2026-01-01").out
    assert "nay là / today 03166 Xã Mường Chà" in command("units", "trace", "03166").out
    assert command("units", "show", "03166", "--on", "2024-13-01").code == 2
    assert "nay là 08 Tuyên Quang" in command("units", "show", "02", "--on", "2026-01-01").err
    assert "Không có gì mới" in command("units", "load").out


def test_a_failed_load_leaves_nothing(fresh_db: str, tmp_path: Path) -> None:
    """A broken table stops the whole load: the database stays as it was."""
    for path in Path(load_all.__code__.co_filename).parent.joinpath("reference").glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "successions.csv").open("a", encoding="utf-8") as file:
        file.write("commune,99999,commune,00004,whole,false,2025-07-01,,nso_conversion\n")
    with db.session(fresh_db) as opened, pytest.raises(Exception, match="predecessor_id"):
        load_all(opened, tmp_path)
    with db.session(fresh_db) as opened:
        assert reference_version(opened) == tables_version()
        assert counts(opened, "2025-06-30")["commune"] == 10_035
