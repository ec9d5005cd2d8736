"""Where something raises inside instead of being dropped, it costs that packet and no other: through real sockets."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from server.media.peer import Peer
from server.media.switchboard import Switchboard
from server.rtp import feedback
from server.rtp.forwarder import Forwarder, Out
from server.rtp.uplink import Uplink
from tests.support.exchange import Exchange, exchange

pytestmark = pytest.mark.usefixtures("way")


def got(hall: Exchange, listener: str) -> list[tuple[str, str]]:
    """Who and what has arrived there, in order."""
    found = [packet.canary for packet in hall.seats[listener].packets]
    return [(canary.seat, canary.medium) for canary in found if canary is not None]


def failing(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, at: int) -> None:
    """The call of that number, counted from 1, raises; all others do what they do."""
    real, calls = getattr(place, name), list[None]()

    def fail(*given: Any, **named: Any) -> Any:
        calls.append(None)
        if len(calls) == at:
            raise RuntimeError("on purpose")
        return real(*given, **named)

    monkeypatch.setattr(place, name, fail)


@pytest.mark.parametrize(
    ("place", "name", "at", "heard"),
    [
        (Uplink, "take", 2, 3),  # one of the four packets of sound
        (Peer, "_open_rtp", 2, 3),
        (Switchboard, "_bind_by_mid", 1, 4),  # the packet of an SSRC that nobody knows
        (feedback, "read", 1, 4),  # the report
    ],
)
async def test_a_packet_that_raises_costs_nobody_another_one(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, at: int, heard: int
) -> None:
    async with exchange("a", "b", "c", "d") as hall:
        hall.switchboard.grant(hall.links("ab", "ac", "db", "dc"))
        for speaker in "ad":
            for listener in "bc":
                await hall.hears(listener, speaker)
        await hall.everything_read()
        for listener in "bc":
            hall.seats[listener].forget()
        with monkeypatch.context() as patch:
            failing(patch, place, name, at)
            hall.seats["a"].speak(packets=2)  # one burst with all that follows
            hall.seats["a"].report("microphone", 1 << 32)
            hall.seats["a"].send_rtp(b"\x80\x60" + bytes(6) + b"\xff\xff\xff\xff" + bytes(20))
            hall.seats["a"].speak(packets=2)
            hall.seats["d"].speak(packets=3)
            await hall.everything_read()
        for listener in "bc":
            assert got(hall, listener).count(("a", "microphone")) == heard
            assert got(hall, listener).count(("d", "microphone")) == 3
        assert hall.port.counts["failed_RuntimeError"] == 1
        assert [hall.switchboard._live[seat].failures for seat in "abcd"] == [1, 0, 0, 0]


async def test_pictures_that_raise_cost_nobody_the_sound_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        await hall.hears("b", "a", "camera")
        hall.seats["b"].forget()
        real = Forwarder._carry

        def no_pictures(self: Forwarder, peer: Any, run: Any, now: float, out: list[Out]) -> None:
            if run.uplink.is_picture:
                raise RuntimeError("on purpose")
            real(self, peer, run, now, out)

        with monkeypatch.context() as patch:
            patch.setattr(Forwarder, "_carry", no_pictures)
            hall.seats["a"].show()
            hall.seats["a"].speak(packets=2)
            await hall.everything_read()
        assert got(hall, "b") == [("a", "microphone")] * 2
        await hall.hears("b", "a", "camera")


async def test_a_listener_who_cannot_be_sent_to_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is what was collected for that one sent to anybody, then or later."""
    async with exchange("a", "b", "c", "d") as hall:
        hall.switchboard.grant(hall.links("ab", "ac", "ad"))
        for listener in "bcd":
            await hall.hears(listener, "a")
        await hall.everything_read()
        for listener in "bcd":
            hall.seats[listener].forget()
        add = Peer.add

        def breaks_off(packets: Iterable[Out]) -> Iterator[Out]:
            yield next(iter(packets))
            raise RuntimeError("on purpose")

        def fails_for_c(peer: Peer, packets: Iterable[Out]) -> bool:
            return add(peer, breaks_off(packets) if peer.seat == "c" else packets)

        with monkeypatch.context() as patch:
            patch.setattr(Peer, "add", fails_for_c)
            hall.seats["a"].speak(packets=3)
            await hall.everything_read()
        assert [len(got(hall, listener)) for listener in "bcd"] == [3, 0, 3]
        assert [hall.switchboard._live[seat].failures for seat in "abcd"] == [0, 0, 1, 0]
        hall.seats["a"].speak()
        await hall.everything_read()
        assert [len(got(hall, listener)) for listener in "bcd"] == [4, 1, 4]


async def test_a_batch_that_breaks_off_leaves_nothing_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    async with exchange("a", "b", "c") as hall:
        hall.switchboard.grant(hall.links("ab", "ac"))
        for listener in "bc":
            await hall.hears(listener, "a")
        await hall.everything_read()
        hall.seats["b"].forget()
        hall.seats["c"].forget()
        with monkeypatch.context() as patch:
            failing(patch, Switchboard, "_write", 1)
            hall.seats["a"].speak()
            await hall.everything_read()
        hall.switchboard.revoke(())
        hall.switchboard.grant(hall.links("ba"))
        await hall.hears("a", "b")
        await hall.everything_read()
        assert not hall.seats["b"].packets and not hall.seats["c"].packets
