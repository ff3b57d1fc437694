"""Coverage is counted from the doors, names its denominators, and never hides what is missing or above 100 %."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loaders.batch import import_file
from loaders.quarantine import quarantined
from loaders.resubmit import resubmit
from loaders.rollback import rollback_batch
from registry import db
from registry.coverage import CoverageLine, CoverageReport, Ratio
from registry.coverage import coverage as kept_coverage
from registry.errors import NotFoundError, UsageError
from registry.ladder import Ladder
from registry.models.tables import Address, Baseline, Batch, BatchRow, CommuneTally, DigitalAddress, Household, Unit
from registry.tally import differences, recount, wrong_counters
from service.reports.coverage_csv import coverage_csv
from service.reports.coverage_html import coverage_html
from service.reports.coverage_json import coverage_json
from service.reports.coverage_table import cells, footnotes, percent
from service.reports.coverage_xlsx import coverage_xlsx

COMMUNE = "03127"
SAMPLES = Path(__file__).parents[2] / "sample_data"
LONG_AGO = datetime(2026, 1, 10, 3, tzinfo=UTC)


def a_commune(session: Session, code: str = COMMUNE) -> Unit:
    """Return a commune of today."""
    return session.scalars(select(Unit).where(Unit.level == "commune", Unit.code == code, Unit.in_force)).one()


def a_door(session: Session, code: str | None = None, refs: tuple[str, ...] = (), **fields: object) -> Address:
    """Add a door of one household in Phường Điện Biên Phủ, coded when a code is given."""
    commune = a_commune(session)
    values: dict[str, Any] = {
        "province_code": "11", "commune_id": commune.id, "recorded_unit_id": commune.id, "kind": "household", "households": 1,
        "status": "complete", "point": "SRID=4326;POINT(103.02 21.4)", "point_method": "handed_over", "original_x": 103.02,
        "original_y": 21.4, "original_crs": "EPSG:4326", "recorded_text": "", "fold_version": 1, "created_at": LONG_AGO,
    }  # fmt: skip
    door = Address(**values | fields)
    session.add(door)
    session.flush()
    session.add_all(Household(address_id=door.id, province_code="11", ref=ref) for ref in refs)
    if code:
        session.add(DigitalAddress(code=code, scheme="ndas", address_id=door.id, status="active", issued_at=LONG_AGO))
    session.flush()
    return door


def a_batch(session: Session, rows: list[dict[str, Any]], state: str = "committed") -> None:
    """Add a batch with these rows."""
    outcomes = [row["outcome"] for row in rows]
    batch = Batch(
        state=state, file_name="x.csv", file_sha256="0" * 64, file_bytes=1, options={}, province_code="11", actor="test", rows=len(rows),
        accepted_new=outcomes.count("accepted"), incomplete=outcomes.count("incomplete"), duplicate=outcomes.count("duplicate"),
        rejected=outcomes.count("rejected"), committed_at=LONG_AGO,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    for number, row in enumerate(rows, 1):
        accepted = row["outcome"] == "accepted"
        kept = {"change": "new"} if accepted else {"raw": {"xa": "x"}}
        session.add(BatchRow(**{"batch_id": batch.id, "row_no": number, "issues": [], **kept, **row}))
        if accepted:
            session.get_one(Address, row["address_id"]).created_batch_id = batch.id
    session.flush()


def coverage(session: Session, code: str | None, on: date | None = None) -> CoverageReport:
    """Return the report; that of today from the kept counts, after they were found equal to a count of the doors."""
    if on is None:
        recount(session)
    report = kept_coverage(session, code, on)
    assert on is not None or report == kept_coverage(session, code, anew=True)
    return report


def line(report: CoverageReport, code: str = COMMUNE) -> CoverageLine:
    """Return the line of a commune."""
    return next(each for each in report.lines if each.code == code)


def test_every_commune_of_today_has_a_line_with_its_census_households(session: Session) -> None:
    """Điện Biên has 45 communes, each with households of the 2019 census, and the total is their sum."""
    report = coverage(session, "11")
    assert len(report.lines) == 45
    assert all(each.baseline and each.baseline.households > 0 for each in report.lines)
    assert report.total.baseline
    assert report.total.baseline.households == sum(each.baseline.households for each in report.lines if each.baseline)


def test_a_door_counts_its_households_as_the_larger_of_stated_and_recorded(session: Session) -> None:
    """Two references behind a door of one stated household are two; a shop has none."""
    a_door(session, "3212000001", refs=("H11-A", "H11-B"))
    a_door(session, None, households=3)
    a_door(session, None, households=0, kind="business")
    found = line(kept_coverage(session, "11", anew=True))
    assert (found.addresses, found.household_addresses, found.households, found.households_coded, found.coded) == (3, 2, 5, 2, 1)
    assert found.ratios["a"] == Ratio(2, 5)
    assert found.baseline
    assert found.ratios["b"] == Ratio(2, found.baseline.households)


def test_retired_doors_and_retired_codes_do_not_count(session: Session) -> None:
    """A retired door is gone from its day on; a retired code covers nobody."""
    a_door(session, "3212000002", retired_at=datetime(2026, 5, 1, tzinfo=UTC))
    door = a_door(session, "3212000003")
    code = session.get_one(DigitalAddress, "3212000003")
    code.status, code.retired_at = "retired", datetime(2026, 6, 1, tzinfo=UTC)
    session.flush()
    now, before = line(coverage(session, "11")), line(coverage(session, "11", date(2026, 4, 30)))
    assert (now.addresses, now.coded) == (1, 0)
    assert (before.addresses, before.coded) == (2, 2)
    assert door.id


def test_a_day_counts_only_what_was_entered_by_then(session: Session) -> None:
    """A door entered on 11 January in Vietnam (still the tenth in UTC) is not there on the tenth."""
    a_door(session, created_at=datetime(2026, 1, 10, 20, tzinfo=UTC))
    assert line(coverage(session, "11", date(2026, 1, 10))).addresses == 0
    assert line(coverage(session, "11", date(2026, 1, 11))).addresses == 1


def test_notified_includes_plated(session: Session) -> None:
    """Notified means notified or further."""
    for status in ("collected", "verified", "notified", "plated"):
        a_door(session, status=status)
    assert line(coverage(session, "11")).notified == 2


def test_a_door_stands_on_the_highest_rung_that_it_and_all_below_reach(session: Session) -> None:
    """A plated door without a code is only complete; offices and shops climb ladders of their own, households are counted apart."""
    a_door(session, "3212000101", status="collected")
    a_door(session, "3212000102", status="verified", households=3)
    a_door(session, None, status="plated", households=2)
    a_door(session, "3212000103", status="plated", households=0, kind="office")
    a_door(session, None, status="collected", households=0, kind="business")
    found = line(coverage(session, "11"))
    assert found.ladders.household == Ladder(3, 2, 1, 1, 0, 0)
    assert found.ladders.office == Ladder(1, 1, 1, 1, 1, 1)
    assert found.ladders.business == Ladder(1, 0, 0, 0, 0, 0)
    assert found.ladders.households == Ladder(6, 5, 3, 3, 0, 0)
    assert found.ladder == Ladder(5, 3, 2, 2, 1, 1)
    told = found.to_dict()
    assert (told["ladder"]["coded"], told["objects"]["office"]["plated"], told["households_ladder"]["complete"]) == (2, 1, 5)


def test_the_hand_over_expects_accepted_doors_incomplete_and_rejected_rows(session: Session) -> None:
    """Duplicates are not expected twice, two rows of one door are one, rows of unknown commune stand on the province's line."""
    door, other = a_door(session, "3212000004"), a_door(session)
    known = {"commune_code": COMMUNE}
    a_batch(session, [
        {"outcome": "accepted", "address_id": door.id}, {"outcome": "accepted", "address_id": door.id},
        {"outcome": "accepted", "address_id": other.id}, {"outcome": "duplicate", "details": known},
        {"outcome": "incomplete", "details": known}, {"outcome": "rejected", "details": known}, {"outcome": "rejected", "details": {}},
        {"outcome": "incomplete"},
    ])  # fmt: skip
    a_batch(session, [{"outcome": "incomplete", "details": known}], state="rejected")
    report = coverage(session, "11")
    assert line(report).expected == 4
    assert (report.total.expected, report.total.unplaced) == (6, 2)
    assert report.total.ratios["c"] == Ratio(1, 6)
    assert coverage(session, None).total.expected == 6


