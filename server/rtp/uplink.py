"""One medium of one seat on its way to the server, or one encoding of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.rtp import feedback, header, loudness, opus, vp8
from server.rtp.arrival import VERSION, Arrival
from server.rtp.keyframes import IDLE, KeyframeWish
from server.rtp.medium import WHOLE, Medium, clock_rate, is_picture, payload_type
from server.rtp.missing import Missing
from server.rtp.reception import Reception
from server.rtp.sequence import extend
from server.rtp.timeline import Timeline

if TYPE_CHECKING:
    from server.rtp.feed import Feed

_OSN: Final = 2  # bytes of the original sequence number before a repaired payload (RFC 4588, 4)
ALIVE: Final = 1.0  # seconds without a packet after which an encoding counts as not sent. Browsers leave the large one
# out where their line is weak. Shorter takes a hiccup for that, longer shows a picture that stands still.


class Uplink:
    """What a seat sends of one medium, and the feeds that carry it on. Bound to an SSRC once that is known."""

    __slots__ = (
        "_base_layer",
        "_key",
        "_octets",
        "_octets_before",
        "_picture",
        "_reception",
        "_reported_at",
        "bits",
        "coming",
        "encodings",
        "feeds",
        "heard_at",
        "is_picture",
        "loudness",
        "medium",
        "missing",
        "payload_type",
        "rank",
        "report",
        "seat",
        "ssrc",
        "timeline",
        "wish",
    )

    def __init__(self, seat: str, medium: Medium, rank: int = WHOLE) -> None:
        self.seat = seat
        self.rank = rank  # among the encodings of a camera, small to large
        self.encodings: list[Uplink] = [self]  # all that this camera ever came in, in that order
        self.coming: list[Feed] = []  # those that go over to this encoding with its next keyframe
        self.medium: Medium = medium
        self.is_picture = is_picture(medium)
        self.payload_type = payload_type(medium)
        self.feeds: list[Feed] = []
        self.ssrc: int | None = None
        self.wish = KeyframeWish()
        self._begin()

    def _begin(self) -> None:
        rate = clock_rate(self.medium)
        self.timeline = Timeline(rate)
        self._reception = Reception(rate)
        self.missing = Missing()
        self.loudness = loudness.Loudness()
        self.heard_at = float("-inf")  # boot clock: when the last packet came
        self.report: feedback.SenderReport | None = None  # the sender's latest
        self._reported_at = 0.0
        self.bits = 0  # a second, when that was last counted
        self._octets = self._octets_before = 0
        self._picture = 0  # newest counters of VP8, extended
        self._base_layer = 0
        self._key = 0

    def name(self, ssrc: int | None) -> None:
        """The medium comes with this SSRC from now on (None: not known). Under a new one everything begins anew."""
        if self.ssrc == ssrc:
            return
        if self.ssrc is not None:
            self._begin()
            for encoding in self.encodings:
                for feed in encoding.feeds:
                    feed.source_changed(self)
        self.ssrc = ssrc

    def take(self, packet: bytes, head: header.Header, now: float) -> Arrival | None:
        """An original packet came: what it carries, None for a duplicate and for what has no VP8 in it."""
        sequence = self._reception.take(head.sequence)
        if sequence is None:
            return None
        timestamp = self.timeline.take(head.timestamp, now)
        self._reception.arrived(timestamp, now)
        return self._open(packet, head, head.start, sequence, timestamp, now)

    def take_repair(self, packet: bytes, head: header.Header, now: float) -> Arrival | None:
        """A retransmission came (RFC 4588): the original packet in it, None where that came already or never was."""
        if head.end - head.start < _OSN or self._reception.newest is None:
            return None  # the second: nothing can be repaired of which nothing is known
        original = packet[head.start] << 8 | packet[head.start + 1]
        sequence = self._reception.take(original)
        if sequence is None:
            return None
        timestamp = self.timeline.take(head.timestamp, now)
        return self._open(packet, head, head.start + _OSN, sequence, timestamp, now)

    def _open(
        self, packet: bytes, head: header.Header, start: int, sequence: int, timestamp: int, now: float
    ) -> Arrival | None:
        self.heard_at = now
        end = head.end
        self._octets += end
        first = VERSION | self.payload_type | (0x80 if head.marker else 0)
        if not self.is_picture:
            if self.medium == "microphone":
                level = loudness.level(packet, head)
                if level is not None:
                    self.loudness.hear(level, now)
            body = opus.bare(packet[start:end])
            if body is None:
                return None
            oldest = timestamp - opus.reach(packet, start, end)
            return Arrival(sequence, timestamp, oldest, first, body, None, 0, 0, 0, 0)
        self.missing.find(sequence)
        if start == end:  # padding only: it fills a number, nothing else
            return Arrival(sequence, timestamp, timestamp, first, b"", None, 0, 0, 0, 0)
        descriptor = vp8.parse(packet, start, end)
        if descriptor is None:
            return None
        body = packet[start + descriptor.size : end]
        plain = descriptor.first << 8 | 0x80 if descriptor.flags == 0x80 else 0
        if descriptor.picture is not None:
            picture = extend(self._picture, descriptor.picture, descriptor.picture_bits)
            self._picture = max(self._picture, picture)
        else:
            picture = self._picture
        if descriptor.flags & 0x70:
            if descriptor.base_layer is not None:
                self._base_layer = extend(self._base_layer, descriptor.base_layer, vp8.BASE_LAYER_BITS)
            if descriptor.layer is not None:
                self._key = extend(self._key, descriptor.layer & 0x1F, vp8.KEY_BITS)
        counters = picture, self._base_layer, self._key
        return Arrival(sequence, timestamp, timestamp, first, body, descriptor, plain, *counters)

    def count(self, seconds: float) -> None:
        """Reckon `bits` anew: so many seconds have passed since that was last done."""
        self.bits = int((self._octets - self._octets_before) * 8 / seconds)
        self._octets_before = self._octets

    def alive(self, now: float) -> bool:
        """Whether packets of it come."""
        return self.ssrc is not None and now - self.heard_at < ALIVE

    def newest_sequence(self) -> int | None:
        """The newest sequence number received, extended; None where nothing came yet."""
        return self._reception.newest

    def lacking(self, before: int | None, now: float) -> list[int]:
        """Numbers to ask for at once: the gap that opened behind `before`, the newest number until now."""
        newest = self._reception.newest
        if before is None or newest is None or newest - before < 2:
            return []
        lost = self.missing.lose(before + 1, newest - 1, now)
        if not lost:
            self.wish.open = True  # too much is gone: only a keyframe mends the picture
        return lost

    def again(self, first: int, last: int, now: float) -> list[int]:
        """Numbers to ask for though they came: they were dropped because the keyframe they belong to began later."""
        self._reception.want_again(first, last)
        return self.missing.lose(first, last, now)

    def wish_due(self, now: float) -> bool:
        """Whether to ask for a keyframe now. A camera that sends nothing is not asked."""
        return self.ssrc is not None and now - self.heard_at < IDLE and self.wish.due(now)

    def take_report(self, report: feedback.SenderReport, now: float) -> None:
        """The sender told what its clocks showed."""
        self.report = report
        self._reported_at = now

    def clocks(self, now: float) -> feedback.SenderReport | None:
        """What the sender's clocks show now, reckoned from its last report; None where none came.

        That report itself must not be passed on to whoever is granted later: it would tell when the medium was last
        in use.
        """
        if self.report is None:
            return None
        since = now - self._reported_at
        return self.report._replace(
            ntp=self.report.ntp + int(since * 0x100000000), rtp=self.report.rtp + int(since * clock_rate(self.medium))
        )

    def apart(self, other: Uplink) -> int | None:
        """Ticks from another encoding's timestamps to this one's of the same moment, as the sender reports them; None
        where it has not reported both.
        """
        if self.report is None or other.report is None:
            return None
        since = (other.report.ntp - self.report.ntp) * clock_rate(self.medium) >> 32
        return self.report.rtp + since - other.report.rtp

    def reception_report(self, now: float) -> feedback.Report | None:
        """How much of this uplink came since this was last asked; None where nothing ever came."""
        if self.ssrc is None:
            return None
        last = delay = 0
        if self.report is not None:
            last = self.report.ntp >> 16 & 0xFFFFFFFF
            delay = int((now - self._reported_at) * 65536)
        return self._reception.report(self.ssrc, last, delay)
