"""Decides how a route of questions reads its parameters and writes its answer: one model, one call, none of the framework's steps between.

FastAPI describes the route by its signature as any other; solving its dependencies took longer than finding the door.
"""

import inspect
from collections.abc import Callable, Coroutine
from typing import Any, get_type_hints

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool

from service.asking import asker_of
from service.repeated import refuse_repeated


class QuestionRoute(APIRoute):
    """A route of an endpoint `(asked, asker)` that answers with what JSON can hold; `asked` is a model of all its parameters."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler that calls the endpoint; RequestValidationError for parameters that do not hold."""
        endpoint, params = self.endpoint, get_type_hints(self.endpoint)["asked"]
        waits = inspect.iscoroutinefunction(endpoint)

        async def handle(request: Request) -> Response:
            await refuse_repeated(request)
            asked = _read(params, request)
            asker = await asker_of(request)
            told = await (endpoint(asked, asker) if waits else run_in_threadpool(endpoint, asked, asker))
            return Response(to_json(told), media_type="application/json")

        return handle


def _read(params: type[BaseModel], request: Request) -> BaseModel:
    try:
        return params.model_validate(dict(request.query_params))
    except ValidationError as error:
        mistakes = [{**each, "loc": ("query", *each["loc"])} for each in error.errors(include_url=False, include_input=False)]
        raise RequestValidationError(mistakes) from None
