"""What only a log on a disk can get wrong."""

import asyncio
import sqlite3
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from server.errors import Unavailable
from server.eventlog import sql
from server.eventlog.log import Repeated
from server.eventlog.sql import SqlEventLog
from server.storage import tables
from server.storage.sqlite import SqliteDatabase
from tests.support.postgres import Postgres
from tests.support.storing import Place, opened


def test_the_columns_that_the_log_touches_are_those_of_the_tables() -> None:
    whole = {"entries": sql.entries, "audit": sql.audit, "snapshots": sql.snapshots}
    for name, mine in {"cases": sql.cases, **whole}.items():
        theirs = tables.metadata.tables[name]
        for column in mine.columns:
            assert type(theirs.columns[column.name].type) is type(column.type), (name, column.name)
    for name, mine in whole.items():
        assert set(mine.columns.keys()) == set(tables.metadata.tables[name].columns.keys())


async def test_what_was_acknowledged_is_there_after_the_database_was_closed(place: Place) -> None:
    async with opened(place) as installation:
        await installation.cases.create("c", now=1)
        fence = await installation.cases.take("c", "n")
        await SqlEventLog(installation.database).append("c", expected=0, fence=fence, sealed=[b"a"], at=1)
    async with opened(place) as installation:
        assert [entry.sealed for entry in await SqlEventLog(installation.database).read("c")] == [b"a"]


async def test_an_append_that_is_cancelled_and_repeated_is_written_once(place: Place) -> None:
    """Cancelled after ever more steps of the loop: at every point of the transaction, until it comes too late."""
    async with opened(place) as installation:
        log = SqlEventLog(installation.database)
        await installation.cases.create("c", now=1)
        fence = await installation.cases.take("c", "n")
        last = 0
        for steps in count():
            append = partial(log.append, "c", expected=last, fence=fence, sealed=[b"a", b"b"], at=1, command=f"{steps}")
            asked = asyncio.create_task(append())
            for _ in range(steps):
                await asyncio.sleep(0)  # one step of the loop, no time
            in_time = asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
            try:
                assert await append() == last + 2
            except Repeated as repeated:
                assert repeated.position == last + 2
            last += 2
            assert [entry.position for entry in await log.read("c")] == list(range(1, last + 1))
            if not in_time:
                break


async def test_closing_waits_for_what_a_cancelled_caller_began(place: Place) -> None:
    async with opened(place) as installation:
        log = SqlEventLog(installation.database)
        await installation.cases.create("c", now=1)
        fence = await installation.cases.take("c", "n")
        asked = asyncio.create_task(log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    async with opened(place) as installation:
        assert len(await SqlEventLog(installation.database).read("c")) == 1


def _asked(connection: sqlite3.Connection, statements: Sequence[str]) -> Sequence[object]:
    return [connection.execute(statement).fetchone() for statement in statements]


async def test_on_a_full_disk_nothing_is_appended_and_reading_goes_on(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as installation:
        log = SqlEventLog(installation.database)
        await installation.cases.create("c", now=1)
        fence = await installation.cases.take("c", "n")
        await log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1)
        await installation.database.in_group(_asked, "PRAGMA max_page_count = 1")
        with pytest.raises(Unavailable):
            await log.append("c", expected=1, fence=fence, sealed=[b"b" * 1_000_000] * 3, at=1, command="k")
        assert [entry.sealed for entry in await log.read("c")] == [b"a"]
        assert await log.position_of("c", "k") is None


async def test_on_a_full_disk_of_postgres_nothing_is_appended_and_reading_goes_on(
    postgres: Postgres, tmp_path: Path
) -> None:
    """PostgreSQL's own answer on a full disk, given though there is room: nobody's disk is filled for a test."""
    url = postgres.fresh()
    async with opened(Place(tmp_path / "data", url)) as installation:
        log = SqlEventLog(installation.database)
        await installation.cases.create("c", now=1)
        fence = await installation.cases.take("c", "n")
        await log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1)
        postgres.ask(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$; "
            "CREATE TRIGGER full_disk AFTER INSERT ON entries FOR EACH ROW WHEN (NEW.position = 3) "
            "EXECUTE FUNCTION full_disk()",
            url.rpartition("/")[2],
        )
        with pytest.raises(Unavailable, match="No space left"):
            await log.append("c", expected=1, fence=fence, sealed=[b"b"] * 3, at=1, command="k")
        assert [entry.sealed for entry in await log.read("c")] == [b"a"]
        assert await log.position_of("c", "k") is None


async def test_a_lost_database_is_unavailable(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as installation:
        assert isinstance(installation.database, SqliteDatabase)
        installation.database._reading.dispose()
        await asyncio.to_thread((tmp_path / "data").rename, tmp_path / "elsewhere")
        with pytest.raises(Unavailable):
            await SqlEventLog(installation.database).read("c")


async def test_a_closed_database_is_unavailable(place: Place) -> None:
    async with opened(place) as installation:
        await installation.database.close()
        with pytest.raises(Unavailable):
            await SqlEventLog(installation.database).read("c")
