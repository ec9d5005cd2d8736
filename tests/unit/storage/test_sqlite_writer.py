"""Writes that wait together are one transaction, and nobody's failure is another's."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from server.errors import NotFound, Unavailable
from server.storage import sqlite
from server.storage.sqlite_writer import Deed, Writer
from tests.support.storing import opened

LONG = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a table of words that may not be empty, and one of words about words."""
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE words (word TEXT PRIMARY KEY)")
        connection.execute("CREATE TABLE about (word TEXT REFERENCES words DEFERRABLE INITIALLY DEFERRED)")
    return tmp_path / "x.db"


@pytest.fixture
def connect(path: Path) -> Callable[[], sqlite3.Connection]:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, timeout=0)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    return connect


@pytest.fixture
async def writer(connect: Callable[[], sqlite3.Connection]) -> AsyncIterator[Writer]:
    writer = Writer(connect, LONG)
    yield writer
    await writer.close()


@pytest.fixture
def reader(path: Path) -> Iterator[sqlite3.Connection]:
    """Another connection: it sees what is committed."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        yield connection


def says(word: str) -> Deed[str]:
    """Writes a word, and returns it."""

    def deed(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO words VALUES (?)", (word,))
        return word

    return deed


def written(connection: sqlite3.Connection) -> set[str]:
    return {word for (word,) in connection.execute("SELECT word FROM words")}


async def together(writer: Writer, *deeds: Deed[object]) -> list[object]:
    """What came of deeds that waited for the same turn."""
    async with writer.turn():
        asked = [asyncio.create_task(writer.do(deed)) for deed in deeds]
        await asyncio.sleep(0)  # a step of the loop, in which they queue up
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_what_waits_together_is_one_transaction(writer: Writer, reader: sqlite3.Connection) -> None:
    asked: list[str] = []
    await writer.do(lambda connection: connection.set_trace_callback(asked.append))
    asked.clear()
    assert await together(writer, *map(says, "abc")) == ["a", "b", "c"]
    assert asked.count("BEGIN IMMEDIATE") == asked.count("COMMIT") == 1
    assert written(reader) == {"a", "b", "c"}


async def test_whoever_raises_undoes_what_he_wrote_and_nobody_elses(writer: Writer, reader: sqlite3.Connection) -> None:
    def refuses(connection: sqlite3.Connection) -> None:
        says("half")(connection)
        raise NotFound("whole")

    one, refused, two = await together(writer, says("one"), refuses, says("two"))
    assert (one, two) == ("one", "two") and isinstance(refused, NotFound)
    assert written(reader) == {"one", "two"}


async def test_a_commit_that_fails_is_the_failure_of_whom_it_fails_for(
    writer: Writer, reader: sqlite3.Connection
) -> None:
    def dangles(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO about VALUES ('nothing')")  # found out at the commit

    one, failed, two = await together(writer, says("one"), dangles, says("two"))
    assert (one, two) == ("one", "two") and isinstance(failed, Unavailable)
    assert "FOREIGN KEY" in str(failed)
    assert written(reader) == {"one", "two"}


async def test_what_does_not_fit_on_the_disk_leaves_room_for_what_does(
    writer: Writer, reader: sqlite3.Connection
) -> None:
    await writer.do(lambda connection: connection.execute("PRAGMA max_page_count = 12"))
    one, failed, two = await together(writer, says("one"), says("much" * 20_000), says("two"))
    assert (one, two) == ("one", "two") and isinstance(failed, Unavailable)
    assert "full" in str(failed)
    assert written(reader) == {"one", "two"}


async def test_nobody_is_answered_before_the_commit(writer: Writer, reader: sqlite3.Connection) -> None:
    """A refusal may rest on what another of the group wrote. If that is undone, it was none."""

    def repeats(connection: sqlite3.Connection) -> None:
        if "one" in written(connection):
            raise NotFound("somebody was first")

    def first_but_dangling(connection: sqlite3.Connection) -> None:
        says("one")(connection)
        connection.execute("INSERT INTO about VALUES ('nothing')")

    failed, told = await together(writer, first_but_dangling, repeats)
    assert isinstance(failed, Unavailable) and told is None
    assert written(reader) == set()


async def test_while_another_program_writes_nothing_is_written(writer: Writer, reader: sqlite3.Connection) -> None:
    reader.execute("BEGIN IMMEDIATE")
    for told in await together(writer, says("one"), says("two")):
        assert isinstance(told, Unavailable) and "locked" in str(told)
    reader.execute("ROLLBACK")
    assert await writer.do(says("one")) == "one"


async def test_whoever_waits_too_long_is_told_so_and_nothing_is_written_later(
    connect: Callable[[], sqlite3.Connection], reader: sqlite3.Connection
) -> None:
    writer = Writer(connect, patience=0.001)
    async with writer.turn():
        with pytest.raises(Unavailable, match="too long"):
            await writer.do(says("late"))
        with pytest.raises(Unavailable, match="too long"):
            async with writer.turn():
                pass
    await writer.close()
    assert written(reader) == set()


async def test_what_a_cancelled_caller_began_is_whole_when_it_is_closed(
    connect: Callable[[], sqlite3.Connection], reader: sqlite3.Connection
) -> None:
    writer = Writer(connect, LONG)
    async with writer.turn():
        asked = asyncio.create_task(writer.do(says("one")))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    await writer.close()
    await writer.close()
    assert written(reader) == {"one"}


async def test_writers_of_one_process_wait_for_their_turn_and_not_for_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite._PRAGMAS, "busy_timeout", ("0", 0))  # whoever finds the file locked fails at once
    async with opened(tmp_path / "data") as kept:
        creating = [kept.cases.create(f"c{number}", now=1) for number in range(8)]
        counting = [kept.database.in_group(lambda connection: connection.total_changes) for _ in range(8)]
        await asyncio.gather(*(each for pair in zip(creating, counting, strict=True) for each in pair))
        assert len(await kept.cases.all()) == 8
