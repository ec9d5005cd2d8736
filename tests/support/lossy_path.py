"""A bad way between browsers and the media port: a relay of datagrams that loses as many as it is told to, both ways,
delays them, may have a narrow place on the way down, and may turn up at another port.

Browsers are led through it by `led_through`, put into a page before its own scripts: it writes the relay's port into
every offer, as a router with address translation would change the way without anybody's knowing.
"""

import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from heapq import heappop, heappush
from random import Random

from tests.support.bottleneck import Bottleneck

LED_THROUGH = """(port => {
  const right = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    const sdp = description.sdp.replace(/^(a=candidate:\\S+ 1 udp \\d+ \\S+) \\d+ /gim, `$1 ${port} `);
    return right.call(this, { type: description.type, sdp });
  };
})"""

Address = tuple[str, int]
ON_THE_WIRE = 28  # bytes of IPv4 and UDP headers, which a narrow place carries too


class LossyPath:
    """`loss`: the share of datagrams that is lost, each way; `delay`: seconds that each way takes; `jitter`: seconds
    more that a datagram may take by chance, so that some overtake others; `down`: the narrow place, the same for all
    who come this way. All may be changed at any time.
    """

    def __init__(self, server: int) -> None:
        self.loss = 0.0
        self.delay = 0.0
        self.jitter = 0.0
        self.down: Bottleneck | None = None
        self.came_back = 0  # datagrams of the server, since the last move
        self.passes: Callable[[bytes], bool] = lambda datagram: True  # what browsers may send at all
        self._server = ("127.0.0.1", server)
        self._rng = Random(1)
        self._ways: dict[Address, socket.socket] = {}
        self._due: list[tuple[float, int, socket.socket, bytes, Address]] = []
        self._count = 0
        self._selector = selectors.DefaultSelector()
        self._near = self._bound(None)
        self.port: int = self._near.getsockname()[1]
        self._moving = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lossy path")
        self._thread.start()

    def led_through(self) -> str:
        """The script that leads a page's media through here."""
        return f"{LED_THROUGH}({self.port})"

    def move(self) -> None:
        """From now on the server sees everybody at another port, as when a router has forgotten them or a phone goes
        from Wi-Fi to mobile data; what is sent to the old one is lost.
        """
        self._moving.set()

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()
        for one in (self._near, *self._ways.values()):
            one.close()
        self._selector.close()

    def _bound(self, client: Address | None) -> socket.socket:
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        one.bind(("127.0.0.1", 0))
        one.setblocking(False)
        self._selector.register(one, selectors.EVENT_READ, client)
        return one

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._moving.is_set():
                self._move_now()
            wait = max(0.0, self._due[0][0] - time.monotonic()) if self._due else 0.05
            for key, _ in self._selector.select(timeout=min(wait, 0.05)):
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                try:
                    while True:
                        self._pass_on(sock, key.data, *sock.recvfrom(2048))
                except (BlockingIOError, ConnectionError):
                    continue
            while self._due and self._due[0][0] <= time.monotonic():
                _, _, sock, data, to = heappop(self._due)
                self._put(sock, data, to)

    def _move_now(self) -> None:
        self._moving.clear()
        self.came_back = 0
        for client, old in list(self._ways.items()):
            self._selector.unregister(old)
            old.close()
            self._ways[client] = self._bound(client)

    def _pass_on(self, sock: socket.socket, client: Address | None, data: bytes, sender: Address) -> None:
        if self._rng.random() < self.loss:
            return
        if sock is not self._near:
            assert client is not None
            self.came_back += 1
            through = None if self.down is None else self.down.put(len(data) + ON_THE_WIRE, time.monotonic())
            if self.down is None or through is not None:
                self._send(self._near, data, client, through)
            return
        if not self.passes(data):
            return
        if sender not in self._ways:
            self._ways[sender] = self._bound(sender)
        self._send(self._ways[sender], data, self._server)

    def _send(self, sock: socket.socket, data: bytes, to: Address, through: float | None = None) -> None:
        late = self.delay + self.jitter * self._rng.random()
        if late or through is not None:
            self._count += 1
            heappush(self._due, ((through or time.monotonic()) + late, self._count, sock, data, to))
        else:
            self._put(sock, data, to)

    def _put(self, sock: socket.socket, data: bytes, to: Address) -> None:
        with suppress(OSError):  # full, or its way was given up while it was under way
            sock.sendto(data, to)


@contextmanager
def lossy_path(server: int) -> Iterator[LossyPath]:
    """A way to the media port `server` of this machine."""
    path = LossyPath(server)
    try:
        yield path
    finally:
        path.close()