def test_rows_of_another_province_are_expected_nowhere(session: Session) -> None:
    """A row that its batch's province refused, or that is unfinished in the wrong province's batch, changes no province's figure."""
    before = [coverage(session, code).total.expected for code in ("11", "37", None)]
    elsewhere = {"commune_code": "13285"}
    a_batch(session, [
        {"outcome": "rejected", "details": elsewhere, "issues": ["row.outside_province"]},
        {"outcome": "rejected", "issues": ["row.outside_province"]}, {"outcome": "incomplete", "details": elsewhere},
    ])  # fmt: skip
    assert a_commune(session, "13285").province_code == "37"
    assert [coverage(session, code).total.expected for code in ("11", "37", None)] == before


def test_a_missing_denominator_gives_no_figure(session: Session) -> None:
    """Without doors (a) and (c) are unknown, not zero; without a baseline (b) is unknown and the total leaves the commune out."""
    a_door(session, "3212000005")
    session.query(Baseline).filter_by(unit_id=a_commune(session).id).delete()
    report = coverage(session, "11")
    assert line(report).baseline is None
    assert line(report).ratios["b"].value is None
    assert line(report, "03158").ratios["a"].value is None
    assert (report.total.baseline_missing, report.total.ratios["b"].numerator) == (1, 0)
    assert cells(line(report))[2] == "chưa rõ"
    assert ("b", "Chưa rõ: chưa có số hộ theo thống kê.", "Unknown: there is no baseline of households.") in line(report).flags


