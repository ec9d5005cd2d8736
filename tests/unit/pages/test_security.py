"""The guard: our Host, our Origin, and headers on every answer, whatever went wrong."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.doors.origins import Origins
from server.pages.security import LASTING, PERMISSIONS, Guard, content_policy

HOST = "http://127.0.0.1:8000"
KNOWN_TO_CHROMIUM = {
    *("camera", "display-capture", "fullscreen", "geolocation", "hid", "microphone", "midi", "payment"),
    *("screen-wake-lock", "serial", "speaker-selection", "usb"),
}
"""Of `document.featurePolicy.features()`, what we name. Others make it write a warning on every page."""


async def _hello(request: Request) -> Response:
    return PlainTextResponse(f"{request.state.origin} {len(request.state.nonce)}")


async def _fault(request: Request) -> Response:
    raise RuntimeError("a fault")


async def _gone(request: Request) -> Response:
    raise HTTPException(410)


def guarded(origins: Origins, base: str = HOST) -> httpx2.AsyncClient:
    inner = Starlette(
        routes=[
            Route("/", _hello, methods=["GET", "POST", "DELETE"]),
            Route("/api/v1/x", _hello, methods=["POST"]),
            Route("/fault", _fault),
            Route("/gone", _gone),
            Route("/livez", _hello),
        ]
    )
    transport = httpx2.ASGITransport(Guard(inner, origins), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url=base)


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with guarded(Origins.of("", private=True)) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 200),
        ("GET", "/nowhere", {}, 404),
        ("GET", "/gone", {}, 410),
        ("GET", "/fault", {}, 500),
        ("PUT", "/", {"origin": HOST}, 405),
        ("GET", "/", {"host": "evil.example"}, 400),
        ("POST", "/", {}, 403),
        ("HEAD", "/", {}, 200),
    ],
)
async def test_every_answer_carries_the_headers(
    client: httpx2.AsyncClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await client.request(method, path, headers=headers)
    assert answer.status_code == status
    for name, value in LASTING.items():
        assert answer.headers[name] == value
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers
    assert "server" not in answer.headers


def test_a_feature_of_the_machine_that_no_page_needs_is_named_once_and_no_browser_complains() -> None:
    features = [part.partition("=")[0] for part in PERMISSIONS.split(", ")]
    assert len(features) == len(set(features))
    assert set(features) <= KNOWN_TO_CHROMIUM


async def test_a_nonce_is_used_once(client: httpx2.AsyncClient) -> None:
    policies = {(await client.get("/")).headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


def test_the_policy_allows_ourselves_and_nothing_inline_but_the_import_map() -> None:
    policy = content_policy("https://parley.example", "n0nce")
    assert "'unsafe" not in policy and "*" not in policy
    assert "connect-src 'self' wss://parley.example" in policy
    for part in (
        "script-src 'self' 'nonce-n0nce'",
        "style-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert part in policy


@pytest.mark.parametrize(
    "host", ["evil.example", "", "127.0.0.1:8000/", "a@127.0.0.1", "127.0.0.1:8000?x", "192.0.2.1"]
)
async def test_another_host_is_400(client: httpx2.AsyncClient, host: str) -> None:
    assert (await client.get("/", headers={"host": host})).status_code == 400


async def test_two_hosts_are_400(client: httpx2.AsyncClient) -> None:
    headers = [("host", "127.0.0.1:8000"), ("host", "127.0.0.1:8000")]
    assert (await client.get("/", headers=headers)).status_code == 400


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://127.0.0.1:9000", "http://localhost:8000"]
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_another_origin_changes_nothing(client: httpx2.AsyncClient, method: str, origin: str | None) -> None:
    headers = {} if origin is None else {"origin": origin}
    assert (await client.request(method, "/", headers=headers)).status_code == 403


async def test_our_own_origin_may(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/", headers={"origin": HOST})
    assert (answer.status_code, answer.text) == (200, f"{HOST} 22")


async def test_two_origins_are_none(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/", headers=[("origin", HOST), ("origin", HOST)])).status_code == 403


async def test_a_program_needs_no_origin_but_a_page_of_another_site_is_no_program(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/api/v1/x")).status_code == 200
    assert (await client.post("/api/v1/x", headers={"origin": "https://evil.example"})).status_code == 403


async def test_health_may_be_asked_by_any_name_but_not_changed(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/livez", headers={"host": "10.0.0.7:8000"})).status_code == 200
    assert (await client.post("/livez", headers={"host": "10.0.0.7:8000"})).status_code == 400


async def test_over_https_browsers_are_told_to_stay_there() -> None:
    async with guarded(Origins.of("https://parley.example", private=False), "https://parley.example") as client:
        answer = await client.get("/")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert "wss://parley.example" in answer.headers["content-security-policy"]
