"""PostgreSQL's own: settings of every connection, what is lost in the middle, who waits for whom."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import OutcomeUnknown, Unavailable
from server.eventlog.log import Conflict, Fenced, Line, Repeated
from server.eventlog.sql import SqlEventLog
from server.storage import postgres as postgres_module
from server.storage.installation import Installation
from server.storage.nodes import Nodes
from server.storage.postgres import PostgresDatabase
from tests.support.postgres import Postgres
from tests.support.storing import Place, emptied, opened


@pytest.fixture
def place(postgres: Postgres, tmp_path: Path) -> Place:
    return Place(tmp_path / "data", emptied(postgres))


@pytest.fixture
async def kept(place: Place) -> AsyncIterator[Installation]:
    async with opened(place) as installation:
        await installation.cases.create("c", now=1)
        yield installation


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    for name in ("BUSY_S", "LONGEST_S", "GOODBYE_S"):
        monkeypatch.setattr(postgres_module, name, 0.3)


async def hung_up(connection: asyncpg.Connection) -> bool:
    """Whether the news is here that the server has hung up; waits for it."""
    told = asyncio.Event()
    connection.add_termination_listener(lambda _: told.set())
    return connection.is_closed() or await told.wait()


async def added(connection: AsyncConnection) -> str:
    """Some work: one more entry behind the case's last."""
    await connection.execute(
        text(
            "INSERT INTO entries (case_id, position, sealed, at) "
            "SELECT 'c', coalesce(max(position), 0) + 1, 'x', 1 FROM entries"
        )
    )
    return "done"


async def test_the_database_keeps_its_promises_on_every_connection(kept: Installation) -> None:
    async def told(connection: AsyncConnection) -> list[object]:
        names = ("synchronous_commit", "fsync", "lock_timeout", "statement_timeout", "transaction_isolation")
        return [(await connection.exec_driver_sql(f"SHOW {name}")).scalar() for name in names]

    writing = ["on", "on", "5s", "5s", "read committed"]
    assert await asyncio.gather(*(kept.database.write(told) for _ in range(3))) == [writing] * 3
    assert (await kept.database.read(told))[-1] == "repeatable read"


async def test_a_reader_sees_one_moment_and_cannot_write(kept: Installation) -> None:
    async def twice(connection: AsyncConnection) -> list[int]:
        counted = [(await connection.execute(text("SELECT count(*) FROM entries"))).scalar_one()]
        await kept.database.write(added)
        return [*counted, (await connection.execute(text("SELECT count(*) FROM entries"))).scalar_one()]

    assert await kept.database.read(twice) == [0, 0]
    with pytest.raises(Unavailable):
        await kept.database.read(added)


async def test_a_connection_that_died_idle_is_replaced(kept: Installation, postgres: Postgres) -> None:
    await asyncio.gather(*(kept.cases.all() for _ in range(3)))
    postgres.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley'")
    assert isinstance(kept.database, PostgresDatabase)
    made = list(kept.database._server._made)
    assert len(made) >= 3
    for connection in made:
        assert connection.is_closed() or await hung_up(connection)
    for _ in range(8):
        assert await kept.database.write(added) == "done"


async def test_a_connection_that_dies_in_use_is_unavailable_once(kept: Installation, postgres: Postgres) -> None:
    async def cut(connection: AsyncConnection) -> str:
        pid = (await connection.exec_driver_sql("SELECT pg_backend_pid()")).scalar()
        await added(connection)
        await asyncio.to_thread(postgres.ask, f"SELECT pg_terminate_backend({pid}, 5000)")
        return await added(connection)

    with pytest.raises(Unavailable) as lost:
        await kept.database.write(cut)
    assert not isinstance(lost.value, OutcomeUnknown)
    assert await kept.database.write(added) == "done"
    assert len(await SqlEventLog(kept.database).read("c")) == 1


