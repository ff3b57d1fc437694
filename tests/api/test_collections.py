"""Doors in bulk: areas, pages by their links, the registry of an earlier moment, nothing of people."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from registry import db
from registry.history import remember
from service.app import create_app
from service.schemas.moment import read_moments
from service.schemas.params import read_box
from tests.api.service import serving
from tests.conftest import _name
from tests.db.handover import door, load, scalar
from tests.run import database

ITEMS = "/v1/collections/addresses/items"


@pytest.fixture(scope="module")
def own_db(server: str, template_db: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a clone with seven doors from two batches; then the third moves and the fourth is retired."""
    folder = tmp_path_factory.mktemp("items")
    with database(server, _name("items"), template_db) as url:
        load(url, folder / "first.csv", [door(so_nha=str(number)) for number in range(1, 6)])
        load(url, folder / "second.csv", [door(so_nha=str(number)) for number in range(6, 8)])
        with db.session(url) as session:
            ids = {row.house_key: row.id for row in session.execute(text("SELECT house_key, id FROM address"))}
            remember(session, "address", [ids["3"], ids["4"]], "update", actor="an", reason="đo lại")
            session.execute(text("UPDATE address SET point = ST_SetSRID(ST_MakePoint(105, 11), 4326) WHERE id = :id"), {"id": ids["3"]})
            session.execute(text("UPDATE address SET retired_at = clock_timestamp() WHERE id = :id"), {"id": ids["4"]})
            session.commit()
        yield url
        db.engine(url).dispose()


@pytest.fixture(scope="module")
def own(own_db: str) -> Iterator[httpx.Client]:
    """Give a client of a service over that clone."""
    with serving(create_app(own_db)) as opened:
        yield opened


def houses(client: httpx.Client, **asked: str | int) -> list[str]:
    """Return the numbers of all doors, following the links."""
    answer = client.get(ITEMS, params=asked)
    found: list[str] = []
    while True:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/geo+json"), answer.text
        body = answer.json()
        assert body["numberReturned"] == len(body["features"])
        found += [each["properties"]["house"] for each in body["features"]]
        following = [link["href"] for link in body["links"] if link["rel"] == "next"]
        if not following:
            return found
        answer = client.get(following[0])


def moment(url: str, back: int) -> str:
    """Return when the last transaction ended, or one so many before it."""
    at: datetime = scalar(url, f"SELECT at FROM feed WHERE no = (SELECT no FROM feed_head) - {back}")
    return at.isoformat()


def test_the_collection_leads_to_its_items(own: httpx.Client) -> None:
    """Collections, the one of doors, its items: each by the link of the one before."""
    (listed,) = own.get("/v1/collections").json()["collections"]
    assert listed == own.get("/v1/collections/addresses").json()
    assert own.get(next(link["href"] for link in listed["links"] if link["rel"] == "items")).status_code == 200


def test_doors_of_now_without_anything_of_people(own: httpx.Client) -> None:
    """Live doors with place, unit, point and code."""
    assert houses(own) == ["1", "2", "3", "5", "6", "7"]
    first: dict[str, Any] = own.get(ITEMS, params={"limit": 1}).json()["features"][0]
    assert (first["properties"]["commune_code"], first["properties"]["place"]) == ("03127", "Võ Nguyên Giáp")
    assert first["properties"]["code"]
    assert len(first["geometry"]["coordinates"]) == 2
    assert not {"households", "note", "recorded_text", "ref"} & set(first["properties"])


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 100])
def test_pages_of_any_size_hold_the_same(own: httpx.Client, limit: int) -> None:
    """Now and at an instant, in an area or everywhere."""
    for asked in ({}, {"bbox": "102,20,104,22"}, {"datetime": "2999-01-01"}, {"datetime": "2020-01-01/.."}):
        assert houses(own, limit=limit, **asked) == houses(own, limit=1000, **asked)


def test_an_area_holds_what_stands_in_it(own: httpx.Client) -> None:
    """Also one over the date line."""
    assert houses(own, bbox="104,10,106,12") == ["3"]
    assert houses(own, bbox="104,10,-170,12") == ["3"]
    assert houses(own, bbox="170,10,-170,12") == []


def test_an_instant_shows_the_registry_as_it_stood(own: httpx.Client, own_db: str) -> None:
    """After each transaction; the moved door stands where it stood, the retired one is there, before the first there is nothing."""
    first, second, third = (moment(own_db, back) for back in (2, 1, 0))
    assert houses(own, datetime=first) == ["1", "2", "3", "4", "5"]
    assert houses(own, datetime=second) == ["1", "2", "3", "4", "5", "6", "7"]
    assert houses(own, datetime=third) == houses(own)
    assert houses(own, datetime=second, bbox="104,10,106,12") == []
    assert houses(own, datetime=third, bbox="104,10,106,12") == ["3"]
    before = datetime.fromisoformat(first) - timedelta(seconds=1)
    assert houses(own, datetime=before.isoformat()) == []


def test_an_interval_goes_by_created_and_retired(own: httpx.Client, own_db: str) -> None:
    """A door that was retired before the interval began is not in it; open ends are open."""
    retired: datetime = scalar(own_db, "SELECT retired_at FROM address WHERE house_key = '4'")
    later = (retired + timedelta(microseconds=1)).isoformat()
    assert "4" in houses(own, datetime=f"{retired.isoformat()}/..")
    assert "4" not in houses(own, datetime=f"{later}/..")
    assert houses(own, datetime="../2020-01-01") == []


@pytest.mark.parametrize(
    "asked",
    [{"bbox": "1,2,3"}, {"bbox": "1,2,3,4,5,6"}, {"bbox": "0,9,0,8"}, {"datetime": "x"}, {"datetime": "../.."}, {"datetime": "2026-02-30"},
     {"datetime": "2027-01-01/2026-01-01"}, {"limit": 0}, {"limit": 1001}, {"next": -1}, {"next": "x"}, {"offset": 1}],
)  # fmt: skip
def test_a_wrong_question_is_a_problem(own: httpx.Client, asked: dict[str, Any]) -> None:
    """400 in two languages."""
    answer = own.get(ITEMS, params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{5,8}Z?)?(/[0-9.-]{0,10})?", fullmatch=True))
def test_any_text_is_a_moment_or_none(said: str) -> None:
    """No text of any kind fails the reader of moments or of areas."""
    read_moments(said)
    read_box(said)


def test_the_statements_never_count_through() -> None:
    """Pages are found by their key."""
    assert "OFFSET" not in Path("service/sql/items.sql").read_text(encoding="utf-8").upper()
