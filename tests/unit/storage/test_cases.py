"""Cases: their keys, their owners and their end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.errors import NotFound, Unavailable
from server.eventlog.log import Fenced
from server.eventlog.sql import SqlEventLog
from server.storage import sqlite
from server.storage.database import Database
from server.storage.installation import Installation
from tests.support.storing import Place, opened


@pytest.fixture
async def kept(place: Place) -> AsyncIterator[Installation]:
    async with opened(place) as installation:
        yield installation


async def test_the_key_of_a_case_is_kept(kept: Installation, place: Place) -> None:
    sealed = (await kept.cases.create("c", now=1)).seal(b"x", "p")
    assert (await kept.cases.key("c")).open(sealed, "p") == b"x"
    await kept.close()
    async with opened(place) as again:
        assert (await again.cases.key("c")).open(sealed, "p") == b"x"


async def test_a_case_is_made_once(kept: Installation) -> None:
    key = await kept.cases.create("c", now=1)
    with pytest.raises(Unavailable):
        await kept.cases.create("c", now=2)
    assert (await kept.cases.key("c")).open(key.seal(b"x", "p"), "p") == b"x"


async def test_every_taking_gives_a_greater_fence(kept: Installation) -> None:
    await kept.cases.create("c", now=1)
    assert [await kept.cases.take("c", owner) for owner in ("a", "b", "a")] == [1, 2, 3]
    assert [(case.fence, case.owner) for case in await kept.cases.all()] == [(3, "a")]


async def test_what_is_not_there_is_not_found(kept: Installation) -> None:
    for asked in (
        kept.cases.key("c"),
        kept.cases.take("c", "n"),
        kept.cases.close("c", 0, 1, 2),
        kept.cases.reopen("c", "n", 1),
        kept.cases.destroy_key("c"),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_a_case_is_due_when_its_time_is_over(kept: Installation) -> None:
    for case, destroy_at in (("late", 30), ("soon", 10), ("sooner", 5)):
        await kept.cases.create(case, now=1)
        await kept.cases.close(case, 0, 2, destroy_at)
    await kept.cases.create("open", now=1)
    assert await kept.cases.due_for_destruction(4) == []
    assert await kept.cases.due_for_destruction(10) == ["sooner", "soon"]
    assert [(case.closed_at, case.destroy_at) for case in await kept.cases.all() if case.id == "soon"] == [(2, 10)]


async def test_a_reopened_case_is_taken_and_not_due_any_more(kept: Installation) -> None:
    await kept.cases.create("c", now=1)
    await kept.cases.close("c", await kept.cases.take("c", "n"), 2, 10)
    assert await kept.cases.reopen("c", "m", now=9) == 2
    found = await kept.cases.find("c")
    assert (found.closed_at, found.destroy_at, found.fence, found.owner) == (None, None, 2, "m")
    assert await kept.cases.due_for_destruction(100) == []


async def test_a_case_whose_time_is_over_is_not_reopened(kept: Installation) -> None:
    await kept.cases.create("c", now=1)
    await kept.cases.close("c", 0, 2, 10)
    with pytest.raises(NotFound):
        await kept.cases.reopen("c", "n", now=10)
    assert await kept.cases.due_for_destruction(10) == ["c"]


async def test_a_case_whose_end_was_not_noted_yet_can_be_reopened_and_the_late_note_is_refused(
    kept: Installation,
) -> None:
    await kept.cases.create("c", now=1)
    older = await kept.cases.take("c", "n")
    await kept.cases.reopen("c", "n", now=5)
    with pytest.raises(NotFound):
        await kept.cases.close("c", older, 2, 10)
    assert await kept.cases.due_for_destruction(100) == []


async def test_a_purge_that_comes_late_does_not_hit_a_case_that_goes_on(kept: Installation) -> None:
    await kept.cases.create("c", now=1)
    await kept.cases.close("c", 0, 2, 10)
    assert await kept.cases.due_for_destruction(10) == ["c"]
    await kept.cases.reopen("c", "n", now=9)  # the clock was set back in between
    with pytest.raises(NotFound):
        await kept.cases.destroy_key("c", due=10)
    assert await kept.cases.key("c")


async def test_a_destroyed_case_cannot_be_read_taken_written_or_entered(kept: Installation) -> None:
    log = SqlEventLog(kept.database)
    await kept.cases.create("c", now=1)
    fence = await kept.cases.take("c", "n")
    await log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1, command="k")
    link = await kept.links.new_link("c", "seat", expires=10**15)
    cookie = await kept.links.bind(link, 1)
    assert cookie is not None
    await kept.cases.close("c", fence, 2, 3)

    await kept.cases.destroy_key("c")

    assert await log.read("c") == [] and await log.position_of("c", "k") is None
    assert await kept.cases.due_for_destruction(100) == []
    assert [case.destroyed for case in await kept.cases.all()] == [True]
    for asked in (
        kept.cases.key("c"),
        kept.cases.take("c", "n"),
        kept.cases.close("c", 0, 1, 2),
        kept.cases.reopen("c", "n", 1),
        log.append("c", expected=0, fence=fence + 1, sealed=[b"a"], at=1),
        kept.links.find_link(link, now=1),
        kept.links.find_browser(cookie),
        kept.links.new_link("c", "seat", 10**15),
        kept.links.bind(link, 1),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_destroying_one_case_leaves_the_others(kept: Installation) -> None:
    log = SqlEventLog(kept.database)
    for case in ("one", "two"):
        await kept.cases.create(case, now=1)
        fence = await kept.cases.take(case, "n")
        await log.append(case, expected=0, fence=fence, sealed=[b"a"], at=1)
    link = await kept.links.new_link("two", "seat", expires=100)
    await kept.cases.destroy_key("one")
    assert len(await log.read("two")) == 1
    assert (await kept.links.find_link(link, now=1)).seat == "seat"
    assert await log.append("two", expected=1, fence=1, sealed=[b"b"], at=1) == 2
    with pytest.raises(Fenced):
        await log.append("two", expected=1, fence=0, sealed=[b"b"], at=1)


async def test_a_destruction_that_broke_off_has_destroyed_the_key_and_is_due_again(
    kept: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept.cases.create("c", now=1)  # not even closed

    async def broken(_: Database) -> None:
        raise Unavailable("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Database, "sweep", broken)
        with pytest.raises(Unavailable):
            await kept.cases.destroy_key("c")
    with pytest.raises(NotFound):
        await kept.cases.key("c")
    assert await kept.cases.due_for_destruction(1) == ["c"]
    await kept.cases.destroy_key("c")
    assert await kept.cases.due_for_destruction(1) == []


async def test_a_reader_in_the_way_delays_the_end_of_a_destruction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite._PRAGMAS, "busy_timeout", ("0", 0))
    async with opened(tmp_path / "data") as kept:
        await kept.cases.create("c", now=1)
        async with kept.database._engine.connect() as reader:
            await reader.execution_options(parley_begin="BEGIN DEFERRED")
            async with reader.begin():
                await reader.exec_driver_sql("SELECT * FROM cases")
                with pytest.raises(Unavailable):
                    await kept.cases.destroy_key("c")
        assert await kept.cases.due_for_destruction(1) == ["c"]
        await kept.cases.destroy_key("c")
        assert await kept.cases.due_for_destruction(1) == []
