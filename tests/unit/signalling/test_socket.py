"""The door of the socket by itself, without the guard around the application."""

from typing import cast

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession
from starlette.types import Receive, Scope, Send

from server.clock import HandWoundClock
from server.counts import Counts
from server.doors.origins import Origins
from server.host.hub import Hub
from server.signalling.socket import OPENINGS_BURST, SeatSocket
from server.signalling.tickets import Tickets

HOME = "http://127.0.0.1:8000"


class Nobody:
    """A hub that must not be asked."""

    links = None

    def __init__(self) -> None:
        self.counts = Counts()


@pytest.fixture
def client() -> TestClient:
    origins = Origins.of("", private=True)
    door = SeatSocket(cast(Hub, Nobody()), Tickets(), origins, HandWoundClock(), translate=lambda _: str)
    inner = Starlette(routes=[WebSocketRoute("/s/{seat}/socket", door.serve)])

    async def known(scope: Scope, receive: Receive, send: Send) -> None:
        await inner({**scope, "state": {"origin": HOME}}, receive, send)

    return TestClient(known)


def knock(client: TestClient, headers: dict[str, str]) -> WebSocketTestSession:
    return client.websocket_connect("ws://127.0.0.1:8000/s/s_1/socket", headers=headers)


def refused(client: TestClient, headers: dict[str, str]) -> httpx2.Response:
    with pytest.raises(WebSocketDenialResponse) as answer, knock(client, headers):
        pass
    return cast(httpx2.Response, answer.value)


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://127.0.0.1:9000", "http://localhost:8000"]
)
def test_the_door_itself_looks_at_the_origin(client: TestClient, origin: str | None) -> None:
    assert refused(client, {} if origin is None else {"origin": origin}).status_code == 403


def test_a_right_origin_under_a_foreign_host_is_foreign(client: TestClient) -> None:
    assert refused(client, {"origin": "http://evil.example", "host": "evil.example"}).status_code == 403


def test_knocking_without_end_is_slowed_down(client: TestClient) -> None:
    for _ in range(round(OPENINGS_BURST)):
        with knock(client, {"origin": HOME}) as socket:
            assert socket.receive()["code"] == 4401
    assert refused(client, {"origin": HOME}).status_code == 429
