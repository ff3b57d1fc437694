"""The register of breaches over HTTP: administrators alone."""

from collections.abc import Callable

import httpx
from sqlalchemy.orm import Session

from registry import db
from registry.privacy.breaches import open_case
from registry.security import keys
from registry.security.roles import GIVEN, Role
from service.app import create_app
from tests.api.jobs import written
from tests.api.service import serving


def of_every_role(session: Session) -> dict[Role, str]:
    """Give a key to each role that has keys, the officer's to one province; commit."""
    made = {
        role: keys.create(
            session, holder=role, role=role, provinces=["11"] if role is Role.PROVINCE_OFFICER else None, created_by="test"
        ).token
        for role in GIVEN
    }
    session.commit()
    return made


def test_administrators_see_breaches_with_the_hours_left_and_nobody_else_does(fresh_db: str) -> None:
    """As JSON and as a page to print; an unknown number is told so."""
    with db.session(fresh_db) as session:
        number = open_case(session, "mất <b>máy</b>", actor="test")
        tokens = of_every_role(session)
    with serving(create_app(fresh_db, open_to="0")) as client:
        ask: Callable[[str, str], httpx.Response] = lambda role, path: client.get(path, headers={"X-Api-Key": tokens[Role(role)]})  # noqa: E731
        for path in ("/v1/breaches", f"/v1/breaches/{number}/notice"):
            assert client.get(path).status_code == 401
            assert [role for role in GIVEN if ask(role, path).status_code != 403] == [Role.ADMINISTRATOR]
        (case,) = ask("administrator", "/v1/breaches").json()["breaches"]
        assert (case["id"], case["state"], case["late"], case["entries"]) == (number, "open", False, [])
        assert 71.9 <= case["hours_left"] <= 72
        page = ask("administrator", f"/v1/breaches/{number}/notice")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "mất &lt;b&gt;máy" in page.text
        assert ask("administrator", "/v1/breaches/999/notice").status_code == 404


def test_administrators_write_breaches_down_and_nobody_else_does(fresh_db: str) -> None:
    """A new one with its clock from the detection, what was done, its end; after that nothing; the trail names who wrote."""
    with db.session(fresh_db) as session:
        tokens = of_every_role(session)
    with serving(create_app(fresh_db, open_to="0")) as client:
        tell: Callable[[str, str, dict[str, str]], httpx.Response] = lambda role, path, body: client.post(  # noqa: E731
            path, json=body, headers={"X-Api-Key": tokens[Role(role)]}
        )
        new, done = {"what": "mất máy", "detected_at": "2026-01-05 08:00:00"}, {"kind": "notified", "words": "Gửi A05"}
        assert client.post("/v1/breaches", json=new).status_code == 401
        assert {role: tell(role, "/v1/breaches", new).status_code for role in GIVEN if role is not Role.ADMINISTRATOR} == {
            role: 403 for role in GIVEN if role is not Role.ADMINISTRATOR
        }
        made = tell("administrator", "/v1/breaches", new)
        assert (made.status_code, made.json()["detected_at"], made.json()["late"]) == (201, "2026-01-05T08:00:00+07:00", True)
        assert made.json()["opened_by"].startswith("key:")
        where = f"/v1/breaches/{made.json()['id']}/entries"
        told = tell("administrator", where, done).json()
        assert (told["state"], told["late"], [each["words"] for each in told["entries"]]) == ("notified", True, ["Gửi A05"])
        assert tell("courier", where, done).status_code == 403
        assert tell("administrator", where, done | {"kind": "closed"}).json()["state"] == "closed"
        refused = tell("administrator", where, done)
        assert (refused.status_code, "diachiso" in refused.json()["hint"]) == (409, False)
        assert tell("administrator", "/v1/breaches/999/entries", done).status_code == 404
        assert tell("administrator", "/v1/breaches", new | {"detected_at": "2999-01-01 00:00:00"}).status_code == 400
        assert tell("administrator", "/v1/breaches", {"what": " "}).status_code == 422
    (written_by,) = {row[0] for row in written(fresh_db, "SELECT actor FROM audit WHERE entity IN ('breach', 'breach_entry')")}
    assert str(written_by).startswith("key:")
