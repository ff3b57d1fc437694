"""How long a request may take, how many are at work, and when a silent connection is closed, by a clock that goes on when all wait."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from service import arrival, deadline, wire
from service.deadline import Deadline, Patience
from service.metrics import Metrics
from service.wire import PatientProtocol

WHOLE: Message = {"type": "http.request", "body": b"", "more_body": False}
ANSWER: tuple[Message, ...] = ({"type": "http.response.start", "status": 200, "headers": []}, {"type": "http.response.body", "body": b"a"})


Result = TypeVar("Result")


class Hurried(asyncio.SelectorEventLoop):
    """A loop whose clock stands while anything runs and jumps to what is due when nothing does: a busy machine changes no order."""

    def __init__(self) -> None:
        """Start at zero, with a look for what came in place of each wait."""
        super().__init__()
        self._seconds, look = 0.0, self._selector.select

        def select(wait: float | None = None) -> Any:  # noqa: ANN401 - the events of a selector
            if wait:
                self._seconds += wait
            return look(0)

        self._selector.select = select

    def time(self) -> float:
        """Tell the seconds of this loop."""
        return self._seconds


def outcome(asking: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end by the hurried clock."""
    with asyncio.Runner(loop_factory=Hurried) as runner:
        return runner.run(asking)


async def answer(_scope: Scope, receive: Receive, send: Send) -> None:
    """Read a whole body and answer."""
    while (await receive()).get("more_body"):
        pass
    for message in ANSWER:
        await send(message)


async def asked(app: ASGIApp, receive: Callable[[], Awaitable[Message]], path: str = "/search", length: int = 0) -> list[int]:
    """Return the statuses that were answered to one request, of an announced length if it is not 0."""
    told: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    headers = [(b"content-length", str(length).encode())] if length else []
    await app({"type": "http", "method": "GET", "path": path, "headers": headers}, receive, send)
    return told


async def at_once() -> Message:
    """Be a body that is there."""
    return WHOLE


def test_an_answer_that_does_not_come_is_given_in_its_place_and_only_once() -> None:
    """What the application says later is dropped, and it is told that nobody listens."""
    left = []

    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.1)
        try:
            await answer(scope, receive, send)
        except OSError:
            left.append(scope["path"])
            raise

    layer = Deadline(late, Patience(0.02, 10), Metrics())
    assert outcome(asked(layer, at_once)) == [503]
    assert left == ["/search"]
    assert outcome(asked(layer, at_once, "/v1/changes")) == [200]


def test_the_time_in_which_a_body_arrives_does_not_count() -> None:
    """A slow but steady sender is answered, however long it takes in all."""
    parts = iter([True, True, True, True, False])

    async def steady() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"a", "more_body": next(parts)}

    assert outcome(asked(Deadline(answer, Patience(0.05, 10), Metrics()), steady)) == [200]


def test_a_sender_that_pauses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """408, which the application's own handler words; here it reaches us."""
    monkeypatch.setattr(arrival, "PAUSE_SECONDS", 0.02)

    async def silent() -> Message:
        await asyncio.sleep(5)
        return WHOLE

    with pytest.raises(HTTPException) as refused:
        outcome(asked(Deadline(answer, Patience(5, 10), Metrics()), silent))
    assert refused.value.status_code == 408


async def trickle() -> Message:
    """Be a body that comes byte by byte and has no end."""
    await asyncio.sleep(0.005)
    return {"type": "http.request", "body": b"a", "more_body": True}


def test_slow_senders_keep_nobody_from_being_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """While their bodies arrive they hold no place and are not counted; with a total of time they are told 408 in the end."""
    monkeypatch.setattr(arrival, "SECONDS", 0.1)
    monkeypatch.setattr(deadline, "AT_WORK", 1)

    async def crowd() -> tuple[list[int], list[list[int]]]:
        layer = Deadline(answer, Patience(5, 2), Metrics())
        slow = [asyncio.ensure_future(asked(layer, trickle, "/v1/feedback", 9000)) for _ in range(3)]
        await asyncio.sleep(0.02)
        seen = await asked(layer, at_once)
        assert not any(each.done() for each in slow)
        return seen, await asyncio.gather(*slow)

    assert outcome(crowd()) == ([200], [[408], [408], [408]])


def test_a_gathered_body_reaches_the_application_whole() -> None:
    """In one piece, however many it came in; behind it the application waits for its client to leave."""
    parts = iter([(b"ab", True), (b"c", False)])
    read: list[Message] = []

    async def coming() -> Message:
        body, more = next(parts, (b"", False))
        return {"type": "http.request", "body": body, "more_body": more} if body else {"type": "http.disconnect"}

    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        read.extend([await receive(), await receive()])
        await answer(scope, at_once, send)

    assert outcome(asked(Deadline(reading, Patience(5, 2), Metrics()), coming, length=3)) == [200]
    assert read == [{"type": "http.request", "body": b"abc", "more_body": False}, {"type": "http.disconnect"}]


def test_more_than_may_be_at_work_are_told_at_once_and_watchers_are_not_counted() -> None:
    """Of four at once two are answered, two are told to come back; whoever watches is answered always."""

    async def crowd() -> list[list[int]]:
        gate = asyncio.Event()

        async def held(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"] == "/search":
                await gate.wait()
            await answer(scope, receive, send)

        layer = Deadline(held, Patience(5, 2), Metrics())
        waiting = [asyncio.ensure_future(asked(layer, at_once)) for _ in range(4)]
        await asyncio.sleep(0)
        seen = await asked(layer, at_once, "/readyz")
        gate.set()
        return [seen, *await asyncio.gather(*waiting)]

    assert outcome(crowd()) == [[200], [200], [200], [503], [503]]


async def connect(sent: bytes) -> float:
    """Send something to a server with the patient protocol and return after how long it closed the connection."""
    loop = asyncio.get_running_loop()
    config = Config(answer, log_config=None)
    config.load()
    server = await loop.create_server(lambda: PatientProtocol(config, ServerState(), {}), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        began = loop.time()
        writer.write(sent)
        with suppress(ConnectionResetError):
            await reader.read()
        writer.close()
        return loop.time() - began


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_connection_that_asks_nothing_or_never_ends_its_head_is_closed(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    """Uvicorn itself would wait for ever."""
    monkeypatch.setattr(wire, "HEAD_SECONDS", 0.05)
    assert asyncio.run(asyncio.wait_for(connect(sent), 60)) < 50


def test_the_last_files_are_kept_for_the_service_itself() -> None:
    """However few files a process may open, some connections are taken."""
    assert wire.most_connections() >= 64
