"""Here is decided which role may do what: a table of data, read by the service, by API keys and by the tests alike."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Who somebody is to the registry; `local` is whoever sits at the machine of an open service."""

    PUBLIC = "public"
    COURIER = "courier"
    PROVINCE_OFFICER = "province_officer"
    REPORTER = "reporter"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    LOCAL = "local"


class Scope(StrEnum):
    """One thing that may be done; those of `BY_PROVINCE` only in the provinces of the caller."""

    SEARCH = "search"
    DOORS = "doors"
    PROPOSE = "propose"
    REVIEW = "review"
    IMPORT = "import"
    EXPORT = "export"
    CHANGES = "changes"
    HOUSEHOLDS = "households"
    COVERAGE = "coverage"
    FIGURES = "figures"
    AUDIT = "audit"
    KEYS = "keys"
    BREACHES = "breaches"


# What each scope allows, in the words of a refusal.
WORDS: Final[Mapping[Scope, tuple[str, str]]] = {
    Scope.SEARCH: ("tìm tới đường hoặc xã", "searching down to a street or commune"),
    Scope.DOORS: ("xem từng địa chỉ", "seeing single doors"),
    Scope.PROPOSE: ("đề nghị sửa địa chỉ", "proposing corrections"),
    Scope.REVIEW: ("xem và duyệt đề nghị sửa", "reviewing corrections"),
    Scope.IMPORT: ("nhập lô địa chỉ", "importing batches"),
    Scope.EXPORT: ("tải dữ liệu của tỉnh", "exporting the data of a province"),
    Scope.CHANGES: ("theo dõi thay đổi của sổ", "following the changes of the registry"),
    Scope.HOUSEHOLDS: ("xem mã hộ", "seeing household references"),
    Scope.COVERAGE: ("xem độ phủ", "seeing coverage"),
    Scope.FIGURES: ("xem số liệu của đơn vị rất nhỏ", "seeing the figures of very small units"),
    Scope.AUDIT: ("xem nhật ký truy cập", "reading the audit trail"),
    Scope.KEYS: ("quản lý khóa", "managing keys"),
    Scope.BREACHES: ("xem sổ vi phạm dữ liệu", "reading the register of breaches"),
}

_PUBLIC: Final = frozenset({Scope.SEARCH, Scope.COVERAGE})
_COURIER: Final = _PUBLIC | {Scope.DOORS, Scope.PROPOSE, Scope.CHANGES}
_OFFICER: Final = _COURIER | {Scope.REVIEW, Scope.IMPORT, Scope.EXPORT, Scope.HOUSEHOLDS, Scope.FIGURES}

SCOPES: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.PUBLIC: _PUBLIC,
    Role.COURIER: _COURIER,
    Role.PROVINCE_OFFICER: _OFFICER,
    Role.REPORTER: _PUBLIC | {Scope.FIGURES},
    Role.AUDITOR: frozenset({Scope.AUDIT}),
    Role.ADMINISTRATOR: frozenset(Scope),
    # A demonstration shows what the public, couriers and officers do; whose numbers are small stays hidden, and it keeps no keys.
    Role.LOCAL: _OFFICER - {Scope.FIGURES},
}

# Without these two a scope holds in the whole country: what the public may see has no province.
BY_PROVINCE: Final = frozenset(Scope) - _PUBLIC - {Scope.AUDIT, Scope.KEYS, Scope.BREACHES}
# What may be done to records: the provinces of a caller with one of these are those that the database lets it write.
WRITING: Final = frozenset({Scope.REVIEW, Scope.IMPORT})
# Nobody is given a key to be the public, or to be at another machine.
GIVEN: Final = tuple(role for role in Role if role not in {Role.PUBLIC, Role.LOCAL})
