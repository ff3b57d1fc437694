"""Decides how a refusal is told over HTTP: RFC 9457 problem documents, one table from error class to status, never a traceback."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from registry.errors import (
    CodeError,
    DiachisoError,
    FileRefused,
    ForbiddenError,
    GoneError,
    NotFoundError,
    RefusedError,
    TooLargeError,
    TooManyError,
    UnauthenticatedError,
    UnavailableError,
    UsageError,
)
from registry.outage import as_unavailable
from service.validation import explain

PROBLEM = "application/problem+json"
RETRY_SECONDS = 5
# PostgreSQL error codes: undefined table, undefined column.
_NOT_MIGRATED = frozenset({"42P01", "42703"})

# The nearest class of an error's ancestry decides.
STATUS: Mapping[type[DiachisoError], int] = {
    UsageError: 400,
    NotFoundError: 404,
    RefusedError: 409,
    FileRefused: 422,
    TooLargeError: 413,
    GoneError: 410,
    CodeError: 422,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    TooManyError: 429,
    UnavailableError: 503,
    DiachisoError: 500,
}
TITLES: Mapping[int, str] = {
    400: "Yêu cầu chưa đúng",
    401: "Cần khóa truy cập",
    403: "Không có quyền",
    404: "Không tìm thấy",
    405: "Cách gọi không được dùng ở đây",
    408: "Gửi quá chậm",
    409: "Không được phép",
    410: "Không còn nữa",
    413: "Nội dung quá lớn",
    415: "Kiểu nội dung không đọc được",
    422: "Dữ liệu không hợp lệ",
    429: "Hỏi quá nhiều lần",
    500: "Lỗi của chương trình",
    503: "Tạm thời không phục vụ được",
}
# What the framework itself refuses: sentences in both languages.
REFUSALS: Mapping[int, tuple[str, str]] = {
    404: ("Không có trang hay dịch vụ nào ở địa chỉ này.", "Nothing is served under this path."),
    405: ("Địa chỉ này không nhận phương thức ấy.", "This path does not take that method."),
    408: ("Nội dung gửi lên tới quá chậm.", "The body arrives too slowly."),
    413: ("Nội dung gửi lên quá lớn.", "The body is too large."),
}


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""
    app.add_exception_handler(DiachisoError, _refused)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolTimeout, _crowded)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)


def status_of(error: DiachisoError) -> int:
    """Return the HTTP status of a refusal."""
    return next(STATUS[each] for each in type(error).__mro__ if each in STATUS)


def problem(status: int, detail: str, detail_en: str, **more: Any) -> JSONResponse:  # noqa: ANN401 - extension members are free
    """Return a problem document; `more` are its extension members, empty ones are left out."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, TITLES[400]),
        "title_en": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "detail_en": detail_en,
        **{name: value for name, value in more.items() if value},
    }
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(body, status, headers, PROBLEM)


def fault() -> JSONResponse:
    """Return the problem of a fault of the program itself, which says nothing of its inside."""
    return problem(500, "Chương trình gặp lỗi; yêu cầu này không được trả lời.", "The program failed; this request was not answered.")


def refusal(error: DiachisoError) -> JSONResponse:
    """Return the problem of one of our own refusals."""
    answer = problem(status_of(error), error.vi, error.en, hint=error.page)
    if isinstance(error, TooManyError):
        answer.headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, UnauthenticatedError):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _refused(_request: Request, error: Exception) -> JSONResponse:
    return refusal(error) if isinstance(error, DiachisoError) else fault()


def _database(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, DBAPIError):
        return fault()
    if getattr(error.orig, "pgcode", None) in _NOT_MIGRATED:
        vi, en = "Cơ sở dữ liệu chưa có đủ bảng.", "The database lacks tables."
        return refusal(UnavailableError(vi, en, hint="Chạy: diachiso db upgrade"))
    unavailable = as_unavailable(error, brief=True)
    if unavailable is None:
        raise error
    return refusal(unavailable)


def _crowded(_request: Request, _error: Exception) -> JSONResponse:
    """Tell that every connection to the database is in use, and was for as long as we waited."""
    vi, en = "Cơ sở dữ liệu đang bận.", "The database is busy: every connection to it is in use."
    return refusal(UnavailableError(vi, en, hint="Thử lại sau ít giây."))


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    found: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    errors = [explain(each) for each in found]
    status = 422 if any("pointer" in each for each in errors) else 400
    return problem(status, " ".join(each["detail"] for each in errors), " ".join(each["detail_en"] for each in errors), errors=errors)


def _framework(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    vi, en = REFUSALS.get(status, ("Yêu cầu không đọc được.", "The request cannot be read."))
    answer = problem(status, vi, en)
    answer.headers.update(getattr(error, "headers", None) or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = ", ".join(sorted(_methods(request, answer.headers.get("allow", ""))))
    return answer


def _methods(request: Request, of_first: str) -> set[str]:
    """Return the methods of a path; the framework tells those of its first route only."""
    described = request.app.openapi()["paths"].get(getattr(request.scope.get("route"), "path", ""), {})
    found = {method.upper() for method in described}.union(filter(None, of_first.split(", ")))
    return found | {"HEAD"} if "GET" in found else found
