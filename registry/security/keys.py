"""Here is decided how an API key is made, proved, replaced and ended; the key itself is shown once and never kept."""

import hmac
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry.errors import NotFoundError, RefusedError, UsageError
from registry.models.security import ApiKey
from registry.secret import fingerprint
from registry.security.caller import Caller
from registry.security.roles import GIVEN, Role
from registry.units import current_province

DAYS: Final = 365
MOST_DAYS: Final = 730
OVERLAP_DAYS: Final = 7
MOST_HOLDER: Final = 80
_PREFIX_LENGTH: Final = 8
_SECRET_BYTES: Final = 32
_SHAPE: Final = re.compile(r"dcs_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Issued:
    """A new key: `token` is what its holder sends, to be seen this once."""

    token: str
    row: ApiKey


def create(
    session: Session, *, holder: str, role: Role, provinces: Sequence[str] | None = None, days: int = DAYS, created_by: str
) -> Issued:
    """Make a key for a holder (a house or a system, not a person's name); the caller commits.

    UsageError for a role that no key has, no holder, days outside 1 to `MOST_DAYS`, or an officer without a province; NotFoundError
    for a code that is no province of today.
    """
    if role not in GIVEN:
        raise UsageError(f"Không cấp khóa cho vai “{role}”.", f"No key is made for {role}.", hint=f"Có: {', '.join(GIVEN)}")
    if not holder.strip() or len(holder) > MOST_HOLDER:
        raise UsageError(f"Cần tên đơn vị giữ khóa, tối đa {MOST_HOLDER} ký tự.", f"Name the holder in at most {MOST_HOLDER} characters.")
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"Khóa dùng được từ 1 đến {MOST_DAYS} ngày.", f"A key lasts 1 to {MOST_DAYS} days.")
    if role is Role.PROVINCE_OFFICER and not provinces:
        raise UsageError("Khóa của cán bộ tỉnh phải nêu tỉnh.", "An officer's key names its provinces.", hint="--province 11")
    for code in provinces or ():
        current_province(session, code)
    return _issue(session, holder.strip(), role, sorted(set(provinces)) if provinces else None, days, created_by)


def rotate(session: Session, prefix: str, *, overlap_days: int = OVERLAP_DAYS, days: int = DAYS, created_by: str) -> Issued:
    """Make the successor of a key that holds; the old one holds on for `overlap_days`, no longer than it would have; the caller commits.

    NotFoundError for an unknown prefix, RefusedError for a key that holds no more or was rotated before.
    """
    if not 0 <= overlap_days <= DAYS or not 1 <= days <= MOST_DAYS:
        raise UsageError("Số ngày không hợp lệ.", "Those days are out of range.", hint=f"--days 1 đến {MOST_DAYS}, --overlap 0 đến {DAYS}")
    old = of_prefix(session, prefix)
    if not holds(old, _now()) or old.rotated_to is not None:
        raise RefusedError(f"Khóa {prefix} không còn dùng hoặc đã được thay.", f"Key {prefix} holds no more or was replaced.")
    made = _issue(session, old.holder, Role(old.role), old.provinces, days, created_by)
    old.rotated_to = made.row.id
    old.expires_at = min(old.expires_at, _now() + timedelta(days=overlap_days))
    session.flush()
    return made


def revoke(session: Session, prefix: str) -> ApiKey:
    """End a key for good; the caller commits. NotFoundError for an unknown prefix, RefusedError when it was ended before."""
    found = of_prefix(session, prefix)
    if found.revoked_at is not None:
        raise RefusedError(f"Khóa {prefix} đã bị thu hồi trước đó.", f"Key {prefix} was revoked before.")
    found.revoked_at = _now()
    session.flush()
    return found


def listed(session: Session) -> Sequence[ApiKey]:
    """Return all keys, the newest last."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id)).all()


def of_prefix(session: Session, prefix: str) -> ApiKey:
    """Return the key of a prefix, locked; NotFoundError when there is none."""
    found = session.scalars(select(ApiKey).where(ApiKey.prefix == prefix).with_for_update()).one_or_none()
    if found is None:
        raise NotFoundError(f"Không có khóa {prefix}.", f"There is no key {prefix}.", hint="diachiso key list")
    return found


def prove(session: Session, token: str) -> tuple[Caller, datetime] | None:
    """Return whom a token stands for and until when, or None: misshapen, unknown, wrong, expired and revoked are not told apart.

    The day of use is written, once a day.
    """
    shape = _SHAPE.fullmatch(token)
    if shape is None:
        return None
    found = session.scalars(select(ApiKey).where(ApiKey.prefix == shape[1])).one_or_none()
    digest = fingerprint(token)
    if not hmac.compare_digest(digest, found.digest if found else "0" * len(digest)) or found is None or not holds(found, _now()):
        return None
    today = func.current_date()
    session.execute(
        update(ApiKey).where(ApiKey.id == found.id, ApiKey.last_used_on.is_distinct_from(today)).values(last_used_on=today),
        execution_options={"synchronize_session": False},
    )
    provinces = None if found.provinces is None else frozenset(found.provinces)
    return Caller(Role(found.role), provinces, f"key:{found.prefix} {found.holder}", found.id), found.expires_at


def holds(key: ApiKey, at: datetime) -> bool:
    """Tell whether a key holds at a moment."""
    return key.revoked_at is None and at < key.expires_at


def _issue(session: Session, holder: str, role: Role, provinces: list[str] | None, days: int, created_by: str) -> Issued:
    prefix = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(_PREFIX_LENGTH))
    token = f"dcs_{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    row = ApiKey(
        prefix=prefix, digest=fingerprint(token), holder=holder, role=role.value, provinces=provinces, created_by=created_by,
        expires_at=_now() + timedelta(days=days),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Issued(token, row)


def _now() -> datetime:
    return datetime.now(UTC)
