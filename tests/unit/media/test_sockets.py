"""Sockets for both versions of IP, and for machines that have only one."""

import errno
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from server.errors import BrokenInstallation
from server.media import sockets
from server.media.sockets import bound, media_sockets


@pytest.fixture
def without_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that has no IPv6."""
    made = socket.socket

    def only_ipv4(family: socket.AddressFamily, kind: socket.SocketKind) -> socket.socket:
        if family is socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return made(family, kind)

    monkeypatch.setattr(socket, "socket", only_ipv4)


@pytest.fixture
def taken() -> Iterator[int]:
    """A number that somebody listens on by TCP, on every address of IPv4."""
    with closing(socket.create_server(("0.0.0.0", 0))) as other:
        yield other.getsockname()[1]


def test_one_socket_takes_both_versions_and_answers_each_as_it_came() -> None:
    with closing(bound("::", 0, socket.SOCK_DGRAM)) as sock:
        number = sock.getsockname()[1]
        for family, host, seen in (
            (socket.AF_INET, "127.0.0.1", "::ffff:127.0.0.1"),
            (socket.AF_INET6, "::1", "::1"),
        ):
            with socket.socket(family, socket.SOCK_DGRAM) as browser:
                browser.settimeout(10)
                browser.connect((host, number))
                browser.send(b"a")
                _, address = sock.recvfrom(10)
                assert address[0] == seen
                sock.sendto(b"b", address)
                assert browser.recv(10) == b"b"


def test_an_address_of_one_version_is_of_that_version_alone() -> None:
    for host, family in (("0.0.0.0", socket.AF_INET), ("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)):
        with closing(bound(host, 0, socket.SOCK_STREAM)) as sock:
            assert sock.family is family and sock.getsockname()[0] == host


@pytest.mark.usefixtures("without_ipv6")
def test_a_machine_without_ipv6_has_every_address_of_ipv4() -> None:
    datagrams, connections = media_sockets("::", 0, tcp=True)
    assert connections is not None
    with closing(datagrams), closing(connections):
        assert datagrams.getsockname()[0] == connections.getsockname()[0] == "0.0.0.0"
        assert datagrams.getsockname()[1] == connections.getsockname()[1]
    with pytest.raises(OSError, match="not supported"):
        bound("::1", 0, socket.SOCK_DGRAM)


@pytest.mark.parametrize("host", ["::", "0.0.0.0", "127.0.0.1"])
def test_a_number_that_tcp_does_not_give_is_said_in_one_sentence(host: str, taken: int) -> None:
    with pytest.raises(BrokenInstallation, match=f"^TCP port {taken} on {host} .*PARLEY_MEDIA_TCP to false.$"):
        media_sockets(host, taken, tcp=True)
    datagrams, connections = media_sockets(host, taken, tcp=False)
    assert connections is None
    datagrams.close()


def test_where_any_number_will_do_one_is_found_that_both_give(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[int] = []
    bind = sockets._bound

    def refusing(family: socket.AddressFamily, host: str, port: int, kind: socket.SocketKind) -> socket.socket:
        if kind is socket.SOCK_STREAM and len(refused) < 3:
            refused.append(port)
            raise OSError(errno.EADDRINUSE, "Address already in use")
        return bind(family, host, port, kind)

    monkeypatch.setattr(sockets, "_bound", refusing)
    datagrams, connections = media_sockets("::", 0, tcp=True)
    assert connections is not None and len(refused) == 3
    with closing(datagrams), closing(connections):
        assert datagrams.getsockname()[1] == connections.getsockname()[1]
