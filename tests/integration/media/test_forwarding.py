"""The media floor from a browser's side: real sockets, real DTLS-SRTP, synthetic seats on loopback."""

import asyncio
import socket
import struct
from collections.abc import Collection

import pytest

from server.media.facts import MediaLost, SlotsChanged
from server.media.sdp import PLAN
from server.rtp.forwarder import Forwarder, Out
from tests.support.exchange import PATIENCE, Exchange, exchange
from tests.support.synthetic import SyntheticSeat

pytestmark = pytest.mark.usefixtures("way")


async def one_of_two_is_cut(hall: Exchange) -> None:
    """Two listen; from the moment that one link is revoked nothing more of it arrives, and all of the other."""
    hall.switchboard.grant(hall.links("ab", "ac"))
    await hall.hears("b", "a")
    hall.seats["a"].speak(packets=10)  # lies in the server's socket, unread
    hall.switchboard.revoke(hall.links("ac"))
    hall.seats["b"].drain()
    hall.seats["b"].forget()
    hall.seats["c"].forget()
    hall.seats["a"].speak(packets=10)
    await hall.everything_read()
    assert not hall.seats["b"].packets
    assert len(hall.seats["c"].packets) == 20, "the other link is not disturbed"


async def test_a_granted_medium_arrives_in_the_slot_that_the_switchboard_names() -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        await hall.hears("b", "a", "camera")
        await hall.hears("b", "a", "screen")
        await hall.hears("b", "a", "screen_sound")
        view = hall.switchboard.slots("b")
        place = view.audio.index("a")
        b = hall.seats["b"]
        assert view.video[place] == "a" and view.screen == "a" and view.screen_sound == "a"
        assert b.counts.keys() == {PLAN.audio[place], PLAN.video[place], PLAN.screen, PLAN.screen_sound}
        assert SlotsChanged("b") in hall.facts and SlotsChanged("a") not in hall.facts
        assert not hall.seats["a"].packets, "b was granted nothing"


async def test_without_a_grant_nothing_arrives() -> None:
    async with exchange("a", "b") as hall:
        hall.seats["a"].speak(packets=5)
        hall.seats["a"].show(keyframe=True)
        await hall.everything_read()
        assert not hall.seats["b"].packets


async def test_a_seat_that_names_no_ssrcs_is_known_by_the_mid_extension() -> None:
    async with exchange("b") as hall:
        await hall.join("a", declare_ssrcs=False)
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        hall.seats["a"].show()  # the server has to hear of the camera before it can ask for a keyframe
        await hall.everything_read()
        hall.wind(0.3)
        hall.switchboard.tick()
        await hall.hears("b", "a", "camera")


async def test_no_packet_leaves_once_the_revocation_has_returned() -> None:
    async with exchange("a", "b", "c") as hall:
        await one_of_two_is_cut(hall)
        assert hall.switchboard.links() == hall.links("ac")


async def test_a_picture_begins_with_a_keyframe_that_was_asked_of_the_sender() -> None:
    async with exchange("a", "b") as hall:
        a, b = hall.seats["a"], hall.seats["b"]
        a.show(keyframe=True)
        a.show()
        await hall.everything_read()
        hall.switchboard.grant(hall.links("ab", media=["camera"]))
        async with asyncio.timeout(PATIENCE):
            await a.until(lambda: a.wanted["camera"] > 0)
        a.show(keyframe=False)
        await hall.everything_read()
        assert not b.packets
        a.show()
        await hall.everything_read()
        assert b.packets[0].keyframe


async def test_a_lost_picture_packet_is_asked_of_the_sender_and_repaired_for_the_listener() -> None:
    async with exchange("a", "b") as hall:
        a, b = hall.seats["a"], hall.seats["b"]
        hall.switchboard.grant(hall.links("ab", media=["camera"]))
        await hall.hears("b", "a", "camera")
        kept, a._put = a._put, lambda datagram: None  # type: ignore[method-assign]
        a.show(packets=1)
        a._put = kept  # type: ignore[method-assign]
        lost = a.uplinks["camera"].number
        a.show(packets=1)
        async with asyncio.timeout(PATIENCE):
            await b.until(lambda: any(p.canary is not None and p.canary.number == lost for p in b.packets))
        assert a.asked_again["camera"] == 1


