"""Here is decided what it means that a person's data is restricted: kept, but shown to nobody but administrators, until that is lifted."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import RefusedError, UsageError
from registry.privacy.kept import IsRefs, rows_of
from registry.privacy.subject import Subject
from registry.privacy.traces import telling
from registry.security.audit import note_act

_IN_FORCE: Final = """
SELECT id FROM restriction
WHERE province_code = :province AND address_id = :address AND lifted_at IS NULL
    AND household_id IS NOT DISTINCT FROM CAST(:household AS bigint)
"""
_ADD: Final = text(
    "INSERT INTO restriction (province_code, address_id, household_id, actor, reason)"
    " VALUES (:province, :address, :household, :actor, :reason) RETURNING id"
)
_LIFT: Final = text("UPDATE restriction SET lifted_at = clock_timestamp(), lifted_by = :actor WHERE id = :id")
_HIDE: Final = text(
    "INSERT INTO restricted_row (restriction_id, province_code, batch_id, row_no) VALUES (:id, :province, :batch, :row)"
    " ON CONFLICT DO NOTHING"
)
# Residents are marked themselves, so that the database hides them; those of a door bear the mark of any restriction that holds.
_MARK: Final = text("""
    UPDATE resident AS r SET restricted_at = (
        SELECT min(x.since) FROM restriction AS x
        WHERE x.province_code = r.province_code AND x.lifted_at IS NULL
            AND (x.household_id = r.household_id OR (x.household_id IS NULL AND x.address_id = r.address_id))
    )
    WHERE r.province_code = :province AND (r.address_id = :address OR r.household_id = ANY (CAST(:ids AS bigint[])))
""")


def restrict(session: Session, subject: Subject, is_refs: IsRefs, *, actor: str, reason: str) -> int:
    """Restrict a subject; return how many kept rows are hidden with it; the caller commits. RefusedError where it is restricted already."""
    if not reason.strip():
        raise UsageError("Cần ghi lý do.", "Say why.", hint='--reason "theo đơn ngày …"')
    for household in _targets(subject):
        if session.scalar(text(_IN_FORCE), _at(subject, household)) is not None:
            raise RefusedError("Dữ liệu này đang bị hạn chế rồi.", "This is restricted already.", hint="Gỡ: thêm --lift")
        number = session.scalar(_ADD, {**_at(subject, household), "actor": actor, "reason": reason.strip()})
        hidden = _hide(session, int(number or 0), subject, is_refs)
    session.execute(_MARK, {**_at(subject, None), "ids": subject.ids})
    note_act(session, "restrict", entity="household", subject=subject.name, provinces=subject.province, purpose=reason)
    return hidden


def lift(session: Session, subject: Subject, *, actor: str, reason: str) -> None:
    """Lift the restriction of a subject; the caller commits. RefusedError where there is none."""
    found = [session.scalar(text(_IN_FORCE), _at(subject, household)) for household in _targets(subject)]
    if not any(found):
        raise RefusedError("Dữ liệu này không bị hạn chế.", "This is not restricted.")
    for number in found:
        session.execute(_LIFT, {"id": number, "actor": actor})
        session.execute(text("DELETE FROM restricted_row WHERE restriction_id = :id"), {"id": number})
    session.execute(_MARK, {**_at(subject, None), "ids": subject.ids})
    note_act(session, "lift", entity="household", subject=subject.name, provinces=subject.province, purpose=reason)


def cover(session: Session, batch_id: int, is_refs: Callable[[str], bool]) -> None:
    """Hide the kept rows of a new batch that name a restricted household; for imports, which the caller commits."""
    found = session.execute(
        text("SELECT x.id, h.ref FROM restriction AS x JOIN household AS h ON h.province_code = x.province_code"
             " AND (h.id = x.household_id OR (x.household_id IS NULL AND h.address_id = x.address_id)) WHERE x.lifted_at IS NULL")
    )  # fmt: skip
    for number, ref in found.all():
        for row in rows_of(session, [ref], telling([ref]), is_refs, batch_id):
            session.execute(_HIDE, {"id": number, "province": row.province_code, "batch": row.batch_id, "row": row.row_no})


def _hide(session: Session, number: int, subject: Subject, is_refs: IsRefs) -> int:
    rows = rows_of(session, subject.refs, telling(subject.refs), is_refs)
    for row in rows:
        session.execute(_HIDE, {"id": number, "province": row.province_code, "batch": row.batch_id, "row": row.row_no})
    return len(rows)


def _targets(subject: Subject) -> list[int | None]:
    return [None] if subject.whole else [*subject.ids]


def _at(subject: Subject, household: int | None) -> dict[str, Any]:
    return {"province": subject.province, "address": subject.address_id, "household": household}
