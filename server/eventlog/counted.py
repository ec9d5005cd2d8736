"""A log that counts what another one does: how long appends take, and what fails."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from server.clock import Clock
from server.counts import Counts
from server.errors import NotFound, Unavailable
from server.eventlog.log import Conflict, Entry, EventLog, Fenced, Line, Repeated, Snapshot

T = TypeVar("T")

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
        self,
        case: str,
        *,
        expected: int,
        fence: int,
        sealed: Sequence[bytes],
        at: int,
        command: str | None = None,
        line: Line | None = None,
    ) -> int:
        """As the log behind it; only what was written is timed."""
        began = self._clock.boot()
        position = await self._counted(
            self._log.append(case, expected=expected, fence=fence, sealed=sealed, at=at, command=command, line=line)
        )
        self._counts.appends.note(self._clock.boot() - began)
        return position

    async def read(self, case: str, after: int = 0, most: int | None = None) -> list[Entry]:
        return await self._counted(self._log.read(case, after, most))

    async def lines(self, case: str, after: int = 0, most: int | None = None) -> list[Line]:
        return await self._counted(self._log.lines(case, after, most))

    async def last_line(self, case: str) -> Line | None:
        return await self._counted(self._log.last_line(case))

    async def keep_snapshot(self, case: str, *, fence: int, snapshot: Snapshot) -> None:
        await self._counted(self._log.keep_snapshot(case, fence=fence, snapshot=snapshot))

    async def snapshot(self, case: str) -> Snapshot | None:
        return await self._counted(self._log.snapshot(case))

    async def position_of(self, case: str, command: str) -> int | None:
        return await self._counted(self._log.position_of(case, command))

    async def _counted(self, asked: Awaitable[T]) -> T:
        try:
            return await asked
        except tuple(REASONS) as error:
            self._failed(error)
            raise

    def _failed(self, error: Exception) -> None:
        reason = next(name for kind, name in REASONS.items() if isinstance(error, kind))
        self._counts.log_failures[reason] += 1
