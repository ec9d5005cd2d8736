"""How loud a seat is, from the level that its browser writes on every packet (RFC 6464). No sound is decoded."""

from typing import Final

from server.rtp import header
from server.rtp.medium import LEVEL_EXTENSION

SILENCE: Final = 127  # -127 dBov
SPEECH: Final = 50  # -50 dBov and louder counts as speech. Lower ignores the soft-spoken, higher takes fans for speech.


def level(packet: bytes, head: header.Header) -> int | None:
    """The packet's level, 0 (loud) to 127 (silence), or None where it carries none."""
    value = header.extension(packet, head, LEVEL_EXTENSION)
    return value[0] & 0x7F if value else None


class Loudness:
    """The level of one microphone over time."""

    __slots__ = ("_loudest", "spoke_at")

    def __init__(self) -> None:
        self._loudest: int | None = None
        self.spoke_at = float("-inf")  # boot clock: when speech was last heard

    def hear(self, heard: int, now: float) -> None:
        """A packet of that level came."""
        if self._loudest is None or heard < self._loudest:
            self._loudest = heard
        if heard <= SPEECH:
            self.spoke_at = now

    def take(self) -> int | None:
        """The loudest level since this was last called, None where nothing came."""
        loudest, self._loudest = self._loudest, None
        return loudest
