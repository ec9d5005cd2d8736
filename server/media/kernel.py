"""Linux's calls that read and write many datagrams at once, and addresses as the kernel writes them.

Called through cffi's ABI mode: nothing is compiled. Elsewhere datagrams go one by one.
"""

import socket
import struct
import sys
from typing import Any, Final

from cffi import FFI

ffi: Final = FFI()
ffi.cdef("""
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr {
        void *msg_name; unsigned int msg_namelen; struct iovec *msg_iov; size_t msg_iovlen;
        void *msg_control; size_t msg_controllen; int msg_flags;
    };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int sendmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags);
    int recvmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags, void *timeout);
""")  # sendmmsg(2), recvmmsg(2); struct iovec and struct msghdr as in recvmsg(2)

TOGETHER = sys.platform == "linux"  # where these calls are, and laid out as above
library: Any = ffi.dlopen(None) if TOGETHER else None

NAME_BYTES: Final = 28  # struct sockaddr_in6, the longer of the two

UDP_SEGMENT: Final = 103  # udp(7)

_FAMILY: Final = struct.Struct("=H")
_V4: Final = struct.Struct("!H4s")
_V6: Final = struct.Struct("!HI16s")
_SCOPE: Final = struct.Struct("=I")


def kernel_name(address: tuple[Any, ...]) -> bytes:
    """A numeric address as the kernel reads it: struct sockaddr_in (ip(7)) or sockaddr_in6 (ipv6(7))."""
    host, port, *rest = address
    if ":" not in host:
        return _FAMILY.pack(socket.AF_INET) + _V4.pack(port, socket.inet_aton(host)) + bytes(8)
    flow, scope = rest or (0, 0)
    inner = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
    return _FAMILY.pack(socket.AF_INET6) + _V6.pack(port, flow, inner) + _SCOPE.pack(scope)


def address_of(name: bytes) -> tuple[Any, ...]:
    """The same the other way: what recvfrom gives for such a name."""
    if _FAMILY.unpack_from(name)[0] == socket.AF_INET:
        port, inner = _V4.unpack_from(name, 2)
        return socket.inet_ntop(socket.AF_INET, inner), port
    port, flow, inner = _V6.unpack_from(name, 2)
    return socket.inet_ntop(socket.AF_INET6, inner), port, flow, *_SCOPE.unpack_from(name, 24)


def cuts(sock: socket.socket) -> bool:
    """Whether the kernel cuts one message into datagrams on that socket (UDP_SEGMENT, udp(7); Linux 4.18)."""
    try:
        return sock.getsockopt(socket.IPPROTO_UDP, UDP_SEGMENT) >= 0
    except OSError:
        return False
