"""Where browsers come in whose network lets no UDP through: passive ICE-TCP (RFC 6544) on the number of the media port.

Behind it everything is as with UDP; here is only what TCP adds: that a stranger takes up a connection before having
proved anything. So the first frame of a stream must be a check that proves it, within `UNPROVED_SECONDS`, and of those
that have not spoken yet there is a bounded number; the oldest make room. Streams that have proved themselves are
bounded by their guests (ice.MAX_ADDRESSES each), and end with them.
"""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from server.clock import Clock
from server.media.stream import Stream
from server.neighbourhood import neighbourhood

log = logging.getLogger(__name__)

# Seconds until a stream must have proved itself. Browsers check as soon as they are connected, at most after some
# dozens of other checks at 50 ms each. More holds strangers' connections longer; fewer cuts off who has many networks.
UNPROVED_SECONDS = 10.0
SWEEP_SECONDS = 1.0

# Streams that have not proved anything yet: of all the world, and of one address (IPv6: one network of 64 bits). More
# costs descriptors and memory of the kernel; fewer lets a stranger's flood push out an honest browser sooner, and a
# room full of people behind one office's address push out each other.
MAX_UNPROVED = 256
MAX_UNPROVED_OF_ONE = 64

# Connections taken before the loop may do something else.
ACCEPT_AT_ONCE = 16

# Seconds without accepting anybody when there are no descriptors left: trying again at once would only burn time.
REST_SECONDS = 1.0


class _Arrival(NamedTuple):
    at: float  # boot seconds
    network: str


class TcpDoor:
    """Takes connections in, and watches over those that have proved nothing."""

    def __init__(
        self,
        sock: socket.socket,
        clock: Clock,
        *,
        longest: int,
        take: Callable[[bytes, Stream], bool],
        on_closed: Callable[[Stream], None],
    ) -> None:
        """`sock` listens. `take` gets each frame of at most `longest` bytes, and says whether its stream has proved
        itself by now; `on_closed` gets each stream that has ended."""
        self.closed: Counter[str] = Counter()  # streams that have ended, by reason; for metrics and tests
        self._socket = sock
        self._clock = clock
        self._longest = longest
        self._take = take
        self._on_closed = on_closed
        self._streams: set[Stream] = set()
        self._unproved: dict[Stream, _Arrival] = {}  # the oldest first
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), self._come)
        self._timer: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._shut = False

    def __len__(self) -> int:
        """Streams that are open."""
        return len(self._streams)

    def close(self) -> None:
        """Take nobody in any more, and end all streams."""
        if self._shut:
            return
        self._shut = True
        for timer in (self._timer, self._resting):
            if timer is not None:
                timer.cancel()
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        for stream in list(self._streams):
            stream.reset("shut")

    def sweep(self) -> None:
        """End the streams whose time to prove themselves is over. Runs by itself every second while there are any."""
        until = self._clock.boot() - UNPROVED_SECONDS
        for stream in [each for each, arrival in self._unproved.items() if arrival.at <= until]:
            stream.reset("silent")

    def _come(self) -> None:
        for _ in range(ACCEPT_AT_ONCE):
            try:
                sock, address = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                log.warning("no media connection can be taken now: %s", error)
                self._loop.remove_reader(self._socket.fileno())
                self._resting = self._loop.call_later(REST_SECONDS, self._rested)
                return
            try:
                self._welcome(sock, address[:2])
            except OSError:  # gone again already
                sock.close()

    def _rested(self) -> None:
        self._loop.add_reader(self._socket.fileno(), self._come)

    def _welcome(self, sock: socket.socket, address: tuple[str, int]) -> None:
        network = neighbourhood(address[0])
        neighbours = [each for each, arrival in self._unproved.items() if arrival.network == network]
        if len(neighbours) >= MAX_UNPROVED_OF_ONE:
            neighbours[0].reset("crowd")
        elif len(self._unproved) >= MAX_UNPROVED:
            next(iter(self._unproved)).reset("crowd")
        stream = Stream(sock, address, longest=self._longest, take=self._frame, on_closed=self._ended)
        self._streams.add(stream)
        self._unproved[stream] = _Arrival(self._clock.boot(), network)
        self._wind()

    def _frame(self, datagram: bytes, stream: Stream) -> None:
        proved = self._take(datagram, stream)
        if stream in self._unproved:
            if proved:
                del self._unproved[stream]
            else:
                stream.reset("stranger")

    def _ended(self, stream: Stream, why: str) -> None:
        self.closed[why] += 1
        self._streams.discard(stream)
        self._unproved.pop(stream, None)
        self._on_closed(stream)

    def _wind(self) -> None:
        if self._timer is None and self._unproved and not self._shut:
            self._timer = self._loop.call_later(SWEEP_SECONDS, self._swept)

    def _swept(self) -> None:
        self._timer = None
        self.sweep()
        self._wind()
