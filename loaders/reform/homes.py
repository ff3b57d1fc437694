"""Here is decided where doors go: by succession, by exact area, by record, by approximate area where that is asked for; the rest waits."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.copying import copy
from loaders.reform.report import Waiting
from loaders.statements import run
from registry.place_key import kind_in_street_cell, place_key
from registry.reform_plan import Key, Plan
from registry.text import fold
from registry.vocab import HAMLET_WORDS, STREET_WORDS

_TABLES: Final = (
    "rehome", "undecided", "part_said", "narrowed", "place_use", "place_stays", "place_move", "namesakes", "clash", "goals", "emigrated",
    "followed",
)  # fmt: skip


def clear(session: Session) -> None:
    """Drop what an earlier day of the table left in this transaction."""
    session.execute(text("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{name}" for name in _TABLES)))


def find_homes(session: Session, reform: int, plan: Plan, ids: dict[Key, int], *, margin_m: float | None) -> None:
    """Fill `rehome` (door, unit it was in, unit it goes to, how) and list in `reform_waiting` what nothing decides.

    `margin_m`: how far in metres a point must be from every other candidate for approximate areas to decide; None: they never do.
    """
    for step in ("rehome", "undecided"):
        run(session, "reform_homes", step, reform=reform)
    session.execute(text("ANALYZE undecided"))
    run(session, "reform_homes", "by_area")
    run(session, "reform_homes", "part_said")
    copy(session, "part_said", ("predecessor_id", "successor_id", "kind", "key"), list(_said(plan, ids)))
    run(session, "reform_homes", "by_record")
    if margin_m is not None:
        run(session, "reform_homes", "by_approximate_area", margin=margin_m)
    run(session, "reform_homes", "narrowed", reform=reform)
    run(session, "reform_homes", "settled_waiting")
    run(session, "reform_homes", "narrow")
    run(session, "reform_homes", "waiting", reform=reform, margin=margin_m)
    for table in ("rehome", "reform_waiting"):
        session.execute(text(f"ANALYZE {table}"))


def find_places(session: Session, reform: int) -> int:
    """Fill `place_move` and `goals` for the doors in `rehome`; return how many numbers stand on two streets of one name."""
    run(session, "reform_places", "place_use")
    run(session, "reform_places", "unused", reform=reform)
    session.execute(text("ANALYZE place_use"))
    for step, made in (("place_stays", "place_stays"), ("place_move", "place_move"), ("namesakes", "namesakes"), ("clash", "clash"),
                       ("keep_apart", "place_move"), ("goes_to", "place_move"), ("goals", "goals")):  # fmt: skip
        run(session, "reform_places", step)
        session.execute(text(f"ANALYZE {made}"))
    return int(session.execute(text("SELECT count(*) FROM clash")).scalar_one())


def listed(session: Session, reform: int | None = None) -> tuple[Waiting, ...]:
    """Return the doors that wait for an officer, of one reform or of all."""
    rows = run(session, "reform_homes", "listed", reform=reform).mappings()
    return tuple(Waiting(**row | {"candidates": tuple(row["candidates"])}) for row in map(dict, rows))


def _said(plan: Plan, ids: dict[Key, int]) -> Iterator[tuple[int, int, str, str]]:
    """Yield what the table says goes to each unit: predecessor, successor, kind (of a place, or unit), key."""
    for unit in plan.units:
        for link in unit.links:
            for words in link.places:
                for kind, key in _meanings(words):
                    yield link.predecessor.id, ids[unit.level, unit.code], kind, key


def _meanings(words: str) -> Iterator[tuple[str, str]]:
    """Yield what words may mean: five digits a former commune, a type word its kind, a bare name a hamlet as well as a street."""
    if words.isdigit() and len(words) == 5:  # noqa: PLR2004 - codes of communes
        yield "unit", words
        return
    first = fold(words)
    street = any(first.startswith(f"{word} ") for word in STREET_WORDS)
    hamlet = kind_in_street_cell(words) == "hamlet" or any(first.startswith(f"{word} ") for word in HAMLET_WORDS)
    if hamlet or not street:
        yield "hamlet", place_key("hamlet", words)
    if street or not hamlet:
        yield "street", place_key("street", words)
