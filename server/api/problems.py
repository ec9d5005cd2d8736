"""Errors for programs: RFC 9457, `application/problem+json`. `reason` is stable; `detail` is a sentence."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from server.doors.reasons import sentence
from server.errors import NotFound, Refused, Unavailable

STATUSES: Mapping[str, int] = {
    "bad_key": 400,
    "not_allowed": 403,
    "key_reused": 422,
    "unknown_seat": 422,
    "unknown_room": 422,
    "unknown_side": 422,
    "unknown_role": 422,
    "sides_few": 422,
    "sides_many": 422,
    "side_twice": 422,
    "mediator_missing": 422,
    "seats_full": 422,
    "name_empty": 422,
    "name_too_long": 422,
    "text_too_long": 422,
}
"""What was asked makes no sense in this session; every other refusal is a conflict with how things are now (409)."""


def problem(status: int, reason: str, detail: str = "", **more: object) -> Response:
    """One problem. `more` are extension members (RFC 9457, 3.2)."""
    headers = {401: {"www-authenticate": "Bearer"}, 429: {"retry-after": "10"}, 503: {"retry-after": "5"}}.get(status)
    content = {
        "type": f"urn:parley:problem:{reason}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "reason": reason,
        "detail": detail or HTTPStatus(status).phrase,
        **more,
    }
    return JSONResponse(content, status, headers=headers, media_type="application/problem+json")


def of_error(error: Refused | NotFound | Unavailable, **more: object) -> Response:
    """What one of our own errors says to a program."""
    if isinstance(error, Refused):
        detail = sentence(error.reason, error.detail)
        return problem(STATUSES.get(error.reason, 409), error.reason, detail, about=error.detail, **more)
    if isinstance(error, NotFound):
        return problem(404, "not_found", "There is no such session.")
    return problem(503, "unavailable", sentence("unavailable"))


def of_status(status: int) -> Response:
    """What a bare status says to a program."""
    reason = {
        400: "bad_request",
        401: "key_needed",
        404: "not_found",
        405: "method_not_allowed",
        413: "too_large",
        415: "not_json",
        429: "too_often",
        503: "unavailable",
    }.get(status, "fault" if status >= 500 else "refused")
    return problem(status, reason)
