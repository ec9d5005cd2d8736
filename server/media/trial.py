"""A trial of a line before the door: connectivity checks to the media port, answered, and nothing else.

The browser gets an offer of one data line whose handshake we never begin (`a=setup:active`, RFC 8842: we would), so no
byte of content can travel on it either way. What the browser learns is in its own statistics: whether checks come
through, by which way, how long they take and how many are lost.

Rule 1: an answer is never larger than the question, and strangers get none (`ice.py`).
Rule 2: whatever else comes is dropped unread.
Rule 3: a trial is over after `LASTS_SECONDS`, whatever the browser does, and there are never more than `MOST`.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from server.clock import Clock
from server.media import sdp
from server.media.ice import IceEnd
from server.media.port import MediaPort

LASTS_SECONDS = 25.0
"""A page listens for some nine seconds, after seven at most for finding a way. Longer only holds names open."""
MOST = 200
"""Trials of one node at once. More is memory, some kilobytes each; fewer leaves people unmeasured when many come."""


class Trials:
    """The trials of one port. One for each seat: a newer one ends the older."""

    def __init__(self, port: MediaPort, clock: Clock) -> None:
        self._port = port
        self._clock = clock
        self._open: OrderedDict[str, _Guest] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def offer(self, seat: str) -> str:
        """The SDP text of a trial for this seat; "" where there are too many now."""
        self.end(seat)
        if len(self._open) >= MOST:
            return ""
        guest = _Guest(IceEnd(self._clock.boot()))
        self._open[seat] = guest
        self._port.admit(guest)
        guest.timer = asyncio.get_running_loop().call_later(LASTS_SECONDS, self._over, seat, guest)
        return _text(guest.ice, self._port)

    def end(self, seat: str) -> None:
        """It is over, if there is one."""
        guest = self._open.pop(seat, None)
        if guest is not None:
            if guest.timer is not None:
                guest.timer.cancel()
            self._port.dismiss(guest)

    def _over(self, seat: str, guest: "_Guest") -> None:
        if self._open.get(seat) is guest:
            self.end(seat)


class _Guest:
    """One trial on the port."""

    def __init__(self, ice: IceEnd) -> None:
        self.ice = ice
        self.timer: asyncio.TimerHandle | None = None

    def receive(self, datagrams: Sequence[bytes], now: float) -> None:
        """Dropped: nothing but checks belongs here."""


def _text(ice: IceEnd, port: MediaPort) -> str:
    fingerprint = port.certificate.fingerprint
    media = sdp.write_offer(
        name=ice.name,
        password=ice.password,
        fingerprint=fingerprint,
        addresses=port.addresses,
        port=port.number,
        tcp=port.door is not None,
    )
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "a=ice-lite",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        f"a=ice-ufrag:{ice.name}",
        f"a=ice-pwd:{ice.password}",
        f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}",
        "a=setup:active",
        "a=sctp-port:5000",
        # the very addresses that media will be offered
        *(line for line in media.split("\r\n") if line.startswith("a=candidate:")),
        "a=end-of-candidates",
    ]
    return "\r\n".join(lines) + "\r\n"
