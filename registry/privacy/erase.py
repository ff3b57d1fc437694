"""Here is decided what goes when a person asks to be forgotten, and what stays: the door, for the address of a house is nobody's name.

Erased (Law 91/2025/QH15, rights of the data subject): names and phones, the household reference, and both wherever else they were
written: in before-images, kept rows, proposals, reports of users, notes. Kept under Article 19(1)(c) (state management under law): the
door, its point, its codes and the counts, none of which tells who lives there; and the audit trail, which names no household.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.announce import announce
from registry.history import remember
from registry.locks import acquire, say_who
from registry.personal import MASK
from registry.privacy import residents
from registry.privacy.kept import IsRefs, rows_of, scrub_rows
from registry.privacy.subject import Subject
from registry.privacy.traces import Trace, pattern, telling, traces
from registry.security.audit import note_act
from registry.tally import recount

# Columns of free words, in which a person may be named; those of the map and of codes are none.
_FREE: Final = {
    "change": ("before", "reason"), "address": ("note", "recorded_text"), "batch": ("issues", "notes", "file_name"),
    "correction": ("proposed", "seen", "reason", "decision"), "feedback": ("query", "right_text", "note", "review_note"),
    "life_event": ("fields", "reason"), "restriction": ("reason",), "reform": ("reason",),
}  # fmt: skip
_JSON: Final = frozenset({("change", "before"), ("batch", "issues"), ("batch", "notes"), ("correction", "proposed"), ("correction", "seen"),
                          ("life_event", "fields")})  # fmt: skip
_REASON: Final = "chủ thể dữ liệu yêu cầu xóa"


@dataclass(frozen=True)
class Erasure:
    """What an erasure removes, or would: counts, and the columns in which the words stand (after it: still stand)."""

    households: int
    residents: int
    rows: int
    traces: list[Trace]


def words_of(session: Session, subject: Subject, words: Sequence[str]) -> tuple[str, ...]:
    """Return all words that tell of a subject wherever they stand: `words`, references, names, phones; to be asked before it is erased."""
    return _words(subject, words, residents.of_subject(session, subject))


def preview(session: Session, subject: Subject, words: Sequence[str], is_refs: IsRefs) -> Erasure:
    """Return what would go; nothing is written."""
    people = residents.of_subject(session, subject)
    said = _words(subject, words, people)
    return Erasure(len(subject.homes), len(people), len(rows_of(session, subject.refs, said, is_refs)), traces(session, said))


def erase(session: Session, subject: Subject, words: Sequence[str], is_refs: IsRefs, *, actor: str, purpose: str) -> Erasure:
    """Erase a subject, and `words` of it wherever they stand, in one transaction that the caller commits; return what went and is left.

    What is left stands where words are not looked for by hand: whoever asked for it decides.
    """
    say_who(session, actor, "privacy erase")
    acquire(session, subject.province, wait=True)
    people = residents.of_subject(session, subject)
    said = _words(subject, words, people)
    remember(session, "household", subject.ids, "delete", actor=actor, reason=_REASON)
    residents.remove(session, [each.id for each in people])
    given = {"ids": subject.ids, "province": subject.province, "address": subject.address_id, "mask": f'{{"ref": "{MASK}"}}'}
    for step in _STEPS:
        session.execute(text(step), given)
    rows = rows_of(session, subject.refs, said, is_refs)
    scrub_rows(session, rows, subject.refs, said, is_refs)
    _scrub(session, said)
    communes = session.scalars(text("SELECT commune_id FROM address WHERE id = :address AND province_code = :province"), given).all()
    recount(session, communes)
    note_act(session, "erase", entity="household", subject=subject.name, provinces=subject.province, purpose=purpose)
    announce(session, "erase")
    return Erasure(len(subject.homes), len(people), len(rows), traces(session, said))


_STEPS: Final = (
    "DELETE FROM restricted_row WHERE restriction_id IN (SELECT id FROM restriction WHERE household_id = ANY (CAST(:ids AS bigint[])))",
    "DELETE FROM restriction WHERE household_id = ANY (CAST(:ids AS bigint[]))",
    "DELETE FROM household WHERE id = ANY (CAST(:ids AS bigint[])) AND province_code = :province",
    """UPDATE change SET before = before || CAST(:mask AS jsonb)
    WHERE entity = 'household' AND entity_id IN (SELECT CAST(id AS text) FROM unnest(CAST(:ids AS bigint[])) AS id) AND before <> '{}'""",
)


def _words(subject: Subject, words: Sequence[str], people: Sequence[residents.Person]) -> tuple[str, ...]:
    """Return all words that tell of the subject: what was said besides, references, names and phones."""
    return telling([*words, *subject.refs, *(part for each in people for part in (each.name, each.phone) if part)])


def _scrub(session: Session, words: Sequence[str]) -> None:
    """Mask the words in every column of free words."""
    for table, columns in _FREE.items():
        for column in columns if words else ():
            kind = "jsonb" if (table, column) in _JSON else "text"
            session.execute(
                text(f"UPDATE {table} SET {column} = CAST(regexp_replace(CAST({column} AS text), :pattern, :mask, 'gi') AS {kind})"  # noqa: S608 - constants
                     f" WHERE CAST({column} AS text) ~* :pattern"),
                {"pattern": pattern(words), "mask": MASK},
            )  # fmt: skip
