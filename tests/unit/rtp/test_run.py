"""A burst goes out as its packets would have one by one: listener by listener, and nothing else is different."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.rtp import feedback
from server.rtp.forwarder import Forwarder, Link
from server.rtp.medium import OPUS, RTX, VP8
from server.rtp.out import Out, whole
from tests.support.packets import opus_payload, plan, rtp, vp8_payload

MIC, CAM, CAM_RTX = 0x1001, 0x1002, 0x1003
LISTENERS = ("b", "c", "d")


def a_session(forwarder: Forwarder | None = None) -> Forwarder:
    forwarder = forwarder or Forwarder()
    for number, seat in enumerate(("a", *LISTENERS), start=1):
        forwarder.add_peer(seat, plan(number))
    forwarder.bind("a", MIC, "microphone")
    forwarder.bind("a", CAM, "camera")
    forwarder.bind("a", CAM_RTX, "camera", repair=True)
    forwarder.renew(1e9)
    return forwarder


def a_packet(kind: str, number: int) -> bytes:
    match kind:
        case "sound":
            return rtp(OPUS, number, number * 960, MIC, opus_payload(b"%d" % number), mid=b"0", level=30)
        case "restart":
            return rtp(OPUS, number + 20_000, number * 960, MIC, opus_payload(b"%d" % number), level=30)
        case "repair":
            payload = number.to_bytes(2, "big") + vp8_payload(b"%d" % number, picture=number)
            return rtp(RTX, 900 + number, number * 3000, CAM_RTX, payload)
        case "layers":
            payload = bytes((0x90, 0xE0, 0x80, number & 0xFF, number & 0xFF, 0x20, 1)) + b"%d" % number
            return rtp(VP8, number, number * 3000, CAM, payload)
        case "padding":
            return rtp(VP8, number, number * 3000, CAM, b"")
        case "junk":
            return rtp(VP8, number, number * 3000, CAM, b"\x90")
    return rtp(VP8, number, number * 3000, CAM, vp8_payload(b"%d" % number, keyframe=kind == "key", picture=number))


def by_listener(outs: list[Out]) -> dict[str, list[bytes]]:
    """The media that each listener gets, by SSRC: what of it comes first in a burst is another question."""
    found: dict[str, list[bytes]] = {}
    for out in outs:
        packet = whole(out)
        if not 192 <= packet[1] <= 223:
            found.setdefault(f"{out[0]} {packet[8:12].hex()}", []).append(packet)
    return found


def feed(forwarder: Forwarder, bursts: list[list[bytes]], together: bool) -> list[Out]:
    outs: list[Out] = []
    for i, burst in enumerate(bursts):
        now = 1 + i * 0.02
        if i in (0, 2):  # one listens from the beginning, one later, one not at all
            wanted = [Link("a", LISTENERS[i // 2], medium) for medium in ("microphone", "camera")]
            outs += forwarder.grant(wanted, now)
        for packets in [burst] if together else [[packet] for packet in burst]:
            outs += forwarder.receive_burst("a", packets, now)
    return outs


KINDS = st.sampled_from(["frame"] * 8 + ["sound"] * 3 + ["key", "repair", "layers", "padding", "junk", "restart"])
STEPS = st.sampled_from([1] * 12 + [0, -1, -3, 2, 3])


@st.composite
def calls(draw: st.DrawFn) -> list[list[bytes]]:
    """Bursts of a call: mostly what comes next, some of it lost, late or double, and sometimes something odd."""
    number, bursts = 100, []
    for _ in range(draw(st.integers(3, 12))):
        burst = []
        for _ in range(draw(st.integers(1, 9))):
            number += draw(STEPS)
            burst.append(a_packet(draw(KINDS), number))
        bursts.append(burst)
    return bursts


@given(calls())
@example(
    [[a_packet("key", n) for n in (100, 101)]] + [[a_packet("frame", n + i) for i in range(8)] for n in (102, 110, 118)]
)
def test_a_burst_goes_out_as_its_packets_would_one_by_one(bursts: list[list[bytes]]) -> None:
    one, other = a_session(), a_session()
    assert by_listener(feed(one, bursts, together=True)) == by_listener(feed(other, bursts, together=False))
    assert one.dropped == other.dropped


def test_a_burst_goes_out_listener_by_listener_sound_first() -> None:
    forwarder = a_session()
    forwarder.grant([Link("a", seat, medium) for seat in LISTENERS for medium in ("microphone", "camera")], 0.0)
    forwarder.receive_burst("a", [a_packet("key", 1), a_packet("sound", 0), a_packet("sound", 1)], 1.0)
    outs = forwarder.receive_burst("a", [a_packet(kind, n) for kind in ("frame", "sound") for n in (2, 3)], 1.1)
    assert [(seat, head[1] & 0x7F) for seat, head, _ in outs] == [
        (seat, kind) for kind in (OPUS, VP8) for seat in LISTENERS for _ in range(2)
    ]


def test_what_comes_late_in_the_same_burst_is_not_asked_for() -> None:
    forwarder = a_session()
    forwarder.grant([Link("a", "b", "camera")], 0.0)
    forwarder.receive_burst("a", [a_packet("key", 1)], 1.0)
    assert len(forwarder.receive_burst("a", [a_packet("frame", n) for n in (4, 3, 2)], 1.1)) == 3
    outs = forwarder.receive_burst("a", [a_packet("frame", n) for n in (8, 5, 7)], 1.2)
    assert [seat for seat, _, _ in outs] == ["b", "b", "b", "a"], "packet 6 is asked of the sender"


def test_a_burst_of_nobody_is_counted() -> None:
    forwarder = a_session()
    assert forwarder.receive_burst("nobody", [b"", b""], 1.0) == [] and forwarder.dropped == {"unknown_seat": 2}


def test_what_is_from_before_the_grant_passes_no_better_in_a_burst() -> None:
    """Newer numbers with older timestamps, as after a stall: the gate asks for the time, packet by packet."""
    forwarder = a_session()
    for n in range(50):
        forwarder.receive_burst("a", [a_packet("sound", n)], n * 0.02)
    forwarder.grant([Link("a", "b", "microphone")], 1.0)
    assert len(forwarder.receive_burst("a", [a_packet("sound", n) for n in (60, 61)], 1.2)) == 2
    old = [rtp(OPUS, 62 + i, i * 960, MIC, opus_payload(b"old"), level=30) for i in range(3)]
    outs = forwarder.receive_burst("a", [*old, a_packet("sound", 65)], 1.3)
    assert [body[2:] for _, _, body in outs] == [b"65"]


def test_each_packet_of_a_burst_can_be_sent_again() -> None:
    forwarder = a_session()
    forwarder.grant([Link("a", "b", "camera")], 0.0)
    outs = forwarder.receive_burst("a", [a_packet("key", 1)], 1.0)
    outs += forwarder.receive_burst("a", [a_packet("frame", n) for n in range(2, 6)], 1.1)
    media = [whole(out) for out in outs if not 192 <= out[1][1] <= 223]
    numbers = [int.from_bytes(packet[2:4], "big") for packet in media]
    ssrc = int.from_bytes(media[0][8:12], "big")
    again = forwarder.receive_rtcp("b", feedback.nack(1, ssrc, numbers), 1.2)
    assert [whole(out)[12:] for out in again] == [packet[2:4] + packet[12:] for packet in media]
    forwarder.revoke(())
    assert forwarder.receive_rtcp("b", feedback.nack(1, ssrc, numbers), 1.3) == []


def test_of_what_raises_the_other_packets_go_on_and_without_anybody_to_tell_it_is_raised() -> None:
    failures: list[str] = []
    watched, bare = a_session(Forwarder(failed=lambda seat, _: failures.append(seat))), a_session()
    first, *others = (a_packet("sound", number) for number in range(1, 5))
    for forwarder in (watched, bare):
        forwarder.grant([Link("a", "b", "microphone")], 0.5)
        forwarder.receive_rtp("a", first, 1.0)
    broken: list[Any] = [others[0], None, *others[1:]]
    assert len(watched.receive_burst("a", broken, 1.1)) == len(others) and failures == ["a"]
    with pytest.raises(TypeError):
        bare.receive_burst("a", broken, 1.1)
