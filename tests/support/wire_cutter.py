"""A network that can be cut or stand still: a TCP proxy in front of a server. Loopback only, stopped with its test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class WireCutter:
    """Passes bytes on until it is cut; a cut closes what is open and refuses what is new. While it stands still nothing
    is closed and nothing refused, and bytes come late, as TCP has it where every packet is lost for a while.
    """

    def __init__(self, listener: socket.socket | None = None) -> None:
        """`listener`: on loopback, if another than a new one of IPv4."""
        self._listener = listener or socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._target: tuple[str, int] | None = None
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._cut = threading.Event()
        self._cutting = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        host = "[::1]" if self._listener.family is socket.AF_INET6 else "127.0.0.1"
        return f"http://{host}:{self.port}"

    def lead_to(self, port: int) -> None:
        """The loopback port where the bytes go."""
        self._target = ("127.0.0.1", port)

    def cut(self) -> None:
        """Every open connection breaks; new ones are closed at once."""
        self._cut.set()
        with self._cutting:
            for pair in self._pairs:
                for end in pair:
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
            self._pairs.clear()

    def mend(self) -> None:
        self._cut.clear()

    def stand_still(self) -> None:
        """Whoever waits waits on; whoever comes is not answered."""
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    def close(self) -> None:
        self.flow()
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._flowing.wait()
            with self._cutting:  # else what comes in the moment of a cut would outlive it
                self._lead(near)

    def _lead(self, near: socket.socket) -> None:
        if self._cut.is_set() or self._target is None:
            near.close()
            return
        far = socket.create_connection(self._target)
        self._pairs.append((near, far))
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=_pump, args=(source, sink, self._flowing), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, flowing: threading.Event) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            flowing.wait()
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    source.close()  # each end is one thread's source


@contextmanager
def wire_cutter() -> Iterator[WireCutter]:
    cutter = WireCutter()
    try:
        yield cutter
    finally:
        cutter.close()
