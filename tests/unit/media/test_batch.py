"""What leaves together: the same packets by one call or one by one, never late, never to another."""

import errno
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from pylibsrtp import Policy, Session

from server.media import batch as module
from server.media import kernel
from server.media.batch import FEW, ROWS, Batch
from server.media.ice import Address
from server.media.kernel import kernel_name
from server.media.stream import Stream
from server.media.wire import MAX_PLAIN

SECRET = bytes(range(44))


def session(direction: int) -> Session:
    return Session(Policy(key=SECRET, ssrc_type=direction, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM))


class Hall:
    """A batch, its socket, and listeners."""

    def __init__(self, listeners: int, host: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listeners = [socket.socket(family, socket.SOCK_DGRAM) for _ in range(listeners)]
        for each in self.listeners:
            each.bind((host, 0))
            each.setblocking(False)
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.counts: Counter[str] = Counter()
        self.batch = Batch(self.socket, self.counts)
        self.addresses: list[Address] = [each.getsockname() for each in self.listeners]
        self._seal = [session(Policy.SSRC_ANY_OUTBOUND) for _ in self.listeners]
        self._open = [session(Policy.SSRC_ANY_INBOUND) for _ in self.listeners]

    def add(self, to: int, number: int, body: bytes = b"words") -> None:
        head = struct.pack("!HHII", 0x8060, number, 0, 7)
        self.batch.add(self._seal[to]._srtp[0], self.addresses[to], head, body)

    def got(self, by: int) -> list[tuple[int, bytes]]:
        """Number and body of each packet that this listener has got since this was last asked."""
        found: list[tuple[int, bytes]] = []
        while True:
            try:
                packet = self._open[by].unprotect(self.listeners[by].recv(2000))
            except BlockingIOError:
                return found
            found.append((int.from_bytes(packet[2:4], "big"), packet[12:]))

    def close(self) -> None:
        for each in (*self.listeners, self.socket):
            each.close()


@pytest.fixture(params=[True, False], ids=["together", "one by one"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param and not kernel.TOGETHER:
        pytest.skip("sendmmsg is Linux's")
    monkeypatch.setattr(kernel, "TOGETHER", request.param)
    return bool(request.param)


@pytest.fixture
def hall(way: bool) -> Iterator[Hall]:
    made = Hall(5)
    yield made
    made.close()


def refuse(hall: Hall, monkeypatch: pytest.MonkeyPatch, reason: Callable[[int], int]) -> None:
    """Let the kernel refuse the packet to listener `i` with `reason(i)`, where that is not 0."""
    real, number = hall.batch._sendmmsg, {address: i for i, address in enumerate(hall.addresses)}

    known_names = [kernel_name(address) for address in hall.addresses if not isinstance(address, Stream)]

    def many(fd: int, messages: Any, rows: int, flags: int) -> int:
        names = [bytes(kernel.ffi.buffer(messages[row].msg_hdr.msg_name, 16)) for row in range(rows)]
        who = [next(i for i, known in enumerate(known_names) if known == name) for name in names]
        fine = next((row for row, i in enumerate(who) if reason(i)), rows)
        if fine == 0:
            kernel.ffi.errno = reason(who[0])
            return -1
        return int(real(fd, messages, fine, flags))

    class Refusing:
        def sendto(self, datagram: bytes, address: Any) -> int:
            code = reason(number[address])
            if code:
                raise OSError(code, "refused")
            return hall.socket.sendto(datagram, address)

    monkeypatch.setattr(hall.batch, "_sendmmsg", many)
    monkeypatch.setattr(hall.batch, "_socket", Refusing())


@pytest.mark.parametrize("rows", [1, FEW, FEW + 1, 5])
def test_each_packet_goes_to_its_listener_sealed(hall: Hall, rows: int) -> None:
    for to in range(rows):
        hall.add(to, 100 + to, b"for %d" % to)
    assert not any(hall.got(by) for by in range(rows)), "nothing leaves before it is written"
    hall.batch.write()
    for to in range(rows):
        assert hall.got(to) == [(100 + to, b"for %d" % to)]
    assert hall.batch.sent == rows


def test_what_was_written_or_discarded_is_never_written_again(hall: Hall) -> None:
    for to in range(5):
        hall.add(to, 1)
    hall.batch.write()
    for to in range(5):
        hall.add(to, 2)
    hall.batch.discard()
    for to in (4, 3, 2):  # other rows for other listeners
        hall.add(to, 3)
    hall.batch.write()
    hall.batch.write()
    assert [[number for number, _ in hall.got(by)] for by in range(5)] == [[1], [1], [1, 3], [1, 3], [1, 3]]


def test_it_says_when_it_is_full(hall: Hall) -> None:
    for number in range(ROWS):
        assert not hall.batch.full
        hall.add(number % 5, number)
    assert hall.batch.full
    hall.batch.write()
    assert not hall.batch.full
    assert sum(len(hall.got(by)) for by in range(5)) == ROWS


def test_what_is_too_long_or_too_old_is_not_sealed_and_takes_no_row(hall: Hall) -> None:
    hall.add(0, 5000, bytes(MAX_PLAIN - 12))
    hall.add(0, 5001, bytes(MAX_PLAIN - 11))
    hall.add(0, 1)
    hall.add(0, 5002, b"")
    hall.batch.write()
    assert [number for number, _ in hall.got(0)] == [5000, 5002]
    assert hall.counts == {"unsealed": 2}


def test_a_full_kernel_buffer_drops_the_rest_for_good(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        refuse(hall, patch, lambda i: errno.EAGAIN if i >= 2 else 0)
        for to in range(5):
            hall.add(to, 1)
        hall.batch.write()
    for to in range(5):
        hall.add(to, 2)
    hall.batch.write()
    assert [[number for number, _ in hall.got(by)] for by in range(5)] == [[1, 2], [1, 2], [2], [2], [2]]
    assert hall.counts == {"unsent_full": 3}


def test_one_listeners_dead_network_is_nobody_elses(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(hall, monkeypatch, lambda i: errno.ENETUNREACH if i in (0, 3) else 0)
    for to in range(5):
        hall.add(to, 1)
    hall.batch.write()
    assert [len(hall.got(by)) for by in range(5)] == [0, 1, 1, 0, 1]
    assert hall.counts == {"unsent": 2}


def test_after_the_socket_is_closed_nothing_goes_to_whoever_has_its_number(hall: Hall) -> None:
    for to in range(5):
        hall.add(to, 1)
    hall.batch.close()
    hall.batch.write()
    for to in range(5):
        hall.add(to, 2)
    hall.socket.close()
    hall.batch.write()
    assert not any(hall.got(by) for by in range(5))


@pytest.mark.usefixtures("way")
def test_it_speaks_ipv6() -> None:
    hall = Hall(5, "::1")
    for to in range(5):
        hall.add(to, 1)
    hall.batch.write()
    assert all(hall.got(by) == [(1, b"words")] for by in range(5))
    hall.close()


def test_addresses_are_remembered_within_bounds(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_NAMES", 3)
    for number in range(3):
        for to in range(5):
            hall.add(to, number)
        hall.batch.write()
    assert all([number for number, _ in hall.got(by)] == [0, 1, 2] for by in range(5))
    assert len(hall.batch._names) <= 3


@pytest.fixture
async def streamed(hall: Hall) -> AsyncIterator[tuple[Stream, socket.socket]]:
    """A stream that the last listener has instead of its datagrams, and its other end."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        there = socket.create_connection(door.getsockname())
        here, _ = door.accept()
    stream = Stream(here, ("stream", 1), longest=1500, take=lambda frame, _: None, on_closed=lambda _, why: None)
    there.setblocking(False)
    hall.addresses[-1] = stream
    yield stream, there
    stream.reset("over")
    there.close()


def frames(there: socket.socket) -> list[bytes]:
    """What has come by the stream, cut (RFC 4571)."""
    found: list[bytes] = []
    try:
        data = there.recv(65536)
    except BlockingIOError:
        return found
    while data:
        size = int.from_bytes(data[:2], "big")
        found.append(data[2 : 2 + size])
        data = data[2 + size :]
    return found


@pytest.mark.parametrize("datagrams", [1, 4])
async def test_a_stream_gets_its_packet_in_the_same_call_as_the_others(
    hall: Hall, streamed: tuple[Stream, socket.socket], datagrams: int
) -> None:
    hall.add(4, 1)
    for to in range(datagrams):
        hall.add(to, 1)
    assert frames(streamed[1]) == [], "nothing leaves before it is written"
    hall.batch.write()
    assert [hall.got(to) for to in range(4)] == [[(1, b"words")] if to < datagrams else [] for to in range(4)]
    (frame,) = frames(streamed[1])
    assert hall._open[4].unprotect(frame)[12:] == b"words"
    assert hall.batch.sent == datagrams + 1
    hall.batch.write()
    assert frames(streamed[1]) == [], "and only once"


async def test_what_was_for_a_stream_is_discarded_with_the_rest(
    hall: Hall, streamed: tuple[Stream, socket.socket]
) -> None:
    hall.add(4, 1)
    hall.batch.discard()
    hall.add(0, 2)
    hall.batch.write()
    assert frames(streamed[1]) == [] and hall.got(0) == [(2, b"words")]


async def test_what_a_stream_does_not_take_is_dropped_and_counted(
    hall: Hall, streamed: tuple[Stream, socket.socket]
) -> None:
    streamed[0].reset("gone")
    hall.add(4, 1)
    hall.add(0, 1)
    hall.batch.write()
    assert hall.counts == {"unsent_stream": 1} and hall.got(0) == [(1, b"words")]
