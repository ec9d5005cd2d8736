"""Looks at everything that leaves a forwarder and knows, from the placement alone, what may."""

from collections import Counter
from dataclasses import dataclass, field
from struct import unpack_from
from typing import Final

from server.rtp import feedback, sequence, vp8
from server.rtp.forwarder import Link
from server.rtp.medium import OPUS, RTX, VP8, clock_rate, is_picture, payload_type
from server.rtp.slots import SlotPlan, SlotView
from tests.support.packets import Canary, find_canary, repeats

OPUS_LASTS: Final = 0.020  # a packet of sound leaves when the last of these was said, and may tell as many again
_ROUNDING: Final = 1e-4


class WallBroken(AssertionError):
    """Something reached a peer that must not, or not like this."""


@dataclass(frozen=True)
class Grant:
    """A link that is open by right: since the sender acknowledged the audience."""

    serial: int
    acknowledged: float
    granted: float


@dataclass
class _Trace:
    """What one slot sent so far."""

    highest: int = -1
    timestamp: int = 0
    picture: int = -1
    repaired: int = -1
    serial: int = -1
    rank: int = -1  # the encoding of it
    base: int = 0
    shift: int = 0
    ticks: int | None = None
    picture_shift: int = 0
    sent: dict[int, bytes] = field(default_factory=dict)  # of the present grant, by sequence number


