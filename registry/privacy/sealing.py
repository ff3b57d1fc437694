"""Here is decided how a name or a phone number is encrypted: AES-256-GCM, under keys in a file that is never in the database.

Not Fernet, whose tokens say nothing of where they stand: here the row and the column are part of what is proved (associated data), so that
a cell put into another row or column, as who writes to the database could, is not read as somebody else's. The row is named by its own id,
drawn before it is written, not by its household or door: those are merged, split and taken to another province by those who hold no key.
A nonce is 96 random bits; NIST SP 800-38D allows 2^32 of them under one key, a hundred times the households of the country.
"""

import base64
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.errors import RefusedError
from registry.settings import settings

Field = Literal["name", "phone"]
FIELDS: Final[tuple[Field, ...]] = ("name", "phone")
_BITS: Final = 256
_NONCE: Final = 12
_LINE: Final = re.compile(r"(k[0-9a-f]{8}) ([A-Za-z0-9+/]{43}=)")
_OTHERS: Final = 0o077
_HEAD: Final = "# Keys of residents' data; the first encrypts, all decrypt. Keep a copy apart from the backups of the database.\n"


@dataclass(frozen=True)
class Keys:
    """The keys of an installation: `current` encrypts, all decrypt."""

    current: str
    by_name: Mapping[str, AESGCM]

    def seal(self, row: UUID, field: Field, text: str) -> bytes:
        """Encrypt one cell of one row under the current key."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self.by_name[self.current].encrypt(nonce, text.encode(), _place(row, field))

    def unseal(self, row: UUID, field: Field, sealed: bytes, key: str) -> str:
        """Decrypt one cell; RefusedError where its key is not at hand or the cell was not written for that row and column."""
        used = self.by_name.get(key)
        if used is None:
            raise RefusedError(
                f"Tệp khóa không có khóa {key} đã mã hóa dữ liệu này.", f"The key file lacks key {key}, under which this was encrypted.",
                hint="Trả lại dòng khóa ấy từ bản sao của tệp khóa.",
            )  # fmt: skip
        try:
            return used.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(row, field)).decode()
        except InvalidTag as error:
            raise RefusedError("Dữ liệu mã hóa đã bị sửa hoặc đặt sai chỗ.", "An encrypted cell was changed or put elsewhere.") from error


def turned_on() -> tuple[Field, ...]:
    """Return what this deployment keeps of people; nothing unless it says so."""
    said = {part.strip() for part in settings().personal.split(",")}
    return tuple(field for field in FIELDS if field in said)


def read_keys() -> Keys:
    """Read the key file; RefusedError where none is named, it cannot be read, others may read it, or it holds no key."""
    place = _named()
    try:
        mode, text = place.stat().st_mode, place.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(
            f"Không đọc được tệp khóa {place}.", f"The key file {place} cannot be read.", hint="Tạo tệp khóa: diachiso privacy key make"
        ) from error
    if mode & _OTHERS:
        raise RefusedError(f"Người khác đọc được tệp khóa {place}.", f"Others may read the key file {place}.", hint=f"chmod 600 {place}")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = [_LINE.fullmatch(line.strip()) for line in lines]
    named = {each[1]: AESGCM(base64.b64decode(each[2])) for each in found if each}
    if not named or len(named) < len(lines):
        raise RefusedError(
            f"Tệp khóa {place} rỗng hoặc có dòng không phải khóa.", f"The key file {place} is empty, or a line of it is no key.",
            hint="Khôi phục tệp khóa từ bản sao; đừng tạo khóa khác.",
        )  # fmt: skip
    return Keys(next(iter(named)), named)


def make_keys() -> Path:
    """Make the key file with one key; RefusedError where it is there already."""
    place = _named()
    try:
        with os.fdopen(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
            stream.write(_HEAD + _new_line())
    except FileExistsError as error:
        raise RefusedError(f"Đã có tệp khóa {place}.", f"The key file {place} is there already.") from error
    except OSError as error:
        raise RefusedError(f"Không tạo được tệp khóa {place}.", f"The key file {place} cannot be made: {error.strerror}.") from error
    return place


def add_key() -> Keys:
    """Put a new key in front of the others, whole or not at all; return all."""
    read_keys()
    place = _named()
    lines = [line for line in place.read_text(encoding="ascii").splitlines() if line.strip() and not line.startswith("#")]
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
        stream.write(_HEAD + _new_line() + "".join(f"{line}\n" for line in lines))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(place)
    return read_keys()


def _named() -> Path:
    place = settings().personal_keys
    if place is None:
        raise RefusedError(
            "Chưa đặt tệp khóa cho dữ liệu cá nhân.", "No key file for personal data is named.", hint="Đặt biến DIACHISO_PERSONAL_KEYS."
        )
    return place


def _new_line() -> str:
    return f"k{secrets.token_hex(4)} {base64.b64encode(AESGCM.generate_key(_BITS)).decode()}\n"


def _place(row: UUID, field: Field) -> bytes:
    return f"diachiso resident {row} {field}".encode()
