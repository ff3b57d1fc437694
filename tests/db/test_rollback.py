"""Undoing a batch gives back the registry that was before it, to the last cell, or says which later batch stands in the way."""

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from loaders.rollback import rollback_batch
from registry import db
from registry.errors import NotFoundError, RefusedError
from tests.db.handover import contents, door, load, scalar

STREETS = ("Võ Nguyên Giáp", "Trần Phú", "Hoàng Văn Thái")
HAMLETS = ("Tổ 5", "Bản Na Sang", "")
NOTES = ("", "cổng xanh", "ngõ cụt")


def undo(url: str, batch: int | None) -> dict[str, int]:
    """Roll a batch back."""
    with db.session(url) as session:
        return rollback_batch(session, batch or 0)


def state(url: str) -> dict[str, list[Any]]:
    """Return what the registry holds, withdrawn codes aside: those stay known for ever."""
    held = contents(url)
    held["digital_address"] = [row for row in held["digital_address"] if '"status": "withdrawn"' not in row]
    return held


def made_up(seed: int, rows: int) -> list[dict[str, str]]:
    """Return rows of few doors, so that files meet: changed cells, households, codes of the post, doors without number, faults."""
    draw = random.Random(seed)  # noqa: S311 - made-up rows
    made = []
    for _ in range(rows):
        number = draw.randrange(1, 12)
        cells = {"so_nha": str(number), "duong": draw.choice(STREETS), "thon_to": draw.choice(HAMLETS), "ghi_chu": draw.choice(NOTES)}
        if draw.random() < 0.2:
            cells |= {"so_nha": "", "duong": "", "thon_to": "Bản Na Sang", "ma_ho": f"H{draw.randrange(6)}"}
        if draw.random() < 0.3:
            cells["ma_dia_chi_so"] = f"32100{STREETS.index(cells['duong']) if cells['duong'] else 9}{number:04d}"
        if draw.random() < 0.2:
            cells["vpostcode"] = "32100QMCX+Q7X"
        if draw.random() < 0.15:
            cells["kinh_do"] = draw.choice(("", "105.85"))
        cells["vi_do"] = draw.choice(("21.3856", "21.38562", "21.3858"))
        cells["trang_thai"] = draw.choice(("thu_thap", "day_du", "da_thong_bao"))
        made.append(door(**cells))
    return made


@pytest.mark.parametrize("seed", range(8))
def test_after_a_rollback_the_registry_is_what_it_was(fresh_db: str, tmp_path: Path, seed: int) -> None:
    """Three files of made-up rows that meet in the same doors, the last a complete list at times: undone one by one, latest first."""
    before, batches = [], []
    for nth in range(3):
        before.append(state(fresh_db))
        complete = nth == 2 and seed % 2 == 0
        rows = made_up(seed * 10 + nth, 60)
        report, result = load(fresh_db, tmp_path / f"{nth}.csv", rows, complete=complete, accept_misplaced=True)
        assert sum(report.counts.values()) == report.rows == len(result)
        batches.append(report.batch_id)
    for was, batch in reversed(list(zip(before, batches, strict=True))):
        undo(fresh_db, batch)
        assert state(fresh_db) == was
    assert scalar(fresh_db, "SELECT count(*) FROM batch WHERE state = 'rolled_back'") == 3


@pytest.mark.parametrize("seed", range(4))
def test_undoing_out_of_order_restores_or_refuses_and_never_breaks(fresh_db: str, tmp_path: Path, seed: int) -> None:
    """An earlier batch is undone only when no later one rests on it; a refusal changes nothing."""
    batches = [load(fresh_db, tmp_path / f"{nth}.csv", made_up(seed * 7 + nth, 25), accept_misplaced=True)[0].batch_id for nth in range(4)]
    draw = random.Random(seed)  # noqa: S311 - an order
    for batch in draw.sample(batches, 4):
        was = state(fresh_db)
        try:
            undo(fresh_db, batch)
        except RefusedError:
            assert state(fresh_db) == was
    query = (
        "SELECT count(*) FROM batch_row AS r JOIN batch AS b ON b.id = r.batch_id AND b.state = 'committed'"
        " WHERE r.outcome = 'accepted' AND NOT EXISTS (SELECT FROM address AS a WHERE a.id = r.address_id)"
    )
    assert scalar(fresh_db, query) == 0


