"""How long one Opus packet lasts (RFC 6716, 3.1). Nothing else of it is read."""

from typing import Final

# Ticks of 48 kHz per frame for each of the 32 configurations in the TOC byte's top five bits (RFC 6716, table 2).
_FRAME: Final[tuple[int, ...]] = (
    *(480, 960, 1920, 2880) * 3,  # SILK
    *(480, 960) * 2,  # hybrid
    *(120, 240, 480, 960) * 4,  # CELT
)
LONGEST: Final = 5760  # 120 ms, the most that one packet may hold


def duration(packet: bytes, at: int, end: int) -> int:
    """Ticks of 48 kHz of the Opus packet in `packet[at:end]`; the longest possible where it does not say."""
    if at >= end:
        return LONGEST
    toc = packet[at]
    code = toc & 0x03
    if code == 3:
        if at + 1 >= end:
            return LONGEST
        frames = packet[at + 1] & 0x3F
    else:
        frames = 2 if code else 1
    return min(frames * _FRAME[toc >> 3], LONGEST) or LONGEST
