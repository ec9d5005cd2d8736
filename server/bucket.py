"""A token bucket: how often somebody may, and how much. Pure: `now` is passed in, in seconds of the boot clock."""


class Bucket:
    """`burst` at once, then `rate` per second. Refusing costs nothing."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, *, burst: float, rate: float, now: float) -> None:
        self._burst = burst
        self._rate = rate
        self._left = burst
        self._at = now

    def take(self, now: float, cost: float = 1.0) -> bool:
        """Take `cost` tokens if they are there; False, and nothing taken, if not."""
        if now > self._at:
            self._left = min(self._burst, self._left + (now - self._at) * self._rate)
            self._at = now
        if cost > self._left:
            return False
        self._left -= cost
        return True
