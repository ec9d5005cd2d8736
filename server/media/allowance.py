"""How much one browser may make us work for."""


class Allowance:
    """`burst` at once, then `rate` a second. `now` is the boot clock in seconds."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, *, burst: float, rate: float, now: float) -> None:
        self._burst = burst
        self._rate = rate
        self._left = burst
        self._at = now

    def take(self, now: float, cost: float = 1.0) -> bool:
        """Whether `cost` more may come now; False costs nothing."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < cost:
            return False
        self._left -= cost
        return True