def test_more_than_all_is_shown_and_flagged(session: Session) -> None:
    """A ratio above one keeps its value and gets a mark; one just below is never rounded up to 100."""
    door = a_door(session, "3212000006", households=50_000)
    assert door.id
    ratio = line(coverage(session, "11")).ratios["b"]
    assert ratio.over_100
    assert (ratio.value or 0) > 1
    assert percent(ratio).endswith("▲")
    ((letter, vi, en),) = line(coverage(session, "11")).flags[:1]
    assert (letter, "01/04/2019" in vi, "2019-04-01" in en) == ("b", True, True)
    assert any(words.startswith("▲ (b) Phường Điện Biên Phủ") for words, _ in footnotes(coverage(session, "11")))
    assert percent(Ratio(99_999, 100_000)) == "99,9"
    assert percent(Ratio(1, 1)) == "100,0"


def test_the_country_is_one_line_a_province_and_adds_up(session: Session) -> None:
    """34 provinces; their households add up to the total and to the communes'."""
    a_door(session, "3212000007")
    report = coverage(session, None)
    assert len(report.lines) == 34
    assert report.total.households == sum(each.households for each in report.lines) == 1
    assert report.total.baseline
    assert report.total.baseline.households == sum(each.baseline.households for each in report.lines if each.baseline)


def test_wards_renamed_in_2026_keep_their_census_figure(session: Session) -> None:
    """The communes of Đồng Nai that became wards on 2026-04-30 have a baseline before and after."""
    for day in (date(2026, 4, 29), date(2026, 4, 30)):
        report = coverage(session, "75", day)
        assert len(report.lines) == 95
        assert report.total.baseline_missing == 0


def test_days_outside_todays_map_are_refused(session: Session) -> None:
    """Before 2025-07-01 the map was another; the future has not been counted."""
    with pytest.raises(UsageError) as refused:
        coverage(session, "11", date(2025, 6, 30))
    assert "snapshot" in refused.value.hint
    with pytest.raises(UsageError):
        coverage(session, "11", date(2999, 1, 1))


def test_an_old_province_code_says_what_it_became(session: Session) -> None:
    """35 was Hà Nam; the hint names Ninh Bình."""
    with pytest.raises(NotFoundError) as refused:
        coverage(session, "35")
    assert "Ninh Bình" in refused.value.hint


def test_every_form_says_the_same(session: Session) -> None:
    """CSV, JSON, workbook and page carry the same total, and JSON keeps unknown as null."""
    a_door(session, "3212000008")
    report = coverage(session, "11")
    last = list(csv.DictReader(io.StringIO(coverage_csv(report))))[-1]
    told = json.loads(coverage_json(report))
    sheet = openpyxl.load_workbook(io.BytesIO(coverage_xlsx(report)))["Độ phủ"]
    assert (last["code"], last["households_coded"], last["ratio_a"], last["ratio_c"]) == ("11", "1", "1.0", "")
    assert told["total"]["ratios"]["c"] == {"numerator": 1, "denominator": 0, "ratio": None, "over_100": False}
    assert [cell.value for cell in sheet[sheet.max_row]][:3] == ["province", "11", "Tỉnh Điện Biên"]
    assert "Tỉnh Điện Biên" in coverage_html(report)


