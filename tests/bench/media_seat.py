"""A seat of the media bench: it knows by the kernel's clock when a packet came, whatever the bench was busy with then.

It may look away, as most of a crowd do: then somebody else reads it now and then, and what comes is only counted. And
it may be far away: everything that it sends and gets is late.
"""

import socket
import struct
import time
from contextlib import suppress

from tests.support.canary import Canary
from tests.support.sent_medium import extension
from tests.support.synthetic import MIDS, VP8, SyntheticSeat

STAMP = 35  # SO_TIMESTAMPNS of Linux: struct timespec of CLOCK_REALTIME beside each datagram (socket(7))
LARGEST = 2048


def _stamp(beside: list[tuple[int, int, bytes]]) -> float:
    """When the kernel had the datagram, on the monotonic clock in seconds."""
    seconds, rest = map(int, struct.unpack("qq", beside[0][2][:16]))
    return (seconds * 1_000_000_000 + rest - (time.time_ns() - time.monotonic_ns())) / 1e9


class StampedSeat(SyntheticSeat):
    """`arrived`: when the packet that is being taken came (monotonic seconds). `sent`, `seen`: RTP packets that left
    and came. `looks`: reads as it comes.
    """

    arrived = 0.0
    sent = seen = 0
    looks = True
    distance = 0.0
    """Seconds that everything takes on the way, in either direction."""
    ice_ms = dtls_ms = 0.0
    """How long connecting took."""

    async def connect(self) -> None:
        begin = time.monotonic()
        await self.barrier()
        checked = time.monotonic()
        await self._wire.shake_hands([self._server_print])
        self.ice_ms, self.dtls_ms = (checked - begin) * 1000, (time.monotonic() - checked) * 1000
        self._keep_checking()

    def end(self) -> None:
        """Let go of what is left behind a `close` without goodbye."""
        self._wire.close()

    def show_plainly(self, *, packets: int, size: int) -> None:
        """A frame of the camera with a picture id and no layers, as browsers send it when they send one encoding."""
        camera = self.uplinks["camera"]
        keyframe = bool(self.wanted.pop("camera", 0))
        camera.timestamp = (camera.timestamp + 3600) % (1 << 32)
        camera.picture = (camera.picture + 1) % (1 << 15)
        camera.number += 1
        body = Canary(self.name, "camera", self.mark, camera.number).sealed(size)
        head = extension(0x10, MIDS["camera"] + 0x30, 0, 0)
        for i in range(packets):
            shape = struct.pack("!BBH", 0x80 if i else 0x90, 0x80, 0x8000 | camera.picture)
            tag = b"" if i else bytes((0x10 | (not keyframe),))
            self._send_rtp(camera, VP8, shape + tag + body, head, marker=i == packets - 1)

    def look_away(self) -> None:
        """From now on nothing is read but by `glance`."""
        self.looks = False
        self._loop.remove_reader(self._socket.fileno())

    def look(self) -> None:
        """Read what comes, as it comes; what came before does not count."""
        self.glance()
        self.looks = True
        self._loop.add_reader(self._socket.fileno(), self.drain)

    def glance(self) -> None:
        """Count the media that lie there; take everything else. It opens nothing, so costs little."""
        take = self._socket.recv
        with suppress(BlockingIOError):
            while self._open:
                datagram = take(LARGEST)
                if datagram[0] >= 128 and not 64 <= datagram[1] & 127 <= 95:
                    self.seen += 1
                else:
                    self._take(datagram)

    def drain(self) -> None:
        while self._open:
            try:
                datagram, beside, _, source = self._socket.recvmsg(LARGEST, 64)
            except BlockingIOError:
                break
            except OSError:
                continue
            if source != self.server:
                continue
            arrived = _stamp(beside)
            if self.distance:
                self._loop.call_at(arrived + self.distance, self._late, datagram, arrived + self.distance)
            else:
                self._late(datagram, arrived)
        self._something.set()

    def _late(self, datagram: bytes, arrived: float) -> None:
        self.arrived = arrived
        if datagram[0] >= 128 and not 64 <= datagram[1] & 127 <= 95:
            self.seen += 1
        self._take(datagram)
        self._something.set()

    def _new_socket(self) -> socket.socket:
        made = super()._new_socket()
        made.setsockopt(socket.SOL_SOCKET, STAMP, 1)
        return made

    def send_rtp(self, packet: bytes) -> None:
        self.sent += 1
        super().send_rtp(packet)

    def _put(self, datagram: bytes) -> None:
        if self.distance:
            self._loop.call_later(self.distance, super()._put, datagram)
        else:
            super()._put(datagram)
