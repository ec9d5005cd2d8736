"""What one listener's line carries, and so what goes down it: sound always, pictures as far as there is room.

Three things are known of a line. The share that it loses (`losses.py`), of which pictures bear more than one thinks:
what is lost comes again. The round trips, which packets that queue up make longer, on the way down or on the way up.
And the browser's estimate of the way down (REMB; draft-ietf-rmcat-gcc-02), which alone means little: it reaches no
further than half as much again as what is being sent, and falls to 0.85 of what came through at any hiccup, a stalled
machine's or a repair's, to climb for half a minute. So it is believed only while round trips are long.

Whatever was taken away comes back by trial; each trial that fails makes the next one later.
"""

from typing import Final

from server.rtp.trial import FIRST_TRIAL, Trial

SHED: Final = 0.15  # share lost above which pictures go. Less gives them up where they can be repaired well, more lets
# speech break first.
CLEAN: Final = 0.10  # share lost below which the line counts as well again
HOLD: Final = 3.0  # seconds that it must be bad. Longer hurts speech, shorter takes a second's outage for the line.
QUIET: Final = 8.0  # seconds with nothing sent after which a line can tell nothing. Less may overtake a report:
# browsers send one on sound alone every 2.5 to 7.5.
SHORT: Final = 0.95  # of what is being sent: an estimate below that cannot carry it
QUEUE: Final = 0.5  # seconds beyond the shortest round trip that tell of a queue. Less takes a busy machine for one,
# more lets people talk into each other.
MEMORY: Final = 60.0  # seconds, at least, that the shortest round trip stays the measure: ways change
CLIMB: Final = 0.8  # of the budget: a larger picture must fit into that. More makes sizes change to and fro.


class Line:
    """The state of one listener's line. `thin`: it gets sound only. `budget`: bits a second for everything; None: as
    much as there is.
    """

    __slots__ = (
        "_bad_since",
        "_bound_at",
        "_clean",
        "_for_size",
        "_for_pictures",
        "_lossy_at",
        "_quickest",
        "_quickest_before",
        "_quickest_since",
        "_shed_at",
        "_slow_since",
        "_tripped_at",
        "budget",
        "thin",
    )

    def __init__(self) -> None:
        self.thin = False
        self.budget: int | None = None
        self._bound_at = float("-inf")
        self._quickest = self._quickest_before = float("inf")  # round trip lately, and in the time before that
        self._quickest_since = float("-inf")
        self._slow_since: float | None = None  # since when round trips are long
        self._tripped_at = float("-inf")
        self._bad_since: float | None = None
        self._shed_at = float("-inf")  # when the line became thin …
        self._lossy_at = float("-inf")  # … and when it last was not clean since
        self._clean = False  # whether it was when it told last
        self._for_size = Trial()  # of more than the budget
        self._for_pictures = Trial()  # of pictures at all

    def lose(self, share: float, now: float, *, sent: int | None = None) -> bool:
        """The listener lost this share (0 to 1) of what it was sent lately. Returns whether it is `thin` because of it.

        `sent`: bits a second that go to it, where there are smaller pictures to be had than those.
        """
        if self.thin:
            self._watch(share < CLEAN, now)
            return False
        self._bad_since = _since(self._bad_since, share > SHED, now)
        if self._bad_since is None or now - self._bad_since < HOLD:
            return False
        if sent is None:
            return self._shed(now)
        self.bound(int(sent * (1 - share)), now)  # what came through
        self._bad_since = None
        return False

    def recover(self, silent_for: float, now: float) -> bool:
        """Ends `thin`, and returns True, when it is time for pictures again: by the clock, for reports on sound alone
        are rare. `silent_for`: seconds since the listener was sent anything that it could tell of.
        """
        if not self.thin or not (self._clean or silent_for >= QUIET) or now - self._lossy_at < self._for_pictures.wait:
            return False
        self.thin = False
        self._for_pictures.begin(now)
        self._begin()
        return True

    def estimate(self, bits: int, sent: int, now: float) -> None:
        """The browser says that it can take so many bits a second, while it is sent so many."""
        if bits < SHORT * sent and self._slow_since is not None:
            self.bound(bits, now)
        elif self.budget is not None:
            self.budget = bits

    def trip(self, seconds: float, now: float, *, waited: float = 0.0) -> float:
        """A round trip to the listener took so long. `waited`: seconds that packets wait here, in place of on the way.
        Returns how many seconds it took beyond the shortest.
        """
        if now - self._quickest_since >= MEMORY:
            self._quickest_before, self._quickest, self._quickest_since = self._quickest, seconds, now
        self._quickest = min(self._quickest, seconds)
        queue = seconds - min(self._quickest, self._quickest_before)
        self._slow_since = _since(self._slow_since, queue + waited > QUEUE, now)
        self._tripped_at = now
        return queue

    def fit(self, short: bool, now: float) -> bool:
        """`short`: even the smallest pictures are more than the budget. Returns whether `thin` has changed."""
        if self.budget is not None and now - self._bound_at >= self._for_size.wait:
            self.budget = None
            self._for_size.begin(now)
        queued = self._slow_since is not None and self._tripped_at - self._slow_since >= HOLD
        return short and queued and self.budget is not None and not self.thin and self._shed(now)

    def bound(self, bits: int, now: float) -> None:
        """More was sent than so many bits a second, which is all that the line carries."""
        if self.budget is None:
            self._for_size.fail(now)
        self._bound_at = now
        self.budget = bits

    def _shed(self, now: float) -> bool:
        self._for_pictures.fail(now)
        self.thin = True
        self._shed_at = self._lossy_at = now
        self._clean = False
        self._quickest = self._quickest_before = float("inf")  # sound alone makes no queue: the way itself is measured
        self._begin()
        return True

    def _watch(self, clean: bool, now: float) -> None:
        self._clean = clean
        if not clean:
            self._lossy_at = now
            if now - self._shed_at >= FIRST_TRIAL:  # with sound alone: no trial of pictures has brought that about
                self._for_pictures.wait = FIRST_TRIAL

    def _begin(self) -> None:
        self._bad_since = self._slow_since = self.budget = None


def _since(before: float | None, holds: bool, now: float) -> float | None:
    """Since when it holds without a break."""
    if not holds:
        return None
    return now if before is None else before
