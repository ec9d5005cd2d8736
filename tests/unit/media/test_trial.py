"""A trial before the door: checks are answered, nothing else is, and it is over in time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aioice import stun

from server.clock import HandWoundClock
from server.media import trial
from server.media.port import MediaPort
from server.media.trial import Trials

HOME = ("192.0.2.1", 4000)


class Sent:
    """Takes what the port sends."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.out: list[bytes] = []

    def sendto(self, datagram: bytes, address: object) -> int:
        self.out.append(datagram)
        return len(datagram)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class Scene:
    def __init__(self, port: MediaPort) -> None:
        self.port = port
        self.trials = Trials(port, HandWoundClock())
        self.sent = Sent(port._socket)
        port._socket = self.sent  # type: ignore[assignment]

    def check(self, offer: str) -> bytes:
        """A browser's check, as the offer says."""
        said = dict(line[2:].split(":", 1) for line in offer.splitlines() if line.startswith("a=ice-") and ":" in line)
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        request.attributes |= {"USERNAME": f"{said['ice-ufrag']}:them", "PRIORITY": 1, "ICE-CONTROLLING": 1}
        request.add_message_integrity(said["ice-pwd"].encode())
        return bytes(request)

    def answered(self, datagram: bytes, address: tuple[str, int] = HOME) -> bytes | None:
        self.sent.out.clear()
        self.port._take([(datagram, address)])
        return self.sent.out[0] if self.sent.out else None


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    port = await MediaPort.open("127.0.0.1", 0, [], HandWoundClock())
    yield Scene(port)
    port.close()


async def test_a_check_is_answered_with_no_more_bytes_than_it_has(scene: Scene) -> None:
    check = scene.check(scene.trials.offer("s_paul"))
    answer = scene.answered(check)
    assert answer is not None and len(answer) <= len(check)
    assert stun.parse_message(answer).message_class is stun.Class.RESPONSE


async def test_whatever_else_comes_is_not_answered_even_from_an_address_that_has_proved_itself(scene: Scene) -> None:
    scene.answered(scene.check(scene.trials.offer("s_paul")))
    for datagram in (bytes([22, 254, 253]) + bytes(60), bytes([128, 96]) + bytes(40), bytes([0, 1]) + bytes(30)):
        assert scene.answered(datagram) is None


async def test_it_offers_the_addresses_of_media_and_no_line_for_media(scene: Scene) -> None:
    lines = scene.trials.offer("s_paul").splitlines()
    assert [line for line in lines if line.startswith("m=")] == ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel"]
    assert any(f"127.0.0.1 {scene.port.number} typ host" in line for line in lines)
    assert "a=setup:active" in lines, "we would begin the handshake, and never do"


async def test_a_newer_one_ends_the_older_and_the_end_ends_it(scene: Scene) -> None:
    older = scene.check(scene.trials.offer("s_paul"))
    newer = scene.check(scene.trials.offer("s_paul"))
    assert scene.answered(older) is None and scene.answered(newer) is not None and len(scene.trials) == 1
    scene.trials.end("s_paul")
    assert scene.answered(newer) is None and len(scene.trials) == 0
    assert not scene.port._by_name and not scene.port._by_address


async def test_it_is_over_in_time_whatever_the_browser_does(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LASTS_SECONDS", 0.0)
    check = scene.check(scene.trials.offer("s_paul"))
    await asyncio.sleep(0)  # the loop comes round once
    await asyncio.sleep(0)
    assert len(scene.trials) == 0
    assert scene.answered(check) is None


async def test_there_are_never_too_many_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "MOST", 2)
    assert scene.trials.offer("s_1") and scene.trials.offer("s_2")
    assert scene.trials.offer("s_3") == "" and scene.trials.offer("s_2"), "one's own place is one's own"
    scene.trials.end("s_1")
    assert scene.trials.offer("s_3")
    for seat in ("s_2", "s_3"):
        scene.trials.end(seat)
