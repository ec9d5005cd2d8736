"""One pre-negotiated downlink: whoever is in it, the browser sees a single unbroken source.

Sequence numbers only grow, and have a gap only where the uplink has one (libsrtp refuses what is more than 1024
behind); timestamps go on with the time; picture ids have no jump.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Final

from server.rtp import feedback, vp8
from server.rtp.cache import SIZE, Cache
from server.rtp.header import FIXED_SIZE as HEADER
from server.rtp.medium import PICTURE_RATE, RTX, SOUND_RATE
from server.rtp.out import Out
from server.rtp.pacer import ENVELOPE, Pacer, Waiting
from server.rtp.reception import JUMP
from server.rtp.sequence import SEQUENCE_BITS, TIMESTAMP_BITS, extend

if TYPE_CHECKING:
    from server.rtp.arrival import Arrival
    from server.rtp.feed import Feed
    from server.rtp.run import Run

_HEADER: Final = Struct("!HHII").pack  # RTP's
_HEADER_OF_PICTURE: Final = Struct("!HHIIHH").pack  # … and a VP8 descriptor with a picture id and nothing else
DESCRIPTOR: Final = 4  # bytes of that descriptor

TYPE: Final = 0x7F  # the payload type in the first sixteen bits

_LOW: Final = 0x3FFF  # first sequence numbers stay below 2^15, or SRTP may guess its roll-over wrongly (RFC 3711,
# 3.3.1)
LATE: Final = SIZE  # packets behind the newest that are still sent: as far back as the cache can tell duplicates, and
# well inside SRTP's window of 1024
TOLD: Final = 8  # reports of ours that are remembered: browsers answer the last that they got
RESEND: Final = 0.03  # seconds before the same packet is sent again. Shorter lets a greedy listener draw more traffic.


class Slot:
    """A slot for sound. `feed` is who is in it now; `opened`: what comes of it is taken; `begun`: some of it was sent.
    `carry` runs once per listener and burst, `send` where packets need a look each: they are as flat as they can be.
    """

    __slots__ = (
        "_first",
        "_last_at",
        "_newest",
        "_octets",
        "_packets",
        "_same",
        "_shift",
        "_ticks",
        "_told",
        "_turn",
        "begun",
        "feed",
        "opened",
        "seat",
        "ssrc",
    )

    rate = SOUND_RATE
    step = 960  # ticks from one source's last packet to the next one's first, at least

    def __init__(self, seat: str, ssrc: int) -> None:
        self.seat = seat  # the listener
        self.ssrc = ssrc
        self.feed: Feed | None = None
        self.opened = False
        self.begun = False
        self._newest = ssrc  # timestamp sent, extended
        self._last_at: float | None = None  # when that was
        self._first = 0  # the source's sequence number that opened the slot
        self._turn = 0  # the source's newest sequence number
        self._shift = ssrc & _LOW  # from the source's sequence numbers to ours
        self._ticks = 0  # from the source's timestamps to ours
        self._same: int | None = None  # … of another encoding of it, where its clocks tell
        self._packets = 0
        self._octets = 0
        self._told: dict[int, float] = {}  # our last reports by the middle of their ntp: when they went out

    @property
    def highest(self) -> int:
        """The newest sequence number sent, extended. `_turn` and `_shift` change together, so that it only grows."""
        return self._turn + self._shift

    @property
    def sent_at(self) -> float:
        """When the newest packet went out (boot clock)."""
        return float("-inf") if self._last_at is None else self._last_at

    @property
    def gaps(self) -> int:
        """How many numbers below the newest were never sent, for they had been lost before they came here."""
        return self.highest - (self.ssrc & _LOW) - self._packets

    @property
    def octets(self) -> int:
        """Bytes that were sent to the listener, as its line carries them; repairs are not counted."""
        return self._octets + ENVELOPE * self._packets

    @property
    def blank(self) -> bool:
        """Whether a picture lacks a keyframe, and would take one."""
        return not self.opened

    def play(self, feed: Feed | None) -> None:
        """Another source, or none. What the one before sent is forgotten at once."""
        self.feed = feed
        self.opened = self.begun = False
        self._same = None

    def turn(self, feed: Feed, apart: int | None) -> None:
        """The same source goes on in another encoding. What was sent of the one before is forgotten.

        `apart`: ticks from the new timestamps to the ones before, where that is known; so lips and voice stay together.
        """
        same = self._ticks if self.begun else self._same
        self.play(feed)
        self._same = None if same is None or apart is None else same + apart

    def open(self, arrival: Arrival, now: float) -> Out | None:
        """The source's first packet as this slot sends it; None where a source cannot begin with it, or it waits."""
        self._begin(arrival, now)
        self.opened = True
        return self.send(arrival, now)

    def _begin(self, arrival: Arrival, now: float) -> None:
        """Counters go on with the source's first packet as if it were the next one of the source before."""
        self.begun = True
        first, begin = arrival.sequence, self._newest
        self._shift = self.highest + 1 - first
        self._turn = first - 1
        self._first = first
        if self._last_at is not None:
            begin += max(self.step, int((now - self._last_at) * self.rate))
        if self._same is not None:
            same = extend(begin, arrival.timestamp + self._same, TIMESTAMP_BITS)
            if abs(same - begin) < self.rate:  # else its clocks are not to be believed
                begin = max(self._newest + 1, same)
        self._ticks = begin - arrival.timestamp

    def send(self, arrival: Arrival, now: float) -> Out | None:
        """A packet as an open slot sends it: a fresh header and the payload. No extension of the sender's (its MID,
        its level) is ever passed on. None where it is too late, or from before the slot was opened.
        """
        sequence, timestamp, _, start, body, _, _, _, _, _ = arrival
        ahead = sequence - self._turn
        if ahead > 0:
            if ahead > JUMP:  # the source began anew: it goes on where it was, without the leap
                self._shift = self.highest + 1 - sequence
                self._first = sequence
            self._turn = sequence
            self._last_at = now
        elif sequence < self._first or ahead <= -LATE:
            return None
        timestamp += self._ticks
        if timestamp > self._newest:
            self._newest = timestamp
        self._packets += 1
        self._octets += len(body)
        head = _HEADER(start, sequence + self._shift & 0xFFFF, timestamp & 0xFFFFFFFF, self.ssrc)
        return self.seat, head, body

    def carry(self, run: Run, now: float, out: list[Out]) -> bool:
        """All of a run as an open slot sends it, as `send` would one by one; False, and nothing is done, where it is
        not simply what comes next.
        """
        if not run.rising or run.first <= self._turn or run.last - self._turn > JUMP:
            return False
        seat, ssrc, shift, ticks = self.seat, self.ssrc, self._shift, self._ticks
        out += [
            (seat, _HEADER(start, sequence + shift & 0xFFFF, timestamp + ticks & 0xFFFFFFFF, ssrc), body)
            for sequence, timestamp, _, start, body, _, _, _, _, _ in run.arrivals
        ]
        self._went(run, now, run.octets)
        return True

    def _went(self, run: Run, now: float, octets: int) -> None:
        self._turn = run.last
        self._last_at = now
        self._newest = max(self._newest, run.newest + self._ticks)
        self._packets += len(run.arrivals)
        self._octets += octets

    def resend(self, sequence: int, now: float) -> Out | None:
        """The packet once more, if this slot repairs and still has it. `sequence` is the 16 bits of a NACK."""
        return None

    def report(self, source: feedback.SenderReport, shift: int, now: float) -> bytes | None:
        """The sender's clocks in terms of this slot; None before it sent anything. `shift`: its NTP clock to ours."""
        if not self.begun:
            return None
        if len(self._told) >= TOLD:
            del self._told[next(iter(self._told))]
        self._told[source.ntp + shift >> 16 & 0xFFFFFFFF] = now
        return feedback.sender_report(
            feedback.SenderReport(self.ssrc, source.ntp + shift, source.rtp + self._ticks, self._packets, self._octets)
        )

    def trip(self, report: feedback.Report, now: float) -> float | None:
        """Seconds from the last of our reports that the listener got until now, less those that it lay there (RFC 3550,
        6.4.1); None where that is not known, or was told before.
        """
        at = self._told.pop(report.last, None)
        return None if at is None else max(0.0, now - at - report.delay / 65536)


