"""The one media port of the process: all browsers, all sessions. UDP, and TCP on the same number for who gets no UDP
through (tcp_door.py).

The socket is our own, not a transport of the event loop: asyncio and uvloop queue a datagram when the kernel's buffer
is full and write it later, and what has been revoked must not be written later. Here a datagram is written in the call
or dropped; what goes to many is collected and written within that call (`batch.py`). Media is old news a moment later;
DTLS and ICE send again by themselves.
"""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from server.clock import Clock
from server.errors import BrokenInstallation
from server.media.addresses import announced
from server.media.batch import Batch
from server.media.ice import Address, IceEnd, name_in
from server.media.inbox import Inbox
from server.media.sockets import media_sockets
from server.media.stream import Stream
from server.media.tcp_door import TcpDoor
from server.media.wire import Certificate

log = logging.getLogger(__name__)

# The kernel's buffers. Bigger survives longer pauses of the process without loss, and makes what comes out after one
# older; 1 MiB is half a second of twelve seats. The kernel may grant less.
BUFFER_BYTES = 1 << 20

MIN_DATAGRAM = 12  # an RTP header
MAX_DATAGRAM = 1500  # one Ethernet frame; browsers stay below 1280


class Guest(Protocol):
    """Whoever owns an ICE end on this port."""

    ice: IceEnd

    def receive(self, datagrams: Sequence[bytes], now: float) -> None:
        """Datagrams that are not STUN, from addresses that this guest's ICE has validated, in the order they came."""


