"""One pre-negotiated downlink: whoever is in it, the browser sees a single unbroken source.

Sequence numbers only grow, and have a gap only where the uplink has one (libsrtp refuses what is more than 1024
behind); timestamps go on with the time; picture ids have no jump.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final

from server.rtp import feedback, vp8
from server.rtp.cache import SIZE, Cache
from server.rtp.medium import OPUS, PICTURE_RATE, RTX, SOUND_RATE, VP8
from server.rtp.reception import JUMP
from server.rtp.sequence import SEQUENCE_BITS, extend

if TYPE_CHECKING:
    from server.rtp.arrival import Arrival
    from server.rtp.feed import Feed

_HEADER: Final = Struct("!BBHII")

_LOW: Final = (
    0x3FFF  # first sequence numbers stay below 2^15, or SRTP may guess its roll-over wrongly (RFC 3711, 3.3.1)
)
LATE: Final = SIZE  # packets behind the newest that are still sent: as far back as the cache can tell duplicates, and
# well inside SRTP's window of 1024
RESEND: Final = 0.03  # seconds before the same packet is sent again. Shorter lets a greedy listener draw more traffic.


class Slot:
    """A slot for sound. `feed` is who is in it now."""

    __slots__ = (
        "_first",
        "_last_at",
        "_newest",
        "_octets",
        "_packets",
        "_shift",
        "_ticks",
        "_turn",
        "feed",
        "highest",
        "ssrc",
    )

    payload_type = OPUS
    rate = SOUND_RATE
    step = 960  # ticks from one source's last packet to the next one's first, at least

    def __init__(self, ssrc: int) -> None:
        self.ssrc = ssrc
        self.feed: Feed | None = None
        self.highest = ssrc & _LOW  # sequence number sent, extended
        self._newest = ssrc  # timestamp sent, extended
        self._last_at: float | None = None  # when that was
        self._first: int | None = None  # the source's sequence number that opened the slot; None: not open yet
        self._turn = 0  # the source's newest sequence number
        self._shift = 0  # from the source's sequence numbers to ours
        self._ticks = 0  # from the source's timestamps to ours
        self._packets = 0
        self._octets = 0

    def play(self, feed: Feed | None) -> None:
        """Another source, or none. What the one before sent is forgotten at once."""
        self.feed = feed
        self._first = None

    @property
    def opened(self) -> bool:
        """Whether anything of the present source was sent."""
        return self._first is not None

    def send(self, arrival: Arrival, now: float) -> bytes | None:
        """The packet as this slot sends it; None where it is too late, or from before the slot was opened."""
        if not self._admit(arrival, now):
            return None
        return self._emit(arrival, arrival.sequence + self._shift, arrival.body)

    def _admit(self, arrival: Arrival, now: float) -> bool:
        """Whether the packet has a number in this slot. Opens the slot where it is not open."""
        sequence = arrival.sequence
        first = self._first
        if first is None:
            self._open(arrival, now)
        elif sequence < first or sequence + self._shift <= self.highest - LATE:
            return False
        elif sequence > self._turn:
            if sequence - self._turn > JUMP:  # the source began anew: it goes on where it was, without the leap
                self._shift = self.highest + 1 - sequence
                self._first = sequence
            self._turn = sequence
            self._last_at = now
        return True

    def _open(self, arrival: Arrival, now: float) -> None:
        self._first = self._turn = arrival.sequence
        self._shift = self.highest + 1 - arrival.sequence
        if self._last_at is None:
            begin = self._newest
        else:
            begin = self._newest + max(self.step, int((now - self._last_at) * self.rate))
        self._ticks = begin - arrival.timestamp
        self._last_at = now

    def _emit(self, arrival: Arrival, sequence: int, body: bytes) -> bytes:
        """A fresh header and the payload: no extension of the sender's (its MID, its level) is ever passed on."""
        timestamp = arrival.timestamp + self._ticks
        if sequence > self.highest:
            self.highest = sequence
        if timestamp > self._newest:
            self._newest = timestamp
        self._packets += 1
        self._octets += len(body)
        return (
            _HEADER.pack(
                0x80,
                self.payload_type | 0x80 if arrival.marker else self.payload_type,
                sequence & 0xFFFF,
                timestamp & 0xFFFFFFFF,
                self.ssrc,
            )
            + body
        )

    def resend(self, sequence: int, now: float) -> bytes | None:
        """The packet once more, if this slot repairs and still has it. `sequence` is the 16 bits of a NACK."""
        return None

    def report(self, source: feedback.SenderReport, shift: int) -> bytes | None:
        """The sender's clocks in terms of this slot; None before the slot is open. `shift`: its NTP clock to ours."""
        if self._first is None:
            return None
        return feedback.sender_report(
            feedback.SenderReport(self.ssrc, source.ntp + shift, source.rtp + self._ticks, self._packets, self._octets)
        )


