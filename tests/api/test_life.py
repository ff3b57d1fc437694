"""A code's past and proposals over HTTP: what anybody may see and say, and nothing of people."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry import db
from registry.life.amend import amend
from registry.life.fields import amendment
from registry.life.merge import merge
from service.app import create_app
from tests.api.service import serving
from tests.db.living import WHO, door


@pytest.fixture
def codes(fresh_db: str) -> list[str]:
    """Give the codes of two doors, the first corrected and then merged into the second."""
    with db.session(fresh_db) as session:
        made = [door(session, "12"), door(session, "14")]
        amend(session, made[0], amendment({"so_nha": "12A", "ghi_chu": "cổng xanh", "so_ho": "2"}), **WHO)
        merge(session, made[0], made[1], **WHO)
        session.commit()
    return made


@pytest.fixture
def own(fresh_db: str) -> Iterator[httpx.Client]:
    """Give a client of a service over a database of one's own."""
    with serving(create_app(fresh_db)) as opened:
        yield opened


def test_the_past_of_a_code_names_nobody(own: httpx.Client, codes: list[str]) -> None:
    """What happened and when, in two languages, with the other codes; no names, no reasons, no households, no notes."""
    answer = own.get(f"/v1/codes/{codes[0].lower()}/history")
    body = answer.json()
    assert answer.status_code == 200
    assert [event["kind"] for event in body["events"]] == ["amended", "merged"]
    assert body["events"][0]["fields"] == {"so_nha": ["12", "12A"]}
    assert body["events"][1]["codes"] == [codes[1]]
    assert body["events"][1]["text_en"] == f"Merged into {codes[1]}"
    for secret in (WHO["actor"], WHO["reason"], "cổng xanh"):
        assert secret not in answer.text
    assert own.get("/v1/codes/3212099999/history").status_code == 404
    assert own.get("/v1/codes/abc/history").status_code == 422


def test_a_merged_code_leads_to_the_door_that_stayed(own: httpx.Client, codes: list[str]) -> None:
    """The card and the answer to the code: which code, since when, in two languages."""
    card = own.get(f"/v1/codes/{codes[0]}").json()
    assert (card["status"], card["replaced_by"], card["house"]) == ("retired", codes[1], "14")
    assert (card["happened"]["kind"], card["happened"]["instead"], len(card["happened"]["date"])) == ("merged", codes[1], 10)
    assert codes[1] in card["note"]
    assert codes[1] in card["note_en"]
    found = own.get("/v1/resolve", params={"q": codes[0]}).json()
    assert (found["verdict"], found["code"], found["house"]) == ("CONFIRM", codes[1], "14")


def test_a_plate_leads_to_the_page(own: httpx.Client, codes: list[str]) -> None:
    """The link in a QR opens the page with the code asked for."""
    answer = own.get(f"/c/{codes[1]}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/#q={codes[1]}")


def test_a_proposal_is_recorded_and_listed(own: httpx.Client, codes: list[str], fresh_db: str) -> None:
    """201, waiting; the list shows what is proposed and never a text or a person."""
    said = {"code": codes[1], "fields": {"so_nha": "14A"}, "reason": "gặp chị Lan 0912345678", "proposed_by": "BT-1"}
    answer = own.post("/v1/corrections", json=said)
    assert (answer.status_code, answer.json()["state"]) == (201, "waiting")
    listed = own.get("/v1/corrections", params={"province": "11"})
    assert [each["proposed"] for each in listed.json()["corrections"]] == [{"so_nha": "14A"}]
    for secret in ("BT-1", "Lan", "0912345678", "gặp"):
        assert secret not in listed.text
    with db.session(fresh_db) as session:
        assert "0912345678" not in session.execute(text("SELECT row_to_json(c)::text FROM correction AS c")).scalar_one()


WRONG: list[tuple[dict[str, Any], int]] = [
    ({"reason": ""}, 422),
    ({"fields": {"mau": "xanh"}}, 422),
    ({"fields": {}}, 400),
    ({"lat": 21.3}, 422),
    ({"gone": True}, 400),
    ({"proposed_by": "Nguyễn Văn Mẫu"}, 422),
    ({"code": "3212099999"}, 404),
    ({"fields": {"so_nha": "cạnh chợ"}}, 400),
    ({"phone": "1"}, 422),
]


def test_a_wrong_proposal_is_a_problem(own: httpx.Client, codes: list[str]) -> None:
    """Each says what is wrong as a problem document; nothing is stored."""
    for changed, status in WRONG:
        answer = own.post("/v1/corrections", json={"code": codes[1], "fields": {"so_nha": "14A"}, "reason": "x"} | changed)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), changed
    assert own.get("/v1/corrections").json() == {"corrections": []}
