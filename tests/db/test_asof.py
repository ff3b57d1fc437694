"""The registry of any past moment is found again from its history: what was counted then is what is counted now as of then."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from loaders.batch import import_file
from loaders.rollback import rollback_batch
from registry import db, history
from registry.asof import doors_at
from registry.coverage import CoverageReport, whole_country
from registry.errors import RefusedError
from registry.models.tables import Address, DigitalAddress, Unit
from registry.periods import today
from registry.tally import recount
from tests.db.handover import door, load, write

WHO = {"actor": "test", "reason": "test"}
OTHER = {"xa": "Xã Na Sang", "kinh_do": "103.0870", "vi_do": "21.7540"}
STREETS = ("Võ Nguyên Giáp", "Trần Phú")


def clock(session: Session) -> datetime:
    """Return the clock of the server."""
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now


def held(session: Session, moment: datetime | None = None) -> set[tuple[Any, ...]]:
    """Return the doors as they are, or as they were at a moment, by their facts."""
    if moment is not None:
        doors_at(session, moment)
        facts = "SELECT id, province_code, commune_id, kind, households, status, coded, live FROM door_asof"
    else:
        facts = """
            SELECT a.id, a.province_code, a.commune_id, a.kind, a.households, a.status,
                EXISTS (SELECT FROM digital_address AS d WHERE d.address_id = a.id AND d.status = 'active'), a.retired_at IS NULL
            FROM address AS a"""
    return {tuple(row) for row in session.execute(text(facts))}


@dataclass
class World:
    """A registry that lives: each deed commits, and may be refused by a rule of the registry."""

    url: str
    folder: Path
    draw: random.Random
    batches: list[int]
    files: int = 0

    def file(self, rows: int, *, complete: bool = False) -> None:
        """Hand over a file of few doors, so that files meet."""
        self.files += 1
        made = []
        for _ in range(rows):
            cells = {"so_nha": str(self.draw.randrange(1, 15)), "duong": self.draw.choice(STREETS)}
            if self.draw.random() < 0.3:
                cells |= OTHER
            if self.draw.random() < 0.3:
                cells["ma_dia_chi_so"] = f"32100{self.draw.randrange(30):05d}"
            if self.draw.random() < 0.15:
                cells["kinh_do"] = ""
            cells["so_ho"] = str(self.draw.randrange(1, 4))
            cells["trang_thai"] = self.draw.choice(("thu_thap", "day_du", "da_thong_bao", "da_gan_bien"))
            made.append(door(**cells))
        path = write(self.folder / f"{self.files}.csv", made)
        with db.session(self.url) as session:
            report = import_file(session, path, province="11", accept_misplaced=True, complete=complete)
        self.batches.append(report.batch_id or 0)

    def hand_over(self) -> None:
        """A file that adds and changes doors."""
        self.file(self.draw.randrange(4, 12))

    def complete_list(self) -> None:
        """A file that retires what it leaves out."""
        self.file(18, complete=True)

    def undo(self) -> None:
        """A batch is rolled back."""
        if self.batches:
            with db.session(self.url) as session:
                rollback_batch(session, self.draw.choice(self.batches[-2:]))

    def amend(self) -> None:
        """An officer changes doors: one moves to another commune and status, one is retired with its code, one is new."""
        with db.session(self.url) as session:
            doors = list(session.scalars(select(Address).where(Address.retired_at.is_(None)).order_by(Address.id)))
            if not doors:
                return
            moved, gone = self.draw.choice(doors), self.draw.choice(doors)
            history.remember(session, "address", [moved.id], "update", **WHO)
            other = session.scalars(select(Unit.id).where(Unit.code == "03158", Unit.in_force)).one()
            session.execute(update(Address).where(Address.id == moved.id).values(commune_id=other, status="plated", households=7))
            codes = list(
                session.scalars(select(DigitalAddress.code).where(DigitalAddress.address_id == gone.id, DigitalAddress.status == "active"))
            )
            history.remember(session, "digital_address", codes, "retire", **WHO)
            session.execute(update(DigitalAddress).where(DigitalAddress.code.in_(codes)).values(status="retired", retired_at=func.now()))
            history.remember(session, "address", [gone.id], "retire", **WHO)
            session.execute(update(Address).where(Address.id == gone.id).values(retired_at=func.now()))
            self._new(session, moved)
            recount(session)
            session.commit()

    def _new(self, session: Session, like: Address) -> None:
        names = [column.name for column in Address.__table__.columns if column.name not in {"id", "house_key", "created_batch_id"}]
        session.refresh(like)
        made = Address(**{name: getattr(like, name) for name in names} | {"house_key": f"t{self.draw.random()}", "retired_at": None})
        session.add(made)
        session.flush()
        history.remember(session, "address", [made.id], "insert", **WHO)


@pytest.mark.parametrize("seed", range(3))
def test_every_past_moment_is_found_again(fresh_db: str, tmp_path: Path, seed: int) -> None:
    """Random deeds; after each the doors and the figures are kept. As of each of those moments history gives the same."""
    world = World(fresh_db, tmp_path, random.Random(seed), [])  # noqa: S311 - made-up deeds
    deeds: list[Callable[[], None]] = [world.hand_over, world.hand_over, world.amend, world.undo, world.complete_list]
    kept: list[tuple[datetime, set[tuple[Any, ...]], tuple[CoverageReport, CoverageReport]]] = []
    for nth in range(10):
        with suppress(RefusedError):
            (world.hand_over if nth == 0 else world.draw.choice(deeds))()
        with db.session(fresh_db) as session:
            kept.append((clock(session), held(session), whole_country(session, today())))
    with db.session(fresh_db) as session:
        for moment, doors, counted in kept:
            assert held(session, moment) == doors
            assert whole_country(session, today(), moment) == counted
        assert held(session, kept[0][0] - timedelta(days=1)) == set()


def test_a_batch_counts_from_its_commit_not_from_its_beginning(fresh_db: str, tmp_path: Path) -> None:
    """A moment after the transaction began and before it committed sees nothing of it; its doors say that they were made before."""
    load(fresh_db, tmp_path / "a.csv", [door(so_nha="1")])
    with db.session(fresh_db) as session:
        began, committed = session.execute(text("SELECT a.created_at, b.committed_at FROM address AS a, batch AS b")).one()
        assert began < committed
        assert held(session, committed) == set()
        assert len(held(session, committed + timedelta(microseconds=1))) == 1


def test_an_amendment_has_one_moment_and_not_that_of_the_transactions_beginning(fresh_db: str, tmp_path: Path) -> None:
    """Two remembered changes of one transaction happen at one moment, after what was done before the first of them."""
    load(fresh_db, tmp_path / "a.csv", [door(so_nha="1"), door(so_nha="2")])
    with db.session(fresh_db) as session:
        began = session.execute(text("SELECT now()")).scalar_one()
        before = clock(session)
        for key in session.scalars(select(Address.id)).all():
            history.remember(session, "address", [key], "update", **WHO)
            session.execute(update(Address).where(Address.id == key).values(households=9))
        session.commit()
        moments = set(session.scalars(text("SELECT at FROM change WHERE entity <> 'unit'")).all())
        assert len(moments) == 1
        assert began < before < moments.pop()
        assert {row[4] for row in held(session, before)} == {1}


def test_what_a_rollback_removed_still_counts_for_the_time_before_it(fresh_db: str, tmp_path: Path) -> None:
    """Between its commit and its rollback a batch's doors and codes stand; after it they do not."""
    report, _ = load(fresh_db, tmp_path / "a.csv", [door(so_nha="1"), door(so_nha="2")])
    with db.session(fresh_db) as session:
        between = clock(session)
        rollback_batch(session, report.batch_id or 0)
        assert held(session) == set()
        assert {row[-2:] for row in held(session, between)} == {(True, True)}
        assert whole_country(session, today(), between) != whole_country(session, today(), clock(session))
        undone, images = session.execute(
            text("SELECT b.rolled_back_at, array_agg(DISTINCT c.at) FROM batch AS b, change AS c WHERE c.entity <> 'unit' GROUP BY b.id")
        ).one()
        assert images == [undone]


