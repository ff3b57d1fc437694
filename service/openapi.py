"""Decides what the description of the interface says beyond its parameters: problems, kinds of content, examples, what is kept."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from fastapi import FastAPI

from service.errors import PROBLEM, REFUSALS, TITLES
from service.reports.answer_xlsx import MEDIA
from service.schemas.examples import BODIES, PARAMETERS, answers
from service.schemas.examples import PROBLEM as REFUSED
from service.tagged import Tagged

ABOUT: Final = """Sổ địa chỉ số của Việt Nam và bộ tìm địa chỉ. The registry of digital postal addresses of Vietnam, and its geocoder.

`/search`, `/reverse` and their `/csv` speak the dialect of addok and the French BAN, `/api` that of Photon; `/v1` is this service's own.
Unknown parameters are refused. Every refusal is a problem document (RFC 9457) with a Vietnamese and an English sentence. Coordinates are
degrees WGS 84. `data_version` is another one after every change of the registry."""
_REF: Final = {"$ref": "#/components/schemas/Problem"}
_TEXT: Final = {"type": "string"}
_SCHEMA: Final = {
    "type": "object",
    "description": "A refusal (RFC 9457), in Vietnamese and English.",
    "required": ["type", "title", "title_en", "status", "detail", "detail_en"],
    "properties": {
        **dict.fromkeys(("type", "title", "title_en", "detail", "detail_en"), _TEXT),
        "status": {"type": "integer"},
        "hint": {**_TEXT, "description": "What to do next."},
        "errors": {"type": "array", "description": "Each mistake by parameter or JSON pointer.", "items": {"type": "object"}},
    },
}
_KEYS: Final[Mapping[str, dict[str, str]]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Khóa dcs_… hoặc mã OIDC / A key, or a token of OpenID Connect."},
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "Khóa dcs_… / A key."},
}
_ALWAYS: Final = (400, 404, 405, 422, 500, 503)
# Of routes that know their callers: who watches the service needs no key and is not counted.
_OF_CALLERS: Final = (401, 403, 429)
_WATCHED: Final = ("/healthz", "/readyz", "/metrics")
_WITH_BODY: Final = (413, 415)
# Refusals that only some routes know.
_MORE: Final[Mapping[str, tuple[int, ...]]] = {
    "/v1/changes": (410,), "/v1/changes/snapshot": (410,), "/v1/coverage": (409,),
    "/v1/coverage/report": (409,), "/v1/corrections": (409,), "/v1/targets": (409,), "/v1/indicators": (409,),
    "/v1/codes/{code}/households": (409,),
    "/v1/jobs/{number}/result": (409, 410), "/v1/uploads/{number}": (409,), "/v1/uploads/{number}/rows": (409,),
    "/v1/uploads/{number}/report": (409,), "/v1/uploads/{number}/mapping": (409, 410), "/v1/uploads/{number}/fixes": (409, 410),
    "/v1/uploads/{number}/confirm": (409, 410), "/v1/batches/{number}/minutes": (409,), "/v1/batches/{number}/rollback": (409,),
    "/v1/corrections/{number}/decide": (409,), "/v1/uploads": (409,), "/v1/uploads/{number}/mended": (409, 410),
    "/v1/breaches/{number}/entries": (409,),
}  # fmt: skip
_KINDS: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "/v1/tiles/{layer}/{z}/{x}/{y}.mvt": ("application/vnd.mapbox-vector-tile", {"type": "string", "format": "binary"}),
    "/v1/provinces.geojson": ("application/geo+json", {"type": "object"}),
    "/v1/collections/addresses/items": ("application/geo+json", {"type": "object"}),
    "/v1/changes/snapshot": ("application/x-ndjson", _TEXT),
    "/v1/open-data/{name}.{form}.sha256": ("text/plain; charset=utf-8", _TEXT),
    "/v1/breaches/{number}/notice": ("text/html; charset=utf-8", _TEXT),
    "/search/csv": ("text/csv; charset=utf-8", _TEXT),
    "/reverse/csv": ("text/csv; charset=utf-8", _TEXT),
    "/v1/jobs/{number}/result": ("text/csv; charset=utf-8", _TEXT),
}
# Answers that come as a workbook where it is asked for.
_BOOKS: Final = ("/search/csv", "/reverse/csv", "/v1/jobs/{number}/result")
# Kept by their own tag, not by that of their bytes.
_STAMPED: Final = ("/v1/tiles/{layer}/{z}/{x}/{y}.mvt", "/v1/provinces.geojson")


class Described(FastAPI):
    """An application whose description is complete."""

    def openapi(self) -> dict[str, Any]:
        """Return the description, made once."""
        if self.openapi_schema is None:
            described = super().openapi()
            described["info"]["description"] = ABOUT
            described["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
            described["components"]["schemas"]["Problem"] = _SCHEMA
            described["components"]["securitySchemes"] = _KEYS
            tagged = {route.path for route in _routes(self.routes) if isinstance(route, Tagged)}
            for path, operations in described["paths"].items():
                for method, operation in operations.items():
                    _complete(path, method, operation, kept=method == "get" and path in tagged.union(_STAMPED))
        return self.openapi_schema or {}


def _routes(routes: Iterable[Any]) -> Iterator[Any]:
    """Yield the routes of an application, also those that it keeps in the routers that they came in."""
    for route in routes:
        yield route
        yield from _routes(getattr(getattr(route, "original_router", None), "routes", ()))


def _complete(path: str, method: str, operation: dict[str, Any], *, kept: bool) -> None:
    """Say everything of one operation."""
    if path not in _WATCHED:
        # None, for much is answered without a key, and everything by an open service.
        operation["security"] = [{}, *({name: []} for name in _KEYS)]
    responses = operation["responses"]
    responses.pop("422", None)
    _good(path, method, responses)
    if kept:
        responses["304"] = {"description": "Người hỏi đã có câu trả lời này / The asker has this answer."}
    if path == _STAMPED[0]:
        responses["204"] = {"description": "Ô trống / Nothing lies in the tile."}
    callers = () if path in _WATCHED else _OF_CALLERS
    for status in sorted((*_ALWAYS, *callers, *(_WITH_BODY if method == "post" else ()), *_MORE.get(path, ()))):
        responses[str(status)] = _problem(status)
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        parameter.setdefault("example", PARAMETERS.get(path, {}).get(name, PARAMETERS[""].get(name)))
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content.setdefault("example", BODIES.get(path))


def _good(path: str, method: str, responses: dict[str, Any]) -> None:
    """Give the good answer its kind and an example."""
    good = [each for status, each in responses.items() if status.startswith("2")]
    if path in _KINDS:
        kind, schema = _KINDS[path]
        good[0]["content"] = {kind: {"schema": dict(schema)}}
    if path in _BOOKS:
        good[0]["content"][MEDIA] = {"schema": {"type": "string", "format": "binary"}}
    example = answers().get(f"{method} {path}")
    for kind, content in (each for one in good for each in one.get("content", {}).items()):
        if example is not None and kind != MEDIA:
            content["example"] = example


def _problem(status: int) -> dict[str, Any]:
    vi, en = REFUSALS.get(status, (TITLES.get(status, TITLES[400]), ""))
    example = REFUSED | {"title": TITLES.get(status, TITLES[400]), "status": status}
    return {"description": f"{vi} {en}".strip(), "content": {PROBLEM: {"schema": _REF, "example": example}}}
