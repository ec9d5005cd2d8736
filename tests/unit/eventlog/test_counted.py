"""The counting log: the same answers, and what became of them."""

from collections.abc import Sequence

import pytest

from server.clock import HandWoundClock
from server.counts import SECONDS, Counts
from server.errors import Unavailable
from server.eventlog.counted import CountedEventLog
from server.eventlog.log import Entry, Fenced, Line
from server.eventlog.memory import MemoryEventLog


class SlowLog(MemoryEventLog):
    """Takes 30 ms for an entry; fails when told to."""

    def __init__(self, clock: HandWoundClock) -> None:
        super().__init__()
        self.clock = clock
        self.fails = False

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
        self.clock.wind(0.03)
        if self.fails:
            raise Unavailable("the disk is full")
        return await super().append(
            case, expected=expected, fence=fence, sealed=sealed, at=at, command=command, line=line
        )

    async def read(self, case: str, after: int = 0, most: int | None = None) -> list[Entry]:
        if self.fails:
            raise Unavailable("the disk is gone")
        return await super().read(case, after, most)


async def test_what_is_written_is_timed_and_read_back() -> None:
    clock, counts = HandWoundClock(), Counts()
    inner = SlowLog(clock)
    log = CountedEventLog(inner, counts, clock)
    fence = inner.take("c")
    assert await log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1, command="k") == 1
    assert await log.read("c") == [Entry("c", 1, b"a", 1)] and await log.position_of("c", "k") == 1
    assert counts.appends.buckets[SECONDS.index(0.05)] == 1 and round(counts.appends.total, 3) == 0.03
    assert not counts.log_failures


async def test_what_fails_is_counted_by_reason_and_not_timed() -> None:
    clock, counts = HandWoundClock(), Counts()
    inner = SlowLog(clock)
    log = CountedEventLog(inner, counts, clock)
    old = inner.take("c")
    inner.take("c")
    with pytest.raises(Fenced):
        await log.append("c", expected=0, fence=old, sealed=[b"a"], at=1)
    inner.fails = True
    with pytest.raises(Unavailable):
        await log.append("c", expected=0, fence=old, sealed=[b"a"], at=1)
    with pytest.raises(Unavailable):
        await log.read("c")
    assert counts.log_failures == {"fenced": 1, "unavailable": 2} and sum(counts.appends.buckets) == 0
