"""Datagrams that leave together: sealed into buffers that are made once, written by one sendmmsg(2).

A batch is collected and written, or discarded, within one call of whoever collects it. Nothing lies in it over a turn
of the event loop, so that what is revoked cannot be written afterwards. Without Linux the same rows go out one by one.
What goes by a TCP stream is sealed in the same place, waits beside the rows, and is written or discarded with them.
"""

import errno
import socket
import struct
import sys
from collections import Counter
from typing import Any, Final

from cffi import FFI

from server.media.ice import Address
from server.media.stream import Stream
from server.media.wire import MAX_PLAIN, SEALED, Keys, seal_in_place

ROWS: Final = 64  # datagrams that leave by one call. More is memory; fewer means more calls for a large room.

# Fewer rows than this go by sendto(2), one by one: preparing the call through cffi costs more than it saves.
FEW: Final = 2

MAX_NAMES: Final = 1024  # addresses that are kept as the kernel reads them

_LAST: Final = ROWS - 1

_ffi = FFI()
_ffi.cdef("""
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr {
        void *msg_name; unsigned int msg_namelen; struct iovec *msg_iov; size_t msg_iovlen;
        void *msg_control; size_t msg_controllen; int msg_flags;
    };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int sendmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags);
""")  # sendmmsg(2); struct iovec and struct msghdr as in recvmsg(2)

TOGETHER = sys.platform == "linux"  # where sendmmsg(2) is, and laid out as above
_library: Any = _ffi.dlopen(None) if TOGETHER else None


def kernel_name(address: tuple[Any, ...]) -> bytes:
    """A numeric address as the kernel reads it: struct sockaddr_in (ip(7)) or sockaddr_in6 (ipv6(7))."""
    host, port, *rest = address
    if ":" not in host:
        return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(host) + bytes(8)
    flow, scope = rest or (0, 0)
    inner = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
    return struct.pack("=H", socket.AF_INET6) + struct.pack("!HI", port, flow) + inner + struct.pack("=I", scope)


class Batch:
    """Up to `ROWS` sealed packets for one socket, and any number for streams."""

    def __init__(self, sock: socket.socket, counts: Counter[str]) -> None:
        """`counts`: of what was dropped, by reason."""
        self.sent = 0
        self.full = False
        self._rows = 0
        self._socket = sock
        self._number = sock.fileno()
        self._counts = counts
        self._together = TOGETHER
        self._sendmmsg: Any = _library.sendmmsg if self._together else None
        self._memory = _ffi.new("char[]", ROWS * SEALED)
        self._vectors = _ffi.new("struct iovec[]", ROWS)
        self._messages = _ffi.new("struct mmsghdr[]", ROWS)
        self._size = _ffi.new("int *")
        self._names: dict[tuple[Any, ...], Any] = {}
        self._addresses: list[tuple[Any, ...] | None] = [None] * ROWS
        self._streamed: list[tuple[Stream, bytes]] = []
        self._named: list[Any] = [None] * ROWS  # keeps alive what the messages point to
        self._places = [self._place(row) for row in range(ROWS)]

    def _place(self, row: int) -> tuple[memoryview, Any, Any]:
        """A row's buffer for Python, the same for libsrtp, and what tells the kernel of it."""
        at, part = self._memory + row * SEALED, self._vectors[row]
        part.iov_base = at
        header = self._messages[row].msg_hdr
        header.msg_iov = self._vectors + row
        header.msg_iovlen = 1
        return memoryview(_ffi.buffer(at, SEALED)), at, part

    def add(self, keys: Keys, address: Address, head: bytes, body: bytes) -> None:
        """Seal one RTP packet, given in two parts, for that address. When `full` is set then, it must be written.

        What is too long, or too old to be sent again (RFC 3711, 3.3.2), is dropped.
        """
        row = self._rows
        view, at, part = self._places[row]
        middle = len(head)
        end = middle + len(body)
        if end > MAX_PLAIN:
            self._counts["unsealed"] += 1
            return
        view[:middle] = head
        view[middle:end] = body
        size = self._size
        size[0] = end
        if seal_in_place(keys, at, size):
            self._counts["unsealed"] += 1
            return
        if isinstance(address, Stream):
            self._streamed.append((address, bytes(view[: size[0]])))
            return
        part.iov_len = size[0]
        if self._addresses[row] is not address:
            self._address(row, address)
        self._rows = row + 1
        if row == _LAST:
            self.full = True

    def _address(self, row: int, address: tuple[Any, ...]) -> None:
        name = self._names.get(address)
        if name is None:
            if len(self._names) >= MAX_NAMES:
                self._names.clear()
            name = self._names[address] = _ffi.new("char[]", kernel_name(address))
        header = self._messages[row].msg_hdr
        header.msg_name = name
        header.msg_namelen = len(name) - 1  # cffi adds a zero
        self._addresses[row] = address
        self._named[row] = name

    def write(self) -> None:
        """Give all to the kernel now; what it does not take now is dropped and counted."""
        rows, self._rows, self.full = self._rows, 0, False
        if self._streamed:
            self._write_streams()
        if self._together and rows > FEW:
            self._write_together(rows)
        else:
            for row in range(rows):
                self._write_one(row)

    def discard(self) -> None:
        """Nothing of it leaves, ever."""
        self._rows, self.full = 0, False
        self._streamed.clear()

    def close(self) -> None:
        """The socket is closed: its number may soon be another's."""
        self.discard()
        self._number = -1

    def _write_together(self, rows: int) -> None:
        at = 0
        while at < rows:
            taken = self._sendmmsg(self._number, self._messages + at, rows - at, socket.MSG_DONTWAIT)
            if taken > 0:
                self.sent += taken
                at += taken
            elif _ffi.errno == errno.EAGAIN:
                self._counts["unsent_full"] += rows - at
                return
            else:  # about the first of those that are left, and no other: another's network may be there
                self._counts["unsent"] += 1
                at += 1

    def _write_streams(self) -> None:
        streamed, self._streamed = self._streamed, []
        for stream, packet in streamed:
            if stream.send(packet):
                self.sent += 1
            else:
                self._counts["unsent_stream"] += 1

    def _write_one(self, row: int) -> None:
        view, _, part = self._places[row]
        try:
            self._socket.sendto(view[: part.iov_len], self._addresses[row] or ())
            self.sent += 1
        except OSError as error:
            self._counts["unsent_full" if isinstance(error, BlockingIOError) else "unsent"] += 1
