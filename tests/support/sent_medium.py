"""What a synthetic seat sends of one medium, and the shapes of it on the wire."""

import secrets
import struct
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class SentMedium:
    """The counters of one outgoing medium, each begun at random as browsers do, and what was sent of it lately."""

    ssrc: int
    repair: int
    sequence: int = field(default_factory=lambda: secrets.randbelow(1 << 15))
    repair_sequence: int = field(default_factory=lambda: secrets.randbelow(1 << 15))
    timestamp: int = field(default_factory=lambda: secrets.randbelow(1 << 32))
    picture: int = field(default_factory=lambda: secrets.randbelow(1 << 15))
    key_index: int = 0
    number: int = 0
    bytes_sent: int = 0
    sent: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=256))


def vp8_payload(body: bytes, *, picture: int, key_index: int, first: bool, keyframe: bool) -> bytes:
    """One packet of a VP8 frame (RFC 7741): X and, in the first, S; then I L T K, 15-bit picture id, TL0PICIDX, KEYIDX.

    The first packet goes on with the frame's tag (RFC 6386, 9.1).
    """
    descriptor = struct.pack("!BBHBB", 0x90 if first else 0x80, 0xF0, 0x8000 | picture, picture & 255, key_index)
    tag = b"\x10\x02\x00\x9d\x01\x2a\x80\x02\x68\x01" if keyframe else b"\x11\x02\x00"
    return descriptor + (tag if first else b"") + body


def new_ssrc() -> int:
    """An SSRC that none of the server's is."""
    return 100_000 + secrets.randbelow((1 << 32) - 100_000)


def extension(*elements: int) -> bytes:
    """A one-byte header extension block (RFC 8285, 4.2) of exactly one word."""
    return struct.pack("!HH4B", 0xBEDE, 1, *elements)
