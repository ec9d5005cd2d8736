"""What a slot sent lately, so that lost packets can be sent again."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from server.rtp.arrival import Arrival

# A power of two. About 2 s of video at 1.5 Mbit/s; packets are shared by all slots that sent them, so that more costs
# 1 kB per packet and uplink, and 16 bytes per packet and slot.
SIZE: Final = 256

_NOTHING: Final = -(1 << 40)  # no extended sequence number: those reach below zero, but only by 2^15
_EMPTY: Final = array("q", [_NOTHING]) * SIZE


class Cache:
    """The last `SIZE` packets of one slot by sequence number. Cleared when the slot's link is revoked.

    It holds packets as they came, which all listeners share: nothing is made or freed per packet and listener.
    """

    __slots__ = ("_packets", "_sequences")

    def __init__(self) -> None:
        self._sequences = _EMPTY[:]
        self._packets: list[Arrival | None] = [None] * SIZE

    def put(self, sequence: int, packet: Arrival) -> None:
        """Keep the packet under its extended sequence number, in place of the one `SIZE` numbers older."""
        at = sequence & (SIZE - 1)
        self._sequences[at] = sequence
        self._packets[at] = packet

    def put_all(self, shift: int, packets: Sequence[Arrival]) -> None:
        """Keep all of them, each under its own sequence number and `shift`."""
        sequences, kept, mask = self._sequences, self._packets, SIZE - 1
        for packet in packets:
            sequence = packet[0] + shift
            at = sequence & mask
            sequences[at] = sequence
            kept[at] = packet

    def get(self, sequence: int) -> Arrival | None:
        """What was sent with that extended sequence number, or None."""
        at = sequence & (SIZE - 1)
        return self._packets[at] if self._sequences[at] == sequence else None

    def has(self, sequence: int) -> bool:
        """Whether that extended sequence number was sent and is still kept."""
        return self._sequences[sequence & (SIZE - 1)] == sequence

    def clear(self) -> None:
        """Forget everything, at once."""
        self._sequences = _EMPTY[:]
        self._packets = [None] * SIZE
