"""A network of its own for one node, with one wire to the network of the test: so that what goes to a server, or what
comes from it, can be cut off alone. People reach the node by a door that no cut touches.

The isle has no name: the kernel takes it away with the last process in it. Linux, and root.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.namespace import HERE, NEW_NETWORK
from tests.support.wire_cutter import WireCutter

PATH = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
NETWORK = "10.78.0.0/16"
"""All isles."""


class Door(WireCutter):
    """Listens on the test's loopback, and leads to the isle's."""

    def __init__(self, net: int) -> None:
        self._net = net
        super().__init__()

    def _accept(self) -> None:
        assert ctypes.CDLL(None, use_errno=True).setns(self._net, NEW_NETWORK) == 0  # this thread alone
        with suppress(OSError):
            super()._accept()


class Isle:
    """`pid`: of the process that holds the isle."""

    def __init__(self, pid: int, net: int) -> None:
        self.before = ("nsenter", f"--net=/proc/{pid}/ns/net", "--")
        self.door = Door(net)

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
    """From inside `own_network`, whose address the isle reaches."""
    holder = subprocess.Popen(["unshare", "--net", "--", "sleep", "infinity"])
    try:
        there = Path(f"/proc/{holder.pid}/ns/net")
        here = os.readlink("/proc/thread-self/ns/net")
        while os.readlink(there) == here:
            assert holder.poll() is None, "no network of its own: run as root"
        net = os.open(there, os.O_RDONLY)
        try:
            found = Isle(holder.pid, net)
            name, near, far = f"isle{number}", f"10.78.{number}.1", f"10.78.{number}.2"
            _ip("link", "add", name, "type", "veth", "peer", "name", "shore", "netns", str(holder.pid))
            _ip("addr", "add", f"{near}/24", "dev", name)
            _ip("link", "set", name, "up")
            for words in ("link set lo up", f"addr add {far}/24 dev shore", "link set shore up"):
                found.do("ip", *words.split())
            found.do("ip", "route", "add", HERE, "via", near)
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