def test_a_row_mended_by_a_batch_that_was_undone_waited_no_more_in_between(fresh_db: str, tmp_path: Path) -> None:
    """An incomplete row waits, is mended, waits again when the mending is undone: as of each moment."""
    first, _ = load(fresh_db, tmp_path / "a.csv", [door(so_nha="1"), door(so_nha="2", kinh_do="")], province="11")
    assert first.counts["incomplete"] == 1
    moments: list[datetime] = []
    with db.session(fresh_db) as session:
        moments.append(clock(session))
        load(fresh_db, tmp_path / "b.csv", [door(so_nha="2")], province="11")
        later = session.execute(text("SELECT max(id) FROM batch")).scalar_one()
        # As a resubmission writes it (loaders.quarantine.resolve).
        numbers = {"first": first.batch_id, "later": later}
        session.execute(text("UPDATE batch_row SET origin_batch = :first, origin_row = 2 WHERE batch_id = :later"), numbers)
        session.execute(text("UPDATE batch_row SET resolved_by = :later WHERE batch_id = :first AND row_no = 2"), numbers)
        session.commit()
        moments.append(clock(session))
        rollback_batch(session, later)
        moments.append(clock(session))
        waiting = [whole_country(session, today(), moment)[1].total.incomplete for moment in moments]
    assert waiting == [1, 0, 1]


def test_freezing_waits_for_changes_that_have_their_moment(fresh_db: str, tmp_path: Path) -> None:
    """An amendment on its way holds a freeze up until it commits; an import that has not reached its end does not."""
    load(fresh_db, tmp_path / "a.csv", [door(so_nha="1")])
    with db.session(fresh_db) as officer, db.session(fresh_db) as freezer:
        history.remember(officer, "address", list(officer.scalars(select(Address.id))), "update", **WHO)
        freezer.execute(text("SET lock_timeout = '100ms'"))
        with pytest.raises(OperationalError):
            history.settle(freezer)
        freezer.rollback()
        officer.commit()
        history.settle(freezer)
