"""A mirror that begins with a snapshot and applies events has what the next snapshot has, whatever is written meanwhile."""

import random
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from loaders.batch import import_file
from loaders.rollback import rollback_batch
from registry import db
from registry.changes.read import Page, read
from registry.changes.snapshot import snapshot
from registry.errors import RefusedError
from registry.history import remember
from tests.db.handover import door, load, scalar, write
from tests.db.test_rollback import made_up

Held = dict[tuple[str, str], dict[str, Any]]
# A code that no batch brought.
STRAY = """
INSERT INTO digital_address (code, province_code, scheme, address_id, status, retired_at)
SELECT '3210099999', province_code, 'ndas', id, 'retired', now() FROM address ORDER BY id LIMIT 1
"""
WHO = {"actor": "an", "reason": "biên bản 12"}


def taken(url: str, province: str | None = None, at: int | None = None) -> tuple[dict[str, Any], Held]:
    """Return the first line of a snapshot, and what it holds."""
    with db.session(url) as session:
        first, *lines, last = snapshot(session, province, at=at)
    assert last == {"end": first["snapshot"], "lines": len(lines)}
    held = {(line["entity"], line["key"]): line["state"] for line in lines}
    assert len(held) == len(lines)
    return first, held


def pages(url: str, since: str, province: str | None = None, limit: int = 7) -> Iterator[Page]:
    """Give pages, each from the token of the one before, until nothing is left."""
    while True:
        with db.session(url) as session:
            page = read(session, since, limit=limit, province=province)
        yield page
        if page.through >= page.last:
            return
        since = page.next


def apply(held: Held, page: Page, province: str | None = None) -> None:
    """Apply a page as a mirror of a province does: what lies elsewhere now goes, with the codes that hang on it."""
    for event in page.events:
        here = event.state is not None and province in {None, event.province_code}
        if here and event.state is not None:
            held[event.entity, event.key] = event.state
            held.update({("code", code): state for code, state in (event.codes or {}).items()})
            continue
        held.pop((event.entity, event.key), None)
        if event.entity == "address":
            for key in [key for key, state in held.items() if key[0] == "code" and state["address"] == event.key]:
                del held[key]


def followed(url: str, since: str, held: Held, province: str | None = None, limit: int = 7) -> Held:
    """Return a mirror brought up to date."""
    for page in pages(url, since, province, limit):
        apply(held, page, province)
    return held


def amend(session: Session, draw: random.Random) -> None:
    """Change one door in one of the ways in which doors change outside batches."""
    number = session.execute(text("SELECT id FROM address ORDER BY random() LIMIT 1")).scalar()
    if number is None:
        return
    kind = draw.choice(("status", "move", "retire", "revive", "province", "code"))
    remember(session, "address", [number], "retire" if kind == "retire" else "update", **WHO)
    steps = {
        "status": "UPDATE address SET status = 'verified' WHERE id = :id",
        "move": "UPDATE address SET point = ST_Translate(point, 0.00001, 0) WHERE id = :id",
        "retire": "UPDATE address SET retired_at = now() WHERE id = :id",
        "revive": "UPDATE address SET retired_at = NULL WHERE id = :id",
        "province": "UPDATE address SET province_code = CASE province_code WHEN '11' THEN '12' ELSE '11' END WHERE id = :id",
        "code": "UPDATE address SET updated_at = now() WHERE id = :id",
    }
    session.execute(text(steps[kind]), {"id": number})
    for table in ("digital_address", "household", "external_code") if kind == "province" else ():
        moved = f"UPDATE {table} SET province_code = CASE province_code WHEN '11' THEN '12' ELSE '11' END WHERE address_id = :id"
        session.execute(text(moved), {"id": number})
    code = session.execute(text("SELECT code FROM digital_address WHERE address_id = :id AND status = 'active'"), {"id": number}).scalar()
    if kind == "code" and code:
        remember(session, "digital_address", [code], "retire", **WHO)
        session.execute(text("UPDATE digital_address SET status = 'retired', retired_at = now() WHERE code = :code"), {"code": code})


def written(url: str, folder: Path, seed: int) -> None:
    """Write for a while: imports, undone batches, amended doors, transactions and savepoints that fail."""
    draw = random.Random(seed)  # noqa: S311 - reproducible
    for nth in range(8):
        with db.session(url) as session:
            try:
                kind = draw.choice(("import", "undo", "amend", "amend", "amend"))
                if kind == "import" or nth == 0:
                    rows = made_up(draw.randrange(10**6), 12)
                    import_file(session, write(folder / f"{seed}_{nth}.csv", rows), complete=draw.random() < 0.3)
                elif kind == "undo":
                    batch = session.execute(text("SELECT max(id) FROM batch WHERE state = 'committed'")).scalar()
                    rollback_batch(session, batch or 0)
                else:
                    with session.begin_nested() as point:
                        amend(session, draw)
                        if draw.random() < 0.3:
                            point.rollback()
                    amend(session, draw)
                    if draw.random() < 0.7:
                        session.commit()
            except (RefusedError, DBAPIError):
                session.rollback()


