"""Decides which questions are answered together: those that wait at the same moment and are shown alike, with one look at the registry."""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Query
from registry.errors import DiachisoError
from registry.security.caller import Caller
from registry.security.roles import Role
from service import visible

# Two at work: one computes while the other waits for the database. A third would only wait for the interpreter.
THREADS: Final = 2
# Questions in one look: more would keep the first waiting for the last.
MOST: Final = 16


class _Sight(NamedTuple):
    """All that decides what an answer shows beside the question itself."""

    resolver: Resolver
    role: Role
    reads: str
    plates: bool


@dataclass(eq=False)
class _Asked:
    sight: _Sight
    caller: Caller
    question: Query
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Gathering:
    """The questions of one process: a thread and a look-up for each would cost thrice what finding the door does.

    Whoever asks alone is answered at once; those who ask while both threads are at work are answered together when one is free.
    """

    def __init__(self) -> None:
        """Start with nothing asked."""
        self._waiting: deque[_Asked] = deque()
        self._threads = ThreadPoolExecutor(THREADS, "matcher")
        self._at_work = 0

    async def answer(self, engine: Engine, resolver: Resolver, caller: Caller, question: Query, *, plates: bool) -> Answer:
        """Answer one question as `visible.resolve` does; DBAPIError when the registry cannot be asked."""
        asked = _Asked(_Sight(resolver, caller.role, caller.reads, plates), caller, question)
        self._waiting.append(asked)
        # What comes in the same moment is let in first.
        asyncio.get_running_loop().call_soon(self._work, engine)
        return await asked.answer

    def close(self) -> None:
        """End the threads; what they are at work on is answered before."""
        self._threads.shutdown()

    def _work(self, engine: Engine) -> None:
        """Put as many to work as are free."""
        while self._waiting and self._at_work < THREADS:
            together = self._alike()
            self._at_work += 1
            work = asyncio.get_running_loop().run_in_executor(self._threads, _answers, engine, together)
            work.add_done_callback(lambda done, together=together: self._give(engine, together, done))  # type: ignore[misc]

    def _alike(self) -> list[_Asked]:
        """Take the first that waits, and those behind it that see the same."""
        first = self._waiting[0].sight
        together: list[_Asked] = []
        others: list[_Asked] = []
        while self._waiting and len(together) < MOST:
            asked = self._waiting.popleft()
            # Who left is not answered.
            if not asked.answer.done():
                (together if asked.sight == first else others).append(asked)
        self._waiting.extendleft(reversed(others))
        return together

    def _give(self, engine: Engine, together: Sequence[_Asked], done: asyncio.Future[list[Answer | Exception]]) -> None:
        self._at_work -= 1
        for asked, answer in zip(together, done.result(), strict=True):
            if asked.answer.done():
                continue
            if isinstance(answer, Exception):
                asked.answer.set_exception(answer)
            else:
                asked.answer.set_result(answer)
        self._work(engine)


def _answers(engine: Engine, together: Sequence[_Asked]) -> list[Answer | Exception]:
    """Answer questions together; where that fails for any of them, each by itself, so that none suffers for another."""
    try:
        return [*_looked_up(engine, together)]
    except (DiachisoError, DBAPIError, PoolTimeout) as outage:
        return [outage] * len(together)
    except Exception as failure:  # noqa: BLE001 - it is raised where the question was asked
        return [failure] if len(together) == 1 else [each for asked in together for each in _answers(engine, [asked])]


def _looked_up(engine: Engine, together: Sequence[_Asked]) -> list[Answer]:
    if not together:
        return []
    sight, caller = together[0].sight, together[0].caller
    with Session(engine) as session:
        return visible.resolve(session, sight.resolver, caller, [each.question for each in together], plates=sight.plates)
