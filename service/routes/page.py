"""Serves the page."""

from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse, RedirectResponse

router = APIRouter(include_in_schema=False)
_WEB = Path(__file__).parent.parent / "web"


@router.head("/")
@router.get("/")
def page() -> FileResponse:
    """Return the page; its scripts and styles are under /static."""
    return FileResponse(_WEB / "index.html", headers={"Cache-Control": "no-cache"})


@router.get("/c/{code}")
def of_plate(code: str) -> RedirectResponse:
    """Lead whoever read the QR of a plate to the page, with the code asked for."""
    return RedirectResponse(f"/#q={quote(code, safe='')}")


@router.get("/favicon.ico")
def favicon() -> FileResponse:
    """Return the icon that browsers ask for by themselves."""
    return FileResponse(_WEB / "icon.svg", media_type="image/svg+xml")
