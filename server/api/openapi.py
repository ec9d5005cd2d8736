"""The API for programs that read APIs: OpenAPI 3.1, built from the models that the endpoints really use."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from server.api.shapes import Drained, MoveAsked, MoveMade, Problem, SessionAudit, SessionList, SessionShown
from server.doors.plans import SessionAsked, SessionMade

MODELS: Sequence[type[BaseModel]] = (
    SessionAsked,
    SessionMade,
    SessionList,
    SessionShown,
    SessionAudit,
    Drained,
    MoveAsked,
    MoveMade,
    Problem,
)
WORDS = {
    400: "not what was asked for",
    401: "the operator's key is missing or wrong",
    404: "there is no such session",
    409: "a conflict with how things are now; confirmation_needed carries `preview` and `confirmation`",
    413: "too large",
    415: "no JSON",
    422: "it makes no sense: see `reason`",
    429: "too many wrong keys",
    503: "the machine cannot do it now; nothing has happened",
}
ALWAYS = (401, 429, 503)
_SESSION = {"name": "session", "in": "path", "required": True, "schema": {"type": "string"}}
_REPEAT = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key again gets the first answer and has no second effect, on any node. "
    "When a session is opened, that is so for ten minutes.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,64}$"},
}


def document() -> dict[str, Any]:
    """The whole document, ready for JSON."""
    _, schema = models_json_schema([(m, "validation") for m in MODELS], ref_template="#/components/schemas/{model}")
    one = "/api/v1/sessions/{session}"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Parley",
            "version": "1",
            "description": "Sessions, as a program with the operator's key arranges them. It hears nothing.",
        },
        "security": [{"operator": []}],
        "paths": {
            "/api/v1/sessions": {
                "post": _operation(
                    "openSession",
                    "Open a session; its links are shown this once",
                    _answer(201, SessionMade),
                    asks=SessionAsked,
                    parameters=[_REPEAT],
                    problems=(400, 413, 415, 422),
                ),
                "get": _operation("listSessions", "Every session that is not destroyed", _answer(200, SessionList)),
            },
            one: {
                "get": _operation(
                    "showSession",
                    "Rooms, and who is where",
                    _answer(200, SessionShown),
                    parameters=[_SESSION],
                    problems=(404,),
                ),
                "delete": _operation(
                    "closeSession",
                    "Close a session; closing it again changes nothing",
                    _answer(200, SessionShown),
                    parameters=[_SESSION, _REPEAT],
                    problems=(400, 404, 409),
                ),
            },
            "/api/v1/drain": {
                "post": _operation(
                    "drain",
                    "Hand every session of this node over to others and take nothing more, so that it can be stopped",
                    _answer(200, Drained),
                )
            },
            f"{one}/audit": {
                "get": _operation(
                    "auditSession",
                    "Who asked for what, when and where, without any content, and whether the chain of it holds",
                    _answer(200, SessionAudit),
                    parameters=[_SESSION],
                    problems=(404,),
                )
            },
            f"{one}/next": {
                "post": _operation(
                    "nextSession",
                    "Open the next session of a closed case, for the same people with the same links",
                    _answer(200, SessionShown),
                    parameters=[_SESSION, _REPEAT],
                    problems=(400, 404, 409),
                )
            },
            f"{one}/moves": {
                "post": _operation(
                    "move",
                    "Move one or many seats, all or none",
                    _answer(200, MoveMade),
                    asks=MoveAsked,
                    parameters=[_SESSION, _REPEAT],
                    problems=(400, 404, 409, 413, 415, 422),
                )
            },
        },
        "components": {
            "schemas": schema["$defs"],
            "securitySchemes": {"operator": {"type": "http", "scheme": "bearer"}},
        },
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _answer(status: int, model: type[BaseModel]) -> dict[str, Any]:
    return {str(status): {"description": "done", "content": {"application/json": {"schema": _ref(model)}}}}


def _operation(
    name: str,
    summary: str,
    answer: dict[str, Any],
    *,
    asks: type[BaseModel] | None = None,
    parameters: Sequence[dict[str, Any]] = (),
    problems: Sequence[int] = (),
) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": _ref(Problem)}}
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            **answer,
            **{
                str(status): {"description": WORDS[status], "content": problem}
                for status in sorted({*problems, *ALWAYS})
            },
        },
    }
    if asks is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(asks)}}}
    return operation


@cache
def text() -> str:
    """The document as it is served."""
    return json.dumps(document(), ensure_ascii=False, sort_keys=True)
