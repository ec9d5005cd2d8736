"""Payloads that say whose they are, and packets as they arrived."""

from dataclasses import dataclass

VP8 = 97

_MARK = b"\xca\x1aCANARY|"


@dataclass(frozen=True, slots=True)
class Canary:
    """What a payload says about itself: who sent it, which medium, under which mark of the test, and its number."""

    seat: str
    medium: str
    mark: int
    number: int

    def sealed(self, size: int) -> bytes:
        """The payload bytes, padded to `size`."""
        text = _MARK + f"{self.seat}|{self.medium}|{self.mark}|{self.number}|".encode()
        return text + bytes(max(0, size - len(text)))

    @classmethod
    def found_in(cls, payload: bytes) -> "Canary | None":
        """The canary somewhere in a payload, behind whatever descriptor."""
        _, mark, rest = payload.partition(_MARK)
        if not mark:
            return None
        seat, medium, when, number, _ = rest.split(b"|", 4)
        return cls(seat.decode(), medium.decode(), int(when), int(number))


@dataclass(frozen=True, slots=True)
class Received:
    """One RTP packet that arrived. `slot` is the mid of the line it belongs to; `repair` says it came as RTX."""

    slot: int
    ssrc: int
    payload_type: int
    sequence: int
    timestamp: int
    marker: bool
    repair: bool
    original: int  # the sequence number it stands for (RFC 4588), its own if it is no repair
    payload: bytes
    canary: Canary | None
    at: float  # time.monotonic() when it was read from the socket

    @property
    def keyframe(self) -> bool:
        """First packet of a VP8 keyframe, in the shape that `show` sends."""
        return self.payload_type == VP8 and self.payload[:1] == b"\x90" and not self.payload[6] & 1
