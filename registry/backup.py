"""Backups: one file holds everything, and a restore replaces the old data only once the new is complete."""

import os
import secrets
import subprocess
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, make_url, text

from registry import backup_log
from registry.errors import FileRefused, RefusedError, UnavailableError
from registry.security.rights import make_roles
from registry.server_binaries import client_tool
from registry.settings import settings

# Tables that an extension owns, such as spatial_ref_sys, do not make a database "not empty".
_TABLES = text(
    """
    SELECT count(*) FROM pg_class AS c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      AND c.relnamespace::regnamespace::text NOT LIKE 'pg\\_%'
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    """
)
_DISCONNECT = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()")


def backup(url: str, file: Path, *, force: bool = False) -> int:
    """Write a compressed dump of the database beside `file`, rename it when complete, and return its size in bytes.

    Raises RefusedError where its folder is none, or an earlier backup bears that name and `force` is not given; UnavailableError when the
    server or the disk refuses; the earlier one is kept then.
    """
    if file.is_dir() or not file.parent.is_dir() or not os.access(file.parent, os.W_OK):
        raise RefusedError(
            f"Không ghi được bản sao lưu vào {file}.", f"No backup can be written to {file}.",
            hint="Nêu tên một tệp, trong một thư mục đã có mà bạn ghi được.",
        )  # fmt: skip
    if not force and file.exists():
        raise RefusedError(
            f"{file} đã có; không ghi đè lên bản sao lưu cũ.", f"{file} exists; an earlier backup is not replaced.",
            hint="Đặt tên khác, ví dụ thêm ngày; hoặc thêm --force để thay.",
        )  # fmt: skip
    draft = file.with_name(f".{file.name}.part")
    try:
        _tool("pg_dump", make_url(url), "--format=custom", f"--file={draft.absolute()}")
        draft.replace(file)
    except OSError as error:
        raise UnavailableError(f"Không ghi được {file}.", f"{file} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    backup_log.note(settings().var, file)
    return file.stat().st_size


def restore(url: str, file: Path, *, force: bool = False) -> None:
    """Load a dump into a new database, then put it in the place of the present one.

    Raises FileRefused when the file is no dump, RefusedError when the present database holds tables and `force` is not
    given, UnavailableError when the server refuses; in each case the present data stays as it is.
    """
    target = make_url(url)
    _must_be_a_dump(file)
    if not force and count_tables(target):
        raise RefusedError(
            "Cơ sở dữ liệu đích đang có dữ liệu; không khôi phục đè lên.",
            "The target database is not empty; nothing was restored.",
            hint="Sao lưu trước (diachiso db backup …), rồi thêm --force để thay.",
        )
    draft = f"{target.database}_restore_{secrets.token_hex(4)}"
    _administer(target, f"CREATE DATABASE \"{draft}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        # Policies and rights in the file name the roles of the service, which a new cluster does not know.
        _make_roles(target)
        _tool("pg_restore", target.set(database=draft), "--exit-on-error", "--no-owner", "--single-transaction", str(file.absolute()))
        _exchange(target, draft)
    finally:
        _administer(target, f'DROP DATABASE IF EXISTS "{draft}"')


def _must_be_a_dump(file: Path) -> None:
    """Read the five letters that every custom-format dump begins with."""
    try:
        with file.open("rb") as stream:
            is_dump = stream.read(5) == b"PGDMP"
    except OSError as error:
        raise FileRefused(f"Không đọc được {file}.", f"{file} cannot be read: {error.strerror}") from error
    if not is_dump:
        raise FileRefused(
            f"{file} không phải tệp sao lưu.", f"{file} is not a backup file.", hint="Tệp sao lưu được tạo bằng: diachiso db backup"
        )


def count_tables(target: URL | str) -> int:
    """Return how many tables a database holds that no extension brought."""
    connecting = create_engine(target)
    try:
        with connecting.connect() as connection:
            return int(connection.execute(_TABLES).scalar_one())
    finally:
        connecting.dispose()


def _exchange(target: URL, draft: str) -> None:
    """Rename the restored database to the name in use within one transaction; the old one takes the draft's name and is dropped."""
    name, old = target.database, f"{draft}_old"

    def swap(connection: Connection) -> None:
        connection.execute(_DISCONNECT, {"name": name})
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" RENAME TO "{old}"')
        connection.exec_driver_sql(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')

    maintenance = create_engine(target.set(database="postgres"))
    try:
        with maintenance.begin() as connection:
            swap(connection)
    finally:
        maintenance.dispose()
    _administer(target, f'DROP DATABASE IF EXISTS "{old}"')


def _make_roles(target: URL) -> None:
    maintenance = create_engine(target.set(database="postgres"))
    try:
        with maintenance.begin() as connection:
            make_roles(connection)
    finally:
        maintenance.dispose()


def _administer(target: URL, statement: str) -> None:
    """Run a statement on databases, which PostgreSQL allows only outside a transaction and from another database."""
    maintenance = create_engine(target.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with maintenance.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        maintenance.dispose()


def _tool(name: str, target: URL, *arguments: str) -> None:
    """Run pg_dump or pg_restore on a database; the password goes by the environment, where `ps` does not show it."""
    plain = target.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = dict(os.environ)
    if target.password:
        environment["PGPASSWORD"] = target.password
    command = [client_tool(name), "--no-password", f"--dbname={plain}", *arguments]
    done = subprocess.run(  # noqa: S603 - an absolute path of an installed tool and arguments of our own.
        command, check=False, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL, env=environment
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise UnavailableError(
            f"Lệnh {name} không xong; dữ liệu đang có giữ nguyên.", f"{name} failed, present data is untouched: {reason}"
        )
