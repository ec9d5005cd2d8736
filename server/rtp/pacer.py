"""What waits for one listener's line: pictures, and repairs of them, as fast as it carries them. Sound never waits.

A keyframe is many packets at once. As they come they would fill the queue before the narrow place of a slow line, and
whatever is said meanwhile would come behind them, up to a second late. So they wait here instead.

A packet waits as it came, before its slot has numbered it and before it is sealed. So numbers, and SRTP's indices with
them (RFC 3711, 3.3.1), are given in the order in which packets leave; what is dropped while it waits leaves no gap; and
what waits of a link dies with the link, at the same place as what could be sent again of it: `PictureSlot.play`.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from server.rtp.arrival import Arrival
    from server.rtp.slot import PictureSlot

BURST: Final = 0.01  # seconds of the line that may leave at once, for timers are late. More lets sound wait that much
# longer, less leaves a busy machine's line idle.
LIMIT: Final = 2.0  # seconds that a packet waits at most. Longer lets lips fall behind the voice, and browsers then
# hold the voice back too; less lets a keyframe out that is more than the line carries in that time.
ROOM: Final = 1.0  # seconds of the line that may wait before new frames are not taken. More is a later picture, less
# one that stands still more often.
LATE: Final = 3.0  # seconds after which what waits is of no use any more: the line has become worse, or the process
# stood still. Less drops what a slow line would still have carried, more shows what is long over.
MOST: Final = 2_000_000  # bits that wait at most. More is memory, less cuts the keyframe of a large screen.
ENVELOPE: Final = 60  # bytes beside a payload: RTP's header, a descriptor, SRTP's tag, UDP and IP


class Waiting(NamedTuple):
    """One packet that waits."""

    slot: PictureSlot
    arrival: Arrival
    came: float  # boot clock
    begins: bool = False  # a keyframe: the slot begins its source with it
    again: int | None = None  # of a repair: the extended number that it went out with before

    @property
    def bits(self) -> int:
        """What it is to the line."""
        return (len(self.arrival.body) + ENVELOPE) * 8


class Pacer:
    """Repairs before pictures, each in the order in which they came.

    `rate`: bits a second for all of it, set as often as it is reckoned. Where that is sure to be what the line carries
    (`firm`), nothing leaves faster, and no more than `ROOM` of it is taken. Else it may be too low, and all
    leaves within `LIMIT`. `full`: no new frame is taken until half of what waits has left.
    """

    __slots__ = ("_bits", "_clear_at", "_haste", "_pictures", "_repairs", "firm", "full", "hasted_at", "rate")

    def __init__(self) -> None:
        self.rate = float("inf")
        self.firm = False
        self.full = False
        self.hasted_at = float("-inf")  # when something last left faster than that
        self._haste = 0.0  # bits a second at which nothing waits longer than it may
        self._bits = 0  # of all that waits
        self._clear_at = float("-inf")  # when the line is done with what left
        self._repairs: dict[tuple[PictureSlot, int], Waiting] = {}
        self._pictures: deque[Waiting] = deque()

    def put(self, waiting: Waiting, *, rest: bool = False) -> bool:
        """It waits from now on. False, and it does not, where there is no room for it. `rest`: it belongs to a frame of
        which some waits or has left.
        """
        if waiting.again is not None:
            if (waiting.slot, waiting.again) in self._repairs:
                return False
            self._repairs[waiting.slot, waiting.again] = waiting
        else:
            self.full = self.full or self._bits > self._room()
            if self.full and (not rest or self._bits > MOST):
                return False
            self._pictures.append(waiting)
        self._bits += waiting.bits
        self._haste = max(self._haste, self._bits / LIMIT)
        return True

    def take(self, now: float) -> Waiting | None:
        """The next packet, if it may leave now."""
        if self._clear_at > now:
            return None
        if self._repairs:
            one = self._repairs.pop(next(iter(self._repairs)))
        elif self._pictures:
            one = self._pictures.popleft()
        else:
            return None
        speed = self._speed()
        if speed > self.rate:
            self.hasted_at = now
        self._clear_at = max(self._clear_at, now - BURST) + one.bits / speed
        self._less(one.bits)
        return one

    def due(self) -> float | None:
        """When something may leave (boot clock); None where nothing waits."""
        return self._clear_at if self._repairs or self._pictures else None

    def late(self, now: float) -> bool:
        """Whether something waits that should long have left."""
        oldest = next(iter(self._repairs.values()), None) or (self._pictures[0] if self._pictures else None)
        return oldest is not None and now - oldest.came > LATE

    def seconds(self) -> float:
        """How long what waits will take."""
        return self._bits / self._speed()

    def brings_keyframe(self, slot: PictureSlot) -> bool:
        """Whether a keyframe of this slot waits: whoever misses one gets it."""
        return any(
            one.slot is slot and one.arrival.descriptor is not None and one.arrival.descriptor.keyframe
            for one in self._pictures
        )

    def forget(self, slot: PictureSlot) -> None:
        """Nothing of this slot waits any more, at once."""
        gone = [key for key in self._repairs if key[0] is slot]
        self._less(sum(self._repairs.pop(key).bits for key in gone))
        if any(one.slot is slot for one in self._pictures):
            self._less(sum(one.bits for one in self._pictures if one.slot is slot))
            self._pictures = deque(one for one in self._pictures if one.slot is not slot)

    def clear(self) -> None:
        """Nothing waits any more, at once. The pictures of which something did go on with a new keyframe."""
        for one in self._pictures:
            one.slot.opened = False
        self._repairs.clear()
        self._pictures.clear()
        self._less(self._bits)

    def _room(self) -> float:
        return min(MOST, self.rate * ROOM) if self.firm else MOST

    def _speed(self) -> float:
        return self.rate if self.firm else max(self.rate, self._haste)

    def _less(self, bits: int) -> None:
        self._bits -= bits
        if self._bits == 0:
            self._haste = 0.0
        if self._bits <= self._room() / 2:
            self.full = False
