"""A log that counts what another one does: how long appends take, and what fails."""

from collections.abc import Sequence

from server.clock import Clock
from server.counts import Counts
from server.errors import NotFound, Unavailable
from server.eventlog.log import Conflict, Entry, EventLog, Fenced, Repeated

REASONS: dict[type[Exception], str] = {
    Unavailable: "unavailable",
    Fenced: "fenced",
    Conflict: "conflict",
    Repeated: "repeated",
    NotFound: "gone",
}


class CountedEventLog:
    """An EventLog before another one, with the very same rules."""

    def __init__(self, log: EventLog, counts: Counts, clock: Clock) -> None:
        self._log = log
        self._counts = counts
        self._clock = clock

    async def append(
        self, case: str, *, expected: int, fence: int, sealed: Sequence[bytes], at: int, command: str | None = None
    ) -> int:
        """As the log behind it; only what was written is timed."""
        began = self._clock.boot()
        try:
            position = await self._log.append(
                case, expected=expected, fence=fence, sealed=sealed, at=at, command=command
            )
        except tuple(REASONS) as error:
            self._failed(error)
            raise
        self._counts.appends.note(self._clock.boot() - began)
        return position

    async def read(self, case: str, after: int = 0) -> list[Entry]:
        """As the log behind it."""
        try:
            return await self._log.read(case, after)
        except Unavailable as error:
            self._failed(error)
            raise

    async def position_of(self, case: str, command: str) -> int | None:
        """As the log behind it."""
        try:
            return await self._log.position_of(case, command)
        except Unavailable as error:
            self._failed(error)
            raise

    def _failed(self, error: Exception) -> None:
        reason = next(name for kind, name in REASONS.items() if isinstance(error, kind))
        self._counts.log_failures[reason] += 1
