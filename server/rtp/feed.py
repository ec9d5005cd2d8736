"""One open link at work: it takes an uplink's packets to a slot of the listener's peer, less all that was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.rtp.keyframes import Pleas
from server.rtp.link import Link

if TYPE_CHECKING:
    from server.rtp.arrival import Arrival
    from server.rtp.slot import Slot
    from server.rtp.uplink import Uplink


UNKNOWN: Final = 1.0  # seconds after the grant before an encoding may be shown that had not been sent when it was
# granted: nothing tells what of it was captured before. Less trusts that networks hold nothing back for so long.


class Feed:
    """Made by a grant, ended by a revocation, never reused."""

    __slots__ = ("_edges", "gate", "link", "listener", "pleas", "since", "slot", "uplink", "wanted")

    def __init__(self, link: Link, uplink: Uplink, now: float) -> None:
        self.link = link
        self.listener = link.listener
        self.uplink = uplink
        self.since = now  # boot clock: when it was granted
        self.pleas = Pleas()
        self.slot: Slot | None = None  # None while others have all the places
        self.wanted: Uplink | None = None  # the encoding that it goes over to, when a keyframe of that comes
        self._edges: dict[Uplink, int | None] = {other: other.timeline.edge(now) for other in uplink.encodings}
        """The gate of every encoding: what was captured before the grant stays out, whichever is shown later."""
        self.gate = uplink.timeline.edge(now)
        """What is not newer is from before the grant; None until the first packet ever, which sets it.

        All sound of a packet must be newer: it left when the last of it was captured, so the first one began before.
        And where in-band FEC tells again what was said in the one before, so does the second. Both are dropped, and no
        reordering brings them back.
        """

    def begin(self, arrival: Arrival) -> int:
        """The gate, where nothing had come when the link was granted: the first packet ever, this one."""
        self.gate = arrival.timestamp - 1
        return self.gate

    def source_changed(self, uplink: Uplink) -> None:
        """The uplink, or another encoding of it, goes on under another SSRC, with other counters."""
        self._edges.pop(uplink, None)
        if uplink is not self.uplink:
            return
        self.gate = None
        if self.slot is not None:
            self.slot.play(self)

    def want(self, uplink: Uplink) -> None:
        """Go over to this encoding when a keyframe of it comes; to the one that it has: stay."""
        if self.wanted is not None:
            self.wanted.coming.remove(self)
        self.wanted = None if uplink is self.uplink else uplink
        if self.wanted is not None:
            self.wanted.coming.append(self)

    def may_turn(self, arrival: Arrival, now: float) -> bool:
        """Whether this keyframe of the encoding that is wanted is from after the grant."""
        edge = None if self.wanted is None else self._edges.get(self.wanted)
        return now - self.since > UNKNOWN if edge is None else arrival.oldest > edge

    def turn(self) -> None:
        """Go over to the encoding that is wanted. The slot begins it like any source."""
        uplink = self.wanted
        if uplink is None:
            return
        self.want(self.uplink)
        self._edges[self.uplink] = self.gate
        self.uplink.feeds.remove(self)
        uplink.feeds.append(self)
        apart = self.uplink.apart(uplink)
        self.uplink = uplink
        self.gate = self._edges.get(uplink)
        if self.slot is not None:
            self.slot.turn(self, apart)
