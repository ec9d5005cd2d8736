"""The rules of the log, over every place that it is kept in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from server.errors import NotFound
from server.eventlog.log import Conflict, Entry, EventLog, Fenced, Line, Repeated, Snapshot
from server.eventlog.memory import MemoryEventLog
from server.eventlog.sql import SqlEventLog
from tests.support.storing import Place, emptied, opened


class Kept(NamedTuple):
    """A log, and what takes a case (and makes it when it is new) and returns the fence."""

    log: EventLog
    take: Callable[[str], Awaitable[int]]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Place | None:
    """The database; None: kept in memory."""
    if request.param == "memory":
        return None
    database = emptied(request.getfixturevalue("postgres")) if request.param == "postgres" else ""
    return Place(tmp_path / "data", database)


@pytest.fixture
async def kept(where: Place | None) -> AsyncIterator[Kept]:
    if where is None:
        memory = MemoryEventLog()

        async def take_memory(case: str) -> int:
            return memory.take(case)

        yield Kept(memory, take_memory)
        return
    async with opened(where) as installation:

        async def take_sql(case: str) -> int:
            if case not in [known.id for known in await installation.cases.all()]:
                await installation.cases.create(case, now=1)
            return await installation.cases.take(case, "this node")

        yield Kept(SqlEventLog(installation.database), take_sql)


async def test_entries_are_numbered_from_one_without_a_gap(kept: Kept) -> None:
    fence = await kept.take("c")
    assert await kept.log.append("c", expected=0, fence=fence, sealed=[b"a", b"b"], at=5) == 2
    assert await kept.log.append("c", expected=2, fence=fence, sealed=[b"c"], at=6) == 3
    assert await kept.log.read("c") == [Entry("c", 1, b"a", 5), Entry("c", 2, b"b", 5), Entry("c", 3, b"c", 6)]
    assert await kept.log.read("c", after=2) == [Entry("c", 3, b"c", 6)]
    assert await kept.log.read("c", after=3) == []


async def test_cases_are_numbered_apart(kept: Kept) -> None:
    one, two = await kept.take("one"), await kept.take("two")
    await kept.log.append("one", expected=0, fence=one, sealed=[b"a"], at=1, command="k")
    assert await kept.log.append("two", expected=0, fence=two, sealed=[b"b"], at=1, command="k") == 1
    assert [entry.sealed for entry in await kept.log.read("two")] == [b"b"]


@pytest.mark.parametrize("expected", [-1, 0, 2, 3])
async def test_a_position_that_is_taken_or_leaves_a_gap_is_a_conflict(kept: Kept, expected: int) -> None:
    fence = await kept.take("c")
    await kept.log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1)
    with pytest.raises(Conflict):
        await kept.log.append("c", expected=expected, fence=fence, sealed=[b"b"], at=1)
    assert [entry.sealed for entry in await kept.log.read("c")] == [b"a"]


async def test_whoever_lost_the_case_cannot_append(kept: Kept) -> None:
    old = await kept.take("c")
    new = await kept.take("c")
    assert new > old
    for fence in (old, new + 1):
        with pytest.raises(Fenced):
            await kept.log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1)
    assert await kept.log.append("c", expected=0, fence=new, sealed=[b"b"], at=1) == 1


async def test_a_repeated_command_is_written_once_and_told_its_position(kept: Kept) -> None:
    fence = await kept.take("c")
    await kept.log.append("c", expected=0, fence=fence, sealed=[b"a", b"b"], at=1, command="k")
    await kept.log.append("c", expected=2, fence=fence, sealed=[b"c"], at=1)
    for expected in (0, 3):
        with pytest.raises(Repeated) as repeated:
            await kept.log.append("c", expected=expected, fence=fence, sealed=[b"x"], at=2, command="k")
        assert repeated.value.position == 2
    assert len(await kept.log.read("c")) == 3
    assert await kept.log.position_of("c", "k") == 2
    assert await kept.log.position_of("c", "other") is None
    assert await kept.log.position_of("other", "k") is None


async def test_a_fenced_owner_gets_no_answer_to_a_repetition(kept: Kept) -> None:
    old = await kept.take("c")
    await kept.log.append("c", expected=0, fence=old, sealed=[b"a"], at=1, command="k")
    await kept.take("c")
    with pytest.raises(Fenced):
        await kept.log.append("c", expected=1, fence=old, sealed=[b"a"], at=1, command="k")


async def test_a_command_that_failed_may_be_asked_again(kept: Kept) -> None:
    fence = await kept.take("c")
    with pytest.raises(Conflict):
        await kept.log.append("c", expected=7, fence=fence, sealed=[b"a"], at=1, command="k")
    assert await kept.log.position_of("c", "k") is None
    assert await kept.log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1, command="k") == 1


async def test_nothing_is_appended_to_a_case_that_is_not(kept: Kept) -> None:
    with pytest.raises(NotFound):
        await kept.log.append("c", expected=0, fence=0, sealed=[b"a"], at=1)
    assert await kept.log.read("c") == []


async def test_appending_nothing_is_refused(kept: Kept) -> None:
    fence = await kept.take("c")
    with pytest.raises(ValueError):
        await kept.log.append("c", expected=0, fence=fence, sealed=[], at=1, command="k")


async def test_a_line_of_the_audit_is_written_with_its_entries_or_not_at_all(kept: Kept) -> None:
    fence = await kept.take("c")
    first, second = Line(2, b"line 2", b"chain 2"), Line(3, b"line 3", b"chain 3")
    assert await kept.log.last_line("c") is None
    await kept.log.append("c", expected=0, fence=fence, sealed=[b"a", b"b"], at=1, line=first)
    with pytest.raises(Conflict):
        await kept.log.append("c", expected=5, fence=fence, sealed=[b"x"], at=1, line=Line(6, b"x", b"x"))
    with pytest.raises(Fenced):
        await kept.log.append("c", expected=2, fence=fence - 1, sealed=[b"x"], at=1, line=Line(3, b"x", b"x"))
    with pytest.raises(ValueError, match="last position"):
        await kept.log.append("c", expected=2, fence=fence, sealed=[b"x"], at=1, line=Line(4, b"x", b"x"))
    await kept.log.append("c", expected=2, fence=fence, sealed=[b"c"], at=1, line=second)
    assert await kept.log.lines("c") == [first, second] and await kept.log.last_line("c") == second
    assert await kept.log.lines("c", after=2) == [second] and await kept.log.lines("c", 0, 1) == [first]
    assert await kept.log.lines("other") == []


async def test_reading_stops_where_it_is_told_to(kept: Kept) -> None:
    fence = await kept.take("c")
    await kept.log.append("c", expected=0, fence=fence, sealed=[b"a", b"b", b"c"], at=1)
    assert [entry.sealed for entry in await kept.log.read("c", 1, 1)] == [b"b"]
    assert [entry.sealed for entry in await kept.log.read("c", 1)] == [b"b", b"c"]


async def test_the_newest_snapshot_is_kept_and_an_older_one_does_not_come_back(kept: Kept) -> None:
    fence = await kept.take("c")
    assert await kept.log.snapshot("c") is None
    for position, then in ((4, 4), (9, 9), (7, 9)):
        await kept.log.keep_snapshot("c", fence=fence, snapshot=Snapshot(position, bytes([position])))
        assert await kept.log.snapshot("c") == Snapshot(then, bytes([then]))


async def test_whoever_lost_the_case_keeps_no_snapshot_of_it(kept: Kept) -> None:
    old = await kept.take("c")
    await kept.take("c")
    with pytest.raises(Fenced):
        await kept.log.keep_snapshot("c", fence=old, snapshot=Snapshot(4, b"x"))
    with pytest.raises(NotFound):
        await kept.log.keep_snapshot("unknown", fence=1, snapshot=Snapshot(4, b"x"))
    assert await kept.log.snapshot("c") is None


async def test_of_those_who_append_at_once_exactly_one_gets_the_position(kept: Kept) -> None:
    fence = await kept.take("c")

    async def try_it(number: int) -> int | None:
        try:
            return await kept.log.append("c", expected=0, fence=fence, sealed=[str(number).encode()], at=1)
        except Conflict:
            return None

    assert sorted(await asyncio.gather(*map(try_it, range(12))), key=str) == [1] + [None] * 11
    assert len(await kept.log.read("c")) == 1


async def test_of_cases_that_append_at_once_each_gets_its_own_answer(kept: Kept) -> None:
    """Written together or not: who is refused takes nobody along."""
    cases = ("well", "lost", "again", "late", "also well", "unknown")
    fences = {case: await kept.take(case) for case in cases[:-1]}
    for case in ("again", "late"):
        await kept.log.append(case, expected=0, fence=fences[case], sealed=[b"a"], at=1, command="k")
    fences["lost"] -= 1

    async def append(case: str, command: str) -> int:
        expected = 1 if case == "again" else 0
        line = Line(expected + 2, case.encode(), b"chain")
        return await kept.log.append(
            case,
            expected=expected,
            fence=fences.get(case, 1),
            sealed=[b"x", b"y"],
            at=2,
            command=command,
            line=line,
        )

    asked = (append(case, "k" if case == "again" else "new") for case in cases)
    well, lost, again, late, also, unknown = await asyncio.gather(*asked, return_exceptions=True)
    assert (well, also) == (2, 2)
    assert isinstance(lost, Fenced) and isinstance(late, Conflict) and isinstance(unknown, NotFound)
    assert isinstance(again, Repeated) and again.position == 1
    for case in cases:
        there = [entry.sealed for entry in await kept.log.read(case)]
        assert there == ([b"x", b"y"] if "well" in case else [b"a"] if case in ("again", "late") else [])
        assert len(await kept.log.lines(case)) == ("well" in case)


async def test_what_was_read_is_not_changed_by_what_comes_later(kept: Kept) -> None:
    fence = await kept.take("c")
    await kept.log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1)
    before = await kept.log.read("c")
    await kept.log.append("c", expected=1, fence=fence, sealed=[b"b"], at=1)
    assert len(before) == 1


async def test_any_bytes_come_back_as_they_were(kept: Kept) -> None:
    fence = await kept.take("c")
    sealed = [b"", bytes(range(256)), b"\x00" * 70_000]
    await kept.log.append("c", expected=0, fence=fence, sealed=sealed, at=2**42, command="ü" * 200)
    entries = await kept.log.read("c")
    assert [entry.sealed for entry in entries] == sealed
    assert {entry.at for entry in entries} == {2**42}


def test_an_entry_does_not_show_its_bytes() -> None:
    assert "canary" not in repr(Entry("c", 1, b"canary", 1))
