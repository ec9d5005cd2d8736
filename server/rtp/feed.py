"""One open link at work: it takes an uplink's packets to a slot of the listener's peer, less all that was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.rtp.link import Link

if TYPE_CHECKING:
    from server.rtp.arrival import Arrival
    from server.rtp.slot import Slot
    from server.rtp.uplink import Uplink


class Feed:
    """Made by a grant, ended by a revocation, never reused."""

    __slots__ = ("gate", "link", "listener", "since", "slot", "uplink")

    def __init__(self, link: Link, uplink: Uplink, now: float) -> None:
        self.link = link
        self.listener = link.listener
        self.uplink = uplink
        self.since = now  # boot clock: when it was granted
        self.slot: Slot | None = None  # None while others have all the places
        self.gate = uplink.timeline.edge(now)
        """What is not newer is from before the grant; None until the first packet ever, which sets it.

        All sound of a packet must be newer: its in-band FEC tells again what was said in the packet before it. So the
        first one is dropped, and no reordering brings it back.
        """

    def begin(self, arrival: Arrival) -> int:
        """The gate, where nothing had come when the link was granted: the first packet ever, this one."""
        self.gate = arrival.timestamp - 1
        return self.gate

    def source_changed(self) -> None:
        """The uplink goes on under another SSRC, with other counters."""
        self.gate = None
        if self.slot is not None:
            self.slot.play(self)
