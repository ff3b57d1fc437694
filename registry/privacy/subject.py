"""Here is decided whom a request is about: one household by its reference, or all who live behind a door by its code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from registry.codes import read
from registry.errors import CodeError, NotFoundError, RefusedError
from registry.life.door import find
from registry.models.address import Household
from registry.privacy.households import Home, behind
from registry.secret import opaque
from registry.text import clean, fold

_CODE: Final = text("SELECT code FROM digital_address WHERE address_id = :id AND status <> 'withdrawn' ORDER BY status LIMIT 1")


@dataclass(frozen=True)
class Subject:
    """The households that a request is about, and their door; `whole` when it was asked for by the code of the door."""

    province: str
    address_id: int
    code: str
    homes: tuple[Home, ...]
    whole: bool

    @property
    def refs(self) -> tuple[str, ...]:
        """The references, as they stand in the registry and as they were before a move to a province that bore them already."""
        return tuple(dict.fromkeys(form for home in self.homes for form in (home.ref, home.ref.split(" / ")[0])))

    @property
    def ids(self) -> list[int]:
        """The numbers of the households."""
        return [home.id for home in self.homes]

    @property
    def name(self) -> str:
        """How the trail names it: never by the reference, which is what may have to go."""
        return f"code {self.code}" if self.whole else "household " + " ".join(map(str, self.ids))


def find_subject(session: Session, said: str, province: str | None = None) -> Subject:
    """Return the subject under a reference (also one that names somebody and is kept opaque) or the code of a door.

    NotFoundError where there is neither, RefusedError for a reference that households of several provinces bear.
    """
    rows = _households(session, said, province)
    if len(rows) > 1:
        raise RefusedError(
            f"Mã hộ này có ở {len(rows)} tỉnh hoặc địa chỉ.", f"{len(rows)} households bear this reference.",
            hint=f"Thêm --province, một trong: {', '.join(sorted({row.province_code for row in rows}))}; hoặc dùng mã địa chỉ.",
        )  # fmt: skip
    if rows:
        (row,) = rows
        homes = tuple(home for home in behind(session, row.address_id, row.province_code) if home.id == row.id)
        return Subject(row.province_code, row.address_id, _code_of(session, row.address_id), homes, whole=False)
    try:
        asked = read(said)
        number, where = find(session, asked)
    except (CodeError, NotFoundError) as error:
        raise NotFoundError(
            "Sổ không có mã hộ hay mã địa chỉ này.", "The registry has neither a household reference nor a code like this.",
            hint="Kiểm tra lại mã trên giấy yêu cầu; mã hộ thêm --province khi cần.",
        ) from error  # fmt: skip
    return Subject(where, number, asked.text, tuple(behind(session, number, where)), whole=True)


def _households(session: Session, said: str, province: str | None) -> Sequence[Household]:
    bare = clean(said).upper()
    if not bare:
        return ()
    named = or_(Household.ref.in_([bare, opaque(fold(clean(said)))]), Household.ref.startswith(f"{bare} / ", autoescape=True))
    wanted = select(Household).where(named)
    return session.scalars(wanted if province is None else wanted.where(Household.province_code == province)).all()


def _code_of(session: Session, address_id: int) -> str:
    return session.scalar(_CODE, {"id": address_id}) or "—"
