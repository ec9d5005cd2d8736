"""Media by TCP, from a browser's side: real streams, real DTLS-SRTP, and what strangers try at the door."""

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager

import pytest
from aioice import stun

from server.media.ice import MAX_ADDRESSES
from server.media.stream import Stream
from tests.integration.media.test_forwarding import one_of_two_is_cut
from tests.integration.media.test_walls_through_dtls import SEATS, Walk
from tests.support.exchange import PATIENCE, Exchange, exchange
from tests.support.streamed import StreamedSeat, framed

MOVES = 50


@asynccontextmanager
async def streams(*names: str, datagrams: str = "", host: str = "127.0.0.1") -> AsyncIterator[Exchange]:
    """Seats that go by TCP, and others that go by UDP."""
    async with exchange(*datagrams, host=host) as hall:
        for name in names:
            await hall.welcome(StreamedSeat(name))
        yield hall


def streamed(hall: Exchange, name: str) -> StreamedSeat:
    seat = hall.seats[name]
    assert isinstance(seat, StreamedSeat)
    return seat


def selected(hall: Exchange, name: str) -> object:
    return hall.switchboard._live[name].ice.selected


async def until(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if fact():
                return
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("host", ["127.0.0.1", "::"])
async def test_sound_and_pictures_go_by_tcp_both_ways_and_between_both_kinds(host: str) -> None:
    """On `::` all three have addresses of IPv4 written as IPv6."""
    async with streams("a", "b", datagrams="c", host=host) as hall:
        assert hall.port.paths() == {"udp": 1, "tcp": 2}
        hall.switchboard.grant(hall.links("ab", "ba", "ac", "ca", media=("microphone", "camera")))
        for listener, speaker in ("ba", "ab", "ca", "ac"):
            await hall.hears(listener, speaker)
            await hall.hears(listener, speaker, "camera")
        assert all(isinstance(selected(hall, name), Stream) for name in "ab")


@pytest.mark.parametrize("host", ["127.0.0.1", "::"])
async def test_the_address_that_a_check_is_answered_with_is_the_streams(host: str) -> None:
    async with streams("a", host=host) as hall:
        a = streamed(hall, "a")
        seen: list[object] = []
        take = a._take_stun

        def noted(datagram: bytes) -> None:
            seen.append(stun.parse_message(datagram).attributes["XOR-MAPPED-ADDRESS"])
            take(datagram)

        a._take_stun = noted  # type: ignore[method-assign]
        await a.barrier()
        assert a._stream is not None and set(seen) == {a._stream.getsockname()}


async def test_nothing_arrives_by_tcp_once_the_revocation_has_returned() -> None:
    async with streams("a", "b", "c") as hall:
        await one_of_two_is_cut(hall)


async def test_a_slow_reader_gets_nothing_of_after_its_cut_and_delays_nobody() -> None:
    """Its line is full when it is cut: what comes out of it later was written before, and what was begun is blank."""
    async with streams("a", "b", datagrams="c") as hall:
        a, b = hall.seats["a"], streamed(hall, "b")
        hall.switchboard.grant(hall.links("ab", "ac"))
        await hall.hears("b", "a", "camera")
        await hall.hears("c", "a", "camera")
        b.stop_reading()
        before = hall.port.counts["unsent_stream"]
        while hall.port.counts["unsent_stream"] < before + 20:
            a.show(packets=20, size=1100)
            await a.barrier()
            hall.clock.wind(0.1)  # for its allowance
        hall.switchboard.revoke(hall.links("ac"))
        a.mark = 1
        for _ in range(5):
            a.show(packets=20, size=1100)
            await a.barrier()
            hall.clock.wind(0.1)
        hall.seats["c"].drain()
        assert any(packet.canary is not None and packet.canary.mark == 1 for packet in hall.seats["c"].packets)
        b.read_on()
        await b.barrier()
        b.drain()
        assert b.packets and all(packet.canary is not None and packet.canary.mark == 0 for packet in b.packets)
        assert b.unreadable <= 3, "of what was begun when the line was full, each time, and of nothing else"


async def test_the_way_changes_from_udp_to_tcp_and_back_by_checks_alone() -> None:
    async with streams("b", datagrams="a") as hall:
        b = streamed(hall, "b")
        hall.switchboard.grant(hall.links("ab", "ba"))
        for way in ("udp", "tcp", "udp", "tcp"):
            b.go_by(way)
            await b.barrier()
            assert isinstance(selected(hall, "b"), Stream) is (way == "tcp")
            assert hall.port.paths() == ({"udp": 1, "tcp": 1} if way == "tcp" else {"udp": 2, "tcp": 0})
            b.drain()
            b.forget()
            hall.wind(0.3)
            await hall.hears("b", "a")
            await hall.hears("a", "b")


async def test_a_stream_that_breaks_is_forgotten_and_the_seat_comes_again_by_another() -> None:
    async with streams("b", datagrams="a") as hall:
        b = streamed(hall, "b")
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        b.break_off()
        await until(lambda: selected(hall, "b") is None)
        assert hall.port.door is not None and len(hall.port.door) == 0 and hall.port.paths() == {"udp": 1, "tcp": 0}
        hall.seats["a"].speak()
        await hall.seats["a"].barrier()
        b.go_by("tcp")
        await b.barrier()
        b.forget()
        await hall.hears("b", "a")


async def test_streams_of_one_guest_are_bounded_and_end_with_it() -> None:
    async with streams("a", datagrams="b") as hall:
        a, door = streamed(hall, "a"), hall.port.door
        assert door is not None
        with ExitStack() as others:
            for _ in range(MAX_ADDRESSES + 4):
                others.enter_context(a.leave_open())
                a.go_by("tcp")
                await a.barrier()
            assert len(door) == MAX_ADDRESSES
        hall.switchboard.drop("a")
        assert len(door) == 0 and hall.port.paths() == {"udp": 1, "tcp": 0}
        a.drain()
        assert a.cut_off


async def test_nothing_foreign_arrives_in_a_walk_where_half_of_the_seats_go_by_tcp() -> None:
    async with streams(*SEATS[::2], datagrams=SEATS[1::2]) as hall:
        walk = Walk(hall, seed=20261128)
        await walk.through(MOVES)
        assert hall.port.paths() == {"udp": 3, "tcp": 3} and hall.port.counts["unsent_stream"] == 0


# --- strangers ------------------------------------------------------------------------------------------------------


def a_binding_request(hall: Exchange, name: str, *, password: str) -> bytes:
    ice = hall.switchboard._live[name].ice
    request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    request.attributes |= {"USERNAME": f"{ice.name}:them", "PRIORITY": 1, "ICE-CONTROLLING": 1, "USE-CANDIDATE": None}
    request.add_message_integrity(password.encode())
    return bytes(request)


def junk(kind: str, hall: Exchange, recorded: list[bytes]) -> bytes:
    noise = random.Random(5)
    return {
        "random bytes": noise.randbytes(4000),
        "a huge length": struct.pack("!H", 0xFFFF) + noise.randbytes(3000),
        "a frame of nothing": framed(b"") * 50 + framed(b"x"),
        "a check with another password": framed(a_binding_request(hall, "a", password="x" * 24)),
        "a check for nobody": framed(a_binding_request(hall, "a", password="x").replace(b"them", b"they")),
        "a client hello": framed(bytes.fromhex("16fefd0000000000000000") + b"\x00\x40" + bytes(64)),
        "an alert": framed(bytes.fromhex("15fefd00010000000000000002") + b"\x01\x00"),
        "media": framed(bytes([0x80, 96]) + noise.randbytes(200)),
        "media that was recorded": b"".join(map(framed, recorded)),
        "HTTP": b"GET / HTTP/1.1\r\nHost: parley\r\n\r\n",
        "TLS": bytes.fromhex("16030100c8010000c40303") + noise.randbytes(190),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "random bytes",
        "a huge length",
        "a frame of nothing",
        "a check with another password",
        "a check for nobody",
        "a client hello",
        "an alert",
        "media",
        "media that was recorded",
        "HTTP",
        "TLS",
    ],
)
async def test_strangers_get_no_byte_and_disturb_nobody(kind: str) -> None:
    async with streams("a", datagrams="b") as hall:
        a = streamed(hall, "a")
        hall.switchboard.grant(hall.links("ab", "ba"))
        recorded: list[bytes] = []
        put = a._put
        a._put = lambda datagram: (recorded.append(datagram), put(datagram))[1]  # type: ignore[method-assign,func-returns-value]
        await hall.hears("b", "a")
        await hall.hears("a", "b")
        assert hall.port.door is not None
        recorded = [each for each in recorded if each[0] >= 128]
        before = len(hall.port.door)
        for _ in range(5):
            with socket.create_connection(a.server) as stranger:
                stranger.setblocking(False)
                stranger.send(junk(kind, hall, recorded))
                with pytest.raises(ConnectionResetError):
                    async with asyncio.timeout(PATIENCE):
                        got = await asyncio.get_running_loop().sock_recv(stranger, 100)
                        pytest.fail(f"{got!r} was answered")
        assert len(hall.port.door) == before
        for listener, speaker in ("ab", "ba"):
            hall.seats[listener].forget()
            await hall.hears(listener, speaker)
        assert not any(reason.startswith("failed_") for reason in hall.port.counts)


