"""Hands out the public tables as files, each with its checksum and version."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from service.deps import NoParams, ReaderDep
from service.open_data import OpenFile, catalogue, edition
from service.open_data_files import MEDIA

router = APIRouter(prefix="/v1/open-data", tags=["open data"])


@router.get("")
def listed(_none: Annotated[NoParams, Query()], request: Request, session: ReaderDep) -> dict[str, Any]:
    """Return which tables there are, in which formats, under which version and terms."""
    return catalogue(edition(session), request.app.state.open_data)


@router.get("/{name}.{form}.sha256")
def checksum(name: str, form: str, _none: Annotated[NoParams, Query()], request: Request, session: ReaderDep) -> Response:
    """Return the SHA-256 of a file as `sha256sum --check` reads it."""
    made = _made(name, form, request, session)
    return Response(f"{made.sha256}  {made.name}\n", media_type="text/plain; charset=utf-8")


@router.get("/{name}.{form}", response_class=Response, responses={200: {"content": {kind: {} for kind in MEDIA.values()}}})
def download(name: str, form: str, _none: Annotated[NoParams, Query()], request: Request, session: ReaderDep) -> Response:
    """Return a file; its ETag is its checksum, so that who has it need not fetch it again."""
    made = _made(name, form, request, session)
    tag = f'"{made.sha256}"'
    headers = {
        "ETag": tag, "Cache-Control": "public, max-age=0, must-revalidate", "Content-Disposition": f'attachment; filename="{made.name}"',
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(made.sha256)).decode()}:",
        "X-Data-Version": edition(session).data_version,
    }  # fmt: skip
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return made.file.answer(made.media, headers)


def _made(name: str, form: str, request: Request, session: ReaderDep) -> OpenFile:
    made: OpenFile = request.app.state.open_data.get(session, edition(session), name, form)
    return made
