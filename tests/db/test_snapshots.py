"""A period is frozen once, tells what was there, is found again from history, and goes on through reforms without a break."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry import db, history
from registry.coverage import coverage
from registry.errors import NotFoundError, RefusedError, UsageError
from registry.periods import read_period, today
from registry.snapshots import find, listed, report, take, verify
from registry.tally import recount
from registry.trends import diff, series
from tests.db.handover import door, load
from tests.db.test_coverage import a_door

FIRST, SECOND = "03127", "03158"
LONG_AGO, LATER = date(2026, 1, 15), date(2026, 2, 15)


def doors(session: Session) -> None:
    """Add three doors of 10 January 2026 and one of 10 February, with codes for two."""
    a_door(session, "3212000001")
    a_door(session, "3212000002", households=4)
    a_door(session)
    a_door(session, created_at=datetime.fromisoformat("2026-02-10T09:00:00+07:00"))
    recount(session)


def reform(session: Session, day: date, code: str, *into: tuple[str, str], kind: str = "whole") -> list[int]:
    """End a commune on a day and let made-up ones follow it; return their ids."""
    old = session.execute(text("SELECT id FROM unit WHERE level = 'commune' AND code = :code AND in_force"), {"code": code}).scalar_one()
    session.execute(text("UPDATE unit SET valid = daterange(lower(valid), :day) WHERE id = :old"), {"day": day, "old": old})
    made = []
    for new, name in into:
        made.append(session.execute(
            text("INSERT INTO unit (level, code, name, full_name, kind, parent_code, province_code, valid, source)"
                 " VALUES ('commune', :code, :name, :name, 'xã', '11', '11', daterange(:day, NULL), 'test') RETURNING id"),
            {"code": new, "name": name, "day": day},
        ).scalar_one())  # fmt: skip
        session.execute(
            text("INSERT INTO succession (predecessor_id, successor_id, kind, all_people, effective, note, source)"
                 " VALUES (:old, :new, :kind, false, :day, '', 'test')"),
            {"old": old, "new": made[-1], "kind": kind, "day": day},
        )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"), ("2026-Q3", "2026-07-01", "2026-09-30"), ("2026-q4", "2026-10-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"), ("2026-09-30", "2026-09-30", "2026-09-30"),
    ],
)  # fmt: skip
def test_a_period_has_a_first_and_a_last_day(written: str, first: str, last: str) -> None:
    """Years, quarters, months and days; over when the last day is over in Vietnam."""
    period = read_period(written)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.moment.isoformat().endswith("T00:00:00+07:00")


@pytest.mark.parametrize("written", ["", "2026-Q5", "2026-13", "2026-02-30", "Q3", "0001", "２０２６"])
def test_anything_else_is_no_period(written: str) -> None:
    """A refusal says how to write one."""
    with pytest.raises(UsageError):
        read_period(written)


@pytest.mark.parametrize("written", ["2026-Q3#", "2026-Q3#0", "2026-Q3#hai", "2026-Q3#-1", "2026-Q3#1.5"])
def test_what_is_no_revision_is_refused(session: Session, written: str) -> None:
    """A slip after the mark never leads to the newest revision."""
    with pytest.raises(UsageError):
        find(session, written)


def test_a_frozen_period_is_what_coverage_said_of_its_last_day(session: Session) -> None:
    """Province and country, line for line, and nothing that came later."""
    doors(session)
    taken = take(session, "2026-01", actor="officer")
    for province in ("11", None):
        live, kept = coverage(session, province, date(2026, 1, 31)), report(session, taken, province)
        assert (kept.lines, kept.total) == (live.lines, live.total)
    assert (kept.total.addresses, kept.total.households_coded) == (3, 5)
    assert (taken.label, taken.moment.isoformat(), taken.actor) == ("2026-01", "2026-02-01T00:00:00+07:00", "officer")
    assert verify(session, taken) == ()


def test_a_period_is_frozen_once_and_again_only_as_a_revision_with_a_reason(session: Session) -> None:
    """The first stays as it was; the newest answers to the name, any to its number."""
    doors(session)
    first = take(session, "2026-01")
    with pytest.raises(RefusedError):
        take(session, "2026-01")
    with pytest.raises(UsageError):
        take(session, "2026-01", again=True)
    a_door(session)
    second = take(session, "2026-01", again=True, reason="bổ sung")
    assert [each.label for each in listed(session)] == ["2026-01", "2026-01#2"]
    assert (find(session, "2026-01").id, find(session, "2026-01#1").id) == (second.id, first.id)
    assert report(session, first).total.addresses == 3
    # A door that no batch and no officer brought has no history: the first revision is told to differ from it.
    assert {each.figure for each in verify(session, first)} >= {"addresses"}
    with pytest.raises(NotFoundError):
        find(session, "2025-Q4")


def test_a_period_that_has_not_ended_needs_a_day_of_its_own(session: Session) -> None:
    """This year: refused without a day, with one outside it or to come; the day is what the figures show."""
    year = str(today().year)
    with pytest.raises(RefusedError):
        take(session, year)
    for wrong in (date(2025, 12, 31), date(2999, 1, 1)):
        with pytest.raises(UsageError):
            take(session, year, on=wrong)
    assert take(session, year, on=date(today().year, 1, 1)).day == date(today().year, 1, 1)
    with pytest.raises(UsageError):
        take(session, "2025-Q1")


def test_a_tampered_figure_is_found(session: Session) -> None:
    """Verification tells the figure that was changed, and that the digest is not the one that was written."""
    doors(session)
    taken = take(session, "2026-01")
    session.execute(text("UPDATE snapshot_figure SET line = line || '{\"households\": 99}' WHERE code = '03127'"))
    session.expire_all()
    found = {(each.code, each.figure): (each.frozen, each.recomputed) for each in verify(session, taken)}
    assert found[FIRST, "households"] == (99, 6)
    assert ("", "sha256") in found


def test_a_snapshot_of_today_stands_through_what_comes_after(fresh_db: str, tmp_path: Path) -> None:
    """Doors are handed over, the day is frozen, then others come and one moves: recomputed from history it is the same."""
    load(fresh_db, tmp_path / "a.csv", [door(so_nha="1"), door(so_nha="2")], province="11")
    with db.session(fresh_db) as session:
        taken = take(session, today().isoformat(), on=today())
        session.commit()
        load(fresh_db, tmp_path / "b.csv", [door(so_nha="1", trang_thai="da_gan_bien"), door(so_nha="3")], province="11")
        keys = list(session.scalars(text("SELECT id FROM address ORDER BY id LIMIT 1")))
        history.remember(session, "address", keys, "update", actor="test", reason="test")
        session.execute(text("UPDATE address SET households = 7, kind = 'office' WHERE id = ANY (:keys)"), {"keys": keys})
        recount(session)
        session.commit()
        assert verify(session, taken) == ()
        assert report(session, taken).total.addresses == 2
        assert coverage(session, None).total.addresses == 3


def test_a_series_on_the_map_of_the_day_and_on_todays_after_a_merger(session: Session) -> None:
    """Two communes become one: today's map adds them up exactly, the map of the day keeps both and shows the gap."""
    doors(session)
    take(session, LONG_AGO.isoformat())
    new = reform(session, date(2026, 2, 1), FIRST, ("99001", "Xã Mới"))[0]
    other = session.execute(
        text("SELECT id FROM unit WHERE level = 'commune' AND code = :code AND in_force"), {"code": SECOND}
    ).scalar_one()
    session.execute(text("UPDATE unit SET valid = daterange(lower(valid), '2026-02-01') WHERE id = :other"), {"other": other})
    session.execute(
        text("INSERT INTO succession (predecessor_id, successor_id, kind, all_people, effective, note, source)"
             " VALUES (:other, :new, 'whole', false, '2026-02-01', '', 'test')"), {"other": other, "new": new},
    )  # fmt: skip
    take(session, LATER.isoformat())
    here = {line.code: line for line in series(session, "11").lines}
    assert (FIRST in here, SECOND in here) == (False, False)
    before, after = here["99001"].points
    assert before
    assert after
    assert (before.carried, len(before.from_units), before.line.addresses, after.line.addresses) == ("whole", 2, 3, 4)
    assert before.line.baseline
    then = {line.code: line for line in series(session, "11", map="day").lines}
    assert [bool(point) for point in then[FIRST].points] == [True, False]
    assert [bool(point) for point in then["99001"].points] == [False, True]
    totals = [point.line.households for point in series(session, "11").total.points if point]
    assert totals == [6, 7]


