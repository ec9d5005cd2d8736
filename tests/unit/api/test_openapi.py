"""The API's own description."""

import json
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.routing import Route

from server.api.openapi import document, text
from server.api.problems import STATUSES, of_error, of_status
from server.api.sessions import Api
from server.api.shapes import MoveAsked
from server.clock import HandWoundClock
from server.doors.operator import Operator
from server.doors.reasons import SENTENCES
from server.errors import NotFound, Refused, Unavailable


def test_the_document_has_exactly_the_addresses_that_there_are() -> None:
    api = Api(None, Operator("k", HandWoundClock()), HandWoundClock(), None, "{}")  # type: ignore[arg-type]
    served = {
        (route.path.replace("{session}", "{session}"), method.lower())
        for route in api.routes()
        if isinstance(route, Route) and not route.path.endswith(".json")
        for method in (route.methods or set()) - {"HEAD"}
    }
    described = {(path, method) for path, methods in document()["paths"].items() for method in methods}
    assert described == served


def test_every_reference_leads_somewhere() -> None:
    schemas = document()["components"]["schemas"]

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                assert value["$ref"].removeprefix("#/components/schemas/") in schemas
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(json.loads(text()))


def body(answer: Any) -> Any:
    return json.loads(answer.body)


def test_every_status_of_a_refusal_belongs_to_a_reason_with_words() -> None:
    assert set(STATUSES) <= set(SENTENCES)


def test_our_errors_become_problems() -> None:
    refused = of_error(Refused("stale_move", name="Ana"), preview={"meets": []})
    assert refused.status_code == 409
    assert refused.media_type == "application/problem+json"
    assert body(refused)["reason"] == "stale_move"
    assert body(refused)["detail"].startswith("Ana has moved")
    assert body(refused)["preview"] == {"meets": []}
    assert of_error(NotFound("x")).status_code == 404
    assert of_error(Unavailable()).status_code == 503
    assert body(of_status(405)) == {
        "type": "urn:parley:problem:method_not_allowed",
        "title": "Method Not Allowed",
        "status": 405,
        "reason": "method_not_allowed",
        "detail": "Method Not Allowed",
    }


def test_a_move_over_rest_has_no_field_for_somebody_elses_name() -> None:
    with pytest.raises(ValidationError):
        MoveAsked.model_validate_json('{"undo": "m", "actor": "miriam"}')
