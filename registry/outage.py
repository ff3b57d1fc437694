"""Tell a database that cannot be reached or written from a programming error, and say so in a sentence."""

from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, OperationalError

from registry.errors import UnavailableError


@dataclass(frozen=True)
class Outage:
    """One way for a server to fail: the SQLSTATEs or words it shows itself by, and what to tell the user."""

    states: frozenset[str]
    words: tuple[str, ...]
    vi: str
    en: str
    hint: str

    def fits(self, state: str, message: str) -> bool:
        """Say whether the server's answer is this outage."""
        return state in self.states or (not state and any(word in message for word in self.words))


# SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html. The words are needed because a connection that
# fails has no SQLSTATE, and because a disk that turned read-only is reported as "insufficient privilege" (42501).
OUTAGES = (
    Outage(
        frozenset({"25006"}),
        ("Read-only file system",),
        "Cơ sở dữ liệu chỉ cho đọc; không có gì được ghi.",
        "The database is read-only; nothing was written.",
        "Kiểm tra đĩa và quyền ghi của máy chủ PostgreSQL, rồi chạy lại lệnh.",
    ),
    Outage(
        frozenset({"53000", "53100", "53200"}),
        ("No space left on device",),
        "Máy chủ cơ sở dữ liệu hết đĩa hoặc bộ nhớ; không có gì được ghi.",
        "The database server ran out of disk or memory; nothing was written.",
        "Giải phóng đĩa, rồi chạy lại lệnh.",
    ),
    Outage(
        frozenset({"53400"}),
        (),
        "Máy chủ cơ sở dữ liệu chạm giới hạn đã đặt cho nó (đĩa tạm); không có gì được ghi.",
        "The database server reached a limit that was set for it (temporary disk); nothing was written.",
        "Nâng giới hạn, ví dụ temp_file_limit, rồi chạy lại lệnh.",
    ),
    Outage(
        frozenset({"53300", "55P03", "57014", "40001", "40P01"}),
        (),
        "Cơ sở dữ liệu đang bận hoặc bị khoá; không có gì được ghi.",
        "The database is busy or locked; nothing was written.",
        "Chờ lệnh kia xong rồi chạy lại.",
    ),
    Outage(
        frozenset({"28000", "28P01"}),
        ("password authentication failed", "no password supplied"),
        "Máy chủ cơ sở dữ liệu từ chối tài khoản.",
        "The database server refused the account.",
        "Xem lại DIACHISO_DATABASE_URL.",
    ),
    Outage(
        frozenset({"3D000"}),
        ('database "',),
        "Chưa có cơ sở dữ liệu này trên máy chủ.",
        "That database does not exist on the server.",
        "Tạo cơ sở dữ liệu, hoặc xem lại DIACHISO_DATABASE_URL.",
    ),
    Outage(
        frozenset({"42P01"}),
        (),
        "Cơ sở dữ liệu chưa có đủ bảng.",
        "The database lacks tables: its schema is not at the newest version.",
        "Chạy: diachiso db upgrade",
    ),
)

# Inside a COPY the driver raises its base class for a lost connection, and afterwards says that it is closed.
_LOST = ("server closed the connection", "connection already closed", "no connection to the server", "could not receive data")


def as_unavailable(error: DBAPIError, *, brief: bool = False) -> UnavailableError | None:
    """Return the refusal to show for a driver error, or None when the error is a fault of the program.

    `brief` leaves out what the driver says: to whoever asks over HTTP it would tell where the server stands.
    """
    state = getattr(error.orig, "pgcode", None) or ""
    message = str(error.orig)
    for outage in OUTAGES:
        if outage.fits(state, message):
            return UnavailableError(outage.vi, outage.en, hint=outage.hint)
    if not (isinstance(error, OperationalError) or error.connection_invalidated or any(word in message for word in _LOST)):
        return None
    first = (message.strip().splitlines() or ["connection lost"])[0]
    return UnavailableError(
        "Không kết nối được cơ sở dữ liệu, hoặc kết nối bị ngắt; không có gì được ghi.",
        "The database does not answer." if brief else f"The database does not answer: {first}",
        hint="Kiểm tra bằng: diachiso db doctor",
    )
