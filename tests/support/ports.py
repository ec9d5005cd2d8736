"""Ports for programs that have to be told theirs, and for those that come back to the one they had."""

import socket
from contextlib import ExitStack, suppress
from random import SystemRandom

OURS = range(20_000, 32_000)
"""Below those that Linux gives to whoever asks for none (32768 and more): from there a connection of anybody, or of a
client that tries again and again whether a server is back, could take a port before the program that was told it.
"""
_CHANCE = SystemRandom()  # a seed would make two processes of tests choose the same


def free_ports(how_many: int) -> list[int]:
    """Ports of loopback that are free now for TCP and for UDP, all different."""
    with ExitStack() as held:
        found: list[int] = []
        while len(found) < how_many:
            port = _CHANCE.choice(OURS)
            with suppress(OSError), ExitStack() as both:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    sock = both.enter_context(socket.socket(socket.AF_INET, kind))
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind == socket.SOCK_STREAM))
                    sock.bind(("127.0.0.1", port))
                held.push(both.pop_all())
                found.append(port)
        return found


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]
