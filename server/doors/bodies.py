"""JSON bodies of requests: read, bounded, checked. What is wrong becomes one of three plain answers."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

BODY_MAX = 131_072
"""Bytes of a request's body. The longest honest one is a session with forty names and the mediator's text."""

Model = TypeVar("Model", bound=BaseModel)


async def read_body(request: Request, model: type[Model]) -> Model:
    """The request's body as `model`. Raises HTTPException: 415 no JSON, 413 too large, 400 not what was asked for.

    Insisting on JSON is a guard too: a foreign page's form cannot send it (Fetch, "CORS-safelisted request-header").
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415)
    body = await request.body()
    if len(body) > BODY_MAX:
        raise HTTPException(413)
    try:
        return model.model_validate_json(body)
    except (ValidationError, ValueError):
        raise HTTPException(400) from None
