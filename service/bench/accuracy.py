"""Decides what the accuracy bench asks and when an answer is right: golden file, messy real texts, and a registry's own doors spoilt."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Level, Query, Verdict
from registry.errors import FileRefused
from service.bench.doors import CHUNK, written_doors
from service.bench.noisy import CLASSES
from service.bench.styles import Written

POOL_FACTOR = 40
LEAST_POOL = 4000


class Outcome(StrEnum):
    """What became of a question."""

    RIGHT = "right"
    LISTED = "listed"  # AMBIGUOUS, and the true answer is among the candidates.
    SHORT = "short"  # The answer stops above the door, in the true commune.
    WRONG = "wrong"
    WRONG_ACCEPT = "wrong_accept"


FAILED = frozenset({Outcome.SHORT, Outcome.WRONG, Outcome.WRONG_ACCEPT})


@dataclass(frozen=True)
class Question:
    """A text and what a right answer is.

    `expects` is `door` (that address first), `commune` (one of these), `absent` and `two` (never ACCEPT), or `as told`: everything that
    is given here, as the golden file does.
    """

    source: str
    name: str
    text: str
    expects: str
    address_id: int | None = None
    communes: frozenset[str] = frozenset()
    verdicts: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """Return what names the question in a saved run without repeating its text."""
        return hashlib.sha256(f"{self.source}|{self.name}|{self.text}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Asked:
    """A question with its answer and what became of it."""

    question: Question
    answer: Answer
    outcome: Outcome
    holds: bool  # Whether what the answer says is true at the level that it states.


@dataclass
class ClassTally:
    """Counts of one class of one source."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    accepted: int = 0

    @property
    def asked(self) -> int:
        """Return how many questions were asked."""
        return sum(self.outcomes.values())

    def add(self, asked: Asked) -> None:
        """Count one answer."""
        self.outcomes[asked.outcome] += 1
        self.accepted += asked.answer.verdict is Verdict.ACCEPT


def spoilt_doors(session: Session, per_class: int, seed: int) -> Iterator[Question]:
    """Yield so many questions of each class of noise about registered doors, drawn by a seed; fewer where a class applies to few doors."""
    pool = list(written_doors(session, max(LEAST_POOL, POOL_FACTOR * per_class), str(seed), flats=True))
    for kind in CLASSES:
        rng = Random(f"{seed}-{kind.number}")  # noqa: S311 - reproducible, not secret
        made = 0
        for address_id, door in _shuffled(pool, rng):
            if made >= per_class:
                break
            if (door.flat is not None) != (kind.name == "flats"):
                continue
            spoilt = kind.spoil(door, rng)
            if spoilt is not None:
                made += 1
                yield Question("noise", f"{kind.number:02d} {kind.name}", spoilt, kind.expects, address_id)


def _shuffled(pool: Sequence[tuple[int, Written]], rng: Random) -> list[tuple[int, Written]]:
    """Return the doors in an order of their own for each class."""
    return rng.sample(pool, len(pool))


def messy_texts(path: Path) -> Iterator[Question]:
    """Yield the questions of a JSON-lines file: texts with the communes of today each may mean; raises FileRefused for another file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise FileRefused(
            f"Không đọc được {path.name}: cần mỗi dòng một đối tượng JSON.", f"Cannot read {path.name}: one JSON object a line is needed.",
            hint='{"text": "…", "expected": {"new_commune_codes": ["00004"]}, "source": "…"}',
        ) from error  # fmt: skip
    for row in rows:
        communes = frozenset(row.get("expected", {}).get("new_commune_codes") or ())
        if communes:
            yield Question("texts", str(row.get("source", "")), str(row["text"]), "commune", None, communes)


def ask(
    session: Session, resolver: Resolver, questions: Sequence[Question], tick: Callable[[int], None] = lambda _: None
) -> Iterator[Asked]:
    """Yield every question with its answer and outcome."""
    communes = _communes_of(session, questions)
    for start in range(0, len(questions), CHUNK):
        part = questions[start : start + CHUNK]
        for question, answer in zip(part, resolver.resolve_many(session, [Query(each.text) for each in part]), strict=True):
            yield _judged(question, answer, communes)
        tick(len(part))


def _communes_of(session: Session, questions: Iterable[Question]) -> dict[int, str]:
    """Return the code of today's commune of every door that is asked about."""
    ids = [each.address_id for each in questions if each.address_id is not None]
    rows = session.execute(
        text("SELECT a.id, u.code FROM address a JOIN unit u ON u.id = a.commune_id WHERE a.id = ANY(:ids)"), {"ids": ids}
    )
    return {row.id: row.code for row in rows}


def _judged(question: Question, answer: Answer, communes: dict[int, str]) -> Asked:
    """Say what became of a question."""
    best = answer.best
    wanted = question.communes or frozenset({communes.get(question.address_id or 0, "")})
    in_commune = bool(best and best.unit.commune and best.unit.commune.code in wanted)
    same = bool(best and best.address_id is not None and best.address_id == question.address_id)
    at_door = bool(best and best.level is Level.HOUSEHOLD)
    holds = question.expects != "absent" and same if at_door and question.expects != "commune" else in_commune
    return Asked(question, answer, _outcome(question, answer, wanted, same=same, in_commune=in_commune), holds)


def _outcome(question: Question, answer: Answer, wanted: frozenset[str], *, same: bool, in_commune: bool) -> Outcome:
    """Compare an answer with what was expected."""
    accepted, ambiguous = answer.verdict is Verdict.ACCEPT, answer.verdict is Verdict.AMBIGUOUS
    match question.expects:
        case "absent" | "two":
            right, listed = not accepted, False
        case "as told":
            right, listed = _as_told(question, answer, same=same, in_commune=in_commune), False
        case "commune":
            named = {each.unit.commune.code for each in answer.candidates if each.unit.commune}
            right, listed = in_commune and not ambiguous, ambiguous and (in_commune or bool(named & wanted))
        case _:
            right = same and not ambiguous
            listed = ambiguous and any(each.address_id == question.address_id for each in answer.candidates)
    if right or listed:
        return Outcome.RIGHT if right else Outcome.LISTED
    if accepted:
        return Outcome.WRONG_ACCEPT
    at_door = bool(answer.best and answer.best.level is Level.HOUSEHOLD) and not ambiguous
    return Outcome.SHORT if question.expects == "door" and in_commune and not at_door else Outcome.WRONG


def _as_told(question: Question, answer: Answer, *, same: bool, in_commune: bool) -> bool:
    """Tell whether verdict, level, door and commune are those that the question names; an ambiguous answer is free in its commune."""
    ambiguous = answer.verdict is Verdict.AMBIGUOUS
    return (
        answer.verdict.value in question.verdicts
        and (not question.levels or (answer.best.level if answer.best else Level.NONE).value in question.levels)
        and (same or question.address_id is None)
        and (in_commune or ambiguous or not question.communes)
    )


def tallied(asked: Iterable[Asked]) -> dict[tuple[str, str], ClassTally]:
    """Return the counts by source and class, in the order asked."""
    found: dict[tuple[str, str], ClassTally] = {}
    for each in asked:
        found.setdefault((each.question.source, each.question.name), ClassTally()).add(each)
    return found
