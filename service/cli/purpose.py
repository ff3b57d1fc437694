"""Decides what the command line says of its readings of households: who, of what, what for, written before anything is read.

Whoever has the command line has the database, so the purpose cannot be enforced, only asked for. Each command is for one thing (kept rows
are taken home to be mended), which is written down where nobody says otherwise; DIACHISO_PURPOSE_NEEDED makes it refuse instead.
"""

from typing import Annotated, Final

import typer
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import UsageError
from registry.security.audit import note_act
from registry.settings import settings

Purpose = Annotated[str | None, typer.Option("--purpose", help="Xem để làm gì; ghi vào nhật ký / What for; stands in the trail")]
MENDING: Final = "sửa và nộp lại các dòng bị giữ / mending kept rows"
EVERYWHERE: Final = "*"


def note(session: Session, purpose: str | None, *, entity: str, subject: str, provinces: str, usual: str, action: str = "read") -> None:
    """Write down a reading, for good, whatever becomes of it; UsageError where a purpose is needed and none is said."""
    if purpose is None and settings().purpose_needed:
        raise UsageError("Cần ghi mục đích: --purpose.", "Say what for: --purpose.", hint='Ví dụ: --purpose "đối chiếu biên bản số 12"')
    note_act(session, action, entity=entity, subject=subject, provinces=provinces, purpose=usual if purpose is None else purpose)
    session.commit()


def province_of(session: Session, batch_id: int) -> str:
    """Return the province of a batch, `*` for one of the whole country or an unknown one."""
    return session.scalar(text("SELECT province_code FROM batch WHERE id = :batch"), {"batch": batch_id}) or EVERYWHERE
