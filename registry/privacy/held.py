"""Here is decided what a person is given who asks what is held: everything that the registry knows of the household, and who read it."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from registry.privacy import residents
from registry.privacy.households import SQL
from registry.privacy.kept import IsRefs, rows_of
from registry.privacy.subject import Subject
from registry.privacy.traces import telling
from registry.privacy.uploads import waiting
from registry.sqlfile import statement

BASIS: Final = (
    "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15, Điều 19 khoản 1 điểm c: phục vụ hoạt động của cơ quan nhà nước",
    "Law 91/2025/QH15, Article 19(1)(c): the activities of state agencies",
)


def held(session: Session, subject: Subject, is_refs: IsRefs, at: datetime) -> dict[str, Any]:
    """Return all that is held of a subject, as JSON can tell it; the caller has said what for (security.audit), and commits."""
    words = telling(subject.refs)
    at_door = {"address": subject.address_id, "province": subject.province}
    door = session.execute(statement(SQL, "door"), at_door).mappings().one()
    changes = session.execute(statement(SQL, "images"), {"ids": subject.ids, "province": subject.province}).mappings()
    restrictions = session.execute(statement(SQL, "restrictions"), {**at_door, "ids": subject.ids}).mappings()
    readings = session.execute(statement(SQL, "readings"), {"names": [f"code {subject.code}", subject.name]}).mappings()
    return {
        "made_at": at.isoformat(),
        "asked_for": "door" if subject.whole else "household",
        "door": _plain(dict(door)) | {"code": subject.code, "province": subject.province},
        "households": [{"ref": home.ref, "batch": home.batch_id, "restricted": home.restricted} for home in subject.homes],
        "residents": [
            {"name": each.name, "phone": each.phone, "batch": each.batch_id, "since": each.since.isoformat(), "restricted": each.restricted}
            for each in residents.of_subject(session, subject)
        ],
        "kept_rows": [
            {"batch": row.batch_id, "row": row.row_no, "outcome": row.outcome, "cells": row.raw}
            for row in rows_of(session, subject.refs, words, is_refs)
        ],
        "uploads_of_province": [{"upload": each.id, "name": each.name} for each in waiting(session, subject.province)],
        "earlier": [_plain(dict(row)) for row in changes],
        "restrictions": [_plain(dict(row)) for row in restrictions],
        "readings": [_plain(dict(row)) for row in readings],
        "basis": list(BASIS),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
