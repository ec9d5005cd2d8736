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

    __slots__ = ("_gate", "link", "listener", "since", "slot", "uplink")

    def __init__(self, link: Link, uplink: Uplink, now: float) -> None:
        self.link = link
        self.listener = link.listener
        self.uplink = uplink
        self.since = now  # boot clock: when it was granted
        self.slot: Slot | None = None  # None while others have all the places
        self._gate = uplink.timeline.edge(now)

    def carry(self, arrival: Arrival, now: float) -> bytes | None:
        """The packet for the listener; None where it is from before the grant, or has no place, or cannot be played.

        A packet of sound must be newer than the gate by more than its own length: its in-band FEC tells again what
        was said in the packet before it. So the first one is dropped, and no reordering brings it back.
        """
        gate = self._gate
        if gate is None:  # nothing had come when the link was granted: the gate is the first packet ever
            gate = self._gate = arrival.timestamp - 1
        if arrival.timestamp - arrival.reaches_back <= gate:
            return None
        slot = self.slot
        return None if slot is None else slot.send(arrival, now)

    def source_changed(self) -> None:
        """The uplink goes on under another SSRC, with other counters."""
        self._gate = None
        if self.slot is not None:
            self.slot.play(self)
