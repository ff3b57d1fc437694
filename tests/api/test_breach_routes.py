"""The register of breaches over HTTP: administrators alone."""

from collections.abc import Callable

import httpx

from registry import db
from registry.privacy.breaches import open_case
from registry.security import keys
from registry.security.roles import GIVEN, Role
from service.app import create_app
from tests.api.service import serving


def test_administrators_see_breaches_with_the_hours_left_and_nobody_else_does(fresh_db: str) -> None:
    """As JSON and as a page to print; an unknown number is told so."""
    with db.session(fresh_db) as session:
        number = open_case(session, "mất <b>máy</b>", actor="test")
        tokens = {
            role: keys.create(
                session, holder=role, role=role, provinces=["11"] if role is Role.PROVINCE_OFFICER else None, created_by="test"
            ).token
            for role in GIVEN
        }
        session.commit()
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
