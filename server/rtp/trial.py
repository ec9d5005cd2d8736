"""Giving back what was taken away, ever later where that fails."""

from typing import Final

FIRST_TRIAL: Final = 6.0  # seconds of a clean line before what was taken away is tried again
LAST_TRIAL: Final = 64.0  # and at most so many, after trials that failed


class Trial:
    """`wait`: seconds until the next one."""

    __slots__ = ("_begun_at", "wait")

    def __init__(self) -> None:
        self.wait = FIRST_TRIAL
        self._begun_at = float("-inf")

    def begin(self, now: float) -> None:
        """It is given back."""
        self._begun_at = now

    def fail(self, now: float) -> None:
        """It is taken away."""
        again = now - self._begun_at < LAST_TRIAL
        self.wait = min(LAST_TRIAL, self.wait * 2) if again else FIRST_TRIAL
