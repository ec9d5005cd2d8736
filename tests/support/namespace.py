"""A network of the test's own: one address, a default route, and no wire to anywhere.

Media then travels between addresses as in a house with a router, not on loopback, and no datagram can leave. Whatever
the thread starts while it is inside (server, browsers) is inside too. The network has no name and nothing of it is
kept: the kernel takes it away with the last process in it, however the test ends. Linux, and root.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

NEW_NETWORK = 0x40000000  # CLONE_NEWNET, for unshare(2) and setns(2)
HERE = "10.77.0.2"
ROUTER = "10.77.0.1"  # nobody is there; browsers find their own address by the way to it
SETUP = (
    "link set lo up",
    "link add house0 type veth peer name wire0",  # a pair, for a link without a far end is down
    "link set wire0 up",
    f"addr add {HERE}/24 dev house0",
    "link set house0 up",
    f"route add default via {ROUTER}",
)


@contextmanager
def own_network() -> Iterator[str]:
    """This thread, and what it starts, in a network of its own; gives the address there. Fails in words."""
    ip = shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    assert ip, "the command `ip` is missing: run `make test`, which installs iproute2"
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _must(libc.unshare(NEW_NETWORK), "a network of its own cannot be made: run the browser tests as root")
        try:
            for words in SETUP:
                done = subprocess.run([ip, *words.split()], capture_output=True, text=True, check=False)
                assert done.returncode == 0, f"ip {words}: {done.stderr.strip()}"
            yield HERE
        finally:
            _must(libc.setns(home, NEW_NETWORK), "the way back into the machine's network is gone")
    finally:
        os.close(home)


@contextmanager
def inside(net: int) -> Iterator[None]:
    """This thread, for a moment, in the network that this descriptor stands for."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _must(libc.setns(net, NEW_NETWORK), "that network is gone")
        try:
            yield
        finally:
            _must(libc.setns(home, NEW_NETWORK), "the way back into the network of the test is gone")
    finally:
        os.close(home)


def _must(status: int, what: str) -> None:
    error = ctypes.get_errno()
    assert status == 0, f"{what} ({os.strerror(error)})"
