"""What one listener's line carries, and so what goes down it: sound always, pictures as far as there is room.

Two things are known of a line. The share that it loses (`losses.py`), of which pictures bear more than one thinks, for
what is lost comes again. And the browser's estimate (REMB), which reaches no further than half as much again as what is
being sent, so that a low one alone means nothing: it is believed from when it falls below that, which is what browsers
do when packets queue up (draft-ietf-rmcat-gcc-02, 5.5). But they take any hiccup for a queue, a stalled machine's or a
repair's, and fall to 0.85 of what came through, which is less than is sent even where all of that arrives; then they
climb at once. Behind a queue that grows they do not. So smaller pictures come with the fall, and none only where no
climb follows. Chromium judges by the times in which pictures were taken, as ours carry no times of sending.

Whatever was taken away comes back by trial; each trial that fails makes the next one later.
"""

from typing import Final

SHED: Final = 0.15  # share lost above which pictures go. Less gives them up where they can be repaired well, more lets
# speech break first.
CLEAN: Final = 0.10  # share lost below which the line counts as well again
HOLD: Final = 3.0  # seconds that it must be bad. Longer hurts speech, shorter takes a second's outage for the line.
FIRST_TRIAL: Final = 8.0  # seconds of a clean line before what was taken away is tried again
LAST_TRIAL: Final = 64.0  # and at most so many, after trials that failed
FALL: Final = 0.97  # of the estimate before: less is a fall. Browsers take 0.85 of what came through.
SHORT: Final = 0.95  # of what is being sent: an estimate below that cannot carry it
CLIMB: Final = 0.8  # of the budget: a larger picture must fit into that. More makes sizes change to and fro.


class Line:
    """The state of one listener's line. `thin`: it gets sound only. `budget`: bits a second for everything; None: as
    much as there is.
    """

    __slots__ = (
        "_bad_since",
        "_estimate",
        "_fell_at",
        "_heard_at",
        "_lossy_at",
        "_queued_since",
        "_trial",
        "_tried_at",
        "budget",
        "thin",
    )

    def __init__(self) -> None:
        self.thin = False
        self.budget: int | None = None
        self._estimate: int | None = None  # the browser's last one
        self._heard_at = float("-inf")  # … and when it came
        self._fell_at = float("-inf")
        self._queued_since: float | None = None  # since when estimates fall and do not climb
        self._bad_since: float | None = None
        self._lossy_at = float("-inf")  # when a thin line last was not clean
        self._trial = FIRST_TRIAL
        self._tried_at = float("-inf")

    def lose(self, share: float, now: float, *, sent: int | None = None) -> bool:
        """The listener lost this share (0 to 1) of what it was sent lately. Returns whether `thin` has changed.

        `sent`: bits a second that go to it, where there are smaller pictures to be had than those.
        """
        if self.thin:
            return self._recover(share < CLEAN, now)
        self._bad_since = _since(self._bad_since, share > SHED, now)
        if self._bad_since is None or now - self._bad_since < HOLD:
            return False
        if sent is None:
            return self._shed(now)
        self._bound(int(sent * (1 - share)), now)  # what came through
        self._bad_since = None
        return False

    def estimate(self, bits: int, sent: int, now: float) -> None:
        """The browser says that it can take so many bits a second, while it is sent so many."""
        before, self._estimate = self._estimate, bits
        self._heard_at = now
        if before is None:
            return
        if bits > before:
            self._queued_since = None
        if bits < FALL * before and bits < SHORT * sent:
            self._bound(bits, now)
            self._queued_since = _since(self._queued_since, True, now)
        elif self.budget is not None:
            self.budget = bits

    def fit(self, short: bool, now: float) -> bool:
        """`short`: even the smallest pictures are more than the budget. Returns whether `thin` has changed."""
        if self.budget is not None and now - self._fell_at >= self._trial:
            self.budget = self._queued_since = None
            self._tried_at = now
        queued = self._queued_since is not None and self._heard_at - self._queued_since >= HOLD
        return short and queued and not self.thin and self._shed(now)

    def _bound(self, bits: int, now: float) -> None:
        if self.budget is None:
            self._failed(now)
        self._fell_at = now
        self.budget = bits

    def _shed(self, now: float) -> bool:
        if self.budget is None:
            self._failed(now)
        self.thin = True
        self._lossy_at = now
        self._begin()
        return True

    def _failed(self, now: float) -> None:
        """The line is bad: where that was a trial, the next one is later."""
        again = now - self._tried_at < LAST_TRIAL
        self._trial = min(LAST_TRIAL, self._trial * 2) if again else FIRST_TRIAL

    def _recover(self, clean: bool, now: float) -> bool:
        if not clean:
            self._lossy_at = now
        if now - self._lossy_at < self._trial:
            return False
        self.thin = False
        self._tried_at = now
        self._begin()
        return True

    def _begin(self) -> None:
        self._bad_since = self._queued_since = None
        self._estimate = self.budget = None


def _since(before: float | None, holds: bool, now: float) -> float | None:
    """Since when it holds without a break."""
    if not holds:
        return None
    return now if before is None else before
