"""What has come to a socket, read as one burst: by recvmmsg(2) where it is, else by recvfrom(2) until nothing is left.

A burst is handed over whole, within the call that reads it; nothing of it stays here.
"""

import errno
import os
import socket
from typing import Any, Final

from server.media import kernel
from server.media.ice import Address
from server.media.kernel import NAME_BYTES, address_of, ffi, library

# Datagrams taken from the kernel before the loop may do something else. More saves wake-ups; fewer lets a click on
# "pause" wait less behind a burst: 64 packets to 5 listeners are about 2 ms, to 39 about 10 ms.
MAX_AT_ONCE: Final = 64

MAX_NAMES: Final = 1024  # addresses that are remembered as Python writes them; strangers may push out others


class Inbox:
    """The reading end of one socket that does not block."""

    def __init__(self, sock: socket.socket, longest: int) -> None:
        """Longer datagrams than `longest` bytes come cut to one byte more."""
        self._socket = sock
        self._number = sock.fileno()
        self._room = longest + 1
        self._together = kernel.TOGETHER
        self._addresses: dict[bytes, tuple[Any, ...]] = {}
        self._memory = ffi.new("char[]", MAX_AT_ONCE * self._room)
        self._names = ffi.new("char[]", MAX_AT_ONCE * NAME_BYTES)
        self._vectors = ffi.new("struct iovec[]", MAX_AT_ONCE)
        self._messages = ffi.new("struct mmsghdr[]", MAX_AT_ONCE)
        self._data = memoryview(ffi.buffer(self._memory))
        self._seen = memoryview(ffi.buffer(self._names))
        for row in range(MAX_AT_ONCE):
            part, header = self._vectors[row], self._messages[row].msg_hdr
            part.iov_base, part.iov_len = self._memory + row * self._room, self._room
            header.msg_iov, header.msg_iovlen = self._vectors + row, 1
            header.msg_name, header.msg_namelen = self._names + row * NAME_BYTES, NAME_BYTES

    def read(self) -> list[tuple[bytes, Address]]:
        """At most `MAX_AT_ONCE` datagrams in the order they came, each with where it came from.

        Raises OSError for an error that the kernel kept for this socket (ICMP, of an earlier send) and told instead.
        """
        return self._read_together() if self._together else self._read_one_by_one()

    def close(self) -> None:
        """The socket is closed: its number may soon be another's."""
        self._number = -1

    def _read_together(self) -> list[tuple[bytes, Address]]:
        came = library.recvmmsg(self._number, self._messages, MAX_AT_ONCE, socket.MSG_DONTWAIT, ffi.NULL)
        if came < 0:
            if ffi.errno in (errno.EAGAIN, errno.EINTR):
                return []
            raise OSError(ffi.errno, os.strerror(ffi.errno))
        burst: list[tuple[bytes, Address]] = []
        room, data, seen, known = self._room, self._data, self._seen, self._addresses
        for row in range(came):
            message = self._messages[row]
            header = message.msg_hdr
            name = bytes(seen[row * NAME_BYTES : row * NAME_BYTES + header.msg_namelen])
            address = known.get(name) or self._remember(name)
            burst.append((bytes(data[row * room : row * room + message.msg_len]), address))
        return burst

    def _remember(self, name: bytes) -> tuple[Any, ...]:
        if len(self._addresses) >= MAX_NAMES:
            self._addresses.clear()
        address = self._addresses[name] = address_of(name)
        return address

    def _read_one_by_one(self) -> list[tuple[bytes, Address]]:
        burst: list[tuple[bytes, Address]] = []
        try:
            while len(burst) < MAX_AT_ONCE:
                burst.append(self._socket.recvfrom(self._room))
        except BlockingIOError:
            pass
        except OSError:
            if not burst:
                raise
        return burst
