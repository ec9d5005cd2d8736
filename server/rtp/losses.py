"""What one listener's line loses, by the reports of all its slots together (RFC 3550, 6.4.1).

Not all that a report calls lost was lost on the line: numbers that the speaker's own line had lost before were never
sent. Reports come at other moments than those gaps, so what was lost on the line is taken from its highest sum so far.
"""

from collections import deque
from typing import Final

from server.rtp.feedback import Report

WINDOW: Final = 2.0  # seconds that reports count. Longer takes a second's outage for the line, shorter hears chance.
LEAST: Final = 30  # packets: fewer count as so many, or one that is lost while people are silent would be much
SKEW: Final = 200  # packets: a sum that falls by more than that has begun anew
MOST: Final = 64  # reports that count at once: twice what all slots of a browser tell in that time
_HALF: Final = 1 << 31


class Losses:
    """The reports of one listener. `share`: what was last found (0 to 1)."""

    __slots__ = ("_known", "_lately", "share")

    def __init__(self) -> None:
        self.share = 0.0
        self._known: dict[int, _Known] = {}
        self._lately: deque[tuple[float, int, int]] = deque(maxlen=MOST)  # when, packets sent, lost

    def take(self, report: Report, gaps: int, now: float) -> float | None:
        """The share (0 to 1) lost on the line lately; None where the report tells nothing of it.

        `gaps`: numbers that the slot has passed by so far.
        """
        lost = report.lost - gaps
        known = self._known.get(report.ssrc)
        if known is None:
            self._known[report.ssrc] = _Known(report.highest, gaps, lost)
            return None
        passed = (report.highest - known.highest) & 0xFFFFFFFF
        if not 0 < passed < _HALF:  # nothing was sent meanwhile, or the report is an old one
            return None
        sent = passed - max(0, gaps - known.gaps)
        if lost < known.lost - SKEW:
            known.lost = lost
        more = max(0, lost - known.lost)
        if sent > 0:
            self._lately.append((now, sent, min(more, sent)))
        known.highest, known.gaps, known.lost = report.highest, gaps, known.lost + more
        while self._lately and now - self._lately[0][0] >= WINDOW:
            self._lately.popleft()
        if not self._lately:
            return None
        packets = sum(sample[1] for sample in self._lately)
        gone = sum(sample[2] for sample in self._lately)
        self.share = gone / max(packets, LEAST)
        return self.share


class _Known:
    """What the last report of a slot said."""

    __slots__ = ("gaps", "highest", "lost")

    def __init__(self, highest: int, gaps: int, lost: int) -> None:
        self.highest = highest
        self.gaps = gaps
        self.lost = lost  # on the line, at most so far
