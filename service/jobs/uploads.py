"""Decides the life of an upload from its officer's side: taken in once, mended, confirmed, thrown away, each only when its turn is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from loaders.fields import COLUMNS
from loaders.quarantine import still_waiting
from registry import state_words
from registry.errors import GoneError, NotFoundError, RefusedError, TooManyError, UsageError
from registry.models.batch import Batch
from registry.models.job import Upload
from registry.security.audit import note_read
from registry.security.caller import Caller
from registry.security.roles import Scope
from registry.text import clean
from service import batches
from service.jobs import files, hand_over, preview, queue
from service.jobs.asked import kept
from service.jobs.desk import FAULT
from service.jobs.files import Received

MOST_OPEN: Final = 50
MOST_LISTED: Final = 200
_AT_REST: Final = ("checked", "refused")
_DONE: Final = ("checked", "imported")
_UNTOLD: Final[dict[str, Any]] = {"counts": None, "issues": None, "notes": None, "inside_share": None, "refusal": None, "progress": None}


def take_in(session: Session, caller: Caller, sent: Received, province: str, options: Mapping[str, Any]) -> tuple[Upload, bool]:
    """Keep a hand-over file and queue its check, and commit; return it and whether it is new: the same file sent in the same way is not."""
    asked = kept(caller, sent, options)
    same = select(Upload).where(
        Upload.actor == caller.actor, Upload.province_code == province, Upload.sha256 == sent.sha256, Upload.asked == asked["asked"],
        Upload.state != "expired",
    )  # fmt: skip
    found = _still_good(session, session.scalars(same).one_or_none())
    if found is None:
        _refuse_many(session, caller)
    values = {**asked, "province_code": province}
    number = None if found else session.execute(insert(Upload).values(values).on_conflict_do_nothing().returning(Upload.id)).scalar()
    if number is None:
        found = found or session.scalars(same).one()
        return (_again(session, found, found.options), False) if found.state == "refused" and found.refusal == FAULT else (found, False)
    sent.keep("upload", number)
    queue.put(session, queue.CHECK, number, province)
    made = session.get_one(Upload, number)
    session.commit()
    return made, True


def of_kept_rows(session: Session, caller: Caller, province: str, batch: int) -> dict[str, Any]:
    """Return the options under which mended rows of a batch are taken in: those of that batch.

    Raises NotFoundError for a batch that is not there, or not for the caller, RefusedError for one that no row waits in.
    """
    first = batches.to_mend(session, caller, batch, province)
    if not still_waiting(session, batch):
        raise RefusedError(f"Lô {batch} không còn dòng nào chờ sửa.", f"No row of batch {batch} waits to be mended.", hint="Xem lại số lô.")
    return {"quarantine_of": batch, **{name: first[name] for name in ("crs", "profile", "mapping")}}


def listed(session: Session, caller: Caller, province: str | None) -> Sequence[Upload]:
    """Return the uploads of a province, or of all of the caller's, that have not expired, the newest first."""
    wanted = select(Upload).where(Upload.state != "expired").order_by(Upload.id.desc()).limit(MOST_LISTED)
    if province is not None:
        caller.must(Scope.IMPORT, province)
        wanted = wanted.where(Upload.province_code == province)
    return session.scalars(wanted).all()


def of_number(session: Session, caller: Caller, number: int, *, to_change: bool = False) -> Upload:
    """Return an upload of the caller's provinces; NotFoundError when there is none, GoneError to change one that has expired."""
    found = session.get(Upload, number, with_for_update=to_change or None)
    if found is None:
        raise NotFoundError(f"Không có tệp số {number}.", f"There is no upload {number}.", hint="Xem danh sách: GET /v1/uploads")
    caller.must(Scope.IMPORT, found.province_code)
    if to_change and found.state == "expired":
        raise GoneError(f"Tệp số {number} đã quá hạn và bị xóa.", f"Upload {number} has expired.", hint="Gửi lại tệp.")
    return found


def to_read(session: Session, caller: Caller, found: Upload, purpose: str, request_id: str) -> None:
    """Write down for good that the caller is about to read rows of an upload, and what for."""
    note_read(
        session,
        caller,
        entity="upload",
        subject=f"upload {found.id}",
        provinces=found.province_code,
        purpose=purpose,
        request_id=request_id,
    )
    session.commit()


def map_columns(session: Session, caller: Caller, number: int, said: Mapping[str, str | None]) -> Upload:
    """Read columns as the officer says, and check anew; commit. UsageError for a column or field that is none, or a field said twice."""
    found = _at_rest(session, caller, number)
    mapping = hand_over.mapping_of(found.options)
    columns, ignore = dict(mapping.columns), set(mapping.ignore)
    known = _headers(found)
    for name, meant in said.items():
        header = known.get(name)
        if header is None or (meant is not None and meant not in COLUMNS):
            wrong = name if header is None else meant
            raise UsageError(f"Không có cột “{wrong}”.", f"There is no column “{wrong}”.", hint=f"Cột chuẩn: {', '.join(COLUMNS)}")
        columns = {each: at for each, at in columns.items() if at != header}
        ignore = ignore - {header} if meant else ignore | {header}
        if meant is not None and meant in columns and columns[meant] in {known.get(each) for each in said}:
            raise UsageError(f"Hai cột cùng đọc là {meant}.", f"Two columns are read as {meant}.", hint="Mỗi cột chuẩn một cột của tệp.")
        if meant is not None:
            columns[meant] = header
    told = {**mapping.to_dict(), "columns": columns, "ignore": sorted(ignore)}
    return _again(session, found, {**found.options, "mapping": told})


