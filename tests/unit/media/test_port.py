"""The one UDP socket: who gets which datagram, and that nothing waits."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from server.clock import HandWoundClock
from server.errors import BrokenInstallation
from server.media.ice import IceEnd
from server.media.port import MediaPort


class Guest:
    """Takes what it is given."""

    def __init__(self) -> None:
        self.ice = IceEnd(0.0)
        self.got: list[bytes] = []

    def receive(self, datagrams: Sequence[bytes], now: float) -> None:
        self.got += datagrams


class FullSocket:
    """A socket whose kernel buffer is full."""

    def __init__(self, inner: socket.socket) -> None:
        self.inner = inner

    def sendto(self, datagram: bytes, address: object) -> int:
        raise BlockingIOError

    def fileno(self) -> int:
        return self.inner.fileno()

    def close(self) -> None:
        self.inner.close()


async def test_a_taken_port_says_what_to_do() -> None:
    port = await MediaPort.open("127.0.0.1", 0, [], HandWoundClock())
    with pytest.raises(BrokenInstallation, match=f"UDP port {port.number} on 127.0.0.1 is not free"):
        await MediaPort.open("127.0.0.1", port.number, [], HandWoundClock())
    port.close()
    port.close()


@pytest.mark.parametrize(
    ("host", "number", "announce"), [("example", 0, []), ("127.0.0.1", 70000, []), ("127.0.0.1", 0, ["my.host"])]
)
async def test_a_wrong_setting_is_one_sentence(host: str, number: int, announce: list[str]) -> None:
    with pytest.raises(BrokenInstallation):
        await MediaPort.open(host, number, announce, HandWoundClock())


async def test_what_the_kernel_does_not_take_now_is_dropped_for_good() -> None:
    """A queue here would write after a revocation what was sent before it."""
    port = await MediaPort.open("127.0.0.1", 0, [], HandWoundClock())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        real = port._socket
        port._socket = FullSocket(real)  # type: ignore[assignment]
        port.send(b"revoked", listener.getsockname())
        port._socket = real
        port.send(b"allowed", listener.getsockname())
        await asyncio.sleep(0)
        assert listener.recv(100) == b"allowed"
        with pytest.raises(BlockingIOError):
            listener.recv(100)
    assert port.counts["unsent_full"] == 1
    port.close()


async def test_only_addresses_that_proved_themselves_are_heard() -> None:
    port = await MediaPort.open("127.0.0.1", 0, [], HandWoundClock())
    guest = Guest()
    port.admit(guest)
    port._take([(bytes([128, 96]) + bytes(20), ("192.0.2.1", 1))])
    assert not guest.got and port.counts["stranger"] == 1
    port.close()


async def test_one_guests_failure_is_counted_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    port = await MediaPort.open("127.0.0.1", 0, [], HandWoundClock())

    class Failing(Guest):
        def receive(self, datagrams: Sequence[bytes], now: float) -> None:
            raise RuntimeError(datagrams)

    failing, other = Failing(), Guest()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as his,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hers,
    ):
        for sock, guest in ((his, failing), (hers, other)):
            sock.bind(("127.0.0.1", 0))
            port._by_address[sock.getsockname()] = guest
        for _ in range(3):
            his.sendto(b"whatever it is", ("127.0.0.1", port.number))
            hers.sendto(b"whatever it is", ("127.0.0.1", port.number))
            port._readable()
    assert port.counts["failed_RuntimeError"] == 3 and len(other.got) == 3
    assert len(caplog.records) == 1, "strangers do not fill the log"
    port.close()


async def test_with_tcp_off_nobody_is_let_in() -> None:
    port = await MediaPort.open("127.0.0.1", 0, [], HandWoundClock(), tcp=False)
    assert port.door is None and port.paths() == {"udp": 0, "tcp": 0}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port.number))
    port.close()


async def test_a_port_that_is_closed_is_free_for_both() -> None:
    port = await MediaPort.open("127.0.0.1", 0, [], HandWoundClock())
    with socket.create_connection(("127.0.0.1", port.number)):
        await asyncio.sleep(0)
        port.close()
    again = await MediaPort.open("127.0.0.1", port.number, [], HandWoundClock())
    again.close()
