"""The change feed over HTTP and at the command line: whole transactions, tokens of one registry only, a mirror that stays true."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry import db
from registry.history import remember
from service.app import create_app
from service.mirror import Mirror
from tests.api.service import serving
from tests.conftest import Answer, _name
from tests.db.handover import door, load, scalar
from tests.run import database

WHO = {"actor": "an", "reason": "biên bản 12"}


@pytest.fixture(scope="module")
def own_db(server: str, template_db: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a clone with five doors, that the tests of this file write to one after the other."""
    with database(server, _name("changes"), template_db) as url:
        load(url, tmp_path_factory.mktemp("changes") / "first.csv", [door(so_nha=str(number)) for number in range(1, 6)])
        yield url
        db.engine(url).dispose()


@pytest.fixture(scope="module")
def own(own_db: str) -> Iterator[httpx.Client]:
    """Give a client of a service over that clone."""
    with serving(create_app(own_db)) as opened:
        yield opened


def verify(url: str, house: str) -> None:
    """Verify one door outside any batch."""
    with db.session(url) as session:
        number = session.execute(text("SELECT id FROM address WHERE house_key = :house"), {"house": house}).scalar_one()
        remember(session, "address", [number], "update", **WHO)
        session.execute(text("UPDATE address SET status = 'verified' WHERE id = :id"), {"id": number})
        session.commit()


def base(client: httpx.Client) -> str:
    """Return the address of the service."""
    return str(client.base_url)


def lines(client: httpx.Client, **asked: str | int) -> list[dict[str, Any]]:
    """Return the lines of a snapshot."""
    return [json.loads(line) for line in client.get("/v1/changes/snapshot", params=asked).text.splitlines()]


def copied(file: Path) -> dict[str, list[Any]]:
    """Return what a mirror holds."""
    with closing(sqlite3.connect(file)) as kept:
        return {table: kept.execute(f"SELECT * FROM {table} ORDER BY key").fetchall() for table in ("unit", "address", "code")}


def test_a_mirror_is_what_a_new_mirror_would_be(own: httpx.Client, own_db: str, tmp_path: Path) -> None:
    """A province is mirrored, doors are verified, come and go, another run carries on: equal to a mirror begun afterwards."""
    early, late = tmp_path / "early.sqlite", tmp_path / "late.sqlite"
    with closing(Mirror(early, base(own), "11")) as kept:
        first = kept.catch_up()
        assert (first.loaded, first.applied) == (len(lines(own, province="11")) - 2, 0)
    verify(own_db, "3")
    rows = [door(so_nha=number) for number in "1234"]
    load(own_db, tmp_path / "second.csv", [*rows, door(so_nha="9", ma_dia_chi_so="3210000017")], complete=True)
    with closing(Mirror(early, base(own), "11")) as kept:
        second = kept.catch_up()
        assert second.loaded == 0
        assert second.number == scalar(own_db, "SELECT event FROM feed_head")
    with closing(Mirror(late, base(own), "11")) as kept:
        kept.catch_up()
    assert copied(early) == copied(late)
    with closing(sqlite3.connect(early)) as kept:
        assert kept.execute("SELECT code, house, place FROM door WHERE house = '9'").fetchall() == [("3210000017", "9", "Võ Nguyên Giáp")]
        assert kept.execute("SELECT count(*) FROM address WHERE retired_at IS NOT NULL").fetchone() == (1,)


def test_what_a_change_tells(own: httpx.Client, own_db: str) -> None:
    """Number, transaction, time, entity, key, operation, province and the public state; nothing of households, notes or raw text."""
    since = own.get("/v1/changes", params={"since": scalar(own_db, "SELECT event FROM feed_head")}).json()
    assert (since["events"], since["complete"]) == ([], True)
    verify(own_db, "3")
    answer = own.get("/v1/changes", params={"since": since["next"]}).json()
    (event,) = answer["events"]
    assert event["number"] == since["through"] + 1 == answer["last"]
    assert (event["entity"], event["op"], event["province_code"]) == ("address", "changed", "11")
    assert set(event) == {"number", "transaction", "at", "entity", "key", "op", "province_code", "state"}
    state = event["state"]
    assert (state["commune_code"], state["commune"], state["house"], state["status"]) == (
        "03127",
        "commune:03127:2025-07-01",
        "3",
        "verified",
    )
    assert not {"households", "note", "recorded_text", "ref"} & set(state)


