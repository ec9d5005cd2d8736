"""One TCP connection in frames: what is cut out of it, and that nothing is ever written later."""

import array
import asyncio
import fcntl
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from server.media.stream import UNSENT_BYTES, Stream
from tests.support.streamed import framed

LONGEST = 1500
PATIENCE = 10.0


@dataclass
class Line:
    """A stream, the browser's end of it, and what happened."""

    far: socket.socket
    near: socket.socket
    frames: list[bytes] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    stream: Stream = field(init=False)

    def __post_init__(self) -> None:
        self.stream = Stream(
            self.near,
            ("192.0.2.1", 4000),
            longest=LONGEST,
            take=lambda frame, stream: self.frames.append(frame),
            on_closed=lambda stream, why: self.ends.append(why),
        )

    async def until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                if fact():
                    return
                await asyncio.sleep(0.001)

    def read(self) -> bytes:
        """Everything that has come to the far end until now."""
        got = b""
        self.far.setblocking(False)
        try:
            while data := self.far.recv(1 << 20):
                got += data
        except BlockingIOError:
            pass
        return got

    def fill(self, frame: bytes) -> int:
        """Send until one is not taken; how many were."""
        for taken in range(100_000):
            if not self.stream.send(frame):
                return taken
        raise AssertionError("a reader that reads nothing is never full")


@asynccontextmanager
async def a_line(*, narrow: bool = False) -> AsyncIterator[Line]:
    """Over loopback; `narrow`: the kernel takes little."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server, socket.socket() as far:
        if narrow:
            far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        far.connect(server.getsockname())
        near, _ = server.accept()
        if narrow:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        line = Line(far, near)
        yield line
        line.stream.reset("over")


def cut(data: bytes) -> list[bytes]:
    """The whole frames of a stream."""
    frames = []
    while len(data) >= 2 and len(data) >= 2 + int.from_bytes(data[:2], "big"):
        end = 2 + int.from_bytes(data[:2], "big")
        frames.append(data[2:end])
        data = data[end:]
    return frames


async def test_frames_come_out_as_they_went_in_whatever_pieces_they_come_in() -> None:
    sent = [b"one", b"two" * 400, b"x" * LONGEST, b"last"]
    data = b"".join(map(framed, sent))
    async with a_line() as line:
        for piece in (1, 2, 3, 7, 1000):
            line.frames.clear()
            for at in range(0, len(data), piece):
                line.stream._cut(line.stream._got + data[at : at + piece])
            assert line.frames == sent and line.stream._got == b""


@given(st.binary(max_size=4000))
def test_any_bytes_are_frames_the_beginning_of_one_or_the_end(data: bytes) -> None:
    async def played() -> None:
        async with a_line() as line:
            line.stream._cut(data)
            assert line.ends in ([], ["size"])
            assert all(0 < len(frame) <= LONGEST for frame in line.frames)
            assert len(line.stream._got) < LONGEST + 2

    asyncio.run(played())


async def test_a_frame_that_claims_more_than_a_datagram_ends_the_stream_before_it_comes() -> None:
    async with a_line() as line:
        line.far.send(framed(b"good") + struct.pack("!H", LONGEST + 1))
        await line.until(lambda: line.ends == ["size"])
        assert line.frames == [b"good"]
        with pytest.raises(ConnectionResetError):
            line.far.recv(1)


async def test_an_empty_frame_means_nothing() -> None:
    async with a_line() as line:
        line.far.send(framed(b"") * 3 + framed(b"after"))
        await line.until(lambda: line.frames == [b"after"])


async def test_what_is_sent_arrives_in_frames_in_the_same_call() -> None:
    async with a_line() as line:
        assert line.stream.send(b"one") and line.stream.send(b"two")
        assert cut(line.read()) == [b"one", b"two"]


async def test_a_line_that_is_full_takes_nothing_and_nothing_is_kept_for_later() -> None:
    """However the kernel cut the last frame it took: what arrives afterwards is whole, begun, or blank, never late."""
    async with a_line(narrow=True) as line:
        for size in range(900, 1300, 37):
            taken = line.fill(b"before" + bytes([7]) * size)
            # Revoked here. What the kernel had taken is read; the rest of what it had not must never come.
            kernel = line.read()
            begun = len(kernel) - sum(2 + len(frame) for frame in cut(kernel))
            assert [frame[:6] for frame in cut(kernel)] == [b"before"] * taken
            line.fill(b"after!" + bytes([9]) * 60)
            rest = line.read()
            frames = cut(kernel[len(kernel) - begun :] + rest)
            if begun:
                damaged = frames.pop(0)
                assert len(damaged) == size + 6
                kept = max(begun - 2, 0)
                assert damaged[kept:] == bytes(len(damaged) - kept), "the rest of a begun frame is blank"
            assert frames and {frame[:6] for frame in frames} == {b"after!"}
            line.stream.send(b"an end to what was begun")
            line.read()


async def test_every_way_to_cut_a_frame_is_completed_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in the middle of its length, and when the kernel takes the rest in two pieces."""
    secret = b"secret" * 50
    for taken in range(1, len(framed(secret))):
        async with a_line() as line:
            half = (len(framed(secret)) - taken) // 2
            rooms = iter([taken, half, 10_000, 10_000])

            def write(stream: Stream, data: bytes, line: Line = line, rooms: Iterator[int] = rooms) -> int:
                return line.near.send(some) if (some := data[: next(rooms)]) else 0

            with monkeypatch.context() as patched:
                patched.setattr(Stream, "_write", write)
                assert not line.stream.send(secret)
                assert not line.stream.send(b"newer"), "nothing passes what was begun"
                assert line.stream.send(b"newest")
            kept = max(taken - 2, 0)
            assert cut(line.read()) == [secret[:kept] + bytes(300 - kept), b"newest"]


@pytest.mark.skipif(not hasattr(socket, "TCP_NOTSENT_LOWAT"), reason="elsewhere the kernel keeps what it likes")
async def test_the_kernel_keeps_little_for_a_reader_who_does_not_read() -> None:
    async with a_line() as line:
        line.fill(bytes(1200))
        assert unsent(line.near) < 2 * UNSENT_BYTES, "it counts in its own pieces, so a little more"


def unsent(sock: socket.socket) -> int:
    """Bytes that the kernel has and has not sent even once (SIOCOUTQNSD)."""
    found = array.array("i", [0])
    fcntl.ioctl(sock.fileno(), 0x894B, found)
    return found[0]


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("reset", [False, True])
def test_the_other_ends_end_is_noticed_once(loop: Callable[[], asyncio.AbstractEventLoop], *, reset: bool) -> None:
    async def played() -> None:
        async with a_line() as line:
            line.far.send(framed(b"last words") + b"\x00\x10half")
            if reset:
                line.far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.far.close()
            await line.until(lambda: bool(line.ends))
            assert line.ends == ["hung_up"]
            assert not line.stream.send(b"into the void")
            line.stream.reset("again")
            assert line.ends == ["hung_up"] and line.frames in ([b"last words"], [] if reset else None)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(played())


async def test_closing_throws_away_what_the_kernel_still_holds() -> None:
    async with a_line(narrow=True) as line:
        taken = line.fill(bytes(1000))
        line.stream.reset("left")
        assert line.ends == ["left"]
        line.far.setblocking(True)
        line.far.settimeout(PATIENCE)
        got = 0
        with pytest.raises(ConnectionResetError):
            while data := line.far.recv(100):
                got += len(data)
        assert got < taken * 1002
