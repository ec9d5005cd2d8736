"""The only door to time.

`wall` is for people and for stored times: milliseconds since 1970, may jump. `boot` is for deadlines: seconds since the
machine started, never jumps, and goes on while the machine sleeps, so that a process that was frozen finds its leases
expired when it wakes.
"""

import time
from typing import Protocol


class Clock(Protocol):
    """Where the shell gets the time from; tests wind one by hand."""

    def wall(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        ...

    def boot(self) -> float:
        """Seconds since the machine started, suspended time included."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def wall(self) -> int:
        return time.time_ns() // 1_000_000

    def boot(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class HandWoundClock:
    """A clock that stands still until somebody winds it. For tests and for replays."""

    def __init__(self, wall: int = 1_800_000_000_000, boot: float = 1000.0) -> None:
        self._wall = wall
        self._boot = boot

    def wall(self) -> int:
        return self._wall

    def boot(self) -> float:
        return self._boot

    def wind(self, seconds: float) -> None:
        """Let `seconds` pass on both clocks."""
        self._wall += round(seconds * 1000)
        self._boot += seconds
