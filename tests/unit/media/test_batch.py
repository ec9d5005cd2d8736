"""What leaves together: the same packets by one call or one by one, never late, never to another."""

import errno
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from pylibsrtp import Policy, Session

from server.media import kernel, messages
from server.media.batch import FEW, ROWS, SEGMENTS, Batch
from server.media.ice import Address
from server.media.kernel import kernel_name
from server.media.stream import Stream
from server.media.wire import MAX_PLAIN
from server.rtp.out import Out

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

    def add(self, to: int, number: int, *bodies: bytes) -> bool:
        """Packets from that number on. Returns whether the batch is full."""
        packets = [
            ("", struct.pack("!HHII", 0x8060, number + i, 0, 7), body) for i, body in enumerate(bodies or (b"words",))
        ]
        return self.batch.add(self._seal[to]._srtp[0], self.addresses[to], packets)

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
        assert hall.add(number % 5, number) == (number == ROWS - 1)
    hall.batch.write()
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
    monkeypatch.setattr(messages, "MAX_NAMES", 3)
    for number in range(3):
        for to in range(5):
            hall.add(to, number)
        hall.batch.write()
    assert all([number for number, _ in hall.got(by)] == [0, 1, 2] for by in range(5))
    assert len(hall.batch._messages._names) <= 3


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


def numbers(hall: Hall, by: int) -> list[int]:
    return [number for number, _ in hall.got(by)]


def messages_of(hall: Hall) -> list[tuple[int, int]]:
    """First row and number of rows of what the kernel would be told now."""
    return [hall.batch._messages.get(number)[:2] for number in range(hall.batch._messages.count)]


@pytest.mark.parametrize(
    ("sizes", "runs"),
    [
        ([900] * 8, [8]),
        ([900, 900, 300], [3]),  # a shorter one ends its message
        ([900, 300, 300], [2, 1]),
        ([300, 900, 900], [1, 2]),
        ([900, 901, 900, 900, 899, 899], [1, 2, 2, 1]),
        ([5, 4, 3, 2, 1], [2, 2, 1]),
        ([1000] * (SEGMENTS + 2), [SEGMENTS, 2]),
    ],
)
def test_packets_of_one_length_are_one_message_and_come_out_apart(
    hall: Hall, way: bool, sizes: list[int], runs: list[int]
) -> None:
    hall.add(0, 7)
    hall.add(1, 100, *(bytes(size) for size in sizes))
    hall.add(2, 7)
    rows = [count for _, count in messages_of(hall)]
    assert rows == ([1, *runs, 1] if way else [1] * (len(sizes) + 2))
    hall.batch.write()
    assert hall.got(1) == [(100 + i, bytes(size)) for i, size in enumerate(sizes)]
    assert numbers(hall, 0) == numbers(hall, 2) == [7]
    assert hall.batch.sent == len(sizes) + 2


def test_two_listeners_never_share_a_message(hall: Hall) -> None:
    for to in (0, 1, 0):
        hall.add(to, 10 if to or not hall.batch._rows else 13, b"abc", b"def", b"ghi")
    assert len({first for first, _ in messages_of(hall)}) >= 3
    hall.batch.write()
    assert hall.got(0) == [(10 + i, b"abcdefghi"[i % 3 * 3 :][:3]) for i in range(6)]
    assert hall.got(1) == [(10 + i, b"abcdefghi"[i * 3 :][:3]) for i in range(3)]


def test_what_does_not_fit_waits_for_the_writing_and_nothing_is_lost_or_double(hall: Hall) -> None:
    packets = iter([("", struct.pack("!HHII", 0x8060, number, 0, 7), bytes(50)) for number in range(3 * ROWS // 2)])
    keys = hall._seal[0]._srtp[0]
    hall.add(1, 1)
    assert hall.batch.add(keys, hall.addresses[0], packets)
    hall.batch.write()
    assert numbers(hall, 0) == list(range(ROWS - 1))
    assert not hall.batch.add(keys, hall.addresses[0], packets)
    hall.batch.write()
    assert numbers(hall, 0) == list(range(ROWS - 1, 3 * ROWS // 2))


def test_messages_of_every_shape_follow_each_other(hall: Hall) -> None:
    """What a message was last time must not show in what it is now."""
    number = [0] * 5
    for turn in range(60):
        expected: dict[int, list[int]] = {}
        for to in (turn, turn + 1, turn + 3) if turn % 3 else (turn,):
            to %= 5
            count = 1 + (turn * 7 + to) % 6
            hall.add(to, number[to], *(bytes(100 + turn % 4) for _ in range(count)))
            expected.setdefault(to, []).extend(range(number[to], number[to] + count))
            number[to] += count
        hall.batch.write()
        assert {to: numbers(hall, to) for to in expected} == expected


@pytest.mark.parametrize("way", [True], indirect=True)
@pytest.mark.parametrize("reason", [errno.EIO, errno.EINVAL, errno.EMSGSIZE])
def test_where_the_kernel_cannot_cut_the_packets_go_one_by_one(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    real = hall.batch._sendmmsg

    def uncut(fd: int, messages: Any, rows: int, flags: int) -> int:
        fine = next((row for row in range(rows) if messages[row].msg_hdr.msg_iovlen > 1), rows)
        if fine == 0:
            kernel.ffi.errno = reason
            return -1
        return int(real(fd, messages, fine, flags))

    monkeypatch.setattr(hall.batch, "_sendmmsg", uncut)
    for turn in range(2):
        hall.add(0, turn)
        hall.add(1, 3 * turn, b"a", b"b", b"c")
        hall.add(2, turn)
        cut = max(count for _, count in messages_of(hall))
        assert cut == (1 if turn and reason == errno.EIO else 3), "a card that cannot is not asked again"
        hall.batch.write()
        assert numbers(hall, 1) == [3 * turn, 3 * turn + 1, 3 * turn + 2]
        assert numbers(hall, 0) == numbers(hall, 2) == [turn]
    assert not hall.counts and hall.batch.sent == 10


def test_reports_are_sealed_as_such(hall: Hall) -> None:
    report = struct.pack("!BBHII", 0x80, 201, 1, 7, 0)[:8]
    hall.batch.add(hall._seal[0]._srtp[0], hall.addresses[0], [("", report, b"")])
    hall.add(0, 1)
    hall.batch.write()
    assert hall._open[0].unprotect_rtcp(hall.listeners[0].recv(2000)) == report
    assert numbers(hall, 0) == [1]


def test_what_breaks_off_leaves_the_batch_as_it_was(hall: Hall) -> None:
    """Rows that the next listener fills must never be sent to the one before."""

    def breaking() -> Iterator[Out]:
        for number, length in enumerate((900, 900, 1000)):  # two messages to the kernel at least
            yield "", struct.pack("!HHII", 0x8060, number, 0, 7), bytes(length)
        raise RuntimeError("on purpose")

    hall.add(0, 1)
    with pytest.raises(RuntimeError, match="on purpose"):
        hall.batch.add(hall._seal[1]._srtp[0], hall.addresses[1], breaking())
    hall.add(2, 5, b"and on")
    hall.batch.write()
    assert (hall.got(0), hall.got(2)) == ([(1, b"words")], [(5, b"and on")])
    with pytest.raises(BlockingIOError):
        hall.listeners[1].recv(2000)
