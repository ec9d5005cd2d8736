"""What came of one uplink and what did not (RFC 3550, 6.4.1 and appendix A)."""

from typing import Final

from server.rtp.feedback import Report
from server.rtp.sequence import SEQUENCE_BITS, extend, next_above

WINDOW: Final = 1024  # packets behind the newest that are still told from duplicates. Older ones are too late for all.
JUMP: Final = 3000  # a step further than this is a restart, not a loss (RFC 3550, A.1: MAX_DROPOUT)
_MASK: Final = (1 << WINDOW) - 1


class Reception:
    """The sequence numbers of one uplink, extended, and its receiver report."""

    __slots__ = (
        "_base",
        "_expected_before",
        "_jitter",
        "_rate",
        "_received",
        "_received_before",
        "_restart",
        "_seen",
        "_transit",
        "newest",
    )

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._base = 0
        self._seen = 0  # bit i: newest - i was received
        self._restart = -1  # the number that would confirm a restart
        self._received = 0
        self._expected_before = 0
        self._received_before = 0
        self._jitter = 0.0
        self._transit: float | None = None
        self.newest: int | None = None

    def take(self, sequence: int) -> int | None:
        """A packet with that sequence number (16 bits) came: the number extended, None for duplicate and too late."""
        newest = self.newest
        if newest is None:
            self.newest = self._base = sequence
            self._seen = 1
            return sequence
        extended = extend(newest, sequence, SEQUENCE_BITS)
        ahead = extended - newest
        if ahead < -JUMP:
            # Once may be a straggler. Twice in a row the sender has begun anew, which we read as one great step ahead.
            if sequence != self._restart:
                self._restart = (sequence + 1) & 0xFFFF
                return None
            extended = next_above(newest, sequence, SEQUENCE_BITS)
            ahead = extended - newest
        if ahead > 0:
            self.newest = extended
            if ahead > JUMP:
                self._base = extended
                self._received = self._expected_before = self._received_before = 0
                self._seen = 1
            else:
                self._seen = (self._seen << ahead | 1) & _MASK
            return extended
        if ahead <= -WINDOW or self._seen >> -ahead & 1:
            return None
        self._seen |= 1 << -ahead
        return extended

    def arrived(self, timestamp: int, now: float) -> None:
        """The packet was an original, not a repair: it counts for loss and jitter. `timestamp` is extended."""
        self._received += 1
        transit = now * self._rate - timestamp
        if self._transit is not None:
            self._jitter += (abs(transit - self._transit) - self._jitter) / 16
        self._transit = transit

    def want_again(self, first: int, last: int) -> None:
        """Let these packets (extended, inclusive) come once more, though they came already."""
        if self.newest is not None:
            for sequence in range(max(first, self.newest - WINDOW + 1), min(last, self.newest) + 1):
                self._seen &= ~(1 << (self.newest - sequence))

    def report(self, ssrc: int, last: int, delay: int) -> Report | None:
        """A report block since the one before, None where nothing was received yet. `last`, `delay`: see `Report`."""
        if self.newest is None:
            return None
        expected = self.newest - self._base + 1
        lost_lately = (expected - self._expected_before) - (self._received - self._received_before)
        expected_lately = expected - self._expected_before
        self._expected_before = expected
        self._received_before = self._received
        fraction = min(255, (lost_lately << 8) // expected_lately) if expected_lately > 0 and lost_lately > 0 else 0
        return Report(ssrc, fraction, expected - self._received, self.newest, int(self._jitter), last, delay)
