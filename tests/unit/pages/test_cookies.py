"""The cookies of a seat and of the operator."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from server.doors import cookies


def asked(origin: str, cookie: str = "") -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request({"type": "http", "headers": headers, "state": {"origin": origin}})


def test_over_https_a_cookie_belongs_to_this_host_alone() -> None:
    response = Response()
    cookies.set_seat(response, asked("https://parley.example"), "s_1", "secret", 60)
    written = response.headers["set-cookie"]
    assert written.startswith("__Host-seat-s_1=secret;")
    for attribute in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=60"):
        assert attribute in written
    assert "Domain" not in written


def test_on_plain_loopback_it_goes_without_the_prefix() -> None:
    response = Response()
    cookies.set_seat(response, asked("http://127.0.0.1:8000"), "s_1", "secret", 60)
    written = response.headers["set-cookie"]
    assert written.startswith("seat-s_1=secret;")
    assert "HttpOnly" in written and "SameSite=strict" in written
    assert "Secure" not in written


@pytest.mark.parametrize(
    ("origin", "cookie", "found"),
    [
        ("https://parley.example", "__Host-seat-a=1", "1"),
        ("https://parley.example", "seat-a=1", None),
        ("http://localhost:8000", "seat-a=1", "1"),
        ("http://localhost:8000", "seat-b=1", None),
        ("http://localhost:8000", "", None),
    ],
)
def test_only_the_right_cookie_is_read(origin: str, cookie: str, found: str | None) -> None:
    assert cookies.seat_secret(asked(origin, cookie), "a") == found
