"""A reform meets the life of doors: what was merged, proposed, frozen or handed over before it holds after it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from loaders.reform.apply import Wanted, apply_reform
from loaders.rollback import rollback_batch
from registry import db
from registry.corrections import Proposal, listed, propose
from registry.coverage import coverage
from registry.doctor.examine import CHECKS
from registry.errors import RefusedError
from registry.life.fields import amendment
from registry.life.merge import merge
from registry.life.revive import revive
from registry.life.story import story
from registry.security.caller import OWNER
from registry.snapshots import find, take, verify
from registry.tally import differences
from service.code_card import find as card_of
from tests.db.handover import door, load, scalar
from tests.db.test_reform import HEAD, WHO, table

MERGED = {"xa": "Phường Mường Thanh", "ma_xa": "03334", "kinh_do": "103.02", "vi_do": "21.37"}
SPLIT = {"xa": "Xã Sín Thầu", "ma_xa": "03158", "duong": "", "thon_to": "Bản Na", "kinh_do": "102.27", "vi_do": "22.39"}
ROWS = [
    *(door(so_nha=str(number), ma_ho=f"H{number}") for number in (2, 4)),
    *(door(so_nha=str(number), ma_ho=f"H{number}", **MERGED) for number in (6, 8)), door(so_nha="3", **SPLIT), door(so_nha="5", **SPLIT),
]  # fmt: skip
LAI_CHAU = {"xa": "Phường Tân Phong", "tinh": "Tỉnh Lai Châu", "kinh_do": "103.47", "vi_do": "22.39", "ma_ho": "H6"}
# Mường Thanh goes to the province beside, Sín Thầu is split and its code goes to another unit.
TABLE = HEAD + (
    "2026-11-01,03334,Phường Mường Thanh,03334,Phường Mường Thanh,12,,\n"
    "2026-11-01,03158,Xã Sín Thầu,03163,Xã Sín Thầu,11,một phần,\n"
    "2026-11-01,03158,Xã Sín Thầu,03127,Xã A Pa Chải,11,một phần,Bản Tả Miếu\n"
    "2026-11-01,03163,Xã Mường Toong,03158,Xã Mường Toong,11,,\n"
    "2026-11-01,03127,Phường Điện Biên Phủ,03151,Phường Mường Phủ,11,,\n"
    "2026-11-01,03151,Phường Mường Lay,03151,Phường Mường Phủ,11,,\n"
)
JOINED = HEAD + "2026-11-10,11,Tỉnh Điện Biên,12,Tỉnh Tây Bắc,,,\n2026-11-10,12,Tỉnh Lai Châu,12,Tỉnh Tây Bắc,,,\n"


@pytest.fixture
def codes(fresh_db: str, tmp_path: Path) -> dict[str, str]:
    """Give the codes of the doors above, by number."""
    report, result = load(fresh_db, tmp_path / "doors.csv", ROWS)
    assert report.counts["accepted_new"] == len(ROWS), result
    return {row["so_nha"]: row["result_code"] for row in result}


def reformed(url: str, tmp_path: Path, content: str = TABLE) -> None:
    """Apply a table; nothing may be wrong with the registry afterwards."""
    with db.session(url) as session:
        apply_reform(session, table(tmp_path, content), Wanted(**WHO))
    assert healthy(url)


def healthy(url: str) -> bool:
    """Tell whether counts, references and codes are as they should be."""
    with db.session(url) as session:
        assert not differences(session)
    with db.engine(url).connect() as connection:
        return {check(connection).level for check in CHECKS if check.__name__ in {"tally", "orphans", "codes", "feed"}} == {"ok"}


def lives(url: str, act: Any, *words: str) -> None:  # noqa: ANN401 - an act of a door's life
    """Do something to a door and keep it."""
    with db.session(url) as session:
        act(session, *words, actor="an", reason="biên bản 3")
        session.commit()


@pytest.mark.parametrize("way", [("2", "6"), ("6", "2")])
def test_a_reform_parts_a_merged_door_from_its_heir(fresh_db: str, tmp_path: Path, codes: dict[str, str], way: tuple[str, str]) -> None:
    """One goes to another province, the other stays: the code leads there all the same, and the merge can be taken back."""
    gone, heir = (codes[number] for number in way)
    lives(fresh_db, merge, gone, heir)
    reformed(fresh_db, tmp_path)
    with db.session(fresh_db) as session:
        card = card_of(session, gone, OWNER)
        assert (card["replaced_by"], card["active_code"]) == (heir, heir)
        assert "reformed" in {entry.kind for entry in story(session, codes["6"])}
    lives(fresh_db, revive, gone)
    assert healthy(fresh_db)
    assert (
        scalar(fresh_db, "SELECT count(*) FROM household h JOIN address a ON a.id = h.address_id AND a.province_code = h.province_code")
        == 4
    )


@pytest.mark.usefixtures("codes")
def test_references_that_both_provinces_bear_are_told_apart(fresh_db: str, tmp_path: Path) -> None:
    """H6 is a household of Lai Châu too: the one that comes keeps its door, and says where it came from."""
    report, result = load(fresh_db, tmp_path / "more.csv", [door(so_nha="1", **LAI_CHAU)])
    assert report.counts["accepted_new"] == 1, result
    reformed(fresh_db, tmp_path)
    assert scalar(fresh_db, "SELECT string_agg(ref, ', ' ORDER BY ref) FROM household WHERE province_code = '12'") == "H6, H6 / 11, H8"


def test_a_proposal_goes_where_its_door_goes(fresh_db: str, tmp_path: Path, codes: dict[str, str]) -> None:
    """The province that has the door now decides."""
    with db.session(fresh_db) as session:
        propose(session, codes["6"], Proposal(amendment({"so_nha": "6A"}) and {"so_nha": "6A"}), reason="biển ghi 6A", proposed_by="gv-1")
        session.commit()
    reformed(fresh_db, tmp_path)
    with db.session(fresh_db) as session:
        assert [each.code for each in listed(session, "12", "waiting")] == [codes["6"]]


@pytest.mark.usefixtures("codes")
def test_doors_that_wait_have_a_line_of_their_own(fresh_db: str, tmp_path: Path) -> None:
    """Whatever unit bears their code today, whatever province they come to; and no part is given all households of what was split."""
    reformed(fresh_db, tmp_path)
    for province, content in (("11", ""), ("12", JOINED)):
        if content:
            reformed(fresh_db, tmp_path, content)
        with db.session(fresh_db) as session:
            report = coverage(session, province)
            country = next(each for each in coverage(session, None).lines if each.code == province)
        held = {line.name: line.addresses for line in report.lines if line.addresses}
        assert {name: count for name, count in held.items() if "Sín Thầu" in name} == {"Xã Sín Thầu (đã đổi địa giới, chưa phân lại)": 2}
        assert report.total.addresses == country.addresses == sum(held.values())
    parts = "SELECT count(*) FROM baseline WHERE code IN ('03163', '03127') AND units_as_of = '2026-11-01' AND households > 100"
    assert scalar(fresh_db, parts) == 2


@pytest.mark.usefixtures("codes")
def test_a_frozen_period_is_found_again_after_a_reform(fresh_db: str, tmp_path: Path) -> None:
    """Approximate areas end with their unit, figures do not; nor do rows that wait, whose province and commune of then are known."""
    report, result = load(
        fresh_db, tmp_path / "waits.csv", [door(so_nha="9", ma_xa="03163", xa="Xã Mường Toong", kinh_do="")], province="11"
    )
    assert report.counts["incomplete"] == 1, result
    with db.session(fresh_db) as session:
        session.execute(text("UPDATE batch SET committed_at = '2026-09-01'"))
        take(session, "2026-Q3")
        session.commit()
    for content in (TABLE, JOINED):
        reformed(fresh_db, tmp_path, content)
        with db.session(fresh_db) as session:
            assert verify(session, find(session, "2026-Q3")) == ()


@pytest.mark.usefixtures("codes")
def test_a_batch_is_not_undone_under_a_reform_that_took_its_doors_elsewhere(fresh_db: str, tmp_path: Path) -> None:
    """The image lies in a province that the door has left: refused, not half restored."""
    report, _ = load(fresh_db, tmp_path / "b.csv", [door(so_nha="6", ghi_chu="cổng xanh", **MERGED)])
    assert report.counts["accepted_changed"] == 1
    reformed(fresh_db, tmp_path)
    with db.session(fresh_db) as session, pytest.raises(RefusedError, match="reform"):
        rollback_batch(session, report.batch_id or 0)
