"""A reform ends units, begins others and takes every door along: codes and history stay, nothing is guessed, nothing is half done."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from geocode.resolver import Resolver
from geocode.types import Query
from loaders.baselines import Origin, import_baseline
from loaders.reform import apply as applying
from loaders.reform.apply import Wanted, apply_reform
from loaders.reform.decide import decide, waiting_csv
from registry import db
from registry.errors import FileRefused, RefusedError, UsageError
from registry.tally import differences
from registry.units_load import load_all
from tests.conftest import Answer
from tests.db import faults
from tests.db.handover import contents, door, load, scalar

WHO = {"actor": "an", "reason": "NQ 12 (made up)"}
HEAD = "ngay_hieu_luc,ma_cu,ten_cu,ma_moi,ten_moi,ma_tinh,phan,gom\n"
# Mường Thanh goes into Điện Biên Phủ under its own code; Sín Thầu is split, one hamlet is named.
TABLE = HEAD + (
    "2026-11-01,03127,Phường Điện Biên Phủ,03334,Phường Mường Phủ,11,,\n"
    "2026-11-01,03334,Phường Mường Thanh,03334,Phường Mường Phủ,11,,\n"
    "2026-11-01,03158,Xã Sín Thầu,03158,Xã Sín Thầu,11,một phần,\n"
    "2026-11-01,03158,Xã Sín Thầu,03127,Xã A Pa Chải,11,một phần,Bản Tả Miếu\n"
)
AGAIN = HEAD + "2026-11-10,03334,Phường Mường Phủ,03151,Phường Mường Lay,11,,\n"
MERGED = {"xa": "Phường Mường Thanh", "ma_xa": "03334", "kinh_do": "103.02", "vi_do": "21.37"}
SPLIT = {"xa": "Xã Sín Thầu", "ma_xa": "03158", "duong": "", "kinh_do": "102.27", "vi_do": "22.39"}
ROWS = [
    *(door(so_nha=str(number)) for number in (2, 4, 6)),
    *(door(so_nha=str(number), **MERGED) for number in (8, 10)),
    *(door(so_nha="4", duong="Trần Phú", **each) for each in ({}, MERGED)),
    door(so_nha="7", duong="", thon_to="Tổ dân phố 5"), door(so_nha="7", duong="", thon_to="Tổ dân phố 5", **MERGED),
    door(so_nha="1", thon_to="Bản Tả Miếu", **SPLIT), door(so_nha="2", thon_to="Bản Na", **SPLIT),
    door(so_nha="3", thon_to="Bản Na", **SPLIT),
]  # fmt: skip


@pytest.fixture
def registered(fresh_db: str, tmp_path: Path) -> str:
    """Give a registry of the doors above."""
    report, result = load(fresh_db, tmp_path / "doors.csv", ROWS, province="11")
    assert report.counts["accepted_new"] == len(ROWS), [(row["so_nha"], row["xa"], row["result_issues"]) for row in result]
    return fresh_db


def table(tmp_path: Path, content: str = TABLE) -> Path:
    """Write a succession table."""
    path = tmp_path / "table.csv"
    path.write_text(content, encoding="utf-8")
    return path


def reformed(url: str, path: Path, **wanted: Any) -> Any:  # noqa: ANN401 - the fields of Wanted
    """Apply a table; return the report of its day."""
    with db.session(url) as session:
        return apply_reform(session, path, Wanted(**{**WHO, **wanted})).days[0]


def homes(url: str) -> dict[str, str]:
    """Return the unit of every door, as code and name."""
    query = "SELECT a.recorded_text, u.code || ' ' || u.full_name FROM address a JOIN unit u ON u.id = a.commune_id ORDER BY 1"
    with db.session(url) as session:
        return {str(at): f"{where}" for at, (_, where) in enumerate(session.execute(text(query)))}


def test_doors_go_by_succession_and_record_and_the_rest_waits(registered: str, tmp_path: Path) -> None:
    """Merged communes meet under a reused code; a named hamlet decides; two doors wait in the unit that was, and are listed."""
    codes = scalar(registered, "SELECT jsonb_object_agg(address_id, code) FROM digital_address")
    day = reformed(registered, table(tmp_path))
    assert sum(flow.doors for flow in day.flows if flow.how == "succession") == 9
    assert sum(flow.doors for flow in day.flows if flow.how == "record") == 1
    assert [(waits.recorded_text[0], waits.choices) for waits in day.waiting] == [
        (n, "03127 Xã A Pa Chải; 03158 Xã Sín Thầu") for n in "23"
    ]
    assert sorted(homes(registered).values()) == ["03127 Xã A Pa Chải", *["03158 Xã Sín Thầu"] * 2, *["03334 Phường Mường Phủ"] * 9]
    assert scalar(registered, "SELECT jsonb_object_agg(address_id, code) FROM digital_address") == codes
    with db.session(registered) as session:
        assert not differences(session)


def test_streets_meet_hamlets_keep_their_commune_and_shared_numbers_tell_two_streets(registered: str, tmp_path: Path) -> None:
    """One Võ Nguyên Giáp, two Tổ dân phố 5, and two Trần Phú, because each has a number 4 with a code of its own."""
    assert reformed(registered, table(tmp_path)).counts["numbers_twice"] == 1
    query = "SELECT jsonb_agg(p.name ORDER BY p.name) FROM place p JOIN unit u ON u.id = p.commune_id AND u.in_force WHERE u.code = '03334'"
    assert scalar(registered, query) == ["Trần Phú", "Trần Phú", "Tổ dân phố 5", "Tổ dân phố 5", "Võ Nguyên Giáp"]
    report, result = load(
        registered, tmp_path / "more.csv", [door(so_nha="4", duong="Trần Phú", xa="Phường Mường Phủ", kinh_do="103.02", vi_do="21.37")]
    )
    assert report.counts["accepted_same"] + report.counts["accepted_changed"] == 1, result


def test_the_same_table_again_changes_nothing_and_a_later_one_goes_on(registered: str, tmp_path: Path) -> None:
    """A second run is a no-op; the next reform works upon the first; `units load` leaves both alone."""
    path = table(tmp_path)
    reformed(registered, path)
    before = contents(registered)
    assert reformed(registered, path).known
    assert contents(registered) == before
    assert reformed(registered, table(tmp_path, AGAIN)).counts["doors"] == 9
    with db.session(registered) as session:
        session.execute(text("COMMENT ON CONSTRAINT ex_unit_code_valid ON unit IS NULL"))
        assert load_all(session).changed
        session.commit()
    assert scalar(registered, "SELECT count(*) FROM unit WHERE reform_id IS NOT NULL") == 4
    assert sorted(homes(registered).values()).count("03151 Phường Mường Lay") == 9


def test_the_trail_names_the_provinces_of_a_reform(registered: str, tmp_path: Path) -> None:
    """Of the units that it ends and begins, each day for itself, and of what an officer decides."""
    days = TABLE + "2026-11-12,00004,Phường Ba Đình,00004,Phường Ba Đình Mới,01,,\n"
    waiting = reformed(registered, table(tmp_path, days)).waiting
    named = (
        "SELECT string_agg(DISTINCT entity || ' ' || provinces, ', ') FROM audit WHERE entity IN ('address', 'reform_waiting') AND id > {}"
    )
    assert scalar(registered, named.format(0)) == "address 01, address 11, reform_waiting 01, reform_waiting 11"
    last = scalar(registered, "SELECT max(id) FROM audit")
    answers = tmp_path / "answers.csv"
    answers.write_text(waiting_csv(waiting[:1]).rstrip() + "03127\n", encoding="utf-8")
    with db.session(registered) as session:
        assert decide(session, answers, **WHO).moved == 1
    assert scalar(registered, named.format(last)) == "address 11, reform_waiting 11"


def test_an_officer_decides_what_waits(registered: str, tmp_path: Path) -> None:
    """The list comes back filled in: doors move with their hamlet; a unit that is no candidate is a fault; the list again is a no-op."""
    waiting = reformed(registered, table(tmp_path)).waiting
    lines = waiting_csv(waiting).splitlines()
    answers = tmp_path / "answers.csv"
    with db.session(registered) as session:
        answers.write_text("\n".join([lines[0], lines[1] + "03151"]), encoding="utf-8")
        with pytest.raises(FileRefused, match="no candidate"):
            decide(session, answers, **WHO)
        answers.write_text("\n".join([lines[0], lines[1] + "03127", lines[2] + "Xã Sín Thầu"]), encoding="utf-8")
        assert decide(session, answers, **WHO).moved == 2
        assert decide(session, answers, **WHO).same == 2
        assert not differences(session)
    assert scalar(registered, "SELECT count(*) FROM address a JOIN unit u ON u.id = a.commune_id WHERE NOT u.in_force") == 0
    assert scalar(registered, "SELECT count(*) FROM place p JOIN unit u ON u.id = p.commune_id WHERE p.key = 'na' AND u.in_force") == 2


def test_old_names_new_names_and_waiting_doors_are_found(registered: str, tmp_path: Path) -> None:
    """The abolished ward, the ward that took its code, the door that waits; on a day before, the units of that day."""
    reformed(registered, table(tmp_path))
    with db.session(registered) as session:
        resolver = Resolver.open(session)
        asked = (
            "8 Võ Nguyên Giáp, Phường Mường Thanh, Điện Biên",
            "8 Võ Nguyên Giáp, Phường Mường Phủ, Điện Biên",
            "2 Bản Na, Xã Sín Thầu, Điện Biên",
        )
        found = [best for words in asked if (best := resolver.resolve(session, Query(words)).best)]
        assert [(one.level.value, one.unit.commune.name) for one in found if one.unit.commune] == [
            ("household", "Phường Mường Phủ"), ("household", "Phường Mường Phủ"), ("household", "Xã Sín Thầu"),
        ]  # fmt: skip
        before = resolver.resolve(session, Query(asked[0], on=date(2026, 1, 1))).best
        assert before is not None
        assert before.unit.commune is not None
        assert before.unit.commune.name == "Phường Mường Thanh"


def test_what_was_can_be_read(registered: str, tmp_path: Path) -> None:
    """Every moved door has its before-image, in the unit that it was in."""
    reformed(registered, table(tmp_path))
    query = (
        "SELECT count(*) FROM change c JOIN unit u ON u.id = (c.before ->> 'commune_id')::int WHERE NOT u.in_force AND entity = 'address'"
    )
    assert scalar(registered, query) == 10


def test_each_source_of_households_is_carried_for_itself(registered: str, tmp_path: Path) -> None:
    """A newer figure of one of two merged communes is not added to the census of the other; one of a split commune goes on, dated."""
    office = Origin("Cục Thống kê", date(2026, 4, 1))
    counted = tmp_path / "ho.csv"
    counted.write_text("ma_xa,so_ho\n03127,100\n03158,58\n", encoding="utf-8")
    now = "(SELECT id FROM unit WHERE level = 'commune' AND in_force AND code IN ('03127', '03334'))"
    census = f"SELECT sum(households) FROM baseline WHERE known_since IS NULL AND unit_id IN {now}"
    with db.session(registered) as session:
        import_baseline(session, counted, office, province="11")
        before = session.execute(text(census)).scalar_one()
        session.commit()
    reformed(registered, table(tmp_path))
    with db.session(registered) as session:
        merged = "(SELECT id FROM unit WHERE code = '03334' AND in_force AND level = 'commune')"
        assert session.execute(text(f"SELECT households, source FROM baseline WHERE unit_id = {merged}")).all() == [
            (before, "2019 census carried to the units of 2025")
        ]
        split = "SELECT sum(households), min(known_since) FROM baseline WHERE source = 'Cục Thống kê' AND units_as_of = '2026-11-01'"
        assert session.execute(text(split)).one()[0] == 58
        assert session.execute(text(split)).one()[1] is not None
        assert import_baseline(session, a_count(tmp_path), office, province="11").added == 1


def a_count(tmp_path: Path) -> Path:
    """Write the households of the merged commune."""
    path = tmp_path / "ho_moi.csv"
    path.write_text("ma_xa,so_ho\n03334,19000\n", encoding="utf-8")
    return path


def test_a_reform_that_breaks_off_leaves_nothing(registered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens half-way, units, doors and places are as before; so they are after a dry run."""

    def state() -> Any:  # noqa: ANN401 - rows
        return contents(registered), scalar(registered, "SELECT count(*) FROM unit"), scalar(registered, "SELECT count(*) FROM reform")

    before = state()
    assert reformed(registered, table(tmp_path), dry_run=True).counts["doors"] == 10
    assert state() == before

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(applying, "carry_baselines", broken)
    with pytest.raises(KeyboardInterrupt):
        reformed(registered, table(tmp_path))
    assert state() == before