async def test_a_listener_gets_again_what_it_asks_for_and_not_what_was_revoked() -> None:
    async with exchange("a", "b") as hall:
        a, b = hall.seats["a"], hall.seats["b"]
        hall.switchboard.grant(hall.links("ab", media=["camera"]))
        await hall.hears("b", "a", "camera")
        a.show(packets=3)
        await hall.everything_read()
        ssrc, numbers = b.packets[0].ssrc, [packet.sequence for packet in b.packets]
        b.forget()
        b.nack(ssrc, numbers)
        await hall.everything_read()
        assert sorted(packet.original for packet in b.packets) == sorted(numbers)
        assert all(packet.repair and packet.canary is not None for packet in b.packets)
        b.forget()
        hall.switchboard.revoke(())
        b.nack(ssrc, numbers)
        await hall.everything_read()
        assert not b.packets


async def test_a_frozen_process_wakes_up_silent() -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        hall.switchboard.renew(hall.clock.boot() + 2.0)
        hall.seats["a"].speak()  # received before, read after the freeze
        hall.clock.wind(2.1)
        hall.seats["b"].forget()
        hall.seats["a"].speak(packets=5)
        hall.seats["a"].show(keyframe=True)
        await hall.everything_read()
        assert not hall.seats["b"].packets
        hall.switchboard.renew(hall.clock.boot() + 2.0)
        hall.seats["a"].elapse(2.1)
        await hall.hears("b", "a")


async def test_a_process_frozen_between_reading_and_writing_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        hall.switchboard.renew(hall.clock.boot() + 2.0)
        hall.seats["b"].forget()
        forward, frozen = Forwarder.receive_burst, list[Out]()

        def freeze(self: Forwarder, seat: str, packets: Collection[bytes], now: float) -> list[Out]:
            outs = forward(self, seat, packets, now)
            frozen.extend(outs)
            hall.clock.wind(2.1)
            return outs

        monkeypatch.setattr(Forwarder, "receive_burst", freeze)
        hall.seats["a"].speak()
        await hall.everything_read()
        assert frozen and not hall.seats["b"].packets


async def test_a_closed_peer_writes_nothing_whoever_still_holds_it() -> None:
    async with exchange("a", "b") as hall:
        peer = hall.switchboard._live["b"]
        packet = "b", struct.pack("!BBHII", 0x80, 96, 1, 1, PLAN.audio[0]), bytes(80)
        peer.add([packet])
        hall.port.batch.write()
        peer.close()
        assert not peer.add([packet, packet])
        hall.port.batch.write()
        await hall.seats["a"].barrier()
        hall.seats["b"].drain()
        assert hall.seats["b"].counts == {PLAN.audio[0]: 1} and not hall.seats["b"].unreadable


