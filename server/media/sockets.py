"""Sockets that take IPv4 and IPv6 through one number.

One socket for both (RFC 3493, 3.7 and 5.3), not one for each: there is one number to find free, one buffer to read and
one order of arrival. IPv4 addresses look like `::ffff:192.0.2.1` on it, and are sent to as they came.
"""

import errno
import socket

from server.errors import BrokenInstallation

ALL = "::"  # every address of the machine, of both versions
ALL_4 = "0.0.0.0"

# TCP connections that wait until the loop comes round. More rides out longer pauses; the kernel keeps a little of each.
BACKLOG = 128

# How many numbers that are free for UDP are tried for TCP when any will do. The first is nearly always free.
TRIES = 20

_NO_IPV6 = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT)


def bound(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    """A socket on `host` (an IP address) and `port` (0: any free one). On a machine without IPv6, `::` is every IPv4
    address.

    Raises OSError when the address or the port cannot be had, OverflowError for a number that is no port.
    """
    if host != ALL:
        return _bound(socket.AF_INET6 if ":" in host else socket.AF_INET, host, port, kind)
    try:
        return _bound(socket.AF_INET6, ALL, port, kind)
    except OSError as error:
        if error.errno not in _NO_IPV6:
            raise
        return _bound(socket.AF_INET, ALL_4, port, kind)


def media_sockets(host: str, port: int, *, tcp: bool) -> tuple[socket.socket, socket.socket | None]:
    """A socket for datagrams and, with `tcp`, one on the same number that takes connections.

    Raises BrokenInstallation, with what to do.
    """
    number, fault = port, OSError()
    for _ in range(1 if port else TRIES):
        try:
            datagrams = bound(host, port, socket.SOCK_DGRAM)
        except (OSError, OverflowError) as error:
            raise BrokenInstallation(
                f"UDP port {port} on {host} is not free for media ({error}); choose another or stop what uses it."
            ) from error
        if not tcp:
            return datagrams, None
        number = datagrams.getsockname()[1]
        try:
            connections = bound(host, number, socket.SOCK_STREAM)
        except OSError as error:
            datagrams.close()
            fault = error
            continue
        connections.listen(BACKLOG)
        return datagrams, connections
    raise BrokenInstallation(
        f"TCP port {number} on {host} is not free for media ({fault}); choose another, stop what uses it, "
        "or set PARLEY_MEDIA_TCP to false."
    ) from fault


def _bound(family: socket.AddressFamily, host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(family, kind)
    try:
        sock.setblocking(False)
        if kind is socket.SOCK_STREAM:  # a restart need not wait until connections of before are forgotten
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, host != ALL)
        sock.bind((host, port))
    except BaseException:
        sock.close()
        raise
    return sock
