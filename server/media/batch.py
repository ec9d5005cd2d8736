"""Datagrams that leave together: sealed into buffers that are made once, written by one sendmmsg(2).

A batch is collected and written, or discarded, within one call of whoever collects it. Nothing lies in it over a turn
of the event loop, so that what is revoked cannot be written afterwards. Without Linux the same rows go out one by one.
What goes by a TCP stream is sealed in the same place, waits beside the rows, and is written or discarded with them.
"""

import errno
import socket
from collections import Counter
from typing import Any, Final

from server.media import kernel
from server.media.ice import Address
from server.media.kernel import ffi, kernel_name, library
from server.media.stream import Stream
from server.media.wire import MAX_PLAIN, SEALED, Keys, seal_in_place

ROWS: Final = 64  # datagrams that leave by one call. More is memory; fewer means more calls for a large room.

# Fewer rows than this go by sendto(2), one by one: preparing the call through cffi costs more than it saves.
FEW: Final = 2

MAX_NAMES: Final = 1024  # addresses that are kept as the kernel reads them

_LAST: Final = ROWS - 1


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
        self._together = kernel.TOGETHER
        self._sendmmsg: Any = library.sendmmsg if self._together else None
        self._memory = ffi.new("char[]", ROWS * SEALED)
        self._vectors = ffi.new("struct iovec[]", ROWS)
        self._messages = ffi.new("struct mmsghdr[]", ROWS)
        self._size = ffi.new("int *")
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
        return memoryview(ffi.buffer(at, SEALED)), at, part

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
            name = self._names[address] = ffi.new("char[]", kernel_name(address))
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
            elif ffi.errno == errno.EAGAIN:
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
