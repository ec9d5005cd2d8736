"""What one listener's line carries, and so what goes down it: sound always, pictures as far as there is room.

Two things are known of a line. The share lost of each slot: what counts is the smallest among what comes from several
people, for a line that is weak loses from all of them, while a loss from one alone is that person's own. And the
browser's estimate (REMB), which reaches no further than half as much again as what is being sent, so that a low one
alone means nothing: it is believed from when it falls below that, which is what browsers do when packets queue up
(draft-ietf-rmcat-gcc-02, 5.5), until it has not fallen for a while. Chromium estimates nothing where packets carry no
sending times, as ours do not: there losses alone tell, and the budget is what came through.

Whatever was taken away comes back by trial; each trial that fails makes the next one later.
"""

from typing import Final

SHED: Final = 0.10  # share lost above which pictures go. Less gives them up for a hiccup, more lets speech break first.
CLEAN: Final = 0.02  # share lost below which the line counts as well again
HOLD: Final = 1.5  # seconds that it must be bad. Longer hurts speech, shorter reacts to single bursts.
FIRST_TRIAL: Final = 10.0  # seconds of a clean line before what was taken away is tried again
LAST_TRIAL: Final = 80.0  # and at most so many, after trials that failed
FRESH: Final = 6.0  # seconds that a report counts: browsers report sound about every five
FALL: Final = 0.97  # of the estimate before: less is a fall. Browsers take 0.85 of what came through.
SHORT: Final = 0.95  # of what is being sent: an estimate below that cannot carry it
CLIMB: Final = 0.8  # of the budget: a larger picture must fit into that. More makes sizes change to and fro.


class Line:
    """The state of one listener's line. `thin`: it gets sound only. `budget`: bits a second for everything; None: as
    much as there is.
    """

    __slots__ = (
        "_bad_since",
        "_clean_since",
        "_estimate",
        "_fell_at",
        "_reports",
        "_short_since",
        "_trial",
        "_tried_at",
        "budget",
        "thin",
    )

    def __init__(self) -> None:
        self.thin = False
        self.budget: int | None = None
        self._estimate: int | None = None  # the browser's last one
        self._fell_at = float("-inf")
        self._reports: dict[int, tuple[float, float]] = {}  # slot -> when, share lost
        self._bad_since: float | None = None
        self._short_since: float | None = None
        self._clean_since: float | None = None
        self._trial = FIRST_TRIAL
        self._tried_at = float("-inf")

    def lose(self, ssrc: int, share: float, now: float, *, sent: int | None = None) -> bool:
        """The listener lost this share (0 to 1) of one slot since its last report. Returns whether `thin` has
        changed. `sent`: bits a second that go to it, where there are smaller pictures to be had than those.
        """
        self._reports[ssrc] = (now, share)
        fresh = [lost for at, lost in self._reports.values() if now - at < FRESH]
        if self.thin:
            return self._recover(max(fresh) < CLEAN, now)
        self._bad_since = _since(self._bad_since, min(fresh) > SHED, now)
        if sent is not None and self._bad_since is not None and now - self._bad_since >= HOLD:
            self._bound(int(sent * (1 - min(fresh))), now)  # what came through
            self._bad_since = None
            return False
        return self._shed(self._bad_since, now)

    def estimate(self, bits: int, sent: int, now: float) -> None:
        """The browser says that it can take so many bits a second, while it is sent so many."""
        fell = self._estimate is not None and bits < FALL * self._estimate and bits < SHORT * sent
        self._estimate = bits
        if fell:
            self._bound(bits, now)
        elif self.budget is not None:
            self.budget = bits

    def fit(self, short: bool, now: float) -> bool:
        """`short`: even the smallest pictures are more than the budget. Returns whether `thin` has changed."""
        if self.budget is not None and now - self._fell_at >= self._trial:
            self.budget = None
            self._tried_at = now
        self._short_since = _since(self._short_since, short and self.budget is not None, now)
        return not self.thin and self._shed(self._short_since, now)

    def _bound(self, bits: int, now: float) -> None:
        if self.budget is None:
            self._failed(now)
        self._fell_at = now
        self.budget = bits

    def _shed(self, since: float | None, now: float) -> bool:
        if since is None or now - since < HOLD:
            return False
        if self.budget is None:
            self._failed(now)
        self.thin = True
        self._begin()
        return True

    def _failed(self, now: float) -> None:
        """The line is bad: where that was a trial, the next one is later."""
        again = now - self._tried_at < LAST_TRIAL
        self._trial = min(LAST_TRIAL, self._trial * 2) if again else FIRST_TRIAL

    def _recover(self, clean: bool, now: float) -> bool:
        self._clean_since = _since(self._clean_since, clean, now)
        if self._clean_since is None or now - self._clean_since < self._trial:
            return False
        self.thin = False
        self._tried_at = now
        self._begin()
        return True

    def _begin(self) -> None:
        self._reports.clear()
        self._bad_since = self._short_since = self._clean_since = None
        self._estimate = self.budget = None


def _since(before: float | None, holds: bool, now: float) -> float | None:
    """Since when it holds without a break."""
    if not holds:
        return None
    return now if before is None else before
