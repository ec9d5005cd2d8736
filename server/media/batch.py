"""Packets that leave together: sealed into buffers that are made once, written by one sendmmsg(2).

What goes to one address one after the other and is equally long is one message to the kernel, which cuts it into
datagrams itself (UDP_SEGMENT, udp(7)): a picture of eight packets costs little more than one of one.

A batch is collected and written, or discarded, within one call of whoever collects it. Nothing lies in it over a turn
of the event loop, so that what is revoked cannot be written afterwards. Without Linux the same rows go out one by one.
What goes by a TCP stream is sealed in the same place, waits beside the rows, and is written or discarded with them.
"""

import errno
import socket
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from server.media import kernel
from server.media.ice import Address
from server.media.kernel import ffi, library
from server.media.messages import Messages
from server.media.stream import Stream
from server.media.wire import MAX_PLAIN, SEALED, Keys, seal_in_place, seal_rtcp_in_place
from server.rtp.out import Out

ROWS: Final = 64  # datagrams that leave by one call. More is memory; fewer means more calls for a large room.

# Fewer rows than this go by sendto(2), one by one: preparing the call through cffi costs more than it saves.
FEW: Final = 2

# Datagrams of one message at most: 64 by the kernel, and less than 64 kB in all.
SEGMENTS: Final = 40


class Batch:
    """Up to `ROWS` sealed packets for one socket, and any number for streams."""

    def __init__(self, sock: socket.socket, counts: Counter[str]) -> None:
        """`counts`: of what was dropped, by reason."""
        self.sent = 0
        self._rows = 0
        self._socket = sock
        self._number = sock.fileno()
        self._counts = counts
        self._together = kernel.TOGETHER
        self._sendmmsg: Any = library.sendmmsg if self._together else None
        self._segments = SEGMENTS if self._together and kernel.cuts(sock) else 1
        self._memory = ffi.new("char[]", ROWS * SEALED)
        self._room = memoryview(ffi.buffer(self._memory))
        self._places = [self._memory + row * SEALED for row in range(ROWS)]
        self._size = ffi.new("int *")
        self._size_seen = memoryview(ffi.buffer(self._size)).cast("i")
        self._messages = Messages(self._places)
        self._streamed: list[tuple[Stream, bytes]] = []

    def add(self, keys: Keys, address: Address, packets: Iterable[Out]) -> bool:
        """Seal packets for that address, RTP and RTCP, until there is no row left: True then. What has been added must
        be written before the rest of the packets can be.

        What is too long, or too old to be sent again (RFC 3711, 3.3.2), is dropped. Where this raises, nothing of what
        it was given is in the batch, and all that was there before is.
        """
        messages, streamed = self._messages.count, len(self._streamed)
        try:
            if not isinstance(address, Stream):
                return self._add_rows(keys, address, packets)
            self._add_to_stream(keys, address, packets)
        except BaseException:
            self._messages.count = messages
            del self._streamed[streamed:]
            raise
        return False

    def _add_rows(self, keys: Keys, address: tuple[Any, ...], packets: Iterable[Out]) -> bool:
        row = first = self._rows
        room, places, size, size_seen = self._room, self._places, self._size, self._size_seen
        messages, segments, segment, most = self._messages, self._segments, 0, 0
        sizes, name = messages.sizes, messages.name(address)
        for _, head, body in packets:
            end = len(head) + len(body)
            if end > MAX_PLAIN:
                self._counts["unsealed"] += 1
                continue
            at = row * SEALED
            room[at : at + end] = head + body
            size_seen[0] = end
            seal = seal_in_place if body else _sealing(head)
            if seal(keys, places[row], size):
                self._counts["unsealed"] += 1
                continue
            length = size_seen[0]
            sizes[2 * row + 1] = length
            if row == most or length > segment:  # the first one too
                if row > first:
                    messages.put(first, row - first, segment, address, name)
                first, segment, most = row, length, row + segments
            elif length < segment:
                most = row + 1  # a shorter one ends its message
            row += 1
            if row == ROWS:
                break
        if row > first:
            messages.put(first, row - first, segment, address, name)
        self._rows = row
        return row == ROWS

    def _add_to_stream(self, keys: Keys, stream: Stream, packets: Iterable[Out]) -> None:
        place, at = self._places[self._rows], self._rows * SEALED
        for _, head, body in packets:
            end = len(head) + len(body)
            if end <= MAX_PLAIN:
                self._room[at : at + end] = head + body
                self._size_seen[0] = end
                seal = seal_in_place if body else _sealing(head)
                if not seal(keys, place, self._size):
                    self._streamed.append((stream, bytes(self._room[at : at + self._size_seen[0]])))
                    continue
            self._counts["unsealed"] += 1

    def write(self) -> None:
        """Give all to the kernel now; what it does not take now is dropped and counted."""
        rows, self._rows = self._rows, 0
        if self._streamed:
            self._write_streams()
        if self._together and rows > FEW:
            self._write_together(rows)
        else:
            for number in range(self._messages.count):
                self._write_apart(number)
        self._messages.clear()

    def discard(self) -> None:
        """Nothing of it leaves, ever."""
        self._rows = 0
        self._messages.clear()
        self._streamed.clear()

    def close(self) -> None:
        """The socket is closed: its number may soon be another's."""
        self.discard()
        self._number = -1

    def _write_together(self, rows: int) -> None:
        messages, at, sent = self._messages, 0, rows
        while at < messages.count:
            taken = self._sendmmsg(self._number, messages.vector + at, messages.count - at, socket.MSG_DONTWAIT)
            if taken > 0:
                at += taken
                continue
            code = ffi.errno
            first, count, _ = messages.get(at)
            if code == errno.EAGAIN:
                self._counts["unsent_full"] += rows - first
                sent -= rows - first
                break
            # Said about this message, and about no other: another's network may be there.
            sent -= count
            if count == 1:
                self._counts["unsent"] += 1
            else:  # it may be the cutting that does not go
                if code == errno.EIO:  # by this network card never
                    self._segments = 1
                self._write_apart(at)
            at += 1
        self.sent += sent

    def _write_apart(self, number: int) -> None:
        first, count, address = self._messages.get(number)
        for row in range(first, first + count):
            at = row * SEALED
            try:
                self._socket.sendto(self._room[at : at + self._messages.sizes[2 * row + 1]], address)
                self.sent += 1
            except OSError as error:
                self._counts["unsent_full" if isinstance(error, BlockingIOError) else "unsent"] += 1

    def _write_streams(self) -> None:
        streamed, self._streamed = self._streamed, []
        for stream, packet in streamed:
            if stream.send(packet):
                self.sent += 1
            else:
                self._counts["unsent_stream"] += 1


def _sealing(head: bytes) -> Callable[[Keys, Any, Any], int]:
    """What seals a packet without a second part: RTCP, or RTP that carries nothing (RFC 5761, 4)."""
    return seal_rtcp_in_place if 64 <= head[1] & 127 <= 95 else seal_in_place
