"""What one Opus packet tells of its own time: nothing of the sound in it is read.

A packet may repeat what was said before it. In-band FEC tells the last frame of the packet before again, and says so in
a flag of its own (RFC 6716, 4.2.3); browsers send it only while their line loses packets. Whatever else an encoder may
put there lies in the padding (draft-ietf-mlcodec-opus-extension), as deep redundancy does, which tells a second and
more again (draft-ietf-mlcodec-opus-dred): no padding is passed on.
"""

from typing import Final

# Ticks of 48 kHz per frame for each of the 32 configurations in the TOC byte's top five bits (RFC 6716, table 2).
_FRAME: Final[tuple[int, ...]] = (
    *(480, 960, 1920, 2880) * 3,  # SILK
    *(480, 960) * 2,  # hybrid
    *(120, 240, 480, 960) * 4,  # CELT
)
LONGEST: Final = 5760  # 120 ms, the most that one packet may hold
_CELT: Final = 16  # the first configuration without a SILK layer: only that one has in-band FEC
_SILK_FRAME: Final = 960  # of at most 20 ms each
_PADDED: Final = 0x40  # in the second byte of a packet that counts its frames


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


def bare(payload: bytes) -> bytes | None:
    """The packet without its padding (RFC 6716, 3.2.5); None where that is longer than the packet."""
    if len(payload) < 2 or payload[0] & 0x03 != 3 or not payload[1] & _PADDED:
        return payload
    at, padding = 2, 0
    while payload[at : at + 1] == b"\xff":  # 254 more, and it goes on
        at, padding = at + 1, padding + 254
    if at == len(payload):
        return None
    padding += payload[at]
    end = len(payload) - padding
    return bytes((payload[0], payload[1] & ~_PADDED)) + payload[at + 1 : end] if at < end else None


def reach(packet: bytes, at: int, end: int) -> int:
    """Ticks of 48 kHz from the beginning of the oldest sound that the packet in `packet[at:end]` may carry to the end
    of its newest, which is when it left: as long as it lasts, and as long again where it may repeat something. That is
    read of packets of one frame, as browsers send them; of others the most is taken.
    """
    lasts = duration(packet, at, end)
    return 2 * lasts if _repeats(packet, at, end) else lasts


def _repeats(packet: bytes, at: int, end: int) -> bool:
    if end - at < 2 or packet[at] & 0x03:
        return True
    toc = packet[at]
    if toc >> 3 >= _CELT:
        return False
    frames = -(-_FRAME[toc >> 3] // _SILK_FRAME)
    # A bit for each SILK frame (whether it is voice), then the flag; in stereo the same again for the other channel.
    flags = 0x80 >> frames
    if toc & 0x04:
        flags |= 0x80 >> (2 * frames + 1)
    return bool(packet[at + 1] & flags)
