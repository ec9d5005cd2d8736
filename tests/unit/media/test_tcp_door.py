"""Who may come in by TCP, for how long without proof, and how many."""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest

from server.clock import HandWoundClock
from server.media import tcp_door
from server.media.stream import Stream
from server.media.tcp_door import MAX_UNPROVED, MAX_UNPROVED_OF_ONE, UNPROVED_SECONDS, TcpDoor
from tests.support.streamed import framed

PATIENCE = 10.0


@dataclass
class Hall:
    """A door; whoever says "prove" has proved itself."""

    clock: HandWoundClock = field(default_factory=HandWoundClock)
    proved: set[Stream] = field(default_factory=set)
    got: list[bytes] = field(default_factory=list)
    over: list[Stream] = field(default_factory=list)
    stack: ExitStack = field(default_factory=ExitStack)
    door: TcpDoor = field(init=False)
    at: tuple[str, int] = field(init=False)

    def __post_init__(self) -> None:
        sock = socket.create_server(("127.0.0.1", 0), backlog=2000)
        sock.setblocking(False)
        self.at = sock.getsockname()
        self.door = TcpDoor(sock, self.clock, longest=1500, take=self.take, on_closed=self.over.append)

    def take(self, frame: bytes, stream: Stream) -> bool:
        self.got.append(frame)
        if frame == b"prove":
            self.proved.add(stream)
        return stream in self.proved

    def call(self, source: str = "127.0.0.1") -> socket.socket:
        """Somebody connects."""
        return self.stack.enter_context(socket.create_connection(self.at, source_address=(source, 0)))

    async def until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                if fact():
                    return
                await asyncio.sleep(0.001)

    def has_ended(self, count: int) -> bool:
        return sum(self.door.closed.values()) >= count

    async def inside(self, count: int) -> None:
        await self.until(lambda: len(self.door) == count)


@asynccontextmanager
async def a_hall() -> AsyncIterator[Hall]:
    hall = Hall()
    with hall.stack:
        yield hall
        hall.door.close()
        hall.door.close()


def is_reset(sock: socket.socket) -> bool:
    """Whether the server has ended it; nothing but the end may have come."""
    sock.settimeout(PATIENCE)
    try:
        assert sock.recv(1) == b"", "a stranger gets nothing"
    except ConnectionResetError:
        return True
    return False


async def test_whoever_proves_nothing_in_time_is_cut_off_and_the_others_stay() -> None:
    async with a_hall() as hall:
        silent, half, good = hall.call(), hall.call(), hall.call()
        half.send(framed(b"half a frame and then silence")[:9])
        good.send(framed(b"prove"))
        await hall.inside(3)
        await hall.until(lambda: len(hall.proved) == 1)
        hall.clock.wind(UNPROVED_SECONDS - 0.1)
        late = hall.call()
        await hall.inside(4)
        hall.door.sweep()
        assert len(hall.door) == 4
        hall.clock.wind(0.1)
        hall.door.sweep()
        assert len(hall.door) == 2 and hall.door.closed == {"silent": 2}
        assert is_reset(silent) and is_reset(half)
        good.send(framed(b"more"))
        await hall.until(lambda: hall.got[-1] == b"more")
        late.send(framed(b"prove"))
        await hall.until(lambda: len(hall.proved) == 2)
        hall.clock.wind(1e6)
        hall.door.sweep()
        assert len(hall.door) == 2, "proof has no end of its own; consent is the guest's"


async def test_the_sweep_comes_by_itself_while_somebody_is_unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp_door, "SWEEP_SECONDS", 0.001)
    async with a_hall() as hall:
        for _ in range(2):
            hall.call()
            await hall.inside(1)
            hall.clock.wind(UNPROVED_SECONDS)
            await hall.inside(0)
            assert hall.door._timer is None or hall.door._unproved == {}
        assert hall.door.closed == {"silent": 2}


async def test_a_first_frame_that_proves_nothing_is_the_last() -> None:
    async with a_hall() as hall:
        stranger = hall.call()
        stranger.send(framed(b"anything") + framed(b"prove"))
        await hall.until(lambda: hall.door.closed["stranger"] == 1)
        assert is_reset(stranger) and hall.got == [b"anything"] and len(hall.over) == 1


async def test_a_frame_that_is_too_long_ends_a_stream_before_and_after_proof() -> None:
    async with a_hall() as hall:
        for before in (b"", framed(b"prove")):
            caller = hall.call()
            caller.send(before + struct.pack("!H", 0xFFFF))
            assert await asyncio.to_thread(is_reset, caller)
        assert hall.door.closed == {"size": 2} and len(hall.door) == 0


async def test_thousands_of_connections_of_one_address_are_few() -> None:
    async with a_hall() as hall:
        good = hall.call()
        good.send(framed(b"prove"))
        await hall.until(lambda: len(hall.proved) == 1)
        other = hall.call("127.0.0.2")
        await hall.inside(2)
        for count in range(16, 2001, 16):
            for _ in range(16):
                hall.call().close()
            await hall.until(partial(hall.has_ended, count - MAX_UNPROVED_OF_ONE))
        held = [hall.call() for _ in range(MAX_UNPROVED_OF_ONE + 10)]
        before = len(os.listdir("/proc/self/fd"))
        await hall.until(lambda: hall.has_ended(2000) and hall.door.closed["crowd"] >= 10)
        await hall.inside(MAX_UNPROVED_OF_ONE + 2)
        assert len(os.listdir("/proc/self/fd")) <= before + MAX_UNPROVED_OF_ONE + 2
        other.send(framed(b"prove"))
        held[-1].send(framed(b"prove"))
        await hall.until(lambda: len(hall.proved) == 3)
        good.send(framed(b"still here"))
        await hall.until(lambda: hall.got[-1] == b"still here")


async def test_of_all_the_world_so_many_may_be_unproved_and_the_oldest_make_room() -> None:
    async with a_hall() as hall:
        calls = [hall.call(f"127.0.1.{i // 8}") for i in range(MAX_UNPROVED + 8)]
        await hall.until(lambda: hall.door.closed["crowd"] == 8)
        assert len(hall.door) == MAX_UNPROVED
        assert all(is_reset(each) for each in calls[:8])
        calls[-1].send(framed(b"prove"))
        await hall.until(lambda: len(hall.proved) == 1)


async def test_without_descriptors_the_door_rests_and_takes_people_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Exhausted:
        tries = 0

        def __init__(self, inner: socket.socket) -> None:
            self.inner = inner

        def accept(self) -> object:
            self.tries += 1
            if self.tries == 1:
                raise OSError(errno.EMFILE, "too many open files")
            return self.inner.accept()

        def fileno(self) -> int:
            return self.inner.fileno()

        def close(self) -> None:
            self.inner.close()

    monkeypatch.setattr(tcp_door, "REST_SECONDS", 0.01)
    async with a_hall() as hall:
        exhausted = Exhausted(hall.door._socket)
        hall.door._socket = exhausted  # type: ignore[assignment]
        hall.call()
        await hall.inside(1)
        assert exhausted.tries >= 2


async def test_a_door_that_closes_ends_everybody() -> None:
    async with a_hall() as hall:
        one, other = hall.call(), hall.call()
        one.send(framed(b"prove"))
        await hall.inside(2)
        await hall.until(lambda: len(hall.proved) == 1)
        hall.door.close()
        assert len(hall.door) == 0 and is_reset(one) and is_reset(other) and len(hall.over) == 2
