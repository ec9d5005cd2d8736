"""A synthetic seat that goes by TCP, or by UDP, or first by one and then by the other, as a browser does."""

import socket
import struct
from typing import Any, Literal

from tests.support.synthetic import SyntheticSeat


def framed(datagram: bytes) -> bytes:
    """As it goes over a stream (RFC 4571)."""
    return struct.pack("!H", len(datagram)) + datagram


class StreamedSeat(SyntheticSeat):
    """Begins by TCP. What comes by the other way is read too."""

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(name, **more)
        self.way: Literal["tcp", "udp"] = "tcp"
        self.cut_off = False  # the server has ended the stream
        self._stream: socket.socket | None = None
        self._incoming = b""
        self._outgoing = b""

    def answer(self, offer: str, **lies: Any) -> str:
        text = super().answer(offer, **lies)
        self._connect()
        return text

    def go_by(self, way: Literal["tcp", "udp"]) -> None:
        """Choose this way from now on, by a check."""
        self.way = way
        if way == "tcp" and self._stream is None:
            self._connect()
        self.check()

    def break_off(self) -> None:
        """Reset the stream, as a network does that forgets it."""
        assert self._stream is not None
        self._stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._leave()

    def leave_open(self) -> socket.socket:
        """Use this stream no more, and let it be; the caller closes it."""
        assert self._stream is not None
        left, self._stream = self._stream, None
        self._loop.remove_reader(left.fileno())
        return left

    def stop_reading(self) -> None:
        """Be a reader so slow that it reads nothing."""
        assert self._stream is not None
        self._loop.remove_reader(self._stream.fileno())

    def read_on(self) -> None:
        """Read again."""
        assert self._stream is not None
        self._loop.add_reader(self._stream.fileno(), self.drain)

    def put_raw(self, data: bytes) -> None:
        """These bytes on the stream, as they are."""
        self._outgoing += data
        self._flush()

    def drain(self) -> None:
        if self._stream is not None:
            self._read_stream(self._stream)
        super().drain()

    def close(self, *, goodbye: bool = True) -> None:
        super().close(goodbye=goodbye)
        if self._stream is not None:
            self._leave()

    def _put(self, datagram: bytes) -> None:
        if self.way == "udp":
            super()._put(datagram)
        elif self._open:
            self.put_raw(framed(datagram))

    def _connect(self) -> None:
        self._incoming = self._outgoing = b""
        self._stream = socket.create_connection(self.server)
        self._stream.setblocking(False)
        self._stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._loop.add_reader(self._stream.fileno(), self.drain)

    def _leave(self) -> None:
        assert self._stream is not None
        self._loop.remove_reader(self._stream.fileno())
        self._stream.close()
        self._stream = None

    def _flush(self) -> None:
        try:
            while self._stream is not None and self._outgoing:
                self._outgoing = self._outgoing[self._stream.send(self._outgoing) :]
        except OSError:
            pass  # full, or ended: reading tells

    def _read_stream(self, stream: socket.socket) -> None:
        self._flush()
        while True:
            try:
                data = stream.recv(1 << 16)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                self.cut_off = True
                self._leave()
                break
            self._incoming += data
        while len(self._incoming) >= 2:
            end = 2 + int.from_bytes(self._incoming[:2], "big")
            if len(self._incoming) < end:
                break
            datagram, self._incoming = self._incoming[2:end], self._incoming[end:]
            self._take(datagram)
