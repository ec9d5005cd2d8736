"""How fast pictures may leave for one listener, also for a moment: as fast as its line was seen to carry them.

That is measured, by what came through (`throughput.py`): estimates of browsers (REMB) are made of what they were sent,
and Chromium 156 gives none, for no packet of ours carries the time it was sent. It matters only where packets queue up.
So there is no pace until they first do: who comes in by a line that nothing is known of gets everything as it comes,
for a pace that is guessed would delay the first picture of everybody. Whether the line has become better is tried by
and by.
"""

from typing import Final

from server.rtp.trial import Trial

SOON: Final = 0.15  # seconds that a trip takes longer than the shortest from which on pictures wait. Less takes a busy
# machine for a slow line, more lets sound come that late.
SLIGHT: Final = 0.03  # seconds that packets queue up for while more waits here, which tell of a pace that is too high.
# Less is what a way trembles, more lets sound come that late.
LESS: Final = 0.88  # of the pace: where a filled line lets less through, that is what it carries. More takes for that
# what the pacer spares, less lets a queue stand.
SETTLED: Final = 3.0  # seconds after which a queue is not the one from before. Longer bears a pace that is too high,
# shorter lowers one for what the pictures before it brought about.
MORE: Final = 1.25  # times what the line carries: what is tried. More lets sound pay for it, less takes minutes.
ENOUGH: Final = 8_000_000  # bits a second on which no keyframe is in anybody's way. More goes on measuring for longer.
FADE: Final = 0.98  # of the most that came through is left with each report, three a second: some ten seconds
# back. More trusts what a line carried long ago, less forgets what a busy moment told.


class Pace:
    """`rate`: bits a second for everything that leaves; None: as it comes. `firm`: more than that came to be queued on
    the line, so nothing leaves faster.
    """

    __slots__ = ("_for_more", "_most", "_proven", "_queued_at", "_since", "_trying", "firm", "rate")

    def __init__(self) -> None:
        self.rate: int | None = None
        self.firm = False
        self._most = self._proven = 0.0  # bits a second that came through lately; … before more was tried
        self._trying = False
        self._since = float("-inf")  # when the pace last changed …
        self._queued_at = float("-inf")  # … and when packets last queued up
        self._for_more = Trial()

    def passed(
        self, through: float, queue: float, standing: float, *, filled: bool = False, hasty: bool = False, now: float
    ) -> int | None:
        """So many bits a second came through between two moments. `queue`: seconds that packets queued up at the second
        of them, `standing`: at both; `filled`: all that time there was more to send; `hasty`: more left lately than
        `rate`. Returns what the line carries, where more goes down it.
        """
        if self.rate is None:
            self._most *= FADE
        queued = queue > (SOON / 2 if self._trying else SOON)
        if queued:
            self._queue_up(hasty, now)
        if queued and standing > SOON / 2:
            self._most = through  # the line had no pause: just this is what it carries
        elif filled and standing > SLIGHT and through < LESS * self._most:
            self._most *= LESS  # a step at a time: a machine that stood still looks the same
        else:
            self._most = max(self._most, through)
        if queued or self.rate is not None:
            self.rate = int(self._most)
        return self.rate if queued and self.firm else None

    def _queue_up(self, hasty: bool, now: float) -> None:
        self._queued_at = now
        if self._trying:
            self._trying = False
            self._for_more.fail(now)
            self._most = self._proven
        elif self.rate is not None and now - self._since < SETTLED:
            return
        elif hasty:
            self.firm = True
        self._since = now

    def fit(self, now: float) -> None:
        """Try more, where no packets have queued up for a while."""
        if self.rate is None or now - max(self._queued_at, self._since) < self._for_more.wait:
            return
        self._for_more.begin(now)
        self._trying, self.firm = True, False
        self._since = now
        self._proven = self._most
        self._most *= MORE
        self.rate = int(self._most) if self._most < ENOUGH else None
