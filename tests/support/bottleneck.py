"""The narrow place of a line: so many bits a second, and a queue of so many bytes before it that drops its tail."""

from collections import deque


class Bottleneck:
    """`put` says when a datagram is through. Where its queue is full, what comes is lost, and counted in `lost`."""

    def __init__(self, bits: int, octets: int) -> None:
        """`bits` a second, a queue of `octets`."""
        self.lost = 0
        self._bits = bits
        self._octets = octets
        self._inside: deque[tuple[float, int]] = deque()  # when each datagram is through, and its bytes
        self._queued = 0
        self._clear_at = 0.0

    def put(self, octets: int, now: float) -> float | None:
        """A datagram comes: when its last bit has passed; None where it is lost."""
        while self._inside and self._inside[0][0] <= now:
            self._queued -= self._inside.popleft()[1]
        if self._queued + octets > self._octets:
            self.lost += 1
            return None
        self._clear_at = max(self._clear_at, now) + octets * 8 / self._bits
        self._queued += octets
        self._inside.append((self._clear_at, octets))
        return self._clear_at

    def widen(self, bits: int) -> None:
        """From now on it is of so many bits a second."""
        self._bits = bits
