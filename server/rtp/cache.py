"""What a slot sent lately, so that lost packets can be sent again."""

from typing import Final

from server.rtp.out import Out

SIZE: Final = 256  # a power of two. About 2 s of video at 1.5 Mbit/s; listeners share the payloads, so that each costs
# 100 B per packet and slot

_NOTHING: Final = -(1 << 40)  # no extended sequence number: those reach below zero, but only by 2^15
_NO_PACKET: Final[Out] = ("", b"", b"")


class Cache:
    """The last `SIZE` packets of one slot by sequence number. Cleared when the slot's link is revoked."""

    __slots__ = ("_packets", "_sequences")

    def __init__(self) -> None:
        self._sequences: list[int] = [_NOTHING] * SIZE
        self._packets: list[Out] = [_NO_PACKET] * SIZE

    def put(self, sequence: int, packet: Out) -> None:
        """Keep the packet under its extended sequence number, in place of the one `SIZE` numbers older."""
        at = sequence & (SIZE - 1)
        self._sequences[at] = sequence
        self._packets[at] = packet

    def get(self, sequence: int) -> Out | None:
        """The packet that was sent with that extended sequence number, or None."""
        at = sequence & (SIZE - 1)
        return self._packets[at] if self._sequences[at] == sequence else None

    def has(self, sequence: int) -> bool:
        """Whether that extended sequence number was sent and is still kept."""
        return self._sequences[sequence & (SIZE - 1)] == sequence

    def clear(self) -> None:
        """Forget everything, at once."""
        self._sequences = [_NOTHING] * SIZE
        self._packets = [_NO_PACKET] * SIZE