def test_the_trail_names_the_provinces_that_an_undoing_touched(fresh_db: str, tmp_path: Path) -> None:
    """Those of the doors and of the batch, although all provinces were locked for it."""
    batch, _ = load(fresh_db, tmp_path / "a.csv", [door()], province="11")
    last = scalar(fresh_db, "SELECT max(id) FROM audit")
    undo(fresh_db, batch.batch_id)
    named = "SELECT jsonb_agg(DISTINCT provinces) FROM audit WHERE id > :last AND entity IN ('address', 'digital_address', 'batch')"
    assert scalar(fresh_db, named, last=last) == ["11"]


def test_a_file_rolled_back_comes_in_again_with_new_codes(fresh_db: str, tmp_path: Path) -> None:
    """The codes of the first time are withdrawn for ever; none is issued twice."""
    first, one = load(fresh_db, tmp_path / "a.csv", [door(so_nha=str(number)) for number in range(1, 40)])
    undo(fresh_db, first.batch_id)
    second, two = load(fresh_db, tmp_path / "a.csv")
    assert (second.repeated, second.counts["accepted_new"]) == (False, 39)
    assert not {row["result_code"] for row in one} & {row["result_code"] for row in two}
    assert scalar(fresh_db, "SELECT count(*) FROM digital_address WHERE status = 'withdrawn'") == 39


def test_a_later_batch_that_only_confirmed_the_doors_stands_in_the_way(fresh_db: str, tmp_path: Path) -> None:
    """Rows that were accepted as the same rest on the doors of the first batch: removing these would take them away."""
    first, _ = load(fresh_db, tmp_path / "a.csv", [door()])
    second, _ = load(fresh_db, tmp_path / "b.csv", [door(stt="1")])
    assert second.counts["accepted_same"] == 1
    with pytest.raises(RefusedError, match=rf"later batches.*: {second.batch_id}\."):
        undo(fresh_db, first.batch_id)


def test_a_later_door_under_the_old_number_stands_in_the_way(fresh_db: str, tmp_path: Path) -> None:
    """A batch corrected 12 to 14 by code, a later one has a new door 12: the first cannot come back before that is undone."""
    coded = {"ma_dia_chi_so": "3210000012"}
    load(fresh_db, tmp_path / "a.csv", [door(so_nha="12", **coded)])
    was = state(fresh_db)
    second, _ = load(fresh_db, tmp_path / "b.csv", [door(so_nha="14", **coded)])
    assert scalar(fresh_db, "SELECT house_key FROM address") == "14"
    third, _ = load(fresh_db, tmp_path / "c.csv", [door(so_nha="12")])
    with pytest.raises(RefusedError, match=rf"later batches.*: {third.batch_id}\."):
        undo(fresh_db, second.batch_id)
    for batch in (third, second):
        undo(fresh_db, batch.batch_id)
    assert state(fresh_db) == was


def test_what_cannot_be_undone_says_why(fresh_db: str, tmp_path: Path) -> None:
    """An unknown batch, one that was undone before: a sentence each, and nothing changes."""
    report, _ = load(fresh_db, tmp_path / "a.csv", [door()])
    undo(fresh_db, report.batch_id)
    with pytest.raises(RefusedError, match="it is rolled_back"):
        undo(fresh_db, report.batch_id)
    with pytest.raises(NotFoundError):
        undo(fresh_db, 99)


def test_the_steps_need_no_index_on_the_batch_of_a_row(fresh_db: str, tmp_path: Path) -> None:
    """All that a batch wrote is found through its rows, so the registry's big tables carry no index for undoing."""
    with db.session(fresh_db) as session:
        for index in ("ix_address_updated_batch_id", "ix_digital_address_batch_id"):
            session.execute(text(f"DROP INDEX IF EXISTS {index}"))
        session.commit()
    first, _ = load(fresh_db, tmp_path / "a.csv", made_up(1, 40), accept_misplaced=True)
    was = state(fresh_db)
    report, _ = load(fresh_db, tmp_path / "b.csv", made_up(2, 40), accept_misplaced=True)
    undo(fresh_db, report.batch_id)
    assert state(fresh_db) == was
    undo(fresh_db, first.batch_id)
    assert scalar(fresh_db, "SELECT count(*) FROM address") == 0
