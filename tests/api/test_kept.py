"""Answers that are kept: given again without the database, never after a change, never to somebody who may see less."""

from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event

from registry import db
from registry.security import keys
from registry.security.roles import Role
from service.app import create_app
from service.kept import Answer, KeptAnswers, Question
from tests.api.made_up import fill
from tests.api.service import serving
from tests.db import faults
from tests.db.handover import door, load

ASKED = {"q": "5 Sao Hôm, phường Điện Biên Phủ, Điện Biên"}


def test_an_answer_is_given_again_without_a_statement(fresh_db: str) -> None:
    """The second time nothing is asked of the database, and body and tag are the same; whoever has it is told so."""
    with db.session(fresh_db) as session:
        fill(session)
    app = create_app(fresh_db)
    statements: list[str] = []
    with serving(app) as client:
        event.listen(app.state.quick, "before_cursor_execute", lambda *sent: statements.append(sent[2]))
        faults.until(lambda: app.state.live.settled is not None, "commits are heard of")
        first = client.get("/v1/resolve", params=ASKED)
        asked = len(statements)
        again = client.get("/v1/resolve", params=ASKED)
        assert asked > 0
        assert len(statements) == asked
        assert (again.status_code, again.content, again.headers["etag"]) == (200, first.content, first.headers["etag"])
        assert client.get("/v1/resolve", params=ASKED, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_no_answer_outlives_a_change(fresh_db: str, tmp_path: Path) -> None:
    """A door that a batch brings is found by the question that was answered without it a moment before."""
    with db.session(fresh_db) as session:
        fill(session)
    new = {"q": "77 Sao Hôm, phường Điện Biên Phủ, Điện Biên"}
    app = create_app(fresh_db)
    with serving(app) as client:
        faults.until(lambda: app.state.live.settled is not None, "commits are heard of")
        assert client.get("/v1/resolve", params=new).json()["house"] != "77"
        load(fresh_db, tmp_path / "new.csv", [door(so_nha="77", duong="đường Sao Hôm", xa="Phường Điện Biên Phủ")])
        faults.until(lambda: client.get("/v1/resolve", params=new).json()["house"] == "77", "the new door is told")


def test_what_one_key_was_told_is_not_told_to_another(service_db: str) -> None:
    """A courier of the province sees the door, one of another province and the public its street, in whatever order they ask."""
    with db.session(service_db) as session:
        near, far = (
            keys.create(session, holder=place, role=Role.COURIER, provinces=[place], created_by="test").token for place in ("11", "37")
        )
        auditor = keys.create(session, holder="trail", role=Role.AUDITOR, provinces=None, created_by="test").token
        session.commit()
    with serving(create_app(service_db, open_to="0")) as client:

        def level(key: str | None) -> str:
            headers = {"X-Api-Key": key} if key else {}
            found: str = client.get("/v1/resolve", params=ASKED, headers=headers).json()["level"]
            return found

        assert [level(key) for key in (near, far, None, near, far, None)] == ["household", "street", "street"] * 2
        assert client.get("/v1/resolve", params=ASKED, headers={"X-Api-Key": auditor}).status_code == 403


def question(query: bytes) -> Question:
    """Return what is kept under."""
    return Question("/", query, Role.COURIER, "11", date(2026, 11, 1))


def test_what_is_kept_has_an_end() -> None:
    """The oldest answer goes when there is too much, its question counted; another version drops all."""
    kept = KeptAnswers(3 * 1024 + 600)
    asked = [question(b"%090d" % number) for number in range(5)]
    for each in asked[:4]:
        kept.put("1", each, Answer(b"x" * 90, {}))
    assert [kept.get("1", each) is None for each in asked] == [True, False, False, False, True]
    assert kept.get("2", asked[3]) is None
    long = question(b"q" * 2048)
    kept.put("1", long, Answer(b"", {}))
    assert [kept.get("1", each) is None for each in (asked[3], long)] == [True, False]
    kept.put("2", asked[4], Answer(b"y", {}))
    assert kept.get("1", asked[3]) is None


def test_no_answer_to_a_very_long_question_is_kept(service_db: str) -> None:
    """It is answered each time anew."""
    app = create_app(service_db)
    with serving(app) as client:
        faults.until(lambda: app.state.live.settled is not None, "commits are heard of")
        asked = [client.get("/v1/resolve", params={"q": "ạ" * length}).status_code for length in (10, 400)]
        assert asked == [200, 200]
        kept = [len(each.query) for each in app.state.kept._kept]
    assert len(kept) == 1
    assert kept[0] < 200


@pytest.mark.usefixtures("still")
def test_a_kept_answer_counts_against_the_limit(service_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks the same again and again is refused as anybody else."""
    monkeypatch.setenv("DIACHISO_LIMITS", '{"courier": "3/minute"}')
    from registry.settings import settings  # noqa: PLC0415 - the cache of the settings is cleared around this test alone

    settings.cache_clear()
    with db.session(service_db) as session:
        token = keys.create(session, holder="often", role=Role.COURIER, provinces=["11"], created_by="test").token
        session.commit()
    with serving(create_app(service_db, open_to="0")) as client:
        answers: list[httpx.Response] = [client.get("/v1/resolve", params=ASKED, headers={"X-Api-Key": token}) for _ in range(4)]
    settings.cache_clear()
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
