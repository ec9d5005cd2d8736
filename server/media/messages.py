"""The rows of a batch as sendmmsg(2) is told of them: which follow each other to one address, and how long each is.

The structures are filled by memoryviews of machine words, which costs half of what fields of cffi cost.
"""

import socket
import struct
from collections.abc import Sequence
from typing import Any, Final

from server.media import kernel
from server.media.kernel import UDP_SEGMENT, ffi, kernel_name

MAX_NAMES: Final = 1024  # addresses that are kept as the kernel reads them

_WORD: Final = ffi.sizeof("size_t")
_WORDS: Final = ffi.sizeof("struct mmsghdr") // _WORD  # msg_hdr is its beginning
_NAME, _PARTS, _PARTS_LEN, _CONTROL_LEN = (
    ffi.offsetof("struct msghdr", field) // _WORD for field in ("msg_name", "msg_iov", "msg_iovlen", "msg_controllen")
)
_PART: Final = ffi.sizeof("struct iovec")

Name = tuple[int, Any]
"""An address for the kernel: where it lies, and what keeps it there."""


class Messages:
    """Up to as many messages as there are rows."""

    def __init__(self, rows: Sequence[Any]) -> None:
        """`rows`: where each row's bytes begin (char *)."""
        count = len(rows)
        self.count = 0
        self.vector = ffi.new("struct mmsghdr[]", count)
        self._parts = ffi.new("struct iovec[]", count)
        self._parts_at = int(ffi.cast("size_t", self._parts))
        self._words = memoryview(ffi.buffer(self.vector)).cast("B").cast("P")
        self.sizes = memoryview(ffi.buffer(self._parts)).cast("B").cast("P")  # of row i: sizes[2 * i + 1]
        self._firsts = list(range(count))
        self._counts = [1] * count
        self._addresses: list[tuple[Any, ...]] = [()] * count
        self._kept: list[Name | None] = [None] * count
        self._names: dict[tuple[Any, ...], Name] = {}
        self._name_bytes = 0
        self._prepare(rows)

    def _prepare(self, rows: Sequence[Any]) -> None:
        for row, place in enumerate(rows):
            self._parts[row].iov_base = place
            header = self.vector[row].msg_hdr
            header.msg_iov, header.msg_iovlen = self._parts + row, 1
        if not kernel.TOGETHER:
            return
        space, head = socket.CMSG_SPACE(2), socket.CMSG_LEN(0)
        self._controls = ffi.new("char[]", space * len(rows))
        self._segments = memoryview(ffi.buffer(self._controls))[head:].cast("H")
        self._step, self._control = space // 2, space
        for row in range(len(rows)):
            at = self._controls + row * space
            ffi.buffer(at, head)[:] = struct.pack("@Nii", socket.CMSG_LEN(2), socket.IPPROTO_UDP, UDP_SEGMENT)
            self.vector[row].msg_hdr.msg_control = at

    def name(self, address: tuple[Any, ...]) -> Name:
        """The address as the kernel reads it."""
        known = self._names.get(address)
        if known is not None:
            return known
        if len(self._names) >= MAX_NAMES:
            self._names.clear()
        written = kernel_name(address)
        inner = ffi.new("char[]", written)
        made = self._names[address] = int(ffi.cast("size_t", inner)), inner
        if len(written) != self._name_bytes:  # the same for all addresses of one socket
            self._name_bytes = len(written)
            for message in range(len(self._firsts)):
                self.vector[message].msg_hdr.msg_namelen = len(written)
        return made

    def put(self, first: int, count: int, segment: int, address: tuple[Any, ...], name: Name) -> None:
        """One more: `count` rows from `first` on, of `segment` bytes each, the last one maybe less."""
        number = self.count
        self.count = number + 1
        words, at = self._words, number * _WORDS
        if self._addresses[number] is not address:
            self._addresses[number] = address
            self._kept[number] = name
            words[at + _NAME] = name[0]
        if self._firsts[number] != first:
            self._firsts[number] = first
            words[at + _PARTS] = self._parts_at + first * _PART
        if self._counts[number] != count:
            self._counts[number] = count
            words[at + _PARTS_LEN] = count
            words[at + _CONTROL_LEN] = self._control if count > 1 else 0
        if count > 1:
            self._segments[number * self._step] = segment

    def get(self, number: int) -> tuple[int, int, tuple[Any, ...]]:
        """First row, number of rows, and address of a message."""
        return self._firsts[number], self._counts[number], self._addresses[number]

    def clear(self) -> None:
        """None are left."""
        self.count = 0
