"""What came through one listener's line, measured by what every browser answers: our own sender reports.

A report that leaves is a mark: so much was sent to the listener before it. The answer tells when it arrived (RFC 3550,
6.4.1), with the way back in it. What was sent between two marks came through between their arrivals: at most what the
line carries, and just that while packets queue up before it.
"""

from collections import deque
from typing import Final

MARKS: Final = 128  # that are remembered: twice what all slots of a browser answer to within two seconds
LEAST: Final = 0.25  # seconds between two arrivals. Less measures how the ways tremble, more takes pauses for the line.
_ROUNDING: Final = 0.001  # seconds: `at` is reckoned back from an answer


class Throughput:
    """The marks of one listener."""

    __slots__ = ("_arrived", "_marks")

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int, bool]] = deque(maxlen=MARKS)  # when, octets sent until then, did more wait
        self._arrived: deque[tuple[float, float, int, bool]] = deque(maxlen=MARKS)  # when it left, its trip, and these

    def mark(self, octets: int, now: float, *, more: bool = False) -> None:
        """A report leaves behind so many octets, all in all. `more`: others wait for the line."""
        self._marks.append((now, octets, more))

    def passed(self, at: float, trip: float, lost: float = 0.0) -> tuple[float, float, bool] | None:
        """The report that left `at` took so long. Bits a second that came through between the arrival of one before it
        and its own, the shorter trip of the two, and whether more waited both times; None where nothing tells. `lost`:
        the share of what was sent lately that did not come.
        """
        mark = next((mark for mark in reversed(self._marks) if mark[0] <= at + _ROUNDING), None)
        if mark is None:
            return None
        _, octets, more = mark
        there = at + trip
        before = next(
            (one for one in reversed(self._arrived) if one[0] < at and one[0] + one[1] <= there - LEAST), None
        )
        self._arrived.append((at, trip, octets, more))
        if before is None:
            return None
        through = (octets - before[2]) * 8 * (1 - lost) / (there - before[0] - before[1])
        return through, min(trip, before[1]), more and before[3]
