"""Our end of ICE, the lite kind (RFC 8445, 2.5): we look for no way to anybody, we answer those who know our password.

An address may carry media once a binding request from it proved, by message integrity, that its sender has read our
offer. The browser is the controlling side; where it says USE-CANDIDATE, there we send. The one request that we make is
whether somebody whom we send to already is still there (`knock`: a consent check, RFC 7675).
"""

import struct
from collections import OrderedDict, deque
from typing import Any

from aioice import stun

from server.bucket import Bucket
from server.ids import new_id, new_secret
from server.media.stream import Stream

# Whatever recvfrom gives and sendto takes, (host, port) and two more for IPv6; or a TCP stream.
Address = tuple[Any, ...] | Stream

# Addresses of one browser that have proved themselves and may be chosen. A browser with Wi-Fi, Ethernet, VPN and mobile
# uses four to six. More is only memory; fewer could push out the one in use (the selected one is never pushed out).
MAX_ADDRESSES = 8

# Checks that are answered per second, and at once. Browsers send up to 20 a second while they look for a way, then one
# in 2.5 s. More lets a browser draw more work and more answers out of us; fewer slows those with many networks.
CHECKS_PER_SECOND = 100.0
CHECKS_AT_ONCE = 200.0

# Knocks whose answer is still good: a second's. Fewer would not know the answer over a slow satellite.
MAX_KNOCKS = 4

# The priority of a peer-reflexive candidate of the first component (RFC 8445, 5.1.2): nobody chooses by it.
_PRIORITY = (110 << 24) + (65535 << 8) + 255

_HEADER = struct.Struct("!HHI")
_ATTRIBUTE = struct.Struct("!HH")
_BINDING_REQUEST = 0x0001
_BINDING_ANSWER = struct.pack("!H", 0x0101)
_COOKIE = 0x2112A442
_USERNAME = 0x0006
_ICE_CHARS = str.maketrans("-_", "+/")  # RFC 8445, 5.3: letters, digits, "+" and "/"


def name_in(datagram: bytes) -> str | None:
    """The name (our ufrag) that a binding request is for, found without parsing the rest; None if it is none.

    This is all that a datagram from a stranger costs: a look at the header and a walk over the attributes.
    """
    if len(datagram) < 28:
        return None
    kind, length, cookie = _HEADER.unpack_from(datagram)
    if kind != _BINDING_REQUEST or cookie != _COOKIE or length != len(datagram) - 20:
        return None
    found: str | None = None
    at = 20
    while at + 4 <= len(datagram):
        attribute, size = _ATTRIBUTE.unpack_from(datagram, at)
        if attribute == _USERNAME and found is None:
            name, colon, _ = datagram[at + 4 : at + 4 + size].partition(b":")
            found = name.decode("ascii", "replace") if colon else ""
        at += 4 + size + (-size % 4)
    return found if at == len(datagram) and found else None


def seen_as(address: Address) -> tuple[str, int]:
    """Host and port of an address as its owner's network writes them: on a socket for both versions, an IPv4 address
    looks like `::ffff:192.0.2.1` (RFC 4291, 2.5.5.2), and a browser that is told so thinks of a NAT."""
    host, port = (address.address if isinstance(address, Stream) else address)[:2]
    return host.removeprefix("::ffff:"), port


