"""Decides what a soak proves: a running service, asked for minutes, answers everything and does not grow."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from typing import Final
from urllib.parse import quote, urlsplit

from registry.errors import RefusedError, UnavailableError, UsageError

# Caches fill and Python takes its arenas in the first part; growth is counted behind it.
WARM_SHARE: Final = 0.25
MOST_GROWTH: Final = 32 * 1024**2
_MEMORY: Final = re.compile(r"^process_resident_memory_bytes (\S+)", re.MULTILINE)
_OK: Final = 200
# Asked with a number that rises: an answer that is kept would prove little.
QUESTIONS: Final = (
    "/v1/resolve?q=" + quote("xã Thanh Nưa, huyện Điện Biên"),
    "/v1/resolve?q=" + quote("@ ngõ 5 đường Nguyễn Trãi, phường Điện Biên Phủ, Điện Biên"),
    "/search?q=" + quote("số @ Trần Phú, phường Điện Biên Phủ") + "&limit=5",
    "/search?q=" + quote("dien bien") + "&autocomplete=1",
    "/reverse?lat=21.386&lon=103.017",
    "/readyz",
)


@dataclass(frozen=True)
class Sample:
    """The service at a moment: seconds since the start, answers so far, resident memory of the process that answered."""

    at: float
    answers: int
    memory: int


@dataclass
class Soak:
    """What came of it."""

    answers: int = 0
    wrong: dict[str, int] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    @property
    def growth(self) -> int:
        """Return the bytes by which the median memory of the last quarter lies above that of the quarter behind the warming up."""
        behind = [each.memory for each in self.samples[int(len(self.samples) * WARM_SHARE) :]]
        if len(behind) < 2:  # noqa: PLR2004 - two halves
            return 0
        half = max(len(behind) // 3, 1)
        return _median(behind[-half:]) - _median(behind[:half])

    def check(self) -> None:
        """Raise RefusedError when something was not answered, or when memory grew."""
        if self.wrong:
            found = ", ".join(f"{what} × {times}" for what, times in sorted(self.wrong.items()))
            raise RefusedError(f"Có câu hỏi không được trả lời: {found}.", f"Some questions were not answered: {found}.")
        if self.growth > MOST_GROWTH:
            grown = self.growth / 1e6
            raise RefusedError(
                f"Bộ nhớ tăng {grown:,.0f} MB.", f"Memory grew by {grown:,.0f} MB.", hint="Xem process_resident_memory_bytes."
            )


def soak(url: str, seconds: float, askers: int, tell: Callable[[Sample], object], every: float = 5.0) -> Soak:
    """Ask a running service from so many threads for that long; `tell` hears each sample. UnavailableError when it does not answer."""
    where = _where(url)
    found, lock, ended = Soak(), threading.Lock(), threading.Event()
    memory_of(where)
    threads = [threading.Thread(target=_ask, args=(where, QUESTIONS[n:] + QUESTIONS[:n], found, lock, ended)) for n in range(askers)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    try:
        while (now := time.monotonic() - began) < seconds:
            ended.wait(min(every, seconds - now))
            found.samples.append(Sample(time.monotonic() - began, found.answers, memory_of(where)))
            tell(found.samples[-1])
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    return found


def memory_of(where: tuple[str, int]) -> int:
    """Return the resident bytes that a service tells of itself."""
    with closing(HTTPConnection(*where, timeout=30)) as connection:
        told = _MEMORY.search(_get(connection, "/metrics")[1])
    if told is None:
        raise UnavailableError("Dịch vụ không cho biết bộ nhớ.", "The service does not tell its memory.")
    return int(float(told[1]))


def _ask(where: tuple[str, int], questions: Sequence[str], found: Soak, lock: threading.Lock, ended: threading.Event) -> None:
    # Closed after a failure, it opens again by itself.
    with closing(HTTPConnection(*where, timeout=30)) as connection:
        for question in _until(ended, questions):
            try:
                status = _get(connection, question)[0]
                what = "" if status == _OK else str(status)
            except UnavailableError as error:
                what = error.en
            with lock:
                found.answers += 1
                if what:
                    found.wrong[what] = found.wrong.get(what, 0) + 1


def _until(ended: threading.Event, questions: Sequence[str]) -> Iterator[str]:
    for number, question in enumerate(cycle(questions)):
        if ended.is_set():
            return
        yield question.replace(quote("@"), str(number))


def _get(connection: HTTPConnection, path: str) -> tuple[int, str]:
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, HTTPException) as error:
        connection.close()
        raise UnavailableError("Dịch vụ không trả lời.", f"no answer: {type(error).__name__}", hint="diachiso serve") from error


def _where(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise UsageError(f"Không phải địa chỉ http: {url}", f"Not an http address: {url}", hint="Ví dụ: http://127.0.0.1:8000")
    return parts.hostname, parts.port or 80


def _median(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 2]
