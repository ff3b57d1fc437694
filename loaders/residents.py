"""Here is decided which columns of people an import keeps, encrypted, where a deployment turns that on; all others are dropped as ever.

Only householders and those who are to be reached there: never numbers of identity papers, birthdays or who gathered the data. Of rows
that are kept out nothing is kept, not even encrypted; handed in again without their names, such rows bring none.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.copying import copy
from loaders.fields import Columns
from loaders.files import rows
from loaders.headers import header_key, known
from loaders.job import Job
from loaders.statements import run
from registry.privacy.sealing import FIELDS, Field, Keys, read_keys, turned_on
from registry.text import clean

SEALED: Final = "file.personal_sealed"
# By their headers, the most telling first; the file says `Chủ hộ` and `Người nhận` of the same door.
_HEADERS: Final[dict[Field, tuple[str, ...]]] = {
    "name": (
        "Tên chủ hộ", "Họ tên chủ hộ", "Họ và tên chủ hộ", "Chủ hộ", "Tên chủ nhà", "Chủ nhà", "Họ tên", "Họ và tên", "Tên", "Chủ sở hữu",
        "Tên chủ sở hữu", "Chủ sử dụng", "Tên chủ sử dụng", "Người sử dụng đất", "Họ tên người sử dụng", "Người đại diện",
        "Tên người đại diện", "Người liên hệ", "Tên người liên hệ", "Người nhận", "Tên người nhận", "name", "full name", "owner",
    ),
    "phone": (
        "Số điện thoại", "Điện thoại", "Điện thoại liên hệ", "Số điện thoại liên hệ", "Số ĐT", "SĐT", "ĐT", "Điện thoại di động", "Di động",
        "Số di động", "phone", "phone number", "telephone", "mobile",
    ),
}  # fmt: skip
_KEYS: Final = {field: tuple(map(header_key, headers)) for field, headers in _HEADERS.items()}
_LONGEST: Final[dict[Field, int]] = {"name": 200, "phone": 40}
_SLICE: Final = 20_000
_COLUMNS: Final = ("id", "province_code", "address_id", "household_id", "name_sealed", "phone_sealed", "key_name")


def kept_columns(columns: Columns) -> dict[Field, int]:
    """Return where what is kept of people stands in the file; empty unless the deployment turned it on."""
    found: dict[Field, int] = {}
    for field in turned_on():
        ranked = [(_KEYS[field].index(key), at) for at in columns.personal if (key := header_key(columns.header[at])) in _KEYS[field]]
        if ranked:
            found[field] = min(ranked)[1]
    return found


def is_refs(header: str) -> bool:
    """Say whether the header of a file is that of a column of household references."""
    said = known(header)
    return said is not None and said.canonical == "ma_ho"


def sealed_words(columns: Columns) -> str:
    """Return the headers of what is kept, for the report."""
    return ", ".join(columns.header[at] for _, at in sorted(kept_columns(columns).items()))


def keep(session: Session, batch_id: int, job: Job) -> int:
    """Encrypt what the accepted rows say of people, in place of what earlier files said of the same households; return how many rows.

    RefusedError where the keys are not at hand: the import is refused as a whole rather than half done.
    """
    where = kept_columns(job.columns)
    if not where:
        return 0
    keys = read_keys()
    session.execute(text("DROP TABLE IF EXISTS pg_temp.resident_new"))
    run(session, "residents", "new")
    stream = enumerate((cells for cells, _ in rows(job.source)), 1)
    after = number = 0
    while slots := run(session, "residents", "wanted", after=after, most=_SLICE).all():
        people = list(_sealed(slots, stream, where, keys))
        copy(session, "resident_new", _COLUMNS, people)
        after, number = slots[-1].row_no, number + len(people)
    if number:
        run(session, "residents", "superseded")
        run(session, "residents", "write", batch=batch_id)
    return number


def _sealed(
    slots: Sequence[Any], stream: Iterator[tuple[int, list[str]]], where: dict[Field, int], keys: Keys
) -> Iterator[tuple[Any, ...]]:
    for slot in slots:
        cells = next(cells for number, cells in stream if number == slot.row_no)
        said = {field: clean(next(islice(cells, at, None), ""))[: _LONGEST[field]] for field, at in where.items()}
        if any(said.values()):
            row = uuid4()
            sealed = [f"\\x{keys.seal(row, field, said[field]).hex()}" if said.get(field) else None for field in FIELDS]
            yield str(row), slot.province_code, slot.address_id, slot.household_id, *sealed, keys.current
