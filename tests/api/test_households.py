"""Who sees over HTTP who lives behind a door: officers of its province and administrators, each time written down, what for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from registry import db
from registry.security import keys
from registry.security.roles import Role
from service.app import create_app
from tests.api.service import serving
from tests.db.handover import scalar
from tests.db.people import NAME, PHONE, hand_over, home, turn_on

Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configured: Callable[[str], None]) -> Iterator[Ask]:
    """Give a function that asks a closed service, with one household of Điện Biên, as somebody."""
    configured(fresh_db)
    turn_on(tmp_path, monkeypatch)
    hand_over(fresh_db, tmp_path / "a.csv", home(1))
    wanted = {"officer": (Role.PROVINCE_OFFICER, ["11"]), "far": (Role.PROVINCE_OFFICER, ["37"]), "courier": (Role.COURIER, ["11"]),
              "reporter": (Role.REPORTER, None), "auditor": (Role.AUDITOR, None), "administrator": (Role.ADMINISTRATOR, None)}  # fmt: skip
    with db.session(fresh_db) as session:
        made = {
            name: keys.create(session, holder=name, role=role, provinces=where, created_by="test").token
            for name, (role, where) in wanted.items()
        }
        session.commit()
    with serving(create_app(fresh_db, open_to="0")) as client:

        def asked(who: str, path: str, **params: str) -> httpx.Response:
            return client.get(path, params=params, headers={"X-Api-Key": made[who]} if who in made else {})

        yield asked


def test_households_are_shown_to_officers_of_the_province_and_written_down(ask: Ask, fresh_db: str) -> None:
    """Others are refused, or told the code is unknown; without a purpose nobody is answered."""
    path = f"/v1/codes/{scalar(fresh_db, 'SELECT code FROM digital_address')}/households"
    refused = {who: ask(who, path, purpose="thử xem").status_code for who in ("public", "courier", "reporter", "auditor", "far")}
    assert refused == {"public": 401, "courier": 403, "reporter": 403, "auditor": 403, "far": 404}
    assert ask("officer", path).status_code == 400
    assert scalar(fresh_db, "SELECT count(*) FROM audit WHERE action = 'read'") == 0
    answer = ask("officer", path, purpose="đối chiếu biên bản")
    body = answer.json()
    assert body["households"] == [{"ref": "HK-0001", "restricted": False}]
    assert [(each["ref"], each["name"], each["phone"]) for each in body["residents"]] == [("HK-0001", NAME, PHONE)]
    with db.session(fresh_db) as session:
        row = session.execute(text("SELECT actor, purpose, provinces, request_id FROM audit WHERE action = 'read'")).one()
    assert (row.purpose, row.provinces, row.request_id) == ("đối chiếu biên bản", "11", answer.headers["x-request-id"])
    assert row.actor.endswith("officer")


def test_restricted_households_are_shown_to_administrators_alone(ask: Ask, fresh_db: str) -> None:
    """Officers learn that there is one, not whose."""
    with db.session(fresh_db) as session:
        session.execute(
            text("INSERT INTO restriction (province_code, address_id, household_id, actor, reason)"
                 " SELECT province_code, address_id, id, 'test', 'test' FROM household")
        )  # fmt: skip
        session.execute(text("UPDATE resident SET restricted_at = now()"))
        session.commit()
    path = f"/v1/codes/{scalar(fresh_db, 'SELECT code FROM digital_address')}/households"
    officer, administrator = (ask(who, path, purpose="thử xem").json() for who in ("officer", "administrator"))
    assert (officer["households"], officer["residents"], officer["hidden"]) == ([], [], 1)
    assert [(each["name"], each["restricted"]) for each in administrator["residents"]] == [(NAME, True)]
