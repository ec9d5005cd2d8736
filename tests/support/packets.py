"""Packets with a canary in every payload: who sent it, what it is, and when it was captured."""

from struct import Struct, pack
from typing import Final, NamedTuple

from server.rtp.medium import MEDIA, OPUS, RTX, VP8, WHOLE, Medium, clock_rate, is_picture
from server.rtp.slots import SlotPlan

_CANARY: Final = Struct("!8sBBBdqq")
_MAGIC: Final = b"\xcaNARY\x00\xff\x17"
OPUS_20_MS: Final = 0x78  # hybrid, full band, 20 ms, one frame: what browsers send
VOICE, REPEATS = 0x80, 0x40  # the first bits of its SILK layer: somebody speaks; in-band FEC (RFC 6716, 4.2.3)


class Canary(NamedTuple):
    """What the payload of one packet confesses."""

    seat: int
    medium: Medium
    captured: float  # seconds, the simulation's clock: the first sample, or the frame
    sequence: int  # the sender's, extended
    picture: int  # the sender's picture id, extended
    rank: int  # the encoding


def canary(seat: int, medium: Medium, captured: float, sequence: int, picture: int, rank: int = WHOLE) -> bytes:
    """The tail of a payload."""
    return _CANARY.pack(_MAGIC, seat, MEDIA.index(medium), rank, captured, sequence, picture)


def find_canary(packet: bytes) -> Canary | None:
    """The canary at the end of a packet, wherever the payload began."""
    if len(packet) < _CANARY.size:
        return None
    magic, seat, medium, rank, captured, sequence, picture = _CANARY.unpack_from(packet, len(packet) - _CANARY.size)
    return Canary(seat, MEDIA[medium], captured, sequence, picture, rank) if magic == _MAGIC else None


def plan(number: int) -> SlotPlan:
    """The slots of the peer with that number; no SSRC of it is another peer's."""
    base = number << 12
    return SlotPlan(
        audio=tuple(base + 1 + i for i in range(16)),
        video=tuple(base + 101 + 2 * i for i in range(9)),
        screen=base + 201,
        screen_sound=base + 301,
    )


def rtp(
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    payload: bytes,
    *,
    marker: bool = False,
    mid: bytes = b"",
    level: int | None = None,
) -> bytes:
    """A packet as a browser sends it, with its MID and its audio level in one-byte extensions (RFC 8285)."""
    block = b""
    if mid:
        block += bytes((1 << 4 | len(mid) - 1,)) + mid
    if level is not None:
        block += bytes((2 << 4, level))
    block += bytes(-len(block) % 4)
    head = pack(
        "!BBHII",
        0x90 if block else 0x80,
        payload_type | (0x80 if marker else 0),
        sequence & 0xFFFF,
        timestamp & 0xFFFFFFFF,
        ssrc,
    )
    return head + (pack("!HH", 0xBEDE, len(block) // 4) + block if block else b"") + payload


def vp8_payload(body: bytes, *, start: bool = True, keyframe: bool = False, picture: int = 0) -> bytes:
    """A VP8 payload with the descriptor that browsers write: a 15-bit picture id and nothing else (RFC 7741)."""
    descriptor = pack("!BBH", 0x90 if start else 0x80, 0x80, 0x8000 | picture & 0x7FFF)
    return descriptor + bytes((0 if keyframe else 1,)) + body


def opus_payload(body: bytes, *, repeats: bool = False) -> bytes:
    """An Opus payload of 20 ms, which `repeats` the 20 ms before, or not."""
    return bytes((OPUS_20_MS, VOICE | REPEATS * repeats)) + body


def repeats(packet: bytes) -> bool:
    """Whether this packet of sound, with a bare header, says that it repeats the 20 ms before it."""
    return bool(packet[13] & REPEATS)


class Source:
    """One medium of one simulated seat, or one encoding of it: it numbers, stamps, and remembers what it may be asked
    for again.
    """

    def __init__(
        self, seat: int, medium: Medium, ssrc: int, sequence: int, timestamp: int, began: float, rank: int = WHOLE
    ) -> None:
        self.seat = seat
        self.medium: Medium = medium
        self.ssrc = ssrc
        self.rank = rank
        self.sequence = sequence
        self.keyframe_wanted = True
        self.level = 30
        self.octets = 0  # of every payload, beside what it confesses
        self._rate = clock_rate(medium)
        self._timestamp = timestamp
        self._began = began
        self._picture = sequence & 0x7FFF
        self._repaired = 0
        self._sent: dict[int, tuple[int, bytes, bool]] = {}

    def clock(self, now: float) -> int:
        """The RTP timestamp of this moment."""
        return self._timestamp + round((now - self._began) * self._rate)

    def capture(self, now: float, parts: int = 1) -> list[bytes]:
        """20 ms of sound or one frame in so many packets, captured now."""
        timestamp = self.clock(now)
        if not is_picture(self.medium):
            return [self._packet(now, timestamp, OPUS, True, False)]
        keyframe, self.keyframe_wanted = self.keyframe_wanted, False
        self._picture += 1
        return [
            self._packet(now, timestamp, VP8, part == 0, part == 0 and keyframe, part == parts - 1)
            for part in range(parts)
        ]

    def _packet(
        self, now: float, timestamp: int, payload_type: int, start: bool, keyframe: bool, marker: bool = False
    ) -> bytes:
        self.sequence += 1
        tail = bytes(self.octets) + canary(self.seat, self.medium, now, self.sequence, self._picture, self.rank)
        if payload_type == OPUS:
            level = self.level if self.medium == "microphone" else None
            payload = opus_payload(tail, repeats=bool(self.sequence & 4))  # some with FEC, some without
            return rtp(OPUS, self.sequence, timestamp, self.ssrc, payload, mid=b"0", level=level)
        payload = vp8_payload(tail, start=start, keyframe=keyframe, picture=self._picture)
        self._sent[self.sequence & 0xFFFF] = (timestamp, payload, marker)
        if len(self._sent) > 300:
            del self._sent[next(iter(self._sent))]
        return rtp(VP8, self.sequence, timestamp, self.ssrc, payload, marker=marker, mid=b"1")

    def repair(self, sequence: int) -> bytes | None:
        """The packet once more on the repair SSRC (RFC 4588), if it is still known."""
        known = self._sent.get(sequence)
        if known is None:
            return None
        timestamp, payload, marker = known
        self._repaired += 1
        original = pack("!H", sequence)
        return rtp(RTX, self._repaired, timestamp, self.ssrc + 1, original + payload, marker=marker, mid=b"1")
