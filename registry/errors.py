"""The tree of refusals: every error a user can cause has a class, a Vietnamese sentence, an English one and a hint.

DiachisoError
+-- UsageError          the command or request itself is wrong (exit code 2, HTTP 400/422)
+-- NotFoundError       nothing is known under that code (exit code 1, HTTP 404)
+-- RefusedError        a rule of the registry forbids it (exit code 1, HTTP 409/422)
|   +-- FileRefused     a handed-over file cannot be read or lacks what is needed
|   |   +-- TooLargeError   it is larger than what is taken at once (exit code 1, HTTP 413)
|   +-- CodeError       a text is not a well-formed code
|   +-- GoneError       what was asked for was there once and cannot be had again (exit code 1, HTTP 410)
|   +-- UnauthenticatedError  who asks is not known, or by a key that does not hold (HTTP 401)
|   +-- ForbiddenError  who asks may not do that, or not there (HTTP 403)
|   +-- TooManyError    asked too often: `retry_after` seconds to wait (HTTP 429)
+-- UnavailableError    the database does not answer or is read-only (exit code 1, HTTP 503)
"""


class DiachisoError(Exception):
    """Base of all refusals; `vi` and `en` are whole sentences, `hint` says what to do next (Vietnamese).

    `page` says the same to whoever has a page before him and no command line; left out where the hint names no command and no option of
    it, or one for whoever runs the service.
    """

    def __init__(self, vi: str, en: str, *, hint: str = "", page: str | None = None) -> None:
        """Keep both sentences; the English one is the exception's message."""
        super().__init__(en)
        self.vi = vi
        self.en = en
        self.hint = hint
        self.page = hint if page is None else page

    def __reduce__(self) -> tuple[object, ...]:
        """Let it go from one process to another as it is."""
        return type(self), (self.vi, self.en), self.__dict__


class UsageError(DiachisoError):
    """The command line or the request is wrong in itself."""


class NotFoundError(DiachisoError):
    """Nothing is known under that code, id or name."""


class RefusedError(DiachisoError):
    """A rule of the registry forbids what was asked."""


class FileRefused(RefusedError):
    """A file cannot be read, or lacks what is needed, as a whole."""


class TooLargeError(FileRefused):
    """A file is larger than what is taken at once."""


class CodeError(RefusedError):
    """A text is not a well-formed code."""


class GoneError(RefusedError):
    """What was asked for was there once and cannot be had again."""


class UnauthenticatedError(RefusedError):
    """Nobody says who asks, or by a key that does not hold."""


class ForbiddenError(RefusedError):
    """Who asks is known and may not do that."""


class TooManyError(RefusedError):
    """Somebody asks too often; `retry_after` is the number of seconds to wait."""

    def __init__(self, vi: str, en: str, *, hint: str = "", retry_after: int = 1) -> None:
        """Keep both sentences and when to come back."""
        super().__init__(vi, en, hint=hint)
        self.retry_after = retry_after


class UnavailableError(DiachisoError):
    """The database does not answer, or cannot be written."""