class Witness:
    """One for all peers of a simulation. Raises WallBroken at the first packet that is not as it must be."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.open: dict[Link, Grant] = {}
        self.until = 0.0
        self._slots: dict[tuple[str, int], _Trace] = {}
        self._names: dict[str, dict[int, tuple[str, int]]] = {}
        self._views: dict[str, SlotView] = {}
        self._first: dict[int, float] = {}  # when a grant was first followed by a packet

    def meet(self, seat: str, plan: SlotPlan) -> None:
        """A peer of the seat came, with fresh slots."""
        names = {ssrc: ("audio", i) for i, ssrc in enumerate(plan.audio)}
        names |= {ssrc: ("video", i) for i, ssrc in enumerate(plan.video)}
        names |= {plan.screen: ("screen", 0), plan.screen_sound: ("screen_sound", 0)}
        self._names[seat] = names
        for key in [key for key in self._slots if key[0] == seat]:
            del self._slots[key]
        for ssrc in names:
            self._slots[seat, ssrc] = _Trace(highest=ssrc & 0x3FFF, timestamp=ssrc)

    def told(self, seat: str, view: SlotView) -> None:
        """What the page of that seat is told about its slots. Whoever is new in a slot begins it anew."""
        before = self._views.get(seat)
        self._views[seat] = view
        if before is not None:
            for ssrc, place in self._names[seat].items():
                if _occupant(before, place) != _occupant(view, place):
                    self.seen["change of a slot"] += 1
                    self._slots[seat, ssrc].serial = -1

    def pictures(self, seat: str) -> list[tuple[int, int]]:
        """SSRC and newest sequence number of every slot of the seat that repairs and was ever used."""
        kinds = self._names[seat]
        repairing = [ssrc for ssrc, kind in kinds.items() if kind[0] in ("video", "screen")]
        return [(ssrc, trace.highest) for ssrc in repairing if (trace := self._slots[seat, ssrc]).serial >= 0]

    def heard(self, grant: Grant) -> float | None:
        """When the grant was first followed by a packet, None if never."""
        return self._first.get(grant.serial)

    def look(self, seat: str, data: bytes, now: float) -> None:
        """One packet leaves for the seat."""
        if 192 <= data[1] <= 223:
            self._look_at_reports(seat, data, now)
            return
        if now > self.until:
            raise WallBroken("forwarded after the links' valid-until")
        if data[0] != 0x80:
            raise WallBroken("a header extension, a contributing source or padding of the sender's was passed on")
        number, timestamp, ssrc = unpack_from("!HII", data, 2)
        kind = data[1] & 0x7F
        repair = kind == RTX
        if repair:
            ssrc -= 1
        place = self._names[seat].get(ssrc)
        if place is None:
            raise WallBroken("an SSRC that the peer's offer does not name")
        found = find_canary(data)
        if found is None:
            raise WallBroken("a payload that nobody sent")
        speaker = f"seat{found.seat}"
        link = Link(speaker, seat, found.medium)
        grant = self.open.get(link)
        if grant is None:
            raise WallBroken(f"foreign packet: {link}, {'repair' if repair else 'original'}")
        earliest = found.captured - (0.0 if is_picture(found.medium) else OPUS_LASTS * (1 + repeats(data)))
        if earliest < grant.acknowledged - _ROUNDING:
            raise WallBroken(f"{found.medium} from {grant.acknowledged - earliest:.3f} s before the acknowledgement")
        view = self._views.get(seat)
        if view is None or _occupant(view, place) != speaker:
            raise WallBroken("somebody is in a slot that the page believes another's")
        if not repair and kind != payload_type(found.medium):
            raise WallBroken("wrong payload type")
        trace = self._slots[seat, ssrc]
        if repair:
            self._look_at_repair(trace, grant, number, data)
        else:
            extended = sequence.extend(trace.highest, number, 16)
            self._look_at_numbers(trace, grant, extended, timestamp, found, data)
            if kind == VP8:
                self._look_at_picture(trace, data, found.picture)
            trace.highest = max(trace.highest, extended)
        self._first.setdefault(grant.serial, now)
        self.seen["repair" if repair else "sound" if kind == OPUS else "picture"] += 1

    def _look_at_numbers(
        self, trace: _Trace, grant: Grant, number: int, timestamp: int, source: Canary, data: bytes
    ) -> None:
        if trace.serial != grant.serial or trace.rank != source.rank:
            if trace.serial == grant.serial:
                self.seen["change of encoding"] += 1
            if number != trace.highest + 1:
                raise WallBroken(f"the slot's numbers leap by {number - trace.highest} over a change of source")
            if (data[1] & 0x7F) == VP8 and not _is_keyframe(data):
                raise WallBroken("a picture that does not begin with a keyframe")
            ahead = sequence.extend(trace.timestamp, timestamp, 32) - trace.timestamp
            if not 0 <= ahead < 90_000 * 3600:
                raise WallBroken("the slot's timestamps leap over a change of source")
            trace.rank = source.rank
            trace.serial, trace.base, trace.shift, trace.ticks = grant.serial, number, number - source.sequence, None
            trace.sent.clear()
            trace.picture_shift = -1
        elif number == trace.highest + 1 != trace.shift + source.sequence and _is_keyframe(data):
            self.seen["begun anew"] += 1  # what came before it found no room to wait: no gap tells of that
            trace.base, trace.shift, trace.ticks = number, number - source.sequence, None
            trace.picture_shift = -1
            trace.sent.clear()
        if number < trace.base:
            raise WallBroken("a number that belongs to the source before")
        ticks = timestamp - round(source.captured * clock_rate(source.medium))
        if trace.ticks is None:
            trace.ticks = ticks
        if (ticks - trace.ticks + 2) & 0xFFFFFFFF > 4:
            raise WallBroken("timestamps do not follow the source")
        if number - source.sequence != trace.shift:
            raise WallBroken("a gap of the source was closed, or one made")
        if number in trace.sent:
            raise WallBroken("a sequence number was used twice")
        trace.sent[number] = data
        if len(trace.sent) > 600:
            del trace.sent[next(iter(trace.sent))]
        trace.timestamp = max(trace.timestamp, sequence.extend(trace.timestamp, timestamp, 32))

    def _look_at_picture(self, trace: _Trace, data: bytes, source: int) -> None:
        descriptor = vp8.parse(data, 12, len(data))
        if descriptor is None or descriptor.picture is None:
            raise WallBroken("the descriptor was broken")
        if trace.picture_shift == -1:
            if trace.picture >= 0 and descriptor.picture != (trace.picture + 1) & 0x7FFF:
                raise WallBroken("picture ids leap over a change of source")
            trace.picture_shift = (descriptor.picture - source) & 0x7FFF
            trace.picture = descriptor.picture
        if (descriptor.picture - source) & 0x7FFF != trace.picture_shift:
            raise WallBroken("picture ids do not follow the source")
        if (descriptor.picture - trace.picture) & 0x7FFF < 0x4000:
            trace.picture = descriptor.picture

    def _look_at_repair(self, trace: _Trace, grant: Grant, number: int, data: bytes) -> None:
        original = sequence.extend(trace.highest, data[12] << 8 | data[13], 16)
        sent = trace.sent.get(original)
        if trace.serial != grant.serial or sent is None:
            raise WallBroken("a repair of something that the present source did not send here")
        if data[14:] != sent[12:] or data[4:8] != sent[4:8]:
            raise WallBroken("a repair that differs from what it repairs")
        if trace.repaired >= 0 and number != (trace.repaired + 1) & 0xFFFF:
            raise WallBroken("the repairs' own numbers are broken")
        trace.repaired = number

    def _look_at_reports(self, seat: str, data: bytes, now: float) -> None:
        messages = feedback.read(data)
        if messages is None:
            raise WallBroken("malformed RTCP")
        for message in messages:
            if isinstance(message, feedback.SenderReport):
                if message.ssrc not in self._names[seat]:
                    raise WallBroken("a sender report about an SSRC that the peer does not know")
                if abs(message.ntp / 2**32 - now) > 5.0:
                    raise WallBroken("a sender report with the sender's own clock in it")
                self.seen["sender report"] += 1


def _is_keyframe(data: bytes) -> bool:
    descriptor = vp8.parse(data, 12, len(data))
    return descriptor is not None and descriptor.keyframe


def _occupant(view: SlotView, place: tuple[str, int]) -> str | None:
    if place[0] == "audio":
        return view.audio[place[1]]
    if place[0] == "video":
        return view.video[place[1]]
    return view.screen if place[0] == "screen" else view.screen_sound