class PictureSlot(Slot):
    """A slot for a camera or a screen: it opens with a keyframe, and repairs what got lost on the way down.

    `pacer`: where the listener's line is slow, what is to be sent waits there; else None.
    """

    __slots__ = (
        "_base_layer",
        "_base_shift",
        "_cache",
        "_frame",
        "_key",
        "_key_shift",
        "_picture",
        "_picture_shift",
        "_repair",
        "_repaired",
        "_resent",
        "pacer",
    )

    rate = PICTURE_RATE
    step = 3000

    def __init__(self, seat: str, ssrc: int) -> None:
        super().__init__(seat, ssrc)
        self.pacer: Pacer | None = None
        self._frame = 0  # the source's timestamp of the last frame that waited
        self._cache = Cache()
        self._resent: dict[int, float] = {}  # when a packet was sent again
        self._repair = (ssrc + 1) & 0xFFFFFFFF
        self._repaired = (ssrc + 1) & _LOW  # newest sequence number of the repair source
        self._picture = self._base_layer = self._key = 0  # newest counters sent, extended
        self._picture_shift = self._base_shift = self._key_shift = 0

    @property
    def blank(self) -> bool:
        return not self.opened and (self.pacer is None or not self.pacer.full)

    def play(self, feed: Feed | None) -> None:
        super().play(feed)
        self._forget()
        if self.pacer is not None:
            self.pacer.forget(self)

    def _forget(self) -> None:
        self._cache.clear()
        self._resent.clear()

    def open(self, arrival: Arrival, now: float) -> Out | None:
        descriptor = arrival.descriptor
        if descriptor is None or not descriptor.keyframe:
            return None
        if self.pacer is not None:
            self._frame = arrival.timestamp
            self.opened = self.pacer.put(Waiting(self, arrival, now, begins=True))
            return None
        self.opened = True
        return self.begin(arrival, now)

    def begin(self, arrival: Arrival, now: float) -> Out | None:
        """The keyframe with which the source begins, or begins anew where some of it found no room to wait."""
        begun, ticks = self.begun, self._ticks
        if begun:
            self._forget()
        self._picture_shift = self._picture + 1 - arrival.picture
        self._base_shift = self._base_layer + 1 - arrival.base_layer
        self._key_shift = self._key + 1 - arrival.key
        self._base_layer += 1
        self._key += 1
        self._begin(arrival, now)
        if begun:
            self._ticks = ticks
        return self.send(arrival, now, waited=True)

    def send(self, arrival: Arrival, now: float, *, waited: bool = False) -> Out | None:
        """As for sound; None too where it waits, from now on. `waited`: it has, or need not."""
        if self.pacer is not None and not waited:
            rest = arrival.timestamp == self._frame
            self._frame = arrival.timestamp
            self.opened = self.pacer.put(Waiting(self, arrival, now), rest=rest)
            return None
        sequence, timestamp, _, start, body, descriptor, plain, picture, _, _ = arrival
        ahead = sequence - self._turn
        if ahead > 0:
            if ahead > JUMP:  # the source began anew
                self.play(self.feed)
                return self.open(arrival, now)
            self._turn = sequence
            self._last_at = now
        elif sequence < self._first or ahead <= -LATE or self._cache.has(sequence + self._shift):
            return None
        sequence += self._shift
        timestamp += self._ticks
        if timestamp > self._newest:
            self._newest = timestamp
        if plain:  # what browsers send for a camera without layers
            picture += self._picture_shift
            if picture > self._picture:
                self._picture = picture
            head = _HEADER_OF_PICTURE(
                start, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self.ssrc, plain, 0x8000 | picture & 0x7FFF
            )
        else:
            head = _HEADER(start, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self.ssrc)
            if descriptor is not None:
                head += self._describe(descriptor, arrival)
        self._packets += 1
        self._octets += len(head) - HEADER + len(body)
        self._cache.put(sequence, arrival)
        return self.seat, head, body

    def carry(self, run: Run, now: float, out: list[Out]) -> bool:
        if (
            self.pacer is not None
            or not run.plain
            or not run.rising
            or run.first <= self._turn
            or run.last - self._turn > JUMP
        ):
            return False
        seat, ssrc, shift, ticks, pictures = self.seat, self.ssrc, self._shift, self._ticks, self._picture_shift
        out += [
            (
                seat,
                _HEADER_OF_PICTURE(
                    start,
                    sequence + shift & 0xFFFF,
                    timestamp + ticks & 0xFFFFFFFF,
                    ssrc,
                    plain,
                    0x8000 | picture + pictures & 0x7FFF,
                ),
                body,
            )
            for sequence, timestamp, _, start, body, _, plain, picture, _, _ in run.arrivals
        ]
        self._picture = max(self._picture, run.picture + pictures)
        self._cache.put_all(shift, run.arrivals)
        self._went(run, now, run.octets + DESCRIPTOR * len(run.arrivals))
        return True

    def _describe(self, descriptor: vp8.Descriptor, arrival: Arrival) -> bytes:
        """The descriptor with this slot's counters."""
        picture = arrival.picture + self._picture_shift
        base_layer = arrival.base_layer + self._base_shift
        key = arrival.key + self._key_shift
        self._picture = max(picture, self._picture)
        self._base_layer = max(base_layer, self._base_layer)
        self._key = max(key, self._key)
        return vp8.build(descriptor, picture, base_layer, key)

    def resend(self, sequence: int, now: float) -> Out | None:
        extended = extend(self.highest, sequence, SEQUENCE_BITS)
        arrival = self._cache.get(extended)
        if arrival is None or now - self._resent.get(extended, float("-inf")) < RESEND:
            return None
        if len(self._resent) > LATE:
            self._resent.clear()
        self._resent[extended] = now
        if self.pacer is not None:
            self.pacer.put(Waiting(self, arrival, now, again=extended))
            return None
        return self._repeat(arrival, extended)

    def brings_keyframe(self) -> bool:
        """Whether a keyframe waits, so that nobody need be asked for one."""
        return self.pacer is not None and self.pacer.brings_keyframe(self)

    def leave(self, waiting: Waiting) -> Out | None:
        """What waited, as it leaves, with the timestamp of when it came; None where it is too late by now."""
        if waiting.again is not None:
            return self._repeat(waiting.arrival, waiting.again) if self._cache.has(waiting.again) else None
        if waiting.begins:
            return self.begin(waiting.arrival, waiting.came)
        return self.send(waiting.arrival, waiting.came, waited=True)

    def _repeat(self, arrival: Arrival, extended: int) -> Out:
        self._repaired += 1
        start = arrival.start & ~TYPE | RTX
        timestamp = arrival.timestamp + self._ticks  # the same as before: counters shift only where the cache is empty
        head = _HEADER(start, self._repaired & 0xFFFF, timestamp & 0xFFFFFFFF, self._repair)
        head += (extended & 0xFFFF).to_bytes(2, "big")  # the original sequence number, then the original payload
        if arrival.descriptor is not None:
            head += self._describe(arrival.descriptor, arrival)
        return self.seat, head, arrival.body