JUNK = {
    "empty": b"",
    "short": b"\x80\x60",
    "zeros": bytes(100),
    "too long": b"\x90" + bytes(1600),
    "client hello": bytes.fromhex("16fefd0000000000000000") + b"\x00\x40" + bytes(64),
    "alert": bytes.fromhex("15fefd00010000000000000002") + b"\x01\x00",
    "rtp": struct.pack("!BBHII", 0x80, 96, 1, 1, 4711) + bytes(80),
    "rtcp": struct.pack("!BBHI", 0x80, 201, 1, 4711) + bytes(40),
    "stun without a name": struct.pack("!HHI12s", 1, 0, 0x2112A442, bytes(12)),
    "stun, a broken attribute": struct.pack("!HHI12sHH", 1, 8, 0x2112A442, bytes(12), 6, 65535) + b"a:b\0",
    "stun, an answer": struct.pack("!HHI12s", 0x0101, 0, 0x2112A442, bytes(12)) + bytes(8),
    "all ones": b"\xff" * 1000,
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
async def test_a_strangers_datagrams_do_not_touch_a_call(junk: bytes) -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.1", 0))
            stranger.setblocking(False)
            for _ in range(20):
                stranger.sendto(junk, hall.seats["a"].server)
            await hall.hears("b", "a")
            await hall.everything_read()
            with pytest.raises(BlockingIOError):
                stranger.recv(2048)
        assert not any(isinstance(fact, MediaLost) for fact in hall.facts)
        assert not any(reason.startswith("failed_") for reason in hall.port.counts)
        assert sum(hall.port.counts.values()) == 20


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
async def test_a_seats_own_junk_ends_nothing_for_others(junk: bytes) -> None:
    async with exchange("a", "b", "c") as hall:
        hall.switchboard.grant(hall.links("ab", "cb"))
        for _ in range(20):
            hall.seats["c"]._put(junk)
        await hall.hears("b", "a")
        await hall.everything_read()
        assert not any(reason.startswith("failed_") for reason in hall.port.counts)
        assert MediaLost("a", "first of a") not in hall.facts


async def test_well_sealed_nonsense_from_a_seat_ends_nothing() -> None:
    async with exchange("a", "b") as hall:
        a = hall.seats["a"]
        hall.switchboard.grant(hall.links("ab"))
        for ssrc in range(200):  # more SSRCs than anybody has
            a.send_rtp(struct.pack("!BBHII", 0x80, 96, 1, 1, ssrc + 1) + bytes(20))
        for mid in (b"9", b"\xff", b"x"):
            head = struct.pack("!BBHII", 0x90, 96, 1, 1, 999_999)
            a.send_rtp(head + struct.pack("!HH", 0xBEDE, 1) + b"\x10" + mid + b"\0\0" + bytes(20))
        for body in (bytes(4), b"\xff" * 40, struct.pack("!II", 1, 2)):
            a.send_rtcp(struct.pack("!BBHI", 0x81, 205, 2, 1) + body)
            a.send_rtcp(struct.pack("!BBHI", 0x9F, 200, 60000, 1) + body)
        await hall.everything_read()
        await hall.hears("b", "a")
        assert hall.port.counts["unbound"] and hall.port.counts["unopened"]
        assert not any(reason.startswith("failed_") for reason in hall.port.counts)


async def test_a_replayed_packet_is_not_forwarded_twice() -> None:
    async with exchange("a", "b") as hall:
        a, b = hall.seats["a"], hall.seats["b"]
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        sent: list[bytes] = []
        put = a._put

        def tapped(datagram: bytes) -> None:
            sent.append(datagram)
            put(datagram)

        a._put = tapped  # type: ignore[method-assign]
        b.forget()
        a.speak(packets=3)
        for datagram in sent[:3]:
            put(datagram)
        await hall.everything_read()
        assert len(b.packets) == 3


async def test_a_flood_of_one_seat_is_cut_at_its_allowance() -> None:
    async with exchange("a", "b") as hall:
        a = hall.seats["a"]
        for _ in range(20):
            a.speak(packets=100)
            await a.barrier()
        assert 0 < hall.port.counts["flood"] < 600
        hall.wind(1.0)
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")


async def test_a_flood_of_large_packets_is_cut_sooner() -> None:
    async with exchange("a", "b") as hall:
        a = hall.seats["a"]
        before = a.uplinks["camera"].sequence
        for _ in range(29):
            a.show(keyframe=True, packets=50, size=1300)
            await a.barrier()
        assert a.uplinks["camera"].sequence - before < 1500 and hall.port.counts["flood"] > 0


async def test_a_flood_of_handshake_junk_is_cut_at_the_same_allowance() -> None:
    async with exchange("a", "b") as hall:
        a = hall.seats["a"]
        for _ in range(20):
            for _ in range(100):
                a._put(bytes([20, 254, 253]) + bytes(30))
            await a.barrier()
        assert hall.port.counts["flood"] > 0
        hall.wind(1.0)
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")


async def test_a_seat_cannot_take_the_address_of_another() -> None:
    async with exchange("a", "b") as hall:
        a = hall.seats["a"]
        thief = SyntheticSeat("t")
        await hall.switchboard.answer("t", "one", thief.answer(hall.switchboard.offer("t", "one")))
        thief.check(sock=a._socket)
        await a.barrier()
        assert hall.port.counts["check_taken"] == 1
        hall.switchboard.grant(hall.links("ab", "ba"))
        await hall.hears("b", "a")
        await hall.hears("a", "b")
        thief.close()


async def test_media_follows_a_seat_to_its_new_address() -> None:
    async with exchange("a", "b") as hall:
        b = hall.seats["b"]
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        before = b.address
        b.move()
        assert b.address != before
        await b.barrier()
        b.forget()
        await hall.hears("b", "a")


async def test_sound_and_picture_of_a_seat_come_with_one_clock() -> None:
    async with exchange("a", "b") as hall:
        a, b = hall.seats["a"], hall.seats["b"]
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        await hall.hears("b", "a", "camera")
        a.report("microphone", 1 << 40)
        a.report("camera", 1 << 40)
        await hall.everything_read()
        assert len(b.clock_pairs) == 2 and len({ntp for ntp, _ in b.clock_pairs.values()}) == 1
        for ssrc, (_, rtp) in b.clock_pairs.items():
            assert rtp == [packet.timestamp for packet in b.packets if packet.ssrc == ssrc][-1]


async def test_levels_tell_who_speaks() -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.levels()
        hall.seats["a"].speak(level=17)
        await hall.everything_read()
        assert hall.switchboard.levels()["a"] == 17
