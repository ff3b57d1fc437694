"""Here is decided how a reference that names somebody is told again without a name: by a digest only this installation can make.

A plain digest of a name is no secret, for whoever has a list of names can make them all. The key stands outside the database, so that a
copy of the database tells nobody; it is never shown, never logged and never part of a backup.
"""

import hashlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path
from typing import Final

from registry.errors import RefusedError
from registry.settings import settings

_FILE: Final = "household.key"
_BYTES: Final = 32
_SHOWN: Final = 16


def opaque(text: str) -> str:
    """Return the reference that stands for a folded text, `XK` and 16 hexadecimal digits: the same for the same text in an installation."""
    return keyed("X" + hashlib.sha256(f"diachiso-household:{text}".encode()).hexdigest()[:_SHOWN].upper())


def keyed(plain: str) -> str:
    """Return the reference for a digest without a key, as older versions stored it: so those can be told again as well."""
    return "XK" + hmac.new(_key(_place()), plain.encode(), hashlib.sha256).hexdigest()[:_SHOWN].upper()


def fingerprint(token: str) -> str:
    """Return what is stored of an API key: a digest under the installation's key, 64 hexadecimal digits.

    The tokens are random (256 bits), so no slow hash is needed against guessing; the key keeps whoever can write to the database alone
    from making a token of his own hold.
    """
    return hmac.new(_key(_place()), f"diachiso-api-key:{token}".encode(), hashlib.sha256).hexdigest()


def _place() -> Path | str:
    """Return the key that is configured, else the file that holds one."""
    given = settings().household_key
    return given.get_secret_value() if given else settings().var / _FILE


@cache
def _key(place: Path | str) -> bytes:
    if isinstance(place, str):
        return place.encode()
    try:
        if not place.exists():
            _make(place)
        found = place.read_bytes().strip()
    except OSError as error:
        raise RefusedError(
            f"Không đọc hoặc tạo được tệp khóa {place}.", f"The key file {place} cannot be read or made: {error.strerror}.",
            hint="Đặt biến DIACHISO_HOUSEHOLD_KEY, hoặc cho phép ghi thư mục DIACHISO_VAR.",
        ) from error  # fmt: skip
    if not found:
        raise RefusedError(
            f"Tệp khóa {place} rỗng.", f"The key file {place} is empty.", hint="Khôi phục tệp khóa từ bản sao; đừng tạo khóa khác."
        )
    return found


def _make(place: Path) -> None:
    """Write a new key, once: of two processes that come first, one has its file taken and the other reads it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    own = place.with_name(f".{place.name}.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
        stream.write(secrets.token_hex(_BYTES))
    try:
        os.link(own, place)
    except FileExistsError:
        # Another process was faster; its key holds.
        return
    finally:
        own.unlink()