def test_the_faulty_sample_ends_as_its_list_says_and_adds_up(session: Session) -> None:
    """Every row of vinh_long.csv gets the outcome and issue listed for it (no exact boundaries here), and coverage expects them all."""
    report = import_file(session, SAMPLES / "vinh_long.csv", province="86")
    with (SAMPLES / "vinh_long_expected.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    found = session.scalars(select(BatchRow).where(BatchRow.batch_id == report.batch_id).order_by(BatchRow.row_no)).all()
    assert [row.outcome for row in found] == [row["outcome_without_boundaries"] for row in listed]
    for row, said in zip(found, listed, strict=True):
        decided_elsewhere = said["outcome"] != said["outcome_without_boundaries"]
        assert not said["issue"] or decided_elsewhere or said["issue"] in row.issues
    total = coverage(session, "86").total
    outcomes = [row.outcome for row in found]
    doors = {row.address_id for row in found if row.outcome == "accepted"}
    assert total.expected == len(doors) + outcomes.count("incomplete") + outcomes.count("rejected")
    assert total.coded == total.addresses == len(doors)


def test_the_command_prints_and_refuses(command: Callable[..., Any], tmp_path: Path) -> None:
    """`coverage` prints names, denominators and sources; a wrong form, day or province is refused with its exit code."""
    printed = command("coverage", "--province", "11")
    assert printed.code == 0
    assert all(
        words in printed.out for words in ("Phường Điện Biên Phủ", "(a)", "(b)", "(c)", "Tổng điều tra dân số 2019", "census of 2019")
    )
    assert json.loads(command("coverage", "--province", "11", "--format", "json").out)["province_code"] == "11"
    target = tmp_path / "c.xlsx"
    assert command("coverage", "--format", "xlsx", "--output", str(target)).code == 0
    assert target.stat().st_size > 0
    codes = [
        command("coverage", *wrong).code for wrong in (("--format", "pdf"), ("--on", "x"), ("--on", "2020-01-01"), ("--province", "35"))
    ]
    assert codes == [2, 2, 2, 1]


def test_an_import_and_its_rollback_keep_the_counts(fresh_db: str, tmp_path: Path) -> None:
    """After a load, a second one that changes doors, and undoing that, every commune's kept counts are those of a full count."""
    samples = [SAMPLES / "dien_bien.csv", SAMPLES / "vinh_long.csv"]
    with db.session(fresh_db) as session:
        for path in samples:
            import_file(session, path)
            assert differences(session) == []
        moved = tmp_path / "moved.csv"
        moved.write_text(
            samples[0].read_text(encoding="utf-8").replace("day_du", "da_gan_bien").replace("da_xac_minh", "da_thong_bao"), encoding="utf-8"
        )
        report = import_file(session, moved)
        assert report.counts["accepted_changed"] > 0
        assert differences(session) == []
        rollback_batch(session, report.batch_id or 0)
        assert differences(session) == []
        assert kept_coverage(session, None) == kept_coverage(session, None, anew=True)


def test_rows_that_wait_stay_counted_through_mending_and_undoing(fresh_db: str, tmp_path: Path) -> None:
    """Kept rows that are handed in again, mended or still wrong, and the undoing of that, leave the kept counts those of the rows."""
    with db.session(fresh_db) as session:
        first = import_file(session, SAMPLES / "vinh_long.csv", province="86").batch_id or 0
        waiting = kept_coverage(session, "86").total
        assert waiting.incomplete + waiting.rejected > 0
        kept = list(quarantined(session, first))
        edited = tmp_path / "edited.csv"
        names = ["batch", "row_no", *kept[0]["header"]]
        with edited.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, names)
            writer.writeheader()
            for row in kept:
                cells = {name: "" if name == "ma_dia_chi_so" else cell for name, cell in row["raw"].items() if name in names}
                writer.writerow({"batch": first, "row_no": row["row_no"], **cells, "huyen": "", "ma_xa": ""})
        second = resubmit(session, edited)
        assert second.counts["accepted_new"] > 0
        assert (
            kept_coverage(session, "86").total.incomplete + kept_coverage(session, "86").total.rejected
            < waiting.incomplete + waiting.rejected
        )
        assert wrong_counters(session) == []
        assert kept_coverage(session, None) == kept_coverage(session, None, anew=True)
        rollback_batch(session, second.batch_id or 0)
        assert wrong_counters(session) == []
        assert kept_coverage(session, "86").total == waiting


def test_a_wrong_counter_is_named_with_its_commune_and_mended(command: Callable[..., Any], fresh_db: str) -> None:
    """`coverage recount` lists commune, counter, kept and counted; the doctor sees it before, and not after."""
    with db.session(fresh_db) as session:
        import_file(session, SAMPLES / "dien_bien.csv", province="11")
        row = session.scalars(select(CommuneTally).where(CommuneTally.at_verified > 0)).first()
        assert row
        counted, row.at_verified = row.at_verified, row.at_verified + 7
        session.commit()
        (wrong,) = wrong_counters(session)
        assert (wrong.counter, wrong.kept - wrong.counted) == ("at_verified", 7)
        assert counted
    assert "Số đếm của 1 xã sai" in command("db", "doctor").out
    assert f"{wrong.where}: at_verified" in command("coverage", "recount").out
    assert "Số đếm theo xã đúng" in command("db", "doctor").out
