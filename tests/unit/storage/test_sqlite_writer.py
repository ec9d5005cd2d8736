"""Writes that wait together are one transaction, and nobody's failure is another's."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from server.errors import NotFound, Unavailable
from server.storage import sqlite
from server.storage.sqlite_writer import Writer
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


def say(connection: sqlite3.Connection, words: Sequence[str]) -> Sequence[str]:
    """Writes words, and returns them. A word that begins with "about " is about another, which must be there."""
    connection.execute("BEGIN IMMEDIATE")
    for word in words:
        connection.execute("INSERT INTO words VALUES (?)", (word,))
        if word.startswith("about "):
            connection.execute("INSERT INTO about VALUES (?)", (word.removeprefix("about "),))  # looked at in the end
        if word == "refused":
            raise NotFound(word)
    connection.execute("COMMIT")
    return words


def written(connection: sqlite3.Connection) -> set[str]:
    return {word for (word,) in connection.execute("SELECT word FROM words")}


async def together(writer: Writer, *words: str) -> list[object]:
    """What came of words that waited for the same turn."""
    async with writer.turn():
        asked = [asyncio.create_task(writer.write(say, word)) for word in words]
        await asyncio.sleep(0)  # a step of the loop, in which they queue up
    return await asyncio.gather(*asked, return_exceptions=True)


async def ask(writer: Writer, statement: str) -> None:
    """One statement in the writer's connection."""
    await writer.write(_asked, statement)


def _asked(connection: sqlite3.Connection, statements: Sequence[str]) -> Sequence[object]:
    return [connection.execute(statement).fetchone() for statement in statements]


async def test_what_waits_together_is_one_transaction(writer: Writer, reader: sqlite3.Connection) -> None:
    asked: list[str] = []

    def listen(connection: sqlite3.Connection, lists: Sequence[list[str]]) -> Sequence[list[str]]:
        connection.set_trace_callback(lists[0].append)
        return lists

    await writer.write(listen, asked)
    asked.clear()
    assert await together(writer, *"abc") == ["a", "b", "c"]
    assert asked.count("BEGIN IMMEDIATE") == asked.count("COMMIT") == 1
    assert written(reader) == {"a", "b", "c"}


async def test_what_another_work_writes_is_not_mixed_with_it(writer: Writer, reader: sqlite3.Connection) -> None:
    def shout(connection: sqlite3.Connection, words: Sequence[str]) -> Sequence[str]:
        return say(connection, [word.upper() for word in words])

    async with writer.turn():
        works = (say, say, shout, say)
        asked = [asyncio.create_task(writer.write(w, x)) for w, x in zip(works, "abcd", strict=True)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*asked) == ["a", "b", "C", "d"]
    assert written(reader) == {"a", "b", "C", "d"}


async def test_whoever_is_refused_undoes_what_he_wrote_and_nobody_elses(
    writer: Writer, reader: sqlite3.Connection
) -> None:
    one, refused, two = await together(writer, "one", "refused", "two")
    assert (one, two) == ("one", "two") and isinstance(refused, NotFound)
    assert written(reader) == {"one", "two"}


async def test_a_commit_that_fails_is_the_failure_of_whom_it_fails_for(
    writer: Writer, reader: sqlite3.Connection
) -> None:
    one, failed, two = await together(writer, "one", "about nothing", "two")
    assert (one, two) == ("one", "two") and isinstance(failed, Unavailable)
    assert "FOREIGN KEY" in str(failed)
    assert written(reader) == {"one", "two"}


async def test_what_does_not_fit_on_the_disk_leaves_room_for_what_does(
    writer: Writer, reader: sqlite3.Connection
) -> None:
    await ask(writer, "PRAGMA max_page_count = 12")
    one, failed, two = await together(writer, "one", "much" * 20_000, "two")
    assert (one, two) == ("one", "two") and isinstance(failed, Unavailable)
    assert "full" in str(failed)
    assert written(reader) == {"one", "two"}


async def test_nobody_is_answered_by_what_another_wrote_and_lost(writer: Writer, reader: sqlite3.Connection) -> None:
    """A refusal may rest on what another of the group wrote. If that is undone, it was none."""
    failed, told = await together(writer, "about nothing", "about about nothing")
    assert isinstance(failed, Unavailable) and isinstance(told, Unavailable)
    assert await together(writer, "about nothing", "nothing") == ["about nothing", "nothing"]
    assert written(reader) == {"about nothing", "nothing"}


async def test_while_another_program_writes_all_are_told_so_after_one_try(
    writer: Writer, reader: sqlite3.Connection
) -> None:
    tries: list[Sequence[str]] = []

    def try_to_say(connection: sqlite3.Connection, words: Sequence[str]) -> Sequence[str]:
        tries.append(words)
        return say(connection, words)

    reader.execute("BEGIN IMMEDIATE")
    async with writer.turn():
        asked = [asyncio.create_task(writer.write(try_to_say, word)) for word in ("one", "two")]
        await asyncio.sleep(0)
    for told in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(told, Unavailable) and "locked" in str(told)
    assert tries == [["one", "two"]]
    reader.execute("ROLLBACK")
    assert await writer.write(say, "one") == "one"


async def test_whoever_waits_too_long_is_told_so_and_nothing_is_written_later(
    connect: Callable[[], sqlite3.Connection], reader: sqlite3.Connection
) -> None:
    writer = Writer(connect, patience=0.001)
    async with writer.turn():
        with pytest.raises(Unavailable, match="too long"):
            await writer.write(say, "late")
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
        asked = asyncio.create_task(writer.write(say, "one"))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    await writer.close()
    await writer.close()
    assert written(reader) == {"one"}


async def test_writers_of_one_process_wait_for_their_turn_and_not_for_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin_and_end(connection: sqlite3.Connection, things: Sequence[None]) -> Sequence[None]:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        return things

    monkeypatch.setitem(sqlite._PRAGMAS, "busy_timeout", ("0", 0))  # whoever finds the file locked fails at once
    async with opened(tmp_path / "data") as kept:
        creating = [kept.cases.create(f"c{number}", now=1) for number in range(8)]
        counting = [kept.database.in_group(begin_and_end, None) for _ in range(8)]
        await asyncio.gather(*(each for pair in zip(creating, counting, strict=True) for each in pair))
        assert len(await kept.cases.all()) == 8