def test_a_page_ends_with_a_transaction_or_says_that_it_does_not(own: httpx.Client, own_db: str, tmp_path: Path) -> None:
    """Five doors and their codes are one transaction of ten events: pages of four say when it is whole, and end there."""
    start = scalar(own_db, "SELECT event FROM feed_head")
    load(own_db, tmp_path / "five.csv", [door(so_nha=str(number)) for number in range(21, 26)])
    verify(own_db, "1")
    since, found = str(start), []
    for _ in range(4):
        page = own.get("/v1/changes", params={"since": since, "limit": 4}).json()
        found.append(([event["number"] - start for event in page["events"]], page["complete"]))
        since = page["next"]
    assert found == [([1, 2, 3, 4], False), ([5, 6, 7, 8], False), ([9, 10, 11], True), ([], True)]
    middle = own.get("/v1/changes", params={"since": start + 6, "limit": 2}).json()
    assert [(event["number"] - start, event["entity"]) for event in middle["events"]] == [(7, "code"), (8, "code")]


def test_doors_elsewhere_are_left_out_and_the_token_moves_on(own: httpx.Client, own_db: str) -> None:
    """A province sees its own events; a door that leaves it is told to both, and brings its codes to the new one."""
    since = str(scalar(own_db, "SELECT event FROM feed_head"))
    with db.session(own_db) as session:
        number = session.execute(text("SELECT min(id) FROM address")).scalar_one()
        remember(session, "address", [number], "update", **WHO)
        session.execute(text("UPDATE address SET province_code = '12' WHERE id = :id"), {"id": number})
        session.execute(text("UPDATE digital_address SET province_code = '12' WHERE address_id = :id"), {"id": number})
        session.commit()
    told = {code: own.get("/v1/changes", params={"since": since, "province": code}).json() for code in ("11", "12", "37")}
    assert told["37"]["events"] == []
    assert told["37"]["through"] == told["37"]["last"]
    (left,) = told["11"]["events"]
    assert told["12"]["events"] == [left]
    assert (left["province_code"], left["from_province"]) == ("12", "11")
    assert [code["status"] for code in left["codes"].values()] == ["active"]


def test_a_reader_that_waits_hears_of_a_change(own: httpx.Client, own_db: str) -> None:
    """The answer comes with the change, long before the thirty seconds are over."""
    since = scalar(own_db, "SELECT event FROM feed_head")
    writer = threading.Thread(target=verify, args=(own_db, "2"))
    writer.start()
    page = own.get("/v1/changes", params={"since": since, "wait": 30}, timeout=20).json()
    writer.join()
    assert [event["op"] for event in page["events"]] == ["changed"]
    assert own.get("/v1/changes", params={"since": page["next"], "wait": 1}).json()["events"] == []


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"since": "abc"}, 400, "since phải là số"),
        ({"since": "-1"}, 400, "since phải là số"),
        ({"since": ""}, 422, "since đang trống"),
        ({"limit": 0}, 400, "limit phải từ 1"),
        ({"limit": 10001}, 400, "limit chỉ được đến 10000"),
        ({"wait": 31}, 400, "wait chỉ được đến 30"),
        ({"province": "1"}, 400, "province không đúng dạng"),
        ({"after": "1"}, 400, "after"),
    ],
)
def test_a_wrong_question_is_a_problem(own: httpx.Client, asked: dict[str, Any], status: int, words: str) -> None:
    """RFC 9457, in two languages."""
    answer = own.get("/v1/changes", params=asked)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, words in answer.json()["detail"]) == (status if asked != {"since": ""} else 400, True)


