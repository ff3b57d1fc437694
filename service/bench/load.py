"""Decides how a server is loaded: connections kept alive, each asking again as soon as it is answered, or at a pace."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from service.bench.interval import percentile

_PATIENCE: Final = 30.0
_GOOD: Final = b"200"


@dataclass(frozen=True)
class Load:
    """What came of it: answers with status 200, others, seconds, and milliseconds from when a request was due until it was answered."""

    answered: int
    failed: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Return good answers a second."""
        return self.answered / self.seconds


def load(port: int, targets: Sequence[str], connections: int, seconds: float, *, rate: float | None = None) -> Load:
    """Ask 127.0.0.1 for targets (paths with their queries) in turn; `rate` is requests a second in all, None as fast as it goes.

    At a pace the time that a request waits for its connection counts: a server that stalls cannot hide it.
    """
    return asyncio.run(_load(port, [_request(each) for each in targets], connections, seconds, rate))


async def _load(port: int, requests: Sequence[bytes], connections: int, seconds: float, rate: float | None) -> Load:
    spent: list[float] = []
    failed: list[int] = []
    began = time.perf_counter()
    pause = connections / rate if rate else None
    shares = [requests[at::connections] or requests for at in range(connections)]
    async with asyncio.TaskGroup() as group:
        for at, share in enumerate(shares):
            first = began + (pause * at / connections if pause else 0.0)
            group.create_task(_ask(port, share, first, began + seconds, pause, spent, failed))
    took = time.perf_counter() - began
    spent.sort()
    return Load(len(spent), len(failed), took, percentile(spent, 0.50), percentile(spent, 0.99))


async def _ask(
    port: int, requests: Sequence[bytes], due: float, ends: float, pause: float | None, spent: list[float], failed: list[int]
) -> None:
    """Ask over one connection until the time is over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = 0
    try:
        while due < ends and time.perf_counter() < ends:
            if pause:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            else:
                due = time.perf_counter()
            writer.write(requests[asked % len(requests)])
            status = await asyncio.wait_for(_answer(reader), _PATIENCE)
            if status == _GOOD:
                spent.append(1000 * (time.perf_counter() - due))
            else:
                failed.append(int(status))
            asked += 1
            due += pause or 0.0
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """Read one answer of a stated length and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.split(b":")[1]))
    return head[9:12]


def _request(target: str) -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode()
