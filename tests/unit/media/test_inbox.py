"""What has come is read as one burst, by one call or one by one: the same datagrams from the same addresses."""

import os
import socket
from collections.abc import Callable, Iterator

import pytest

from server.media import inbox as module
from server.media.inbox import MAX_AT_ONCE, Inbox
from server.media.kernel import address_of, kernel_name

LONGEST = 1500


@pytest.fixture
def made(way: None) -> Iterator[Callable[[str], socket.socket]]:
    """Makes sockets that do not block."""
    sockets: list[socket.socket] = []

    def make(host: str) -> socket.socket:
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        sockets.append(sock)
        sock.setblocking(False)
        if host == "::":
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind((host, 0))
        return sock

    yield make
    for sock in sockets:
        sock.close()


Make = Callable[[str], socket.socket]


@pytest.mark.parametrize(("host", "to"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("::", "127.0.0.1")])
def test_everything_comes_in_order_with_the_address_that_can_be_answered(made: Make, host: str, to: str) -> None:
    here, one, other = made(host), made(to), made(to)
    inbox, port = Inbox(here, LONGEST), here.getsockname()[1]
    for number, sock in enumerate((one, other, one)):
        sock.sendto(b"datagram %d" % number, (to, port))
    burst = inbox.read()
    assert [datagram for datagram, _ in burst] == [b"datagram 0", b"datagram 1", b"datagram 2"]
    assert burst[0][1] == burst[2][1] != burst[1][1]
    here.sendto(b"answer", burst[1][1])  # type: ignore[arg-type]
    assert other.recv(100) == b"answer"
    assert inbox.read() == [], "and nothing comes twice"


def test_an_address_looks_as_recvfrom_writes_it(made: Make) -> None:
    here, one = made("::"), made("127.0.0.1")
    inbox = Inbox(here, LONGEST)
    one.sendto(b"a", ("127.0.0.1", here.getsockname()[1]))
    ((_, address),) = inbox.read()
    one.sendto(b"b", ("127.0.0.1", here.getsockname()[1]))
    assert here.recvfrom(100) == (b"b", address)


def test_what_is_too_long_comes_one_byte_too_long_and_what_is_empty_comes_empty(made: Make) -> None:
    here, one = made("127.0.0.1"), made("127.0.0.1")
    inbox = Inbox(here, LONGEST)
    for size in (LONGEST, LONGEST + 1, 9000, 0, 1):
        one.sendto(bytes(size), here.getsockname())
    assert [len(datagram) for datagram, _ in inbox.read()] == [LONGEST, LONGEST + 1, LONGEST + 1, 0, 1]


def test_a_burst_is_bounded_and_the_rest_comes_next(made: Make) -> None:
    here, one = made("127.0.0.1"), made("127.0.0.1")
    inbox = Inbox(here, LONGEST)
    for number in range(MAX_AT_ONCE + 3):
        one.sendto(b"%d" % number, here.getsockname())
    assert [len(inbox.read()), len(inbox.read()), len(inbox.read())] == [MAX_AT_ONCE, 3, 0]


def test_strangers_are_remembered_within_bounds(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_NAMES", 3)
    here, others = made("127.0.0.1"), [made("127.0.0.1") for _ in range(8)]
    inbox = Inbox(here, LONGEST)
    for _ in range(2):
        for other in others:
            other.sendto(b"x", here.getsockname())
        assert [address for _, address in inbox.read()] == [other.getsockname() for other in others]
    assert len(inbox._addresses) <= 3


@pytest.mark.parametrize("way", [True], indirect=True, ids=["together"])  # else the socket knows that it is closed
def test_a_closed_inbox_reads_nobody_elses_datagrams(made: Make) -> None:
    here, one = made("127.0.0.1"), made("127.0.0.1")
    inbox = Inbox(here, LONGEST)
    one.sendto(b"x", here.getsockname())
    inbox.close()
    number = here.fileno()
    os.dup2(one.fileno(), number)  # another's socket has the number now
    here.sendto(b"for the other", one.getsockname())
    with pytest.raises(OSError, match="Bad file descriptor"):
        inbox.read()
    assert one.recv(100) == b"for the other"


@pytest.mark.parametrize("address", [("192.0.2.7", 4711), ("2001:db8::7", 4711, 0, 0), ("fe80::1", 5, 7, 3)])
def test_a_name_of_the_kernel_is_an_address_and_back(address: tuple[str, int]) -> None:
    assert address_of(kernel_name(address)) == address
