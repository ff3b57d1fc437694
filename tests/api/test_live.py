"""The service notices what others commit, and answers meanwhile."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from geocode.types import Query
from registry import db
from registry.place_key import place_key
from service.app import create_app
from service.live import LiveResolver
from tests.api.made_up import COMMUNE, fill
from tests.api.service import serving

# A shared machine may be busy; what takes longer than this has stopped.
PATIENCE = 60.0
STREET = "Sao Chiêu Hôm"
ADD = text("""
INSERT INTO place (commune_id, kind, name, key)
SELECT id, 'street', :name, :key FROM unit WHERE level = 'commune' AND code = :commune AND in_force
""")


def becomes(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; the test fails when it never does."""
    started = time.monotonic()
    pause = threading.Event()
    while not condition():
        assert time.monotonic() - started < PATIENCE, "it never came about"
        pause.wait(0.02)


def add_street(url: str, name: str, *, told: bool = True) -> None:
    """Commit one more street from elsewhere, over a connection of its own."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(ADD, {"name": name, "key": place_key("street", name), "commune": COMMUNE})
        if told:
            connection.execute(text("NOTIFY diachiso_registry, 'test'"))


@contextmanager
def listening(url: str, session: Session) -> Iterator[LiveResolver]:
    """Give a resolver that has loaded and listens, and stop it."""
    live = LiveResolver()
    live.get(session)
    session.commit()
    live.start(db.engine(url))
    try:
        becomes(live._hears)
        yield live
    finally:
        live.stop()


def test_a_commit_elsewhere_is_answered_because_it_is_told_and_nobody_waits(fresh_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A street that another session commits is found without anybody looking for it, while a thread that keeps asking gets no error."""
    # What is not heard would be looked for after two seconds, and once more with every sign of life; here neither comes.
    monkeypatch.setattr("service.live.REFRESH_SECONDS", 86400.0)
    monkeypatch.setattr("service.listen.QUIET_SECONDS", 86400.0)
    with db.session(fresh_db) as session:
        fill(session)
    failures: list[str] = []
    asked = 0
    ended = threading.Event()
    app = create_app(fresh_db)
    with serving(app) as client:
        becomes(lambda: app.state.live.hears)

        def keep_asking() -> None:
            nonlocal asked
            with httpx.Client(base_url=client.base_url, timeout=PATIENCE) as own:
                while not ended.is_set():
                    answer = own.get("/v1/resolve", params={"q": "5 Sao Hôm, phường Điện Biên Phủ, Điện Biên"})
                    asked += 1
                    if answer.status_code != 200 or answer.json()["level"] != "household":
                        failures.append(answer.text)

        def found() -> bool:
            answer = client.get("/v1/resolve", params={"q": f"đường {STREET}, phường Điện Biên Phủ, Điện Biên"}).json()
            return answer["level"] == "street" and STREET in answer["label"]

        asker = threading.Thread(target=keep_asking)
        asker.start()
        try:
            becomes(lambda: asked > 3)
            assert not found()
            add_street(fresh_db, STREET)
            becomes(found)
            before = asked
            becomes(lambda: asked > before)
        finally:
            ended.set()
            asker.join()
    assert failures == []


def test_a_lost_connection_is_opened_again_and_what_was_missed_is_caught_up(fresh_db: str) -> None:
    """The server ends the listening connection: the thread connects anew and hears the next commit."""
    threads = set(threading.enumerate())
    pid = text("SELECT pid FROM pg_stat_activity WHERE application_name = 'diachiso listen' AND datname = current_database()")
    with db.session(fresh_db) as session:

        def listeners() -> list[int]:
            # Within a transaction the list of sessions stays as it was seen first.
            session.rollback()
            found = list(session.execute(pid).scalars())
            session.rollback()
            return found

        with listening(fresh_db, session) as live:
            first = session.execute(pid).scalar_one()
            session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
            session.commit()

            def listens_again() -> bool:
                pids = listeners()
                return bool(pids) and first not in pids and live._hears()

            becomes(listens_again)
            add_street(fresh_db, STREET)

            def known() -> bool:
                answer = live.get(session).resolve(session, Query(f"đường {STREET}, phường Điện Biên Phủ, Điện Biên"))
                session.rollback()
                return bool(answer.best and answer.best.level.value == "street")

            becomes(known)
        # The server needs a moment to let go of a connection that was closed.
        becomes(lambda: listeners() == [])
    assert set(threading.enumerate()) == threads


def test_several_commits_at_once_lose_none(fresh_db: str) -> None:
    """Five commits one after the other end in a gazetteer that has all five."""
    with db.session(fresh_db) as session, listening(fresh_db, session) as live:
        names = [f"{STREET} {number}" for number in ("Một", "Hai", "Ba", "Bốn", "Năm")]
        for name in names:
            add_street(fresh_db, name)
        keys = {place_key("street", name) for name in names}
        becomes(lambda: keys <= live.get(session).gazetteer.places.keys())


def test_without_a_listener_a_question_looks_for_itself(fresh_db: str) -> None:
    """The fallback: a resolver that hears nothing compares the version of the registry when it is asked and two seconds have gone."""
    engine = db.engine(fresh_db)
    live = LiveResolver()
    with Session(engine) as session:
        first = live.get(session)
        live._looked_at = 0.0
        assert live.get(session) is first
        session.execute(
            text(
                "INSERT INTO batch (state, file_name, file_sha256, file_bytes, options, actor, committed_at)"
                " VALUES ('committed', 'a', 'a', 1, '{}', 'test', now())"
            )
        )
        live._looked_at = 0.0
        assert live.get(session) is not first
