"""Decides that nothing may be said twice: of two parameters, fields or keys of one name, one would be dropped silently."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError

# Fields of forms that are lists.
LISTS: Final = frozenset({"columns", "result_columns"})
_FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
_Path = tuple[str | int, ...]


async def refuse_repeated(request: Request) -> None:
    """Refuse a parameter, a field of a form or a key of a JSON object that is given twice. Asynchronous, so that it takes no thread."""
    found: list[_Path] = [("query", name) for name in _twice(request.query_params.multi_items())]
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind in _FORMS:
        # It was read for the route already.
        found += [("body", name) for name in _twice((await request.form()).multi_items()) if name not in LISTS]
    elif request.method == "POST" and kind.endswith("json"):
        found += [("body", *path) for path in _keys_twice(await request.body())]
    if found:
        raise RequestValidationError([{"type": "repeated", "loc": path} for path in found])


def _twice(given: list[tuple[str, Any]]) -> list[str]:
    counted = Counter(name for name, _ in given)
    return [name for name, times in counted.items() if times > 1]


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys stood there twice."""

    twice: tuple[str, ...] = ()


def _keys_twice(body: bytes) -> list[_Path]:
    """Return the paths of keys that stand twice in an object; none for what is no JSON, which is refused elsewhere."""
    any_twice = False

    def taken(pairs: list[tuple[str, Any]]) -> _Object:
        nonlocal any_twice
        made = _Object(pairs)
        if len(made) < len(pairs):
            made.twice, any_twice = tuple(_twice(pairs)), True
        return made

    with suppress(ValueError, RecursionError):
        whole = json.loads(body, object_pairs_hook=taken)
        return list(_paths(whole, ())) if any_twice else []
    return []


def _paths(value: object, at: _Path) -> Iterator[_Path]:
    if isinstance(value, _Object):
        yield from ((*at, name) for name in value.twice)
        for name, each in value.items():
            yield from _paths(each, (*at, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _paths(each, (*at, number))
