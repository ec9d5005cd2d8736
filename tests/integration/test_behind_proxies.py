"""The real server behind Caddy and nginx as deploy/proxy has them: its own name, its own headers, its sockets."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from server.storage.folder import prepare_folder
from server.storage.keys import make_operator_key
from tests.support.ports import free_port
from tests.support.server import server_process
from tests.unit.deploy.test_proxies import SITE, Outside, caddy, nginx


@pytest.fixture(params=[caddy, nginx], ids=["caddy", "nginx"])
def outside(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outside]:
    """Somebody on the internet; a server that is known there by the proxy's name."""
    with ExitStack() as stack:
        make_operator_key(prepare_folder(tmp_path / "data"))
        port = free_port()
        proxied = stack.enter_context(request.param(tmp_path, [port]))
        settings = {"public_url": f"https://{SITE}:{proxied}", "trusted_proxy": "127.0.0.1"}
        stack.enter_context(server_process(tmp_path / "data", "--port", str(port), **settings))
        yield Outside(proxied, tmp_path)


def knock(outside: Outside, origin: str, until: bytes) -> bytes:
    """What the server says to a socket of a page of this origin."""
    return outside.raw(
        f"GET /s/s_unknown/socket HTTP/1.1\nHost: {SITE}:{outside.port}\nOrigin: {origin}\nUpgrade: websocket\n"
        "Connection: Upgrade\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n\n",
        until,
    )


def test_pages_sockets_and_numbers_from_outside(outside: Outside) -> None:
    page = outside.ask("GET", "/")
    assert page.status_code == 200 and page.headers["strict-transport-security"].startswith("max-age=")
    assert f"wss://{SITE}:{outside.port}" in page.headers["content-security-policy"]
    for name in ("content-security-policy", "x-frame-options", "x-content-type-options", "cache-control"):
        assert len(page.headers.get_list(name)) == 1
    ours = knock(outside, f"https://{SITE}:{outside.port}", b"no_cookie")
    assert ours.startswith(b"HTTP/1.1 101 ") and ours.endswith(b"no_cookie")
    assert knock(outside, "https://evil.example", b"\r\n\r\n").startswith(b"HTTP/1.1 403 ")
    assert outside.ask("GET", "/metrics").status_code == 404