def test_refusals(registered: str, tmp_path: Path) -> None:
    """A day to come, nobody who answers for it, an import under way: refused, each with a way out."""
    path = table(tmp_path, TABLE.replace("2026-11-01", "2099-01-01"))
    with pytest.raises(RefusedError, match="takes effect") as refused:
        reformed(registered, path)
    assert "--early" in refused.value.hint
    with pytest.raises(UsageError):
        reformed(registered, path, reason=" ")
    with faults.held(registered, faults.importing("11")), pytest.raises(RefusedError, match=r"hue\.csv"):
        reformed(registered, path, wait=False)


def test_the_commands_answer_in_words(command: Callable[..., Answer], tmp_path: Path) -> None:
    """Template, apply, list, show, waiting and export: two languages; a faulty table is exit code 1, line and column."""
    path = tmp_path / "t.csv"
    path.write_text(command("reform", "template").out, encoding="utf-8")
    assert "nothing was changed" in command("reform", "apply", str(path), "--dry-run").out
    assert "applied" in command("reform", "apply", str(path), "--reason", "NQ", "--actor", "an").out
    assert "known already" in command("reform", "apply", str(path), "--reason", "NQ", "--actor", "an").out
    assert "NQ" in command("reform", "list").out
    assert "03999" in command("reform", "export", "--date", "2026-11-01").out
    assert command("reform", "waiting").out.startswith("so,")
    assert "made from" in command("units", "trace", "03999").out
    path.write_text(path.read_text(encoding="utf-8").replace("03127", "99998").replace("2026-11-01", "2026-11-02"), encoding="utf-8")
    refused = command("reform", "apply", str(path), "--reason", "NQ", "--actor", "an")
    assert refused.code == 1
    assert "dòng 2, cột ma_cu" in refused.err
