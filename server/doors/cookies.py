"""The cookies: one per seat and browser, one for the operator.

Over https they carry the `__Host-` prefix (RFC 6265bis, 4.1.3): Secure, this host only, whole path. On plain loopback,
where browsers would refuse that, they go without. Strict: no other site's link or form ever brings one along.
"""

from starlette.requests import HTTPConnection
from starlette.responses import Response

OPERATOR = "operator"
OPERATOR_SECONDS = 12 * 3600
"""How long a browser that has shown the operator's key need not show it again. Longer: fewer questions, more risk."""


def seat_cookie(seat: str, *, secure: bool) -> str:
    """The name of the cookie that opens this seat."""
    return _name(f"seat-{seat}", secure)


def operator_cookie(*, secure: bool) -> str:
    """The name of the cookie of a browser in which the operator's key was typed."""
    return _name(OPERATOR, secure)


def _name(base: str, secure: bool) -> str:
    return f"__Host-{base}" if secure else base


def is_secure(connection: HTTPConnection) -> bool:
    """Does the person's browser speak https with us, or with the proxy in front of us?"""
    return str(connection.state.origin).startswith("https://")


def seat_secret(connection: HTTPConnection, seat: str) -> str | None:
    """The secret that this browser holds for the seat."""
    return connection.cookies.get(seat_cookie(seat, secure=is_secure(connection)))


def set_seat(response: Response, connection: HTTPConnection, seat: str, secret: str, seconds: int) -> None:
    """Let this browser keep the seat's secret for so many seconds; no script can read it."""
    secure = is_secure(connection)
    _set(response, seat_cookie(seat, secure=secure), secret, seconds, secure)


def set_operator(response: Response, connection: HTTPConnection, value: str) -> None:
    """Let this browser open sessions for `OPERATOR_SECONDS`."""
    secure = is_secure(connection)
    _set(response, operator_cookie(secure=secure), value, OPERATOR_SECONDS, secure)


def _set(response: Response, name: str, value: str, seconds: int, secure: bool) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict")