def fix(session: Session, caller: Caller, number: int, rows: Mapping[int, Mapping[str, str]]) -> Upload:
    """Put other cells into rows of the corrected copy, and check anew; commit. The file as it was handed over stays."""
    found = _at_rest(session, caller, number)
    known = _headers(found)
    strange = next((name for cells in rows.values() for name in cells if name not in known), None)
    if strange is not None:
        raise UsageError(f"Tệp không có cột “{strange}”.", f"The file has no column “{strange}”.", hint=f"Có: {', '.join(known)}")
    return _again(session, found, {**found.options, "fixes": hand_over.keep_fixes(found, rows)})


def confirm(session: Session, caller: Caller, number: int, *, accept_misplaced: bool, request_id: str) -> Upload:
    """Queue the import of a file that was checked; commit. RefusedError for one that was not, or is under way."""
    found = of_number(session, caller, number, to_change=True)
    if found.state not in _AT_REST or found.counts is None:
        raise _too_early(found)
    _refuse_repeated(session, found)
    _refuse_nothing(found)
    found.state, found.refusal = "importing", None
    # What the import writes is written with the rights and under the name of whoever confirmed it, and as part of that request.
    found.actor, found.role = caller.actor, caller.role.value
    found.provinces = None if caller.provinces is None else sorted(caller.provinces)
    found.options = {**found.options, "accept_misplaced": accept_misplaced, hand_over.REQUEST: request_id}
    queue.put(session, queue.IMPORT, number, found.province_code)
    session.commit()
    return found


def throw_away(session: Session, caller: Caller, number: int) -> None:
    """Forget an upload with its files, and commit; what it became in the registry stays. RefusedError while it is imported."""
    found = of_number(session, caller, number)
    if found.state == "importing":
        raise _too_early(found)
    session.delete(found)
    session.commit()
    files.remove("upload", number)


def _still_good(session: Session, found: Upload | None) -> Upload | None:
    """Return an upload unless its batch was rolled back since: it expires then, so that the same file can be handed in again."""
    if found is None or found.batch_id is None or found.state not in _DONE:
        return found
    if session.get_one(Batch, found.batch_id).state != "rolled_back":
        return found
    found.state, found.progress = "expired", None
    session.flush()
    return None


def _at_rest(session: Session, caller: Caller, number: int) -> Upload:
    found = of_number(session, caller, number, to_change=True)
    if found.state not in _AT_REST or preview.of(found) is None:
        raise _too_early(found)
    return found


def _again(session: Session, found: Upload, options: dict[str, Any]) -> Upload:
    found.options, found.state, found.batch_id, found.repeated = options, "checking", None, False
    for name, value in _UNTOLD.items():
        setattr(found, name, value)
    hand_over.forget_check(found)
    queue.put(session, queue.CHECK, found.id, found.province_code)
    session.commit()
    return found


def _headers(upload: Upload) -> dict[str, str]:
    """Return the columns of a file by the names under which they are shown."""
    seen = preview.of(upload) or {"columns": [], "header": []}
    return {each["column"]: clean(header) for each, header in zip(seen["columns"], seen["header"], strict=True)}


def _too_early(found: Upload) -> RefusedError:
    return RefusedError(
        f"Chưa làm được: tệp số {found.id} {state_words.UPLOAD[found.state]}.", f"Not now: upload {found.id} is {found.state}.",
        hint=f"Xem: GET /v1/uploads/{found.id}",
    )  # fmt: skip


def _refuse_repeated(session: Session, found: Upload) -> None:
    """Refuse what is in the registry already, as long as that batch stands."""
    if found.repeated and found.batch_id is not None and session.get_one(Batch, found.batch_id).state == "committed":
        raise RefusedError(
            f"Tệp này đã nhập ở lô {found.batch_id}; không có gì để nhập thêm.",
            f"This file was imported as batch {found.batch_id}; there is nothing to import.",
            hint=f"Xem lô: GET /v1/batches/{found.batch_id}",
        )


def _refuse_nothing(found: Upload) -> None:
    if not (found.counts or {}).get("accepted"):
        raise RefusedError(
            "Không dòng nào của tệp vào sổ được; không có gì để nhập.", "No row of the file can enter; there is nothing to import.",
            hint=f"Sửa các dòng bị giữ lại: GET /v1/uploads/{found.id}/rows",
        )  # fmt: skip


def _refuse_many(session: Session, caller: Caller) -> None:
    mine = select(func.count()).select_from(Upload).where(Upload.actor == caller.actor, Upload.state.not_in(("expired", "imported")))
    if session.execute(mine).scalar_one() >= MOST_OPEN:
        raise TooManyError(
            f"Đang có {MOST_OPEN} tệp chưa nhập.", f"{MOST_OPEN} uploads are not imported yet.", hint="Nhập hoặc xóa bớt.", retry_after=60
        )
