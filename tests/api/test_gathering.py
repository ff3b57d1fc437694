"""Questions that wait side by side are answered together, and none of them notices."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Query
from registry import db
from registry.security.caller import LOCAL, PUBLIC, Caller
from registry.security.roles import Role
from service import visible
from service.gathering import MOST, Gathering

HERE = Caller(Role.COURIER, frozenset({"11"}), "key:1")
ELSEWHERE = Caller(Role.COURIER, frozenset({"37"}), "key:2")
TEXTS = ["5 Sao Hôm, phường Điện Biên Phủ, Điện Biên", "Phường Mường Thanh, Điện Biên", "ngõ 3 Sao Mai, Điện Biên", "không ở đâu cả", ""]


@pytest.fixture
def engine(service_db: str) -> Iterator[Engine]:
    """Give an engine as the service has one."""
    made = db.serving_engine(service_db, quick=True)
    yield made
    made.dispose()


def ask(engine: Engine, asked: Sequence[tuple[Caller, Query]]) -> list[Answer | BaseException]:
    """Ask all in one moment."""
    with Session(engine) as session:
        resolver = Resolver.open(session)

    async def at_once() -> list[Answer | BaseException]:
        gathering = Gathering()
        try:
            answers = (gathering.answer(engine, resolver, caller, question, plates=True) for caller, question in asked)
            return await asyncio.gather(*answers, return_exceptions=True)
        finally:
            gathering.close()

    return asyncio.run(at_once())


def test_what_waits_together_costs_one_look(engine: Engine) -> None:
    """Two full hands of questions ask the registry for doors twice, not once each."""
    ask(engine, [(LOCAL, Query(TEXTS[0]))])
    looks: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *sent: looks.append(sent[2]))
    ask(engine, [(LOCAL, Query(f"{number} Sao Hôm, phường Điện Biên Phủ, Điện Biên")) for number in range(1, 2 * MOST + 1)])
    assert sum(look.startswith("EXECUTE diachiso_doors_by_key") for look in looks) == 2


def test_everybody_is_told_what_he_would_be_told_alone(engine: Engine) -> None:
    """Callers who see different things ask the same in one moment; each has the answer that is his, in his place."""
    asked = [(caller, Query(text)) for text in TEXTS * 3 for caller in (LOCAL, HERE, ELSEWHERE, PUBLIC)]
    with Session(engine) as session:
        resolver = Resolver.open(session)
        alone = [visible.resolve(session, resolver, caller, [question], plates=True)[0] for caller, question in asked]
    together = ask(engine, asked)
    assert together == alone
    assert len({answer.to_dict()["level"] for answer in alone[:4]}) > 1


def test_a_question_that_fails_spoils_no_other(engine: Engine) -> None:
    """Of questions answered together one is no text at all: it alone fails."""
    broken = Query(None)  # type: ignore[arg-type]
    first, fails, last = ask(engine, [(LOCAL, Query(TEXTS[0])), (LOCAL, broken), (LOCAL, Query(TEXTS[1]))])
    assert isinstance(first, Answer)
    assert isinstance(fails, TypeError)
    assert isinstance(last, Answer)


def test_who_left_is_not_waited_for(engine: Engine) -> None:
    """A question whose asker went away is dropped, and those behind it are answered."""
    with Session(engine) as session:
        resolver = Resolver.open(session)

    async def one_leaves() -> Answer:
        gathering = Gathering()
        try:
            gone, stays = (asyncio.ensure_future(gathering.answer(engine, resolver, LOCAL, Query(text), plates=True)) for text in TEXTS[:2])
            await asyncio.sleep(0)
            gone.cancel()
            return await stays
        finally:
            gathering.close()

    assert asyncio.run(one_leaves()).best is not None