class IceEnd:
    """One offer's credentials and the addresses that have proved to know them."""

    __slots__ = (
        "_addresses",
        "_bucket",
        "_knocks",
        "_remote_name",
        "_remote_password",
        "heard_at",
        "name",
        "password",
        "selected",
    )

    def __init__(self, now: float) -> None:
        self.name = new_id().translate(_ICE_CHARS)
        self.password = new_secret().translate(_ICE_CHARS)
        self.selected: Address | None = None
        self.heard_at = now  # boot seconds of the last valid check or answer: consent (RFC 7675)
        self._bucket = Bucket(burst=CHECKS_AT_ONCE, rate=CHECKS_PER_SECOND, now=now)
        self._remote_name: str | None = None
        self._remote_password = ""
        self._knocks: deque[bytes] = deque(maxlen=MAX_KNOCKS)  # transactions
        self._addresses: OrderedDict[Address, str] = OrderedDict()

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The addresses that may carry media for this end."""
        return tuple(self._addresses)

    def meet(self, remote_name: str, remote_password: str) -> None:
        """The answer has arrived: from now on only this remote name counts, also for addresses known already.

        Checks may come before the answer, since they take the shorter way.
        """
        self._remote_name = remote_name
        self._remote_password = remote_password
        for address, claimed in list(self._addresses.items()):
            if claimed != remote_name:
                self._forget(address)

    def check(self, datagram: bytes, address: Address, now: float) -> bytes | None:
        """The answer to a binding request, or None when it is not valid; then nothing is answered and nothing changes.
        None also for one too many; only those that know the password count, so that strangers use up nobody's share.

        RFC 8445, 7.3. A wrong password gets silence instead of error 401, so that a stranger gets nothing out of us.
        """
        if name_in(datagram) != self.name:
            return None
        try:
            request = stun.parse_message(datagram)
        except (ValueError, struct.error):
            return None
        # The check returns a verdict and does not raise: a dropped result would let everybody in.
        if request.check_message_integrity(self.password.encode()) is not True:
            return None
        attributes = request.attributes
        ours, _, theirs = str(attributes.get("USERNAME", "")).partition(":")
        if ours != self.name or not theirs:
            return None
        if self._remote_name is not None and theirs != self._remote_name:
            return None
        if "FINGERPRINT" not in attributes or "ICE-CONTROLLED" in attributes:
            return None  # RFC 8445, 7.1.1 and 7.3.1.1: two ends that both obey never connect
        self.heard_at = now
        if not self._bucket.take(now):
            return None  # and nothing is chosen: to the browser it was a check that failed
        self._validate(address, theirs, chosen="USE-CANDIDATE" in attributes)
        response = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
            attributes={"XOR-MAPPED-ADDRESS": seen_as(address)},
        )
        response.add_message_integrity(self.password.encode())  # adds FINGERPRINT too
        return bytes(response)

    def knock(self) -> bytes | None:
        """A request for the address that is sent to: is anybody there? None before the answer has arrived."""
        if self._remote_name is None:
            return None
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self._remote_name}:{self.name}"
        request.attributes["ICE-CONTROLLED"] = 0  # the browser decides, whatever the number (RFC 8445, 7.3.1.1)
        request.attributes["PRIORITY"] = _PRIORITY
        request.add_message_integrity(self._remote_password.encode())
        self._knocks.append(request.transaction_id)
        return bytes(request)

    def answered(self, datagram: bytes, now: float) -> bool:
        """Whether this answers one of the last knocks, by somebody who knows the password: consent (RFC 7675, 5.1)."""
        if datagram[:2] != _BINDING_ANSWER or datagram[8:20] not in self._knocks:
            return False
        try:
            answer = stun.parse_message(datagram)
        except (ValueError, struct.error):
            return False
        if answer.check_message_integrity(self._remote_password.encode()) is not True:
            return False
        self._knocks.remove(answer.transaction_id)
        self.heard_at = now
        return True

    def leave(self, address: Address) -> None:
        """This address is no more: its stream has ended. The next check says where to send instead."""
        if address in self._addresses:
            self._forget(address)

    def _validate(self, address: Address, claimed: str, *, chosen: bool) -> None:
        self._addresses[address] = claimed
        self._addresses.move_to_end(address)
        if chosen or self.selected is None:
            self.selected = address
        while len(self._addresses) > MAX_ADDRESSES:
            self._forget(next(each for each in self._addresses if each != self.selected))

    def _forget(self, address: Address) -> None:
        del self._addresses[address]
        if address == self.selected:
            self.selected = None
