"""Which installed PostgreSQL runs the private cluster, and under which account."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from registry.errors import UnavailableError

OLDEST = 15
# Debian and Ubuntu keep each major version apart; PATH is not asked because wrappers and other builds live there.
_ROOT = Path("/usr/lib/postgresql")
_SHARE = Path("/usr/share/postgresql")


class DropArguments(TypedDict, total=False):
    """The arguments of `subprocess.run` that give up root."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Binaries:
    """The tools of one major version."""

    version: int
    directory: Path


@dataclass(frozen=True)
class Account:
    """The system account that runs the server: PostgreSQL refuses root."""

    uid: int
    gid: int

    @property
    def is_current(self) -> bool:
        """Say whether this process already runs as that account."""
        return self.uid == os.geteuid()

    def subprocess_arguments(self) -> DropArguments:
        """Return what `subprocess.run` needs to drop to this account; nothing when there is nothing to drop."""
        return {} if self.is_current else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file to this account."""
        if not self.is_current:
            os.chown(path, self.uid, self.gid)


def binaries(version: int | None) -> Binaries:
    """Return the newest installed server that has PostGIS, or the given major version when a cluster was made by it.

    Raises UnavailableError when none is installed.
    """
    installed = [int(path.name) for path in _ROOT.glob("[0-9]*") if path.name.isdigit() and _complete(int(path.name))]
    usable = [number for number in installed if number >= OLDEST and version in {None, number}]
    if not usable:
        wanted = version or f"{OLDEST}+"
        raise UnavailableError(
            f"Thiếu PostgreSQL {wanted} kèm PostGIS trên máy này.",
            f"PostgreSQL {wanted} with PostGIS is not installed on this machine.",
            hint="Chạy: make demo (tự cài), hoặc đặt DIACHISO_DATABASE_URL.",
        )
    return Binaries(version=max(usable), directory=_ROOT / str(max(usable)) / "bin")


def client_tool(name: str) -> str:
    """Return the path of psql, pg_dump or pg_restore of the newest version: it also serves the older servers.

    Raises UnavailableError when no client tools are installed.
    """
    found = [path for path in _ROOT.glob(f"[0-9]*/bin/{name}") if path.parent.parent.name.isdigit()]
    if not found:
        raise UnavailableError(
            f"Thiếu {name} trên máy này.", f"{name} is not installed here.", hint="Chạy: apt-get install postgresql-client"
        )
    return str(max(found, key=lambda path: int(path.parent.parent.name)))


def server_account(base: Path) -> Account:
    """Return who runs the server for a base directory: its owner when one of us owns it, never root.

    Raises UnavailableError when the cluster belongs to somebody else whom this process cannot become.
    """
    here = os.geteuid()
    owner = base.stat() if base.exists() else None
    if here == 0:
        if owner and owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
        return _postgres_account()
    if owner and owner.st_uid != here:
        name = pwd.getpwuid(owner.st_uid).pw_name
        raise UnavailableError(
            f"Cụm cơ sở dữ liệu ở {base} thuộc tài khoản {name}.",
            f"The cluster in {base} belongs to the account {name}.",
            hint="Chạy lại bằng sudo, hoặc chọn nơi khác bằng DIACHISO_VAR.",
        )
    return Account(here, os.getegid())


def _postgres_account() -> Account:
    """Return the account that the distribution's package creates."""
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError as error:
        raise UnavailableError(
            "Không có tài khoản hệ thống postgres để chạy máy chủ thay cho root.",
            "There is no system account postgres to run the server in place of root.",
            hint="Cài gói postgresql, hoặc chạy bằng một tài khoản thường.",
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def _complete(version: int) -> bool:
    """Say whether server, client tools and PostGIS of that version are all there."""
    tools = ("initdb", "pg_ctl", "postgres", "psql", "pg_dump", "pg_restore", "pg_isready")
    extension = _SHARE / str(version) / "extension" / "postgis.control"
    return extension.exists() and all((_ROOT / str(version) / "bin" / tool).exists() for tool in tools)
