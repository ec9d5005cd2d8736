"""What a person sees when something is not there or went wrong: one plain page, and the same one for all broken links.

Scripts of ours get JSON instead: `{"error": name}`.
"""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from server.errors import Unavailable
from server.pages.templates import render

NAMES = {
    400: "bad_request",
    401: "key_needed",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "not_json",
    429: "too_often",
    500: "fault",
    503: "unavailable",
}


@dataclass(frozen=True, slots=True)
class House:
    """Who runs this server and where a stuck person can call, as pages show it."""

    operator: str
    help_number: str


def told(status: int, error: str | None = None) -> Response:
    """The answer to a script of ours."""
    headers = {"retry-after": "10"} if status in (429, 503) else None
    return JSONResponse({"error": error or NAMES.get(status, "refused")}, status, headers=headers)


def broken_link(request: Request, house: House) -> Response:
    """The page for every link that opens nothing: unknown, revoked, expired, another browser's."""
    return render(
        request, "broken.html", status=HTTPStatus.NOT_FOUND, operator=house.operator, help_number=house.help_number
    )


class Errors:
    """Exceptions become answers here."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def http(self, request: Request, error: Exception) -> Response:
        """A status that some code, or the router, has raised."""
        assert isinstance(error, HTTPException)
        response = self._answer(request, error.status_code)
        for name, value in (error.headers or {}).items():
            response.headers[name] = value
        return response

    async def unavailable(self, request: Request, error: Exception) -> Response:
        """The machine cannot do it now."""
        assert isinstance(error, Unavailable)
        return self._answer(request, 503)

    async def fault(self, request: Request, error: Exception) -> Response:
        """A fault of ours."""
        return self._answer(request, 500)

    def _answer(self, request: Request, status: int) -> Response:
        if request.method not in ("GET", "HEAD"):
            return told(status)
        try:
            return render(request, "error.html", status=status, help_number=self._house.help_number)
        except Exception:  # without templates there is still an answer
            return PlainTextResponse(f"{status} {HTTPStatus(status).phrase}\n", status)
