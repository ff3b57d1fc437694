"""Decides what one run of the accuracy bench asks, and which of its failures make it fail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from geocode.gazetteer import Gazetteer
from geocode.resolver import Resolver
from registry.errors import UsageError
from registry.text import fold
from service.bench.accuracy import FAILED, Asked, Question, ask, messy_texts, spoilt_doors
from service.bench.golden import golden_questions
from service.bench.runs import failures_of, new_failures, read_known
from service.bench.unit_texts import every_unit


@dataclass(frozen=True)
class Plan:
    """What to ask: questions a class of noise, the seed, a file of messy texts, a golden file, the one class that is wanted, every unit."""

    per_class: int
    seed: int
    texts: Path | None
    golden: Path
    only: str | None = None
    units: bool = False


@dataclass(frozen=True)
class Asking:
    """The questions of a run, the sources that have none here, and how many texts say nothing about their commune."""

    questions: list[Question]
    skipped: list[str]
    texts_left_out: int


@dataclass
class Run:
    """The answers of one run, and the failures that nothing excuses."""

    asked: list[Asked]
    new: list[Asked] = field(default_factory=list)

    @property
    def failed(self) -> list[Asked]:
        """Return the answers that fail."""
        return [each for each in self.asked if each.outcome in FAILED]


def questions_of(session: Session, gazetteer: Gazetteer, plan: Plan) -> Asking:
    """Return what to ask; raises UsageError for a class that none of them has."""
    sources = {
        "golden": golden_questions(session, plan.golden) if plan.golden.exists() else [],
        "units": list(every_unit(gazetteer)) if plan.units else [],
        "texts": list(messy_texts(plan.texts)) if plan.texts else [],
        "noise": list(spoilt_doors(session, plan.per_class, plan.seed)),
    }
    found = [question for questions in sources.values() for question in questions]
    skipped = [
        name for name, questions in sources.items() if not questions and ((name == "texts" and plan.texts) or name in {"golden", "noise"})
    ]
    left_out = _lines(plan.texts) - len(sources["texts"]) if plan.texts else 0
    return Asking(_only(found, plan.only) if plan.only else found, skipped, left_out)


def run(session: Session, resolver: Resolver, questions: Sequence[Question], tick: Callable[[int], None]) -> Run:
    """Ask everything."""
    return Run(list(ask(session, resolver, questions, tick)))


def judge(found: Run, known: Path, against: Path | None) -> None:
    """Find the failures that are new: in neither the register nor the earlier run."""
    excused = frozenset(read_known(known)) | (failures_of(against) if against else frozenset())
    found.new = new_failures(found.asked, excused)


def _lines(path: Path) -> int:
    """Count the lines of a file that hold something."""
    with path.open(encoding="utf-8") as file:
        return sum(bool(line.strip()) for line in file)


def _only(questions: Sequence[Question], wanted: str) -> list[Question]:
    """Keep one class, by its number or by part of its name."""
    number = f"{int(wanted):02d} " if wanted.isdigit() else None
    chosen = [each for each in questions if (each.name.startswith(number) if number else fold(wanted) in fold(each.name))]
    if not chosen:
        names = sorted({each.name for each in questions})
        raise UsageError(f"Không có lớp câu hỏi “{wanted}”.", f"There is no class {wanted}.", hint="; ".join(names) or "diachiso import …")
    return chosen
