"""Here is decided how an officer's answers are taken: the list of waiting doors, filled in, moves each to the unit that was chosen."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.copying import copy
from loaders.reform.homes import clear, find_places, listed
from loaders.reform.report import WHY, Waiting
from loaders.reform.write import move_doors
from loaders.statements import run
from registry.announce import announce
from registry.errors import FileRefused, UsageError
from registry.escaped import escaped
from registry.locks import acquire, say_who, touch
from registry.reform_faults import Fault, refused
from registry.text import clean, fold

# The header of the list that is written, and what else a returned list may call those two columns that are read.
HEADER: Final = ("so", "ma_dia_chi_so", "dia_chi", "ma_cu", "ten_cu", "ung_vien", "ly_do", "kinh_do", "vi_do", "quyet_dinh")
_CODE: Final = ("ma dia chi so", "ma", "code", "digital address")
_ID: Final = ("so", "id", "address id")
_SAID: Final = ("quyet dinh", "ma moi", "xa moi", "decision", "to code", "to", "chosen")


@dataclass(frozen=True)
class Decided:
    """What a list of answers did: doors moved, lines left blank, lines decided so before, doors that still wait."""

    moved: int
    blank: int
    same: int
    waiting: int


def waiting_csv(doors: tuple[Waiting, ...]) -> str:
    """Return the list of waiting doors as CSV, its last column to be filled in with the code of a candidate."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(HEADER)
    for door in doors:
        writer.writerow([
            door.id, door.code, escaped(door.recorded_text), door.from_code, door.from_name, door.choices, WHY[door.why], door.lon,
            door.lat, "",
        ])  # fmt: skip
    return page.getvalue()


def decide(session: Session, path: Path, *, actor: str, reason: str) -> Decided:
    """Move the doors that a filled-in list decides, and commit; all lines or none.

    FileRefused lists the lines with a door that does not wait, or a unit that is no candidate. The same list again is a no-op.
    """
    if not actor.strip() or not reason.strip():
        raise UsageError("Cần ghi ai quyết định và lý do.", "Say who decides and why.", hint='Ví dụ: --reason "biên bản xác minh số 12"')
    say_who(session, actor, f"reform decide {path.name}")
    acquire(session, None, wait=True)
    faults: list[Fault] = []
    lines = list(_answers(path))
    known, chosen, same = _known(session), {}, 0
    for number, key, said in lines:
        door = known.get(key)
        if said and door is None:
            done = _done(session, key, said)
            same += done
            if not done:
                faults.append(Fault(number, "ma_dia_chi_so", f"“{key}” không chờ quyết định", f"“{key}” does not wait for a decision"))
        elif said and door is not None:
            unit = _candidate(session, door, said)
            chosen[door.id] = unit
            if unit is None:
                faults.append(Fault(number, "quyet_dinh", f"“{said}” không phải ứng viên", f"“{said}” is no candidate", door.choices))
    if faults:
        raise refused(path.name, faults)
    moved = _move(session, {door: unit for door, unit in chosen.items() if unit is not None}, actor=actor, reason=reason) if chosen else 0
    left = session.execute(text("SELECT count(*) FROM reform_waiting WHERE decided_at IS NULL")).scalar_one()
    session.commit()
    return Decided(moved, sum(not said for _, _, said in lines), same, left)


def _answers(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, code (or `#` and number of the door where it has none) and answer."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"Không đọc được tệp {path}.", f"Cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileRefused(f"Tệp {path.name} không phải UTF-8.", f"{path.name} is not UTF-8.", hint="Lưu thành CSV UTF-8.") from error
    delimiter = max(",;\t", key=content.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)
    columns = {fold(name.replace("_", " ")): name for name in reader.fieldnames or ()}
    code, number, said = (next((columns[name] for name in names if name in columns), None) for names in (_CODE, _ID, _SAID))
    if said is None or (code is None and number is None):
        raise refused(
            path.name, [Fault(1, "quyet_dinh", "thiếu cột ma_dia_chi_so hoặc quyet_dinh", "a column is missing", "diachiso reform waiting")]
        )
    for row in reader:
        key = clean(row.get(code or "") or "") or "#" + clean(row.get(number or "") or "")
        yield reader.line_num, key, clean(row[said] or "")


def _known(session: Session) -> dict[str, Waiting]:
    return {key: door for door in listed(session) for key in {door.code, f"#{door.id}"} if key}


def _candidate(session: Session, door: Waiting, said: str) -> int | None:
    """Return the unit that an answer means: its code, its name, or both as the list writes them."""
    rows = session.execute(text("SELECT id, code, name, full_name FROM unit WHERE id = ANY (:ids)"), {"ids": list(door.candidates)})
    means = [
        row.id
        for row in rows
        if said.zfill(5) == row.code or fold(said) in {fold(row.name), fold(row.full_name), fold(f"{row.code} {row.full_name}")}
    ]
    return int(means[0]) if len(means) == 1 else None


def _done(session: Session, key: str, said: str) -> bool:
    """Tell whether a door was decided just so before."""
    query = (
        "SELECT EXISTS (SELECT FROM reform_waiting AS w JOIN unit AS u ON u.id = w.chosen_id"
        " LEFT JOIN digital_address AS d ON d.address_id = w.address_id"
        " WHERE (d.code = :key OR '#' || w.address_id = :key) AND (u.code = :said OR :said LIKE u.code || ' %' OR u.full_name = :said))"
    )
    return bool(session.execute(text(query), {"key": key, "said": said}).scalar_one())


def _move(session: Session, chosen: dict[int, int], *, actor: str, reason: str) -> int:
    clear(session)
    session.execute(text("CREATE TEMP TABLE chosen_home (address_id bigint, unit_id integer) ON COMMIT DROP"))
    copy(session, "chosen_home", ("address_id", "unit_id"), list(chosen.items()))
    touch(session, run(session, "reform_homes", "provinces_of_chosen").scalars())
    run(session, "reform_homes", "by_officer")
    run(session, "reform_homes", "mark_decided")
    # No reform of its own: places without doors, service points and rows of batches went with the reform itself.
    find_places(session, 0)
    counts: Any = move_doors(session, 0, actor=actor, reason=reason)
    announce(session, "reform decide")
    return int(counts["doors"])
