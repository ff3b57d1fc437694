"""Decides which answers a client may keep, and how it asks whether they still hold: an ETag of their bytes, 304 where it has them."""

from collections.abc import Callable, Coroutine, Mapping
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, ClassVar, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.responses import StreamingResponse

_BYTES: Final = 12


class Tagged(APIRoute):
    """A route whose answers are asked for again with `If-None-Match`; shared caches keep none, for a question may be somebody's address.

    The tag is made of what was answered, so it is never older than the registry; it is weak, for the answer may travel compressed.
    """

    caching: ClassVar[str] = "private, no-cache"

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route that tags what it answers."""
        handle, caching = super().get_route_handler(), self.caching

        async def tagged(request: Request) -> Response:
            answer = await handle(request)
            if request.method not in {"GET", "HEAD"} or answer.status_code != HTTPStatus.OK or isinstance(answer, StreamingResponse):
                return answer
            headers = {"ETag": f'W/"{blake2b(answer.body, digest_size=_BYTES).hexdigest()}"', "Cache-Control": caching}
            if has(request, headers["ETag"]):
                return not_modified(headers)
            answer.headers.update(headers)
            return answer

        return tagged


class PublicTagged(Tagged):
    """A tagged route whose answers hold nobody's question: any cache may keep them for a minute."""

    caching = "public, max-age=60"


def not_modified(headers: Mapping[str, str]) -> Response:
    """Return the answer to who has the answer."""
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)


def has(request: Request, tag: str) -> bool:
    """Tell whether the asker has the answer with that tag, or any; tags are compared weakly (RFC 9110, 13.1.2)."""
    sent = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return tag.removeprefix("W/") in sent or "*" in sent