class MediaPort:
    """Sorts datagrams: binding requests by the name in them, everything else by an address that has proved itself."""

    def __init__(
        self, sock: socket.socket, connections: socket.socket | None, addresses: Sequence[str], clock: Clock
    ) -> None:
        """`sock` takes datagrams, `connections` listens on the same number, where TCP is wanted."""
        self.addresses = tuple(addresses)  # announced in every offer
        self.number: int = sock.getsockname()[1]
        self.certificate = Certificate()
        self.counts: Counter[str] = Counter()  # what was dropped, by reason; for metrics and tests
        self.received = 0
        self.batch = Batch(sock, self.counts)
        self._inbox = Inbox(sock, MAX_DATAGRAM)
        self._sent = 0
        self._socket = sock
        self._clock = clock
        self._by_name: dict[str, Guest] = {}
        self._by_address: dict[Address, Guest] = {}
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), self._readable)
        self._closed = False
        self.door: TcpDoor | None = None
        if connections is not None:
            self.door = TcpDoor(connections, clock, longest=MAX_DATAGRAM, take=self._frame, on_closed=self._stream_over)

    @property
    def sent(self) -> int:
        """Datagrams that the kernel has taken."""
        return self._sent + self.batch.sent

    @classmethod
    async def open(
        cls, host: str, port: int, announce: Sequence[str], clock: Clock, *, tcp: bool = True
    ) -> "MediaPort":
        """Listen on `host` (`::` for all addresses, 0.0.0.0 for all of IPv4) and `port` (0 takes any free one), with
        `tcp` for connections too.

        `announce` is what browsers are told; empty means every address of this machine that the socket listens on.
        Raises BrokenInstallation, with what to do, when the port cannot be had.
        """
        try:
            addresses = announced(host, announce)
        except ValueError as error:
            raise BrokenInstallation(f"The media address is not usable ({error}); set an IP address.") from error
        sock, connections = media_sockets(host, port, tcp=tcp)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
        return cls(sock, connections, addresses, clock)

    def close(self) -> None:
        """Stop listening. Guests should have left before."""
        if self._closed:
            return
        self._closed = True
        self._loop.remove_reader(self._socket.fileno())
        self.batch.close()
        self._inbox.close()
        self._socket.close()
        if self.door is not None:
            self.door.close()

    def admit(self, guest: Guest) -> None:
        """Answer binding requests for this guest from now on."""
        self._by_name[guest.ice.name] = guest

    def dismiss(self, guest: Guest) -> None:
        """Forget the guest and its addresses: whatever still comes from there is dropped unread."""
        self._by_name.pop(guest.ice.name, None)
        for address in [each for each, owner in self._by_address.items() if owner is guest]:
            self._forget(address)

    def settle(self, guest: Guest) -> None:
        """The guest's ICE may have forgotten addresses: forget them here too."""
        kept = set(guest.ice.addresses)
        for address in [each for each, owner in self._by_address.items() if owner is guest and each not in kept]:
            self._forget(address)

    def paths(self) -> dict[str, int]:
        """How many guests are sent to by UDP, and how many by TCP, now."""
        chosen = Counter(
            "tcp" if isinstance(guest.ice.selected, Stream) else "udp"
            for guest in self._by_name.values()
            if guest.ice.selected is not None
        )
        return {"udp": chosen["udp"], "tcp": chosen["tcp"]}

    def send(self, datagram: bytes, address: Address) -> None:
        """Write in this call, or drop when the kernel does not take it now."""
        if isinstance(address, Stream):
            if address.send(datagram):
                self._sent += 1
            else:
                self.counts["unsent_stream"] += 1
            return
        try:
            self._socket.sendto(datagram, address)
            self._sent += 1
        except OSError as error:  # its buffer is full, or the network is gone: the next consent check tells
            self.counts["unsent_full" if isinstance(error, BlockingIOError) else "unsent"] += 1

    def _readable(self) -> None:
        try:
            burst = self._inbox.read()
        except OSError:  # an ICMP error of an earlier send: nothing to read, and no reason to stop
            self.counts["socket_error"] += 1
            return
        self._take(burst)

    def _take(self, burst: Sequence[tuple[bytes, Address]]) -> None:
        """Answer checks at once, and give each guest its part of the burst in one piece."""
        self.received += len(burst)
        now = self._clock.boot()
        parts: dict[Guest, list[bytes]] = {}
        for datagram, address in burst:
            if not MIN_DATAGRAM <= len(datagram) <= MAX_DATAGRAM:
                self.counts["size"] += 1
            elif datagram[0] < 4:  # RFC 7983: 0 to 3 is STUN
                self._try(self._check if datagram[0] == 0 else self._answer, datagram, address, now)
            elif (guest := self._by_address.get(address)) is None:
                self.counts["stranger"] += 1
            elif guest in parts:
                parts[guest].append(datagram)
            else:
                parts[guest] = [datagram]
        for guest, datagrams in parts.items():
            if self._closed:
                return
            self._try(guest.receive, datagrams, now)

    def _try(self, act: Callable[..., None], *arguments: object) -> None:
        try:
            act(*arguments)
        except Exception as error:  # one guest's bytes never end another's call
            self.failed(error)

    def failed(self, error: Exception) -> None:
        """A datagram was not refused, as it should have been, but raised: it is counted, and of each kind the first is
        in the log. Strangers do not fill it.
        """
        reason = f"failed_{type(error).__name__}"
        self.counts[reason] += 1
        if self.counts[reason] == 1:
            log.error("a datagram could not be dealt with", exc_info=error)

    def _frame(self, datagram: bytes, stream: Stream) -> bool:
        self._take([(datagram, stream)])
        return stream in self._by_address

    def _stream_over(self, stream: Stream) -> None:
        guest = self._by_address.pop(stream, None)
        if guest is not None:
            guest.ice.leave(stream)

    def _forget(self, address: Address) -> None:
        del self._by_address[address]
        if isinstance(address, Stream):
            address.reset("left")

    def _answer(self, datagram: bytes, address: Address, now: float) -> None:
        guest = self._by_address.get(address)
        if guest is None or not guest.ice.answered(datagram, now):
            self.counts["check_unknown"] += 1

    def _check(self, datagram: bytes, address: Address, now: float) -> None:
        name = name_in(datagram)
        guest = self._by_name.get(name) if name is not None else None
        if guest is None:
            self.counts["check_unknown"] += 1
            return
        owner = self._by_address.get(address, guest)
        if owner is not guest:
            # An address serves one guest. Otherwise a seat could take another's media away by writing its address.
            self.counts["check_taken"] += 1
            return
        response = guest.ice.check(datagram, address, now)
        if response is None:
            self.counts["check_invalid"] += 1
            return
        if address not in self._by_address:
            self._by_address[address] = guest
            self.settle(guest)
        self.send(response, address)