@pytest.fixture
def lose_the_commit(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """The connection is lost at the next commit: once it is done, or just before."""

    def lose(done: bool) -> None:
        commit = AsyncConnection.commit

        async def lost(self: AsyncConnection) -> None:
            monkeypatch.undo()
            if done:
                await commit(self)
            raw = (await self.get_raw_connection()).driver_connection
            assert raw is not None
            raw.terminate()
            raise OSError(104, "Connection reset by peer")

        monkeypatch.setattr(AsyncConnection, "commit", lost)

    return lose


async def test_a_commit_whose_answer_was_lost_is_asked_after(
    kept: Installation, lose_the_commit: Callable[[bool], None]
) -> None:
    lose_the_commit(True)
    assert await kept.database.write(added) == "done"
    lose_the_commit(False)
    with pytest.raises(Unavailable) as lost:
        await kept.database.write(added)
    assert not isinstance(lost.value, OutcomeUnknown)
    assert len(await SqlEventLog(kept.database).read("c")) == 1


@pytest.fixture
def lose_the_commit_of_a_row(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """The same where one statement is the whole transaction."""

    def lose(done: bool) -> None:
        execute = asyncpg.Connection.execute

        async def lost(self: asyncpg.Connection, query: str, *args: object, **more: Any) -> str:
            if query != "COMMIT":
                return str(await execute(self, query, *args, **more))
            if done:
                await execute(self, query)
            monkeypatch.setattr(asyncpg.Connection, "execute", execute)
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

        monkeypatch.setattr(asyncpg.Connection, "execute", lost)

    return lose


async def test_an_append_whose_answer_was_lost_is_asked_after(
    kept: Installation, lose_the_commit_of_a_row: Callable[[bool], None]
) -> None:
    log = SqlEventLog(kept.database)
    fence = await kept.cases.take("c", "n")
    lose_the_commit_of_a_row(True)
    assert await log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1) == 1
    lose_the_commit_of_a_row(False)
    with pytest.raises(Unavailable) as lost:
        await log.append("c", expected=1, fence=fence, sealed=[b"b"], at=1)
    assert not isinstance(lost.value, OutcomeUnknown)
    assert await log.append("c", expected=1, fence=fence, sealed=[b"c"], at=1) == 2
    assert [entry.sealed for entry in await log.read("c")] == [b"a", b"c"]


async def test_an_append_in_one_statement_sends_no_other(kept: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    log = SqlEventLog(kept.database)
    fence = await kept.cases.take("c", "n")
    with monkeypatch.context() as patched:
        patched.setattr(kept.database, "write", None)  # the way of many statements
        line = Line(2, b"who", b"chain")
        assert await log.append("c", expected=0, fence=fence, sealed=[b"a", b"b"], at=7, command="k", line=line) == 2
    assert [(entry.position, entry.sealed, entry.at) for entry in await log.read("c")] == [(1, b"a", 7), (2, b"b", 7)]
    assert await log.position_of("c", "k") == 2 and await log.lines("c") == [line]


async def test_what_nobody_can_say_is_unknown(
    kept: Installation, postgres: Postgres, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = AsyncConnection.commit

    async def frozen(self: AsyncConnection) -> None:
        postgres.pause()
        await commit(self)

    monkeypatch.setattr(AsyncConnection, "commit", frozen)
    try:
        with pytest.raises(OutcomeUnknown):
            await kept.database.write(added)
    finally:
        postgres.resume()


async def test_a_frozen_server_is_unavailable_and_good_again_afterwards(
    kept: Installation, postgres: Postgres, hasty: None
) -> None:
    await kept.database.write(added)
    postgres.pause()
    try:
        for _ in range(2):
            with pytest.raises(Unavailable):
                await kept.database.write(added)
            with pytest.raises(Unavailable):
                await kept.database.read(added)
    finally:
        postgres.resume()
    assert await kept.database.write(added) == "done"


async def test_closing_does_not_wait_for_a_frozen_server(place: Place, postgres: Postgres, hasty: None) -> None:
    async with opened(place) as installation:
        postgres.pause()
        try:
            await installation.close()
        finally:
            postgres.resume()


async def test_a_writer_that_waits_too_long_for_a_lock_gives_up(
    kept: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SqlEventLog(kept.database)
    fence = await kept.cases.take("c", "n")
    monkeypatch.setitem(postgres_module.SETTINGS, "lock_timeout", "50ms")
    await kept.database._engine.dispose()  # the connections from here on have it

    async def holding(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("SELECT * FROM cases FOR UPDATE")
        with pytest.raises(Unavailable, match="lock timeout"):
            await log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1)

    await kept.database.write(holding)
    assert await log.append("c", expected=0, fence=fence, sealed=[b"a"], at=1) == 1


async def test_of_two_nodes_that_append_at_once_one_wins(kept: Installation, place: Place) -> None:
    fence = await kept.cases.take("c", "n")
    async with opened(place) as other:
        logs = [SqlEventLog(kept.database), SqlEventLog(other.database)]
        for last in range(10):
            appends = [log.append("c", expected=last, fence=fence, sealed=[b"a"], at=1) for log in logs]
            told = await asyncio.gather(*appends, return_exceptions=True)
            assert last + 1 in told and [type(one) for one in told if one != last + 1] == [Conflict]
        appends = [log.append("c", expected=10, fence=fence, sealed=[b"a"], at=1, command="k") for log in logs]
        told = await asyncio.gather(*appends, return_exceptions=True)
        (repeated,) = [one for one in told if isinstance(one, Repeated)]
        assert 11 in told and repeated.position == 11
        newer, *told = await asyncio.gather(
            other.cases.take("c", "m"),
            *(log.append("c", expected=11, fence=fence, sealed=[b"a"], at=1) for log in logs),
            return_exceptions=True,
        )
        assert newer == fence + 1
        assert {type(one) for one in told} <= {int, Fenced, Conflict} and len(told) == 2
        with pytest.raises(Fenced):
            await logs[0].append("c", expected=12, fence=fence, sealed=[b"a"], at=1)


async def test_a_renewal_that_waited_for_a_taking_says_that_the_case_is_gone(kept: Installation) -> None:
    nodes = Nodes(kept.database)
    for node, lease in (("one", -1), ("two", 60_000)):
        await nodes.enter(node, node, lease)
    await nodes.take("c", "one")
    taking, goes_on = asyncio.Event(), asyncio.Event()

    async def take(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT lease_until FROM nodes WHERE id = 'one' FOR SHARE"))
        await connection.execute(text("UPDATE cases SET owner = 'two', fence = fence + 1 WHERE id = 'c'"))
        taking.set()
        await goes_on.wait()

    taker = asyncio.create_task(kept.database.write(take))
    await taking.wait()
    renewal = asyncio.create_task(nodes.renew("one", 60_000))
    waiting = text("SELECT 1 FROM pg_locks WHERE NOT granted")
    while not await kept.database.fetch(waiting):
        await asyncio.wait([renewal], timeout=0.01)
    goes_on.set()
    await taker
    standing = await renewal
    assert standing.owned == {} and [node.id for node in standing.running] == ["one", "two"]


async def test_what_is_asked_of_a_lost_server_is_unavailable_and_good_again_afterwards(
    kept: Installation, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = Nodes(kept.database)
    await nodes.enter("one", "one", 60_000)
    await nodes.renew("one", 60_000)
    monkeypatch.setattr(postgres_module, "LONGEST_S", 0.3)
    postgres.pause()
    try:
        with pytest.raises(Unavailable):
            await nodes.renew("one", 60_000)
    finally:
        postgres.resume()
    monkeypatch.undo()
    assert [node.id for node in (await nodes.renew("one", 60_000)).running] == ["one"]


async def test_a_reader_in_the_way_delays_the_end_of_a_destruction(
    kept: Installation, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "BUSY_S", 0.2)
    async with opened(place) as other:

        async def destroyed_meanwhile(connection: AsyncConnection) -> None:
            await connection.exec_driver_sql("SELECT 1")
            with pytest.raises(Unavailable, match="a reader"):
                await kept.cases.destroy_key("c")

        await other.database.read(destroyed_meanwhile)
    assert await kept.cases.due_for_destruction(1) == ["c"]
    await kept.cases.destroy_key("c")
    assert await kept.cases.due_for_destruction(1) == []


async def test_a_wrapped_key_that_was_destroyed_lies_in_no_table_any_more(
    kept: Installation, postgres: Postgres
) -> None:
    name = postgres.usual.rpartition("/")[2] if postgres.usual else ""

    def on_disk() -> bytes:
        postgres.ask("CHECKPOINT", name)
        (path,) = postgres.ask("SELECT pg_relation_filepath('cases')", name)
        return (postgres.folder / "data" / path).read_bytes()

    async def wrapped(connection: AsyncConnection) -> bytes:
        found: bytes = (await connection.exec_driver_sql("SELECT wrapped_key FROM cases")).scalar_one()
        return found

    key = await kept.database.read(wrapped)
    assert key in on_disk()
    await kept.cases.destroy_key("c")
    assert key not in on_disk()


async def test_a_password_is_in_no_error(kept: Installation) -> None:
    assert isinstance(kept.database, PostgresDatabase)
    with pytest.raises(Unavailable) as broken:
        await kept.database.write(lambda connection: connection.exec_driver_sql("SELECT 'canary' FROM nowhere"))
    assert "canary" not in str(broken.value)
