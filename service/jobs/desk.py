"""Decides what a worker has at hand: the registry as its owner, as a reader with the live resolver, and the word that it must stop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from registry import db, locks
from registry.errors import DiachisoError
from service.live import LiveResolver

_STATEMENT_SECONDS = 120.0


class AgainError(Exception):
    """The work is not done and must be taken up again: the worker stops, or somebody else is still at it."""


@dataclass
class Desk:
    """One worker's connections; `stopping` is set when it is told to end."""

    owner: Engine
    reading: Engine
    live: LiveResolver = field(default_factory=LiveResolver)
    stopping: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def open(cls, url: str | None = None) -> "Desk":
        """Return a desk over that database, or over the one in use."""
        return cls(db.engine(url), db.serving_engine(url, statement_seconds=_STATEMENT_SECONDS))

    def close(self) -> None:
        """Give the connections of readers back; the owner's belong to the process."""
        self.reading.dispose()

    def go_on(self) -> None:
        """Break off with AgainError where the worker is told to end."""
        if self.stopping.is_set():
            raise AgainError

    def resolver(self) -> Resolver:
        """Return the resolver of now."""
        with Session(self.reading) as session:
            return self.live.get(session)

    @contextmanager
    def working_on(self, kind: str, number: int) -> Iterator[None]:
        """Work on something that nobody else works on; AgainError where somebody still does."""
        with locks.work_on(self.owner, kind, number) as ours:
            if not ours:
                raise AgainError
            yield


# What is kept where the program failed, not what it was given: handed in again, that is done anew.
FAULT: Final[dict[str, str]] = {
    "vi": "Chương trình gặp lỗi; việc này không làm xong.",
    "en": "The program failed; this was not finished.",
    "hint": "",
}


def refusal_of(error: BaseException) -> dict[str, str]:
    """Return a refusal as it is kept; a fault of the program says nothing of its inside."""
    if isinstance(error, DiachisoError):
        return {"vi": error.vi, "en": error.en, "hint": error.page}
    return FAULT