async def test_a_replayed_check_takes_nobodys_media_away_for_good_and_gets_no_more_than_it_sent() -> None:
    """Whoever can read a check off the wire can repeat it, by TCP as by UDP. It cannot read what comes then, and the
    browser's next check takes the media back."""
    async with streams("a", datagrams="b") as hall:
        a = streamed(hall, "a")
        sent: list[bytes] = []
        put = a._put
        a._put = lambda datagram: (sent.append(datagram), put(datagram))[1]  # type: ignore[method-assign,func-returns-value]
        await a.barrier()
        hall.switchboard.grant(hall.links("ba"))
        with socket.create_connection(a.server) as stranger:
            stranger.setblocking(False)
            stranger.send(framed(sent[-1]))
            async with asyncio.timeout(PATIENCE):
                answer = await asyncio.get_running_loop().sock_recv(stranger, 2000)
            assert len(answer) <= len(framed(sent[-1]))
            await a.barrier()
            await hall.hears("a", "b")
            with pytest.raises(BlockingIOError):
                stranger.recv(100)


async def test_a_stream_cannot_be_taken_by_another_seat() -> None:
    async with streams("a", datagrams="b") as hall:
        thief = StreamedSeat("t")
        await hall.switchboard.answer("t", "one", thief.answer(hall.switchboard.offer("t", "one")))
        a = streamed(hall, "a")
        put, thief._put = thief._put, lambda datagram: a.put_raw(framed(datagram))  # type: ignore[method-assign]
        thief.check()
        await a.barrier()
        assert hall.port.counts["check_taken"] == 1
        thief._put = put  # type: ignore[method-assign]
        hall.switchboard.grant(hall.links("ab", "ba"))
        await hall.hears("b", "a")
        await hall.hears("a", "b")
        thief.close()


async def test_a_flood_by_tcp_is_cut_at_the_same_allowance() -> None:
    async with streams("a", datagrams="b") as hall:
        a = hall.seats["a"]
        for _ in range(20):
            a.speak(packets=100)
            await a.barrier()
        assert 0 < hall.port.counts["flood"] < 600
        hall.wind(1.0)
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")


async def test_junk_after_the_proof_ends_the_stream_or_is_dropped_and_the_seat_comes_again() -> None:
    async with streams("a", datagrams="b") as hall:
        a = streamed(hall, "a")
        hall.switchboard.grant(hall.links("ba"))
        a.put_raw(framed(b"short") + framed(random.Random(1).randbytes(1400)) + framed(bytes([20]) + bytes(40)))
        await a.barrier()
        assert hall.port.counts["size"] == 1 and not a.cut_off
        a.put_raw(struct.pack("!H", 40_000))
        await until(lambda: a.cut_off)
        a.go_by("tcp")
        await a.barrier()
        await hall.hears("a", "b")
