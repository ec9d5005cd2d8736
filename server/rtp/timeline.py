"""Where a sender's media clock stands, so that what was captured before a moment can be told from what came after."""

from typing import Final

from server.rtp.sequence import TIMESTAMP_BITS, extend

WINDOW: Final = 1.0  # seconds that the quickest packet stays the measure. Longer trusts old packets, shorter knows few.
REACH: Final = 0.5  # seconds that `edge` may lie beyond the newest packet. Longer silences a source whose clock stood
# still while it was off for that long after a grant; shorter lets more of a stalled network's backlog through.
MEMORY: Final = 60.0  # seconds, at least, that the quickest packet of all is the measure of how late others are


class Timeline:
    """The RTP timestamps of one uplink, extended, against the time of their arrival."""

    __slots__ = ("_before", "_best", "_best_before", "_best_since", "_last", "_lead", "_rate", "_since", "newest")

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._lead = float("-inf")  # of the quickest packet in this window: timestamp - arrival in ticks
        self._before = float("-inf")  # … and in the window before
        self._last = 0.0  # … of the last one
        self._since = float("-inf")
        self._best = self._best_before = float("-inf")  # … in a minute, and in the one before
        self._best_since = float("-inf")
        self.newest: int | None = None

    def take(self, timestamp: int, now: float) -> int:
        """A packet with that timestamp (32 bits) arrived; the timestamp, extended."""
        newest = self.newest
        extended = timestamp if newest is None else extend(newest, timestamp, TIMESTAMP_BITS)
        if newest is None or extended > newest:
            self.newest = extended
        lead = self._last = extended - now * self._rate
        if now - self._since > WINDOW:
            self._remember(now)
            self._before = self._lead
            self._lead = lead
            self._since = now
        elif lead > self._lead:
            self._lead = lead
        return extended

    def edge(self, now: float) -> int | None:
        """The timestamp that divides before from after `now`; None where nothing was received yet.

        At least the newest timestamp received. Beyond that it is what the sender's clock must show now, judged by the
        quickest packet lately: what the sender captured earlier and what is still under way is before.
        """
        if self.newest is None:
            return None
        shown = int(max(self._lead, self._before) + now * self._rate)
        return max(self.newest, min(shown, self.newest + int(REACH * self._rate)))

    def _remember(self, now: float) -> None:
        if now - self._best_since > MEMORY:
            self._best_before, self._best, self._best_since = self._best, self._lead, now
        self._best = max(self._best, self._lead)

    def behind(self) -> float:
        """Seconds that the last packet took longer than the quickest within a minute or two: the queue before the
        sender's line.
        """
        if self.newest is None:
            return 0.0
        return (max(self._best, self._best_before, self._lead, self._before) - self._last) / self._rate