@pytest.mark.parametrize(("known", "carried"), [(True, "doors"), (False, "estimated")])
def test_a_split_commune_is_recounted_by_its_doors_or_marked_an_estimate(session: Session, known: bool, carried: str) -> None:  # noqa: FBT001
    """Where the doors were re-homed their own communes decide; where some were not, the rest is shared out, and the sum is never lost."""
    doors(session)
    take(session, LONG_AGO.isoformat())
    here, there = reform(session, date(2026, 2, 1), FIRST, ("99001", "Xã Đông"), ("99002", "Xã Tây"), kind="part")
    ids = list(session.scalars(text("SELECT id FROM address ORDER BY id")))
    moved = {ids[0]: here, ids[1]: there, **({ids[2]: there} if known else {})}
    history.remember(session, "address", list(moved), "update", actor="test", reason="reform")
    for key, unit in moved.items():
        session.execute(text("UPDATE address SET commune_id = :unit WHERE id = :key"), {"unit": unit, "key": key})
    lines = {line.code: line for line in series(session, "11").lines}
    points = [lines[code].points[0] for code in ("99001", "99002")]
    assert [point.carried for point in points if point] == [carried, carried]
    counts = [(point.line.addresses, point.line.households_coded) for point in points if point]
    assert sum(count for count, _ in counts) == 3
    assert sum(count for _, count in counts) == 5
    if known:
        assert counts == [(1, 1), (2, 4)]


