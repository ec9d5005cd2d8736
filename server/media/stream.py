"""One TCP connection of a browser, cut into frames: two bytes of length, then what would be a datagram (RFC 4571).

A stream is an address (RFC 6544): checks make it one, media goes to it, and where a UDP address stands it may stand.
What holds for datagrams holds here too: a frame is written in the call that brings it, or dropped whole.

Two things are not like datagrams, and this is what becomes of them:

- **The kernel may take a part of a frame.** Then the other end waits for the rest, and nothing else may come first. The
  rest is not kept: the frame is completed with zeros at the next chance, and whatever comes before that is dropped. Its
  tag does not fit then (SRTP, DTLS and STUN each have one), so the other end drops it as a damaged packet. Nothing of a
  packet is ever written later than in its own call, so nothing that was revoked is; the price is one packet more
  whenever a line is full, and it would have been dropped had the buffer been one byte shorter.
- **The kernel holds what a slow line has not taken yet.** `UNSENT_BYTES` bounds that: more is refused. It was
  written while it was allowed, as a datagram in a router's queue was. When a stream is closed it is reset, and what the
  kernel still holds is thrown away.
"""

import asyncio
import socket
import struct
from collections.abc import Callable

# Bytes that the kernel keeps for a stream beyond what is on its way. More lets a keyframe (10 to 30 kB) through a
# slow line whole; less makes what comes out of it younger: at 1 Mbit/s this is a quarter of a second.
UNSENT_BYTES = 32 * 1024

# Bytes taken from one stream before the loop may do something else. As MAX_AT_ONCE of the port, for one browser.
READ_BYTES = 32 * 1024

_PREFIX = struct.Struct("!H")
_RESET = struct.pack("ii", 1, 0)  # struct linger: no time for what is left


class Stream:
    """One connection, from its arrival to its end."""

    __slots__ = ("_closed", "_got", "_longest", "_loop", "_on_closed", "_rest", "_socket", "_take", "address")

    def __init__(
        self,
        sock: socket.socket,
        address: tuple[str, int],
        *,
        longest: int,
        take: "Callable[[bytes, Stream], None]",
        on_closed: "Callable[[Stream, str], None]",
    ) -> None:
        """`take` gets each frame, `on_closed` the end and why, once, whoever ends it: "hung_up" when the other end did,
        "size" for a frame that claims more than `longest` bytes, else the word given to `reset`."""
        self.address = address  # host and port of the other end
        self._socket = sock
        self._longest = longest
        self._take = take
        self._on_closed = on_closed
        self._got = b""  # the beginning of a frame
        self._rest = b""  # what the other end must get before anything else: the rest of a begun frame, blank
        self._closed = False
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # elsewhere the kernel keeps more, and it comes out older
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), self._readable)

    def send(self, datagram: bytes) -> bool:
        """Write one frame in this call; False when the kernel did not take all of it, and then nothing of it is kept.

        An end of the connection is not noticed here but where it is read.
        """
        if self._closed:
            return False
        if self._rest:
            self._rest = self._rest[self._write(self._rest) :]
            if self._rest:
                return False
        prefix = _PREFIX.pack(len(datagram))
        written = self._write(prefix + datagram)
        if 0 < written < len(prefix) + len(datagram):
            self._rest = (prefix + bytes(len(datagram)))[written:]
        return written == len(prefix) + len(datagram)

    def reset(self, why: str) -> None:
        """Reset the connection, in this call: nothing more is read, and nothing more leaves the kernel."""
        if self._closed:
            return
        self._closed = True
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._on_closed(self, why)

    def _write(self, data: bytes) -> int:
        try:
            return self._socket.send(data)
        except OSError:
            return 0

    def _readable(self) -> None:
        try:
            data = self._socket.recv(READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self._cut(self._got + data)
        # Asked for after every reading: uvloop calls once for an error and not again, also when there was still data.
        if not self._closed and (not data or self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)):
            self.reset("hung_up")

    def _cut(self, data: bytes) -> None:
        at = 0
        while at + 2 <= len(data):
            (size,) = _PREFIX.unpack_from(data, at)
            if size > self._longest:
                self.reset("size")
                return
            end = at + 2 + size
            if end > len(data):
                break
            if size:  # RFC 4571, 2: an empty frame means nothing
                self._take(data[at + 2 : end], self)
                if self._closed:
                    return
            at = end
        self._got = data[at:]