def test_a_token_of_another_registry_or_of_a_lost_past_is_gone(own: httpx.Client, own_db: str) -> None:
    """410 for both, and for a mirror that began before a restore; numbers beyond the end are simply not there yet."""
    verify(own_db, "3")
    last = scalar(own_db, "SELECT event FROM feed_head")
    ours = own.get("/v1/changes", params={"since": last - 1}).json()["next"]
    assert own.get("/v1/changes", params={"since": ours}).status_code == 200
    beyond = own.get("/v1/changes", params={"since": last + 50}).json()
    assert (beyond["events"], beyond["complete"], beyond["last"]) == ([], True, last)
    assert own.get("/v1/changes", params={"since": beyond["next"]}).status_code == 200
    with db.session(own_db) as session:
        session.execute(text("UPDATE feed SET at = at + interval '1 second' WHERE last_event = :last"), {"last": last})
        session.commit()
    assert own.get("/v1/changes", params={"since": ours}).status_code == 410
    with db.session(own_db) as session:
        session.execute(text("UPDATE feed_head SET installation = gen_random_uuid()"))
        session.commit()
    answer = own.get("/v1/changes", params={"since": beyond["next"]})
    assert (answer.status_code, "sổ khác" in answer.json()["detail"]) == (410, True)


def test_a_snapshot_stands_at_a_number(own: httpx.Client, own_db: str, tmp_path: Path) -> None:
    """Now, or at the end of an earlier transaction; not in the middle of one, nor in the future."""
    load(own_db, tmp_path / "one.csv", [door(so_nha="41")])
    before = lines(own, province="11")
    verify(own_db, "3")
    last = scalar(own_db, "SELECT event FROM feed_head")
    assert lines(own, province="11")[0]["snapshot"] == last
    assert lines(own, province="11", at=last - 1) == before
    assert own.get("/v1/changes/snapshot", params={"at": last - 2}).status_code == 400
    assert own.get("/v1/changes/snapshot", params={"at": last + 1}).status_code == 404


def test_the_commands_follow_take_and_mirror(
    command: Callable[..., Answer], configured: Callable[[str], None], own: httpx.Client, own_db: str, tmp_path: Path
) -> None:
    """`follow --once` ends with a token, `snapshot` with a count, `mirror` says where it stands; a strange file is refused."""
    configured(own_db)
    since = str(scalar(own_db, "SELECT event FROM feed_head"))
    load(own_db, tmp_path / "more.csv", [door(so_nha=str(number)) for number in range(31, 36)])
    *events, end = map(json.loads, command("changes", "follow", "--since", since, "--once").out.splitlines())
    assert [event["entity"] for event in events] == ["address"] * 5 + ["code"] * 5
    assert command("changes", "follow", "--since", end["next"], "--once").out.count("\n") == 1
    assert command("changes", "follow", "--since", "?", "--once").code == 2
    file = tmp_path / "p.ndjson"
    assert command("changes", "snapshot", "--province", "11", "--output", str(file)).code == 0
    assert json.loads(file.read_text(encoding="utf-8").splitlines()[-1])["end"] == end["number"]
    mirror = tmp_path / "m.sqlite"
    done = command("changes", "mirror", "--province", "11", "--database", str(mirror), "--url", base(own))
    assert (done.code, f"at number {end['number']}" in done.err) == (0, True)
    again = command("changes", "mirror", "--province", "12", "--database", str(mirror), "--url", base(own))
    assert (again.code, "bản sao của tỉnh 11" in again.err) == (1, True)
    assert command("changes", "mirror", "--database", str(file), "--url", base(own)).code == 1
    assert command("changes", "mirror", "--database", str(tmp_path / "n"), "--url", "http://127.0.0.1:1").code == 1
