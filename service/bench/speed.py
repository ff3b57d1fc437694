"""Decides how speed is measured: noisy questions in batch, one by one and key by key, beside a reference in the same minute."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Query
from service.bench.accuracy import spoilt_doors
from service.bench.doors import CHUNK, written_doors
from service.bench.interval import percentile
from service.bench.noisy import CLASSES
from service.bench.styles import complete, no_accents

ROUNDS = 10
SPARE = 1.5
_POINTS = text("""
SELECT ST_Y(point) AS lat, ST_X(point) AS lon FROM address WHERE retired_at IS NULL ORDER BY md5(CAST(id AS text) || :seed) LIMIT :points
""")
# About 55 metres: a courier stands in front of a door, not in its middle.
ASIDE_DEGREES = 0.0005

Timed = Callable[[Sequence[str]], None]


@dataclass(frozen=True)
class Loaded:
    """What loading the gazetteer cost: seconds, growth of the process's resident memory in MB, places held."""

    seconds: float
    megabytes: float
    places: int


@dataclass(frozen=True)
class Rates:
    """Addresses a second over the same texts in turns: of the matcher, and of the reference where it is installed."""

    matcher: float
    reference: float | None
    reference_errors: int = 0


@dataclass(frozen=True)
class Spent:
    """Milliseconds of single calls: how many, median, 99th percentile."""

    calls: int
    p50: float
    p99: float


@dataclass
class SpeedReport:
    """Everything that `bench resolve` measures.

    `two` is the rate of two processes together, `beside_two` that of one of them alone in the same minute; None where not asked for.
    """

    doors: int
    queries: int
    loaded: Loaded
    rates: Rates
    two: float | None
    beside_two: float | None
    single: Spent
    keystroke: Spent
    reverse: Spent
    by_class: dict[str, int] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Return how many times faster than the reference one process is."""
        return self.rates.matcher / self.rates.reference if self.rates.reference else None

    @property
    def scaling(self) -> float | None:
        """Return how many times faster two processes are than one."""
        return self.two / self.beside_two if self.two and self.beside_two else None

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for `--json`, ratios included."""
        return asdict(self) | {"ratio": self.ratio, "scaling": self.scaling}


def resident_mb() -> float:
    """Return the resident memory of this process in MB (1,000,000 bytes), as the kernel counts it; 0 where it does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii", errors="replace").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS:")), 0.0)


def load(session: Session) -> tuple[Resolver, Loaded]:
    """Open a resolver and say what it cost; the figure of memory is true in a process that loaded none before."""
    session.connection()
    gc.collect()
    before, began = resident_mb(), time.perf_counter()
    resolver = Resolver.open(session)
    seconds = time.perf_counter() - began
    return resolver, Loaded(seconds, resident_mb() - before, len(resolver.gazetteer.places))


def noisy_texts(session: Session, queries: int, seed: int) -> list[tuple[str, str]]:
    """Return so many (class, text) of noisy questions in turns of all classes, shuffled; fewer where the registry has too few doors."""
    per_class = max(1, -(-int(queries * SPARE) // len(CLASSES)))
    held: dict[str, list[str]] = {}
    for question in spoilt_doors(session, per_class, seed):
        held.setdefault(question.name, []).append(question.text)
    turns = zip_longest(*([(name, each) for each in texts] for name, texts in held.items()))
    drawn = [each for turn in turns for each in turn if each is not None][:queries]
    Random(seed).shuffle(drawn)  # noqa: S311 - reproducible, not secret
    return drawn


def batch_call(session: Session, resolver: Resolver) -> Timed:
    """Return what resolves texts in one process, so many at a time."""

    def run(texts: Sequence[str]) -> None:
        for start in range(0, len(texts), CHUNK):
            resolver.resolve_many(session, [Query(each) for each in texts[start : start + CHUNK]])

    return run


def in_turns(texts: Sequence[str], matcher: Timed, reference: Timed | None, tick: Callable[[int], None]) -> tuple[float, float | None]:
    """Return addresses a second of both over the same texts, taking turns, so that a busy minute slows both alike."""
    spent, other = 0.0, 0.0
    size = max(CHUNK, -(-len(texts) // ROUNDS))
    for start in range(0, len(texts), size):
        part = texts[start : start + size]
        spent += _seconds(matcher, part)
        other += _seconds(reference, part) if reference else 0.0
        tick(len(part))
    return len(texts) / spent, len(texts) / other if reference else None


def single_calls(session: Session, resolver: Resolver, texts: Sequence[str]) -> Spent:
    """Time single calls, the database included; a few before the clock starts let the server plan its statements."""
    return _spent([lambda each=each: resolver.resolve(session, Query(each)) for each in texts])  # type: ignore[misc]


def keystrokes(session: Session, resolver: Resolver, addresses: int, seed: int) -> Spent:
    """Time a completion for every key of addresses that are typed from the first letter to the last, every other one without marks."""
    doors = [door for _, door in written_doors(session, addresses, f"{seed}-keys")]
    lines = [(no_accents if place % 2 else complete)(door) for place, door in enumerate(doors)]
    typed = [line[:length] for line in lines for length in range(1, len(line) + 1)]
    return _spent([lambda each=each: resolver.suggest(session, each) for each in typed])  # type: ignore[misc]


def points(session: Session, resolver: Resolver, count: int, seed: int) -> Spent:
    """Time what stands at points near registered doors."""
    rng = Random(f"{seed}-points")  # noqa: S311 - reproducible, not secret
    near = [
        (row.lat + rng.uniform(-ASIDE_DEGREES, ASIDE_DEGREES), row.lon + rng.uniform(-ASIDE_DEGREES, ASIDE_DEGREES))
        for row in session.execute(_POINTS, {"points": count, "seed": str(seed)})
    ]
    return _spent([lambda at=at: resolver.reverse(session, *at) for at in near])  # type: ignore[misc]


def _seconds(run: Timed, texts: Sequence[str]) -> float:
    """Time one part."""
    began = time.perf_counter()
    run(texts)
    return time.perf_counter() - began


def _spent(calls: Sequence[Callable[[], object]]) -> Spent:
    """Time each call; the first twenty run once before, unmeasured."""
    for call in calls[:20]:
        call()
    spent: list[float] = []
    for call in calls:
        began = time.perf_counter()
        call()
        spent.append(1000 * (time.perf_counter() - began))
    spent.sort()
    return Spent(len(spent), percentile(spent, 0.50), percentile(spent, 0.99))
