"""The four things that a seat can send, and how each looks on the wire.

The server offers and nobody else, so payload types and header extension ids are ours and the same for every peer.
"""

from typing import Final, Literal

Medium = Literal["microphone", "camera", "screen", "screen_sound"]

MEDIA: Final[tuple[Medium, ...]] = ("microphone", "camera", "screen", "screen_sound")
PICTURES: Final[frozenset[Medium]] = frozenset(("camera", "screen"))

OPUS: Final = 96  # RFC 7587
VP8: Final = 97  # RFC 7741
RTX: Final = 98  # RFC 4588, repairs VP8 only

MID_EXTENSION: Final = 1  # urn:ietf:params:rtp-hdrext:sdes:mid, RFC 9143
LEVEL_EXTENSION: Final = 2  # urn:ietf:params:rtp-hdrext:ssrc-audio-level, RFC 6464
RID_EXTENSION: Final = 3  # urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id, RFC 8852
REPAIRED_RID_EXTENSION: Final = 4  # urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id, RFC 8852

ENCODINGS: Final = ("h", "f")
"""What a camera may come in (RFC 8853): half the width and height, and the whole; small to large."""
WHOLE: Final = len(ENCODINGS) - 1  # also the one encoding of whoever sends one only

SOUND_RATE: Final = 48_000  # ticks a second of an RTP timestamp; fixed by RFC 7587
PICTURE_RATE: Final = 90_000  # fixed by RFC 7741


def is_picture(medium: Medium) -> bool:
    """Whether the medium is video: it starts at keyframes only, and lost packets of it are sent again."""
    return medium in PICTURES


def payload_type(medium: Medium) -> int:
    """The payload type that the medium must have on the wire."""
    return VP8 if medium in PICTURES else OPUS


def clock_rate(medium: Medium) -> int:
    """Ticks a second of the medium's RTP timestamps."""
    return PICTURE_RATE if medium in PICTURES else SOUND_RATE