@pytest.mark.parametrize("seed", range(2))
def test_a_snapshot_and_the_events_after_it_make_the_next_snapshot(fresh_db: str, tmp_path: Path, seed: int) -> None:
    """Three writers at once, half of their work undone; a reader beside them meets every number once; true for every number, too."""
    load(fresh_db, tmp_path / "first.csv", made_up(seed, 20))
    starts = {province: taken(fresh_db, province) for province in (None, "11", "12")}
    writers = [threading.Thread(target=written, args=(fresh_db, tmp_path, 10 * seed + nth)) for nth in range(3)]
    for writer in writers:
        writer.start()
    seen, since, marks = [], str(starts[None][0]["next"]), []
    while any(writer.is_alive() for writer in writers):
        for page in pages(fresh_db, since):
            seen += [event.number for event in page.events]
            since = page.next
        marks.append(taken(fresh_db, "11")[0]["snapshot"])
    for writer in writers:
        writer.join()
    seen += [event.number for page in pages(fresh_db, since) for event in page.events]
    first, last = starts[None][0]["snapshot"], scalar(fresh_db, "SELECT event FROM feed_head")
    assert seen == list(range(first + 1, last + 1))
    assert last > first
    for province, (line, held) in starts.items():
        assert followed(fresh_db, line["next"], dict(held), province) == taken(fresh_db, province)[1]
    ends = [first, *scalar(fresh_db, "SELECT array_agg(last_event ORDER BY no) FROM feed WHERE last_event > :first", first=first)]
    assert set(marks) <= set(ends)
    then = [taken(fresh_db, "11", at)[1] for at in ends]
    for (low, high), (held, is_now) in zip(pairwise(ends), pairwise(then), strict=True):
        assert stepped(fresh_db, low, high, held) == is_now


def stepped(url: str, low: int, high: int, held: Held) -> Held:
    """Apply the events after one number up to another."""
    held = dict(held)
    with db.session(url) as session:
        apply(held, read(session, str(low), limit=high - low, province="11"), "11")
    return held


def told(url: str, since: int) -> list[tuple[str, str]]:
    """Return entity and operation of the events after a number."""
    return [(event.entity, event.op) for page in pages(url, str(since)) for event in page.events]


def test_the_same_doors_again_are_no_event(fresh_db: str, tmp_path: Path) -> None:
    """The same file, and its rows in another order as another file, take no number; nor does an import that is refused or tried."""
    rows = [door(so_nha=str(number), ma_ho=f"H{number}") for number in range(1, 20)]
    load(fresh_db, tmp_path / "a.csv", rows)
    before = scalar(fresh_db, "SELECT event FROM feed_head")
    load(fresh_db, tmp_path / "a.csv", rows)
    load(fresh_db, tmp_path / "b.csv", rows[::-1])
    load(fresh_db, tmp_path / "c.csv", [door(so_nha="77")], dry_run=True)
    with pytest.raises(RefusedError):
        load(fresh_db, tmp_path / "d.csv", rows[:1], complete=True)
    assert scalar(fresh_db, "SELECT event FROM feed_head") == before
    assert scalar(fresh_db, "SELECT count(*) FROM feed WHERE no IS NULL") == 0


def test_an_undone_batch_is_told_door_by_door(fresh_db: str, tmp_path: Path) -> None:
    """Its doors are deleted, its codes withdrawn, what it changed is changed back; what it had told before stays as it was told."""
    load(fresh_db, tmp_path / "a.csv", [door(so_nha="1", trang_thai="thu_thap")])
    before = scalar(fresh_db, "SELECT event FROM feed_head")
    batch = load(fresh_db, tmp_path / "b.csv", [door(so_nha="1"), door(so_nha="2"), door(so_nha="3")])[0].batch_id
    first = list(pages(fresh_db, str(before)))
    made = scalar(fresh_db, "SELECT event FROM feed_head")
    assert sorted(told(fresh_db, before)) == [("address", "changed"), *[("address", "created")] * 2, *[("code", "created")] * 2]
    with db.session(fresh_db) as session:
        rollback_batch(session, batch or 0)
    undone = [("address", "changed"), *[("address", "deleted")] * 2, *[("code", "withdrawn")] * 2]
    assert sorted(told(fresh_db, made)) == undone
    assert [page.events for page in pages(fresh_db, str(before))][: len(first)] == [page.events for page in first]
    assert (
        stepped(fresh_db, before, scalar(fresh_db, "SELECT event FROM feed_head"), taken(fresh_db, "11", before)[1])
        == taken(fresh_db, "11")[1]
    )


def test_a_registry_of_before_is_numbered(fresh_db: str, tmp_path: Path) -> None:
    """Batches, an undone one among them, and changes by hand, made before there was a feed: a mirror from 0 has what a snapshot has."""
    for name in ("a", "b", "c"):
        with db.session(fresh_db) as session:
            amend(session, random.Random(name))  # noqa: S311 - reproducible
            session.commit()
        batch = load(fresh_db, tmp_path / f"{name}.csv", made_up(ord(name), 20))[0].batch_id
    with db.session(fresh_db) as session:
        rollback_batch(session, batch or 0)
        session.execute(text(STRAY))
        session.commit()
    with db.engine(fresh_db).begin() as connection:
        config = db.alembic_config(connection)
        command.downgrade(config, str(ScriptDirectory.from_config(config).get_revision("0013").down_revision))
    db.upgrade(fresh_db)
    assert followed(fresh_db, "0", {}, limit=1000) == taken(fresh_db)[1]
