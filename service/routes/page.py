"""Serves the pages."""

from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from service.pages import PAGES, WEB, Page, html_of

router = APIRouter(include_in_schema=False)


def _serve(page: Page) -> None:
    """Put a page under its path; its scripts and styles are under /static."""

    def answer() -> Response:
        return HTMLResponse(html_of(page), headers={"Cache-Control": "no-cache"})

    router.add_api_route(page.path, answer, methods=["GET"], name=page.name)


for _page in PAGES:
    _serve(_page)


@router.get("/c/{code}")
def of_plate(code: str) -> RedirectResponse:
    """Lead whoever read the QR of a plate to the page, with the code asked for."""
    return RedirectResponse(f"/#q={quote(code, safe='')}")


@router.get("/favicon.ico")
def favicon() -> FileResponse:
    """Return the icon that browsers ask for by themselves."""
    return FileResponse(WEB / "icon.svg", media_type="image/svg+xml")