class PictureSlot(Slot):
    """A slot for a camera or a screen: it opens with a keyframe, and repairs what got lost on the way down."""

    __slots__ = (
        "_base_layer",
        "_base_shift",
        "_cache",
        "_key",
        "_key_shift",
        "_picture",
        "_picture_shift",
        "_repair_name",
        "_repaired",
        "_resent",
    )

    payload_type = VP8
    rate = PICTURE_RATE
    step = 3000

    def __init__(self, ssrc: int) -> None:
        super().__init__(ssrc)
        self._cache = Cache()
        self._resent: dict[int, float] = {}  # when a packet was sent again
        self._repair_name = ((ssrc + 1) & 0xFFFFFFFF).to_bytes(4, "big")
        self._repaired = (ssrc + 1) & _LOW  # newest sequence number of the repair source
        self._picture = self._base_layer = self._key = 0  # newest counters sent, extended
        self._picture_shift = self._base_shift = self._key_shift = 0

    def play(self, feed: Feed | None) -> None:
        super().play(feed)
        self._cache.clear()
        self._resent.clear()

    def send(self, arrival: Arrival, now: float) -> bytes | None:
        descriptor = arrival.descriptor
        if self._first is not None and arrival.sequence - self._turn > JUMP:
            self.play(self.feed)
        if self._first is None:
            if descriptor is None or not descriptor.keyframe:
                return None
            self._picture_shift = self._picture + 1 - arrival.picture
            self._base_shift = self._base_layer + 1 - arrival.base_layer
            self._key_shift = self._key + 1 - arrival.key
        if not self._admit(arrival, now):
            return None
        sequence = arrival.sequence + self._shift
        if self._cache.has(sequence):
            return None
        body = arrival.body
        if descriptor is not None:
            picture = arrival.picture + self._picture_shift
            base_layer = arrival.base_layer + self._base_shift
            key = arrival.key + self._key_shift
            if picture > self._picture:
                self._picture = picture
            if base_layer > self._base_layer:
                self._base_layer = base_layer
            if key > self._key:
                self._key = key
            body = vp8.build(descriptor, picture, base_layer, key) + body
        packet = self._emit(arrival, sequence, body)
        self._cache.put(sequence, packet)
        return packet

    def resend(self, sequence: int, now: float) -> bytes | None:
        extended = extend(self.highest, sequence, SEQUENCE_BITS)
        packet = self._cache.get(extended)
        if packet is None or now - self._resent.get(extended, float("-inf")) < RESEND:
            return None
        if len(self._resent) > LATE:
            self._resent.clear()
        self._resent[extended] = now
        self._repaired += 1
        return b"".join(
            (
                bytes((0x80, packet[1] & 0x80 | RTX)),
                (self._repaired & 0xFFFF).to_bytes(2, "big"),
                packet[4:8],  # the same timestamp
                self._repair_name,
                packet[2:4],  # the original sequence number, then the original payload
                packet[12:],
            )
        )
