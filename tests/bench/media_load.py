"""The load of the media bench, the same for every server: one sender, many receivers, ICE and DTLS-SRTP on loopback.

The sender shows a picture of 1 kB packets shaped as VP8. Receivers count what comes and open a sample of it.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from typing import Protocol

from aioice import stun
from aiortc import rtcdtlstransport
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_256_GCM

from server.media.addresses import of_this_machine
from tests.support.synthetic import VP8, SyntheticSeat

HOST = of_this_machine("0.0.0.0")[
    0
]  # not 127.0.0.1, where Janus does not listen; the kernel loops it back all the same
PROFILE = "AEAD_AES_256_GCM"
FRAMES = 75  # a second
PACKETS = 8  # a frame: 600 a second; more and Janus, at 40 receivers, has no core left
BODY = 1000  # bytes behind the VP8 descriptor
EVERY_S = 0.02  # between two readings; a socket holds ten times what comes until then
PATIENCE_S = 20.0
LARGE = 900  # bytes from which a datagram counts as a packet of the picture


def force_profile() -> None:
    """Offer one SRTP profile only, so that all servers do the same work."""
    rtcdtlstransport.SRTP_PROFILES[:] = [SRTP_AEAD_AES_256_GCM]


class Caller(SyntheticSeat):
    """A seat that also answers checks, and is where `HOST` is: Janus, though ICE-lite, wants both."""

    def _new_socket(self) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        made.bind((HOST, 0))
        self._loop.add_reader(made.fileno(), self.drain)
        return made

    def _take_stun(self, datagram: bytes) -> None:
        message = stun.parse_message(datagram)
        if message.message_class != stun.Class.REQUEST:
            super()._take_stun(datagram)
            return
        answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=message.transaction_id)
        answer.attributes["XOR-MAPPED-ADDRESS"] = self.server
        answer.add_message_integrity(self.password.encode())
        self._put(bytes(answer))


class Forwarding(Protocol):
    """A server that is to be measured."""

    pid: int

    async def publish(self, seat: SyntheticSeat) -> None:
        """Exchange descriptions with the one who sends."""

    async def subscribe(self, seat: SyntheticSeat) -> None:
        """… and with one who receives."""


class Sink:
    """One receiving socket. It is read by the clock and not when something comes: on a real network no server pays
    for the waking of those who receive.
    """

    def __init__(self, sock: socket.socket, other: Callable[[bytes], object] = len) -> None:
        """`other`: takes what is no packet of the picture."""
        self.packets = 0
        self.newest = b""
        self._other = other
        self._socket = sock
        self._room = bytearray(2048)

    def read(self) -> None:
        """Take everything that has come."""
        size = 0
        try:
            while True:
                size = self._socket.recv_into(self._room)
                if size >= LARGE:
                    self.packets += 1
                else:
                    self._other(bytes(self._room[:size]))
        except BlockingIOError:
            if size >= LARGE:
                self.newest = bytes(self._room[:size])


async def keep_reading(sinks: Sequence[Sink]) -> None:
    """Read all of them every now and then, until cancelled."""
    while True:
        await asyncio.sleep(EVERY_S)
        for sink in sinks:
            sink.read()


class Show:
    """The sender and its receivers at one server."""

    def __init__(self) -> None:
        self.sender = Caller("sender", keep=0)
        self.receivers: list[Caller] = []
        self.sinks: list[Sink] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def gather(self, server: Forwarding, receivers: int) -> None:
        """Everybody connects; the picture runs from the start."""
        await server.publish(self.sender)
        await self.sender.connect()
        self._tasks = [asyncio.create_task(self._show()), asyncio.create_task(keep_reading(self.sinks))]
        self.receivers = [Caller(f"seat{i}", keep=0) for i in range(receivers)]
        for seat in self.receivers:
            await server.subscribe(seat)
        await asyncio.gather(*(seat.connect() for seat in self.receivers))  # at Janus some take a second
        for seat in self.receivers:
            seat._loop.remove_reader(seat._socket.fileno())
            self.sinks.append(Sink(seat._socket, seat._receive))
        for _ in range(int(PATIENCE_S / EVERY_S)):
            if all(sink.newest for sink in self.sinks):
                return
            await asyncio.sleep(EVERY_S)
        raise AssertionError("somebody gets nothing")

    def check_samples(self) -> None:
        """What came last is SRTP under the negotiated keys."""
        for seat, sink in zip(self.receivers, self.sinks, strict=True):
            packet = seat._wire.open_rtp(sink.newest)
            assert packet is not None and packet.endswith(bytes(100)), "a receiver cannot read what it gets"

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for seat in (self.sender, *self.receivers):
            seat.close()

    async def _show(self) -> None:
        loop, frame, sequence = asyncio.get_running_loop(), 0, 0
        ssrc = self.sender.uplinks["camera"].ssrc
        due = loop.time()
        while True:
            key = frame == 0 or bool(self.sender.wanted.pop("camera", 0))
            for i in range(PACKETS):
                kind = VP8 | (0x80 if i == PACKETS - 1 else 0)
                head = struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, frame * 90_000 // FRAMES, ssrc)
                shape = struct.pack("!BBHB", 0x80 if i else 0x90, 0x80, 0x8000 | frame & 0x7FFF, 0x10 | (not key))
                self.sender.send_rtp(head + shape + bytes(BODY))
                sequence += 1
            frame += 1
            due += 1 / FRAMES
            await asyncio.sleep(max(0.0, due - loop.time()))


def received(sinks: Sequence[Sink]) -> int:
    """Packets of the picture that came, at all receivers."""
    return sum(sink.packets for sink in sinks)
