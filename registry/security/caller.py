"""Here is decided what one caller may do: the scopes of the role, inside the provinces that were given to it."""

from dataclasses import dataclass
from typing import Final

from registry.errors import ForbiddenError, UnauthenticatedError
from registry.security.roles import BY_PROVINCE, SCOPES, WORDS, WRITING, Role, Scope

EVERYWHERE: Final = "*"


@dataclass(frozen=True)
class Caller:
    """Who asks: `provinces` are codes of two digits, None for the whole country; `actor` is what history and audit write down."""

    role: Role
    provinces: frozenset[str] | None
    actor: str
    key_id: int | None = None

    def may(self, scope: Scope, province: str | None = None) -> bool:
        """Tell whether the caller may do that in a province; without one, whether in any (or, for the country, `in_all`)."""
        if scope not in SCOPES[self.role]:
            return False
        return (
            scope not in BY_PROVINCE or self.provinces is None or (bool(self.provinces) if province is None else province in self.provinces)
        )

    def in_all(self, scope: Scope) -> bool:
        """Tell whether the caller may do that in the whole country."""
        return self.may(scope) and (scope not in BY_PROVINCE or self.provinces is None)

    def must(self, scope: Scope, province: str | None = None) -> None:
        """Refuse what the caller may not do: UnauthenticatedError without a key, else ForbiddenError."""
        if not self.may(scope, province):
            raise self._refusal(scope, province)

    def must_in(self, scope: Scope, province: str | None) -> None:
        """Refuse as `must`, and refuse the whole country (None) to a caller of single provinces."""
        self.must(scope, province)
        if province is None and not self.in_all(scope):
            raise self._refusal(scope, None)

    def sees_doors(self, province: str | None) -> bool:
        """Tell whether doors of a province are shown to the caller."""
        return province is not None and self.may(Scope.DOORS, province)

    @property
    def reads(self) -> str:
        """The provinces whose doors the database shows to the caller, joined by commas; `*` for all."""
        return self._list() if self.may(Scope.DOORS) else ""

    @property
    def writes(self) -> str:
        """The provinces whose records the database lets the caller see and write."""
        return self._list() if any(self.may(scope) for scope in WRITING) else ""

    def _list(self) -> str:
        return EVERYWHERE if self.provinces is None else ",".join(sorted(self.provinces))

    def _refusal(self, scope: Scope, province: str | None) -> UnauthenticatedError | ForbiddenError:
        vi, en = WORDS[scope]
        if self.role is Role.PUBLIC:
            return UnauthenticatedError(
                f"Cần khóa truy cập để {vi}.", f"A key is needed for {en}.", hint="Gửi khóa trong đầu mục Authorization: Bearer …"
            )
        where, place = (f" của tỉnh {province}", f" in province {province}") if province else ("", "")
        return ForbiddenError(f"Khóa này không được {vi}{where}.", f"This key does not allow {en}{place}.", hint="Xin khóa có quyền ấy.")


PUBLIC: Final = Caller(Role.PUBLIC, None, "public")
# Whoever holds the database: the command line.
OWNER: Final = Caller(Role.ADMINISTRATOR, None, "owner")
LOCAL: Final = Caller(Role.LOCAL, None, "local")
