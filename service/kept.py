"""Decides which answers are kept: those of questions about doors and places, until the registry changes or the day ends."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any, Final, NamedTuple

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from registry.periods import today
from registry.security.caller import Caller
from registry.security.roles import Role, Scope
from service.asking import admitted
from service.limits import asks_for_code
from service.live import LiveResolver
from service.question_route import QuestionRoute
from service.tagged import Tagged, has, not_modified

# Bytes of the longest answer that is kept.
LONGEST: Final = 64 << 10
# Bytes of the longest question, as it was written, whose answer is kept.
LONGEST_ASKED: Final = 2 << 10
# What one more answer takes beside its bytes and those of its question.
_BESIDE: Final = 1024


class Question(NamedTuple):
    """All that an answer depends on but the version: the question as it was written, what its asker sees, the day."""

    path: str
    query: bytes
    role: Role
    reads: str
    day: date


class Answer(NamedTuple):
    """What was answered: bytes of JSON and the headers with their tag."""

    body: bytes
    headers: dict[str, str]


class KeptAnswers:
    """Keeps the last answers under what they were asked with and the version of the registry that they hold; thread-safe."""

    def __init__(self, most: int) -> None:
        """Start empty; keep at most so many bytes."""
        self._most = most
        self._kept: OrderedDict[Question, Answer] = OrderedDict()
        self._version = ""
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, version: str, key: Question) -> Answer | None:
        """Return what is kept under the key, if the registry is still the same."""
        with self._lock:
            if version != self._version or key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, version: str, key: Question, answer: Answer) -> None:
        """Keep; what was not used for longest goes, and all of another version."""
        with self._lock:
            if version != self._version:
                self._kept.clear()
                self._version, self._bytes = version, 0
            if key in self._kept:
                return
            self._kept[key] = answer
            self._bytes += _taken(key, answer)
            while self._bytes > self._most:
                self._bytes -= _taken(*self._kept.popitem(last=False))


class KeptRoute(Tagged, QuestionRoute):
    """A tagged route of questions, which admits its callers itself; its good answers are kept and given again without thread or connection.

    Only while every commit is heard of. Nothing is kept of callers without a key: they ask little, and each of their codes is counted,
    as are those of callers with a key to single provinces.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route that looks among what is kept first."""
        handle = super().get_route_handler()

        async def kept(request: Request) -> Response:
            caller = await admitted(request)
            live: LiveResolver = request.app.state.live
            version = live.settled
            if version is None or caller.role is Role.PUBLIC or (not caller.in_all(Scope.DOORS) and asks_for_code(request)):
                return await handle(request)
            answers: KeptAnswers = request.app.state.kept
            key = _key(request, caller)
            found = answers.get(version, key)
            if found is not None:
                if has(request, found.headers["ETag"]):
                    return not_modified(found.headers)
                return Response(found.body, media_type="application/json", headers=found.headers)
            answer = await handle(request)
            # What came in between may be of the next version.
            if _is_kept(answer) and len(key.query) <= LONGEST_ASKED and live.settled == version:
                headers = {name: answer.headers[name] for name in ("ETag", "Cache-Control")}
                answers.put(version, key, Answer(bytes(answer.body), headers))
            return answer

        return kept


def _key(request: Request, caller: Caller) -> Question:
    return Question(request.scope["path"], request.scope["query_string"], caller.role, caller.reads, today())


def _taken(asked: Question, answer: Answer) -> int:
    # A path has at most four bytes a character in memory.
    return len(answer.body) + len(asked.query) + 4 * len(asked.path) + _BESIDE


def _is_kept(answer: Response) -> bool:
    good = answer.status_code == 200 and not isinstance(answer, StreamingResponse)  # noqa: PLR2004 - HTTP's own number
    return good and "etag" in answer.headers and len(answer.body) <= LONGEST
