"""A bad way between browsers and the media port: a relay of datagrams that loses as many as it is told to, both ways.

Browsers are led through it by `led_through`, put into a page before its own scripts: it writes the relay's port into
every offer, as a router with address translation would change the way without anybody's knowing.
"""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

LED_THROUGH = """(port => {
  const right = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    const sdp = description.sdp.replace(/^(a=candidate:\\S+ 1 udp \\d+ \\S+) \\d+ /gim, `$1 ${port} `);
    return right.call(this, { type: description.type, sdp });
  };
})"""

Address = tuple[str, int]


class LossyPath:
    """`loss`: the share of datagrams that is lost, each way. May be changed at any time."""

    def __init__(self, server: int) -> None:
        self.loss = 0.0
        self._server = ("127.0.0.1", server)
        self._rng = Random(1)
        self._ways: dict[Address, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._near = self._bound(None)
        self.port: int = self._near.getsockname()[1]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lossy path")
        self._thread.start()

    def led_through(self) -> str:
        """The script that leads a page's media through here."""
        return f"{LED_THROUGH}({self.port})"

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()
        for one in (self._near, *self._ways.values()):
            one.close()
        self._selector.close()

    def _bound(self, client: Address | None) -> socket.socket:
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind(("127.0.0.1", 0))
        one.setblocking(False)
        self._selector.register(one, selectors.EVENT_READ, client)
        return one

    def _run(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(timeout=0.05):
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                try:
                    while True:
                        self._pass_on(sock, key.data, *sock.recvfrom(2048))
                except (BlockingIOError, ConnectionError):
                    continue

    def _pass_on(
        self, sock: socket.socket, client: tuple[str, int] | None, data: bytes, sender: tuple[str, int]
    ) -> None:
        if self._rng.random() < self.loss:
            return
        if sock is not self._near:
            assert client is not None
            self._near.sendto(data, client)
            return
        if sender not in self._ways:
            self._ways[sender] = self._bound(sender)
        self._ways[sender].sendto(data, self._server)


@contextmanager
def lossy_path(server: int) -> Iterator[LossyPath]:
    """A way to the media port `server` of this machine."""
    path = LossyPath(server)
    try:
        yield path
    finally:
        path.close()
