"""A network of its own with one wire to the network of the test, and a door that no cut touches. For one node: so that
what goes to a server, or what comes from it, can be cut off alone. Or for one browser that has IPv6 and nothing else.

The isle has no name: the kernel takes it away with the last process in it. Linux, and root.
"""

import ctypes
import os
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.namespace import HERE, NEW_NETWORK, inside
from tests.support.wire_cutter import WireCutter

PATH = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
NETWORK = "10.78.0.0/16"
"""All isles of nodes."""
HERE_6, THERE_6 = "fd78::1", "fd78::2"
"""The ends of the wire to the isle of IPv6; unique local addresses (RFC 4193), as a house's own network has them."""


class Door(WireCutter):
    """In: listens on the test's loopback, and leads to the isle's."""

    def __init__(self, net: int) -> None:
        self._net = net
        super().__init__()

    def _accept(self) -> None:
        assert ctypes.CDLL(None, use_errno=True).setns(self._net, NEW_NETWORK) == 0  # this thread alone
        with suppress(OSError):
            super()._accept()


def _out(net: int) -> WireCutter:
    """Listens on the isle's loopback of IPv6, and leads to the test's."""
    with inside(net):
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    return WireCutter(listener)


class Isle:
    """`before`: what stands before a command that runs inside."""

    def __init__(self, before: Sequence[str], door: WireCutter) -> None:
        self.before = tuple(before)
        self.door = door

    def do(self, *command: str) -> None:
        """A command inside."""
        subprocess.run([*self.before, *command], check=True, env=PATH)

    def cut(self, port: int, outwards: bool) -> None:
        """Whatever goes out to this port, or comes in from it, is lost without a word."""
        way = ("OUTPUT", "--dport") if outwards else ("INPUT", "--sport")
        self.do("iptables", "-A", way[0], "-p", "tcp", way[1], str(port), "-j", "DROP")

    def mend(self) -> None:
        self.do("iptables", "-F")


@contextmanager
def isle(number: int) -> Iterator[Isle]:
    """For a node, from inside `own_network`, whose address the isle reaches. Its door leads in."""
    near, far = f"10.78.{number}.1", f"10.78.{number}.2"
    with _isle(f"isle{number}", f"{near}/24", f"{far}/24", Door) as found:
        found.do("ip", "route", "add", HERE, "via", near)
        yield found


@contextmanager
def isle_of_ipv6() -> Iterator[Isle]:
    """For a browser, from inside `own_network`, whose end is `HERE_6`; who is there has to go by IPv4 from now on. Its
    door leads out: what listens on the test's loopback is reached at the isle's `::1`, and there is no address of IPv4,
    not even for itself.
    """
    subprocess.run(["ip6tables", "-w", "-A", "OUTPUT", "-o", "lo", "-p", "udp", "-j", "DROP"], check=True, env=PATH)
    with _isle("isle6", f"{HERE_6}/64 nodad", f"{THERE_6}/64 nodad", _out) as found:
        found.do("ip", "addr", "del", "127.0.0.1/8", "dev", "lo")
        found.do("ip", "route", "add", "default", "via", HERE_6)  # browsers find their own address by the way out
        yield found


@contextmanager
def _isle(name: str, near: str, far: str, door: Callable[[int], WireCutter]) -> Iterator[Isle]:
    """`name`: of this end of the wire; `near` and `far`: the addresses of its ends, as `ip` takes them."""
    holder = subprocess.Popen(["unshare", "--net", "--", "sleep", "infinity"])
    try:
        there = Path(f"/proc/{holder.pid}/ns/net")
        here = os.readlink("/proc/thread-self/ns/net")
        while os.readlink(there) == here:
            assert holder.poll() is None, "no network of its own: run as root"
        net = os.open(there, os.O_RDONLY)
        try:
            before = ("nsenter", f"--net={there}", "--")
            _ip("link", "add", name, "type", "veth", "peer", "name", "shore", "netns", str(holder.pid))
            _ip("addr", "add", *near.split(), "dev", name)
            _ip("link", "set", name, "up")
            for words in ("link set lo up", f"addr add {far} dev shore", "link set shore up"):
                subprocess.run([*before, "ip", *words.split()], check=True, env=PATH)
            found = Isle(before, door(net))
            try:
                yield found
            finally:
                found.door.close()
        finally:
            os.close(net)
    finally:
        holder.kill()
        holder.wait()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, env=PATH)
