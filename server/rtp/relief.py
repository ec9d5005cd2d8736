"""Whether a listener's line is too weak for pictures, so that sound survives: from the losses that the listener
reports.

What counts is the smallest loss among what it gets from several people: a line that is weak loses from all of them,
while a loss from one alone is that person's own. Pictures come back by trial; each trial that fails makes the next one
later.
"""

from typing import Final

SHED: Final = 0.10  # share lost above which pictures go. Less gives them up for a hiccup, more lets speech break first.
CLEAN: Final = 0.02  # share lost below which the line counts as well again
HOLD: Final = 1.5  # seconds that it must be bad. Longer hurts speech, shorter reacts to single bursts.
FIRST_TRIAL: Final = 10.0  # seconds of a clean line before pictures are tried again
LAST_TRIAL: Final = 80.0  # and at most so many, after trials that failed
FRESH: Final = 6.0  # seconds that a report counts: browsers report sound about every five


class Relief:
    """The state of one listener's line. `thin`: it gets sound only."""

    __slots__ = ("_bad_since", "_clean_since", "_reports", "_trial", "_tried_at", "thin")

    def __init__(self) -> None:
        self.thin = False
        self._reports: dict[int, tuple[float, float]] = {}  # slot -> when, share lost
        self._bad_since: float | None = None
        self._clean_since: float | None = None
        self._trial = FIRST_TRIAL
        self._tried_at = float("-inf")

    def take(self, ssrc: int, share: float, now: float) -> bool:
        """The listener lost this share (0 to 1) of one slot since its last report. Returns whether `thin` has
        changed.
        """
        self._reports[ssrc] = (now, share)
        fresh = [lost for at, lost in self._reports.values() if now - at < FRESH]
        if self.thin:
            return self._recover(max(fresh) < CLEAN, now)
        return self._weaken(min(fresh) > SHED, now)

    def _weaken(self, bad: bool, now: float) -> bool:
        if not bad:
            self._bad_since = None
            return False
        if self._bad_since is None:
            self._bad_since = now
        if now - self._bad_since < HOLD:
            return False
        failed = now - self._tried_at < LAST_TRIAL
        self._trial = min(LAST_TRIAL, self._trial * 2) if failed else FIRST_TRIAL
        self.thin = True
        self._begin()
        return True

    def _recover(self, clean: bool, now: float) -> bool:
        if not clean:
            self._clean_since = None
            return False
        if self._clean_since is None:
            self._clean_since = now
        if now - self._clean_since < self._trial:
            return False
        self.thin = False
        self._tried_at = now
        self._begin()
        return True

    def _begin(self) -> None:
        self._reports.clear()
        self._bad_since = self._clean_since = None