def test_a_difference_names_what_grew(session: Session) -> None:
    """Counts and ratios of two periods beside each other, total last; unknown where a side is."""
    doors(session)
    take(session, LONG_AGO.isoformat())
    take(session, LATER.isoformat())
    found = diff(session, LONG_AGO.isoformat(), LATER.isoformat(), "11")
    line = next(each for each in found.lines if each.code == FIRST)
    assert (line.change("addresses"), line.change("households_coded")) == (1, 0)
    assert round(line.ratio_change("a") or 0, 4) == round(5 / 7 - 5 / 6, 4)
    assert next(each for each in found.lines if each.code == SECOND).ratio_change("a") is None
    assert found.total.change("addresses") == 1


def test_public_series_hide_small_units(session: Session) -> None:
    """A commune of 1 to 4 households has no figures, and its province none from which they could be computed."""
    a_door(session, "3212000001", households=2)
    recount(session)
    take(session, LONG_AGO.isoformat())
    found = series(session, "11", public=True)
    point = next(line for line in found.lines if line.code == FIRST).points[0]
    assert point
    assert point.line.suppressed
    assert point.to_dict()["households"] is None
    assert series(session, "11").total.points[0] != found.total.points[0]


def test_the_commands_freeze_compare_and_verify(command: Callable[..., Any], tmp_path: Path) -> None:
    """take, snapshots, diff, series, verify in every form; refusals have their exit codes."""
    assert command("coverage", "series").code == 1
    assert command("coverage", "take", "--period", "2026-Q1").code == 0
    assert command("coverage", "take", "--period", "2026-01").code == 0
    assert command("coverage", "take", "--period", "2026-Q1").code == 1
    assert "đã chốt" in command("coverage", "take", "--period", "2026-Q1").err
    assert command("coverage", "take", "--period", "x").code == 2
    assert "2026-Q1" in command("coverage", "snapshots").out
    assert len(json.loads(command("coverage", "snapshots", "--format", "json").out)) == 2
    assert command("coverage", "verify", "2026-Q1").code == 0
    assert json.loads(command("coverage", "verify", "2026-Q1", "--json").out)["same"] is True
    assert "Tỉnh Điện Biên" in command("coverage", "diff", "2026-01", "2026-Q1").out
    table = command("coverage", "series", "--province", "11", "--map", "day", "--format", "csv").out.splitlines()
    assert len(table) == 1 + 2 * 46
    assert command("coverage", "series", "--map", "x").code == 2
    target = tmp_path / "s.json"
    assert command("coverage", "series", "--format", "json", "--output", str(target)).code == 0
    assert len(json.loads(target.read_text(encoding="utf-8"))["lines"]) == 34
