"""All media of one session: plain RTP and RTCP in, plain RTP and RTCP out, nothing awaited, no clock read.

`now` is always the boot clock in seconds. Malformed packets are dropped and counted, never raised.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from server.rtp.link import Link
from server.rtp.medium import Medium
from server.rtp.slots import SlotPlan, SlotView

__all__ = ["Forwarder", "Link", "Medium", "Out", "SlotPlan", "SlotView"]


class Out(NamedTuple):
    """One plain RTP or RTCP packet (before SRTP) for the peer of that seat."""

    peer: str
    data: bytes


class Forwarder:
    """The links of one session. Nothing is forwarded before the first `renew`, nor past the moment it names."""

    def __init__(self, *, bitrate: int = 1_500_000) -> None:
        """`bitrate`: bits a second that each sender is told (REMB) it may send in all."""
        self.dropped: Counter[str] = Counter()  # packets that went nowhere, by reason
        raise NotImplementedError

    def add_peer(self, seat: str, slots: SlotPlan) -> None:
        """A peer of that seat is connected. A peer that the seat had before is removed first, its links with it."""
        raise NotImplementedError

    def remove_peer(self, seat: str) -> None:
        """Close the seat's links in both directions and forget its uplinks. An unknown seat is no error."""
        raise NotImplementedError

    def bind(self, seat: str, ssrc: int, medium: Medium, *, repair: bool = False) -> None:
        """The seat sends this medium (or, `repair`, the retransmissions of it) with this SSRC. Repeating is free."""
        raise NotImplementedError

    def receive_rtp(self, seat: str, packet: bytes, now: float) -> list[Out]:
        """One plain RTP packet came from the seat's peer: what goes out because of it."""
        raise NotImplementedError

    def receive_rtcp(self, seat: str, packet: bytes, now: float) -> list[Out]:
        """One plain RTCP datagram came from the seat's peer: what goes out because of it."""
        raise NotImplementedError

    def links(self) -> frozenset[Link]:
        """The links that are open: granted, not revoked, both peers present."""
        raise NotImplementedError

    def revoke(self, keep: Collection[Link]) -> None:
        """Close every link not in `keep`, at once: no packet, no retransmission of it leaves after this returns."""
        raise NotImplementedError

    def grant(self, wanted: Collection[Link], now: float) -> list[Out]:
        """Open those links that are not open yet and whose two peers are present; the rest is not remembered."""
        raise NotImplementedError

    def renew(self, until: float) -> None:
        """All links are valid until then (boot clock). Past it nothing is forwarded."""
        raise NotImplementedError

    def tick(self, now: float) -> list[Out]:
        """Every 50 ms or so: receiver reports, bitrate, repeated requests for packets and keyframes."""
        raise NotImplementedError

    def slots(self, seat: str) -> SlotView:
        """Who is in which slot of that seat's peer. Raises KeyError when the seat has no peer."""
        raise NotImplementedError

    def slots_changed(self) -> frozenset[str]:
        """Seats whose `slots` changed since this was last asked."""
        raise NotImplementedError

    def levels(self) -> Mapping[str, int]:
        """Loudest level of each seat's microphone since last asked: 0 (loud) to 127 (silence), RFC 6464."""
        raise NotImplementedError
