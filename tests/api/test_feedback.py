"""Anybody may say that an answer was wrong; what is kept holds nobody's name."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry import db
from service.app import create_app
from service.body_limit import WORDS
from tests.api.made_up import CODE, fill
from tests.api.service import serving

SAID = {"query": "chị Lan 0912345678, 5 đường Sao Hôm, P. Điện Biên Phủ", "right_text": "7 đường Sao Hôm"}


@pytest.fixture
def own(fresh_db: str) -> Iterator[httpx.Client]:
    """Give a client of a service over a database of one's own."""
    with db.session(fresh_db) as session:
        fill(session)
    with serving(create_app(fresh_db)) as opened:
        yield opened


def stored(url: str) -> list[Any]:
    """Return every stored report as text."""
    with db.session(url) as session:
        return list(session.execute(text("SELECT row_to_json(f)::text FROM feedback f ORDER BY id")).scalars())


def test_a_wrong_door_is_recorded_for_review(own: httpx.Client, fresh_db: str, capfd: pytest.CaptureFixture[str]) -> None:
    """201 with number, time and a sentence in two languages; stored is the address, no name, no number, no IP address; no log of it."""
    answer = own.post(
        "/v1/feedback", json=SAID | {"answered_code": CODE, "right_lat": 21.39, "right_lon": 103.02, "note": "gọi 0987654321"}
    )
    body = answer.json()
    assert answer.status_code == 201
    assert set(body) == {"id", "received_at", "message", "message_en"}
    (kept,) = stored(fresh_db)
    assert "5 đường Sao Hôm, P. Điện Biên Phủ" in kept
    for secret in ("Lan", "0912345678", "0987654321", "127.0.0.1"):
        assert secret not in kept
    assert "Sao Hôm" not in capfd.readouterr().err
    assert "wrong_door" in kept


@pytest.mark.parametrize("right", [{"right_code": CODE}, {"right_text": "7 Sao Hôm"}, {"right_lat": 21.39, "right_lon": 103.02}])
def test_any_one_right_place_is_enough(own: httpx.Client, right: dict[str, Any]) -> None:
    """A code, a text or a point."""
    assert own.post("/v1/feedback", json={"query": "5 Sao Hôm", **right, "kind": "missing"}).status_code == 201


WRONG = [
    ({}, "Thiếu query"),
    ({"query": "a"}, "Thiếu vị trí đúng"),
    ({"query": "a", "right_text": ""}, "right_text đang trống"),
    ({"query": "a", "right_lat": 21.0}, "right_lat và right_lon phải đi cùng nhau"),
    ({"query": "a", "right_lat": 91, "right_lon": 1}, "right_lat chỉ được đến 90"),
    ({"query": "a" * 501, "right_text": "b"}, "query dài quá 500"),
    ({"query": "a", "right_text": "b", "kind": "angry"}, "kind chỉ nhận"),
    ({"query": "a", "right_text": "b", "phone": "0912345678"}, "phone"),
    ({"query": "a", "right_code": "32110-K7Q4X"}, "sai ký tự kiểm tra"),
    ({"query": 5, "right_text": "b"}, "query phải là chữ"),
]


@pytest.mark.parametrize(("body", "words"), WRONG)
def test_a_wrong_report_is_a_problem_and_is_not_stored(own: httpx.Client, fresh_db: str, body: dict[str, Any], words: str) -> None:
    """RFC 9457 as everywhere, in two languages, and nothing of what was sent in it."""
    answer = own.post("/v1/feedback", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert words in answer.json()["detail"]
    assert answer.json()["detail_en"]
    assert "0912345678" not in answer.text
    assert stored(fresh_db) == []


def test_a_large_body_is_refused_before_it_is_read(client: httpx.Client) -> None:
    """413 as a problem, whether the length is announced or the body comes in pieces."""
    large = b" " * (WORDS + 1)
    for content in (large, iter([large])):
        answer = client.post("/v1/feedback", content=content, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_asking_for_reports_is_not_served(client: httpx.Client) -> None:
    """What was reported is for reviewers at the command line only."""
    assert client.get("/v1/feedback").status_code == 405
