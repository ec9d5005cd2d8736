"""PostgreSQL: one database for several nodes.

Every connection queues for a lock no longer than BUSY_S, and no transaction takes longer than LONGEST_S, though the
server be frozen or the network cut. A connection that is known to be dead is replaced before it is used; one that dies
in use is `Unavailable` once, and the next call gets another.

A COMMIT whose answer was lost may have been done or not. PostgreSQL remembers: by the number of the transaction it says
so on the next connection (`pg_xact_status`). Only when it cannot be asked either is it `OutcomeUnknown`.

Between this program and PostgreSQL nothing may hand one connection from client to client in the middle (PgBouncer: only
`pool_mode = session`).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, TypeVar, cast
from weakref import WeakSet

import asyncpg
from sqlalchemy import ClauseElement, Executable, Row, event, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.compiler import SQLCompiler

from server.errors import OutcomeUnknown, Unavailable
from server.storage.database import BUSY_S, Database, Work, first_line
from server.storage.schema import Upgrade

T = TypeVar("T")

POOL = 8  # connections at once. More lets more sessions write at the same moment; PostgreSQL allows 100 to all nodes.
LONGEST_S = BUSY_S + 1.0  # of a transaction, as seen from here; the server gives up before, if it lives
SWEEP_S = 600.0  # of a sweep. Longer is for huge databases on slow disks; nobody waits for it.
GOODBYE_S = 1.0  # how long a server that we leave may take to say so
IN_THE_WAY_S = 1.0  # how long a sweep holds everybody up behind a reader that is in its way

TROUBLES = (
    DBAPIError,
    PoolTimeout,
    OSError,  # TimeoutError too, and what TLS does not like
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What goes wrong with a database: SQLAlchemy's own, and what it leaves as the driver or the network raised it."""

SETTINGS = {
    "application_name": "parley",
    "default_transaction_isolation": "read committed",
    "lock_timeout": f"{BUSY_S}s",
    "statement_timeout": f"{BUSY_S}s",
    "idle_in_transaction_session_timeout": f"{2 * BUSY_S}s",  # nobody keeps a lock who does not go on
}

_XID = text("SELECT pg_current_xact_id_if_assigned()::text")
_OUTCOME = text("SELECT pg_xact_status(CAST(CAST(:xid AS text) AS xid8))")

# Entries and files are unreadable without the key, so it is enough that their room is used again. The wrapped key and
# the hashes of secrets must not lie about in old versions of rows: these small tables are written anew.
_SWEPT = ("entries", "snapshots", "audit", "file_pages")
_WRITTEN_ANEW = ("cases", "links", "browsers")
_OLDER_READERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_xmin IS NOT NULL AND age(backend_xmin) > age(CAST(CAST(:xmin AS text) AS xid))"
)


class Server:
    """Where the database is: makes connections, and ends them even when nobody answers."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: WeakSet[asyncpg.Connection] = WeakSet()

    def engine(self) -> AsyncEngine:
        """SQLAlchemy's engine over connections that are made here."""
        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=BUSY_S,
            hide_parameters=True,
        )
        event.listen(engine.sync_engine, "checkout", _still_there)
        return engine

    async def _connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(self._url, timeout=BUSY_S, server_settings=SETTINGS)
        self._made.add(connection)
        return connection

    async def hang_up(self) -> None:
        """End every connection, also where nobody listens any more."""
        made = list(self._made)
        await asyncio.gather(*(one.close(timeout=GOODBYE_S) for one in made), return_exceptions=True)
        for one in made:
            if not one.is_closed():
                one.terminate()
        await asyncio.sleep(0)  # a step of the loop, in which it closes its side


class PostgresDatabase(Database):
    """A database on a PostgreSQL server."""

    def __init__(self, engine: AsyncEngine, upgrade: Upgrade, server: Server) -> None:
        super().__init__(engine, upgrade)
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._outside = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._server = server

    async def _write(self, work: Work[T]) -> T:
        xid: str | None = None  # from here on the commit may have been sent
        try:
            async with asyncio.timeout(LONGEST_S), self._engine.connect() as connection:
                await connection.begin()
                told = await work(connection)
                xid = (await connection.execute(_XID)).scalar()
                await connection.commit()
        except TROUBLES as error:
            if xid is None or not await self._committed(xid):
                raise Unavailable(first_line(error)) from error
        return told

    async def _committed(self, xid: str) -> bool:
        """Whether this transaction was committed in the end. Raises OutcomeUnknown."""
        try:
            async with asyncio.timeout(BUSY_S):
                while True:
                    try:
                        async with self._outside.connect() as connection:
                            outcome = (await connection.execute(_OUTCOME, {"xid": xid})).scalar()
                    except TROUBLES:
                        outcome = "not to be asked now"
                    if outcome in ("committed", "aborted"):
                        return bool(outcome == "committed")
                    await asyncio.sleep(0.1)
        except TimeoutError as error:
            raise OutcomeUnknown("the database was lost in the middle of a commit") from error

    async def _read(self, work: Work[T]) -> T:
        async with _troubles_said(LONGEST_S), self._reading.connect() as connection, connection.begin():
            return await work(connection)

    async def _fetch(self, wanted: Executable, values: Mapping[str, object] | None) -> Sequence[Row[*tuple[Any, ...]]]:
        async with _troubles_said(LONGEST_S), self._outside.connect() as connection:
            return (await connection.execute(wanted, values)).all()

    async def _once(self, statement: Executable, values: Mapping[str, object] | None) -> int:
        async with _troubles_said(LONGEST_S), self._outside.connect() as connection:
            return (await connection.execute(statement, values)).rowcount

    async def one_row(self, statement: str, *values: object) -> Sequence[Any] | None:
        return await self._to_the_end(self._one_row(statement, values))

    async def _one_row(self, statement: str, values: Sequence[object]) -> Sequence[Any] | None:
        """By the driver itself: SQLAlchemy's way to it takes three times as long as PostgreSQL does."""
        xid: str | None = None
        row: Sequence[Any] = ()
        try:
            async with asyncio.timeout(LONGEST_S), self._engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert isinstance(driver, asyncpg.Connection)
                try:
                    await driver.execute("BEGIN")
                    row = await driver.fetchrow(statement, *values)
                    xid = row[0]
                    await driver.execute("COMMIT")
                except asyncpg.UniqueViolationError:
                    await driver.execute("ROLLBACK")
                    return None
                except BaseException:
                    driver.terminate()  # whatever it was in the middle of; `_still_there` replaces it
                    raise
        except TROUBLES as error:
            if xid is None or not await self._committed(xid):
                raise Unavailable(first_line(error)) from error
        return row

    async def _ask(self, statement: Executable, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """By the driver itself, as above."""
        words, names, given = _in_its_words(statement)
        given = {**given, **values}
        async with _troubles_said(LONGEST_S), self._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert isinstance(driver, asyncpg.Connection)
            try:
                rows: Sequence[Sequence[Any]] = await driver.fetch(words, *(given[name] for name in names))
            except BaseException:
                driver.terminate()
                raise
            return rows

    async def _sweep(self) -> None:
        async with _troubles_said(SWEEP_S), self._outside.connect() as connection:
            try:
                await connection.exec_driver_sql("SET statement_timeout = 0")
                await connection.exec_driver_sql(f"SET lock_timeout = {round(IN_THE_WAY_S * 1000)}")
                await _readers_gone(connection)
                await connection.exec_driver_sql(f"VACUUM {', '.join(_SWEPT)}")
                for table in _WRITTEN_ANEW:
                    await connection.exec_driver_sql(f"VACUUM FULL {table}")
            finally:
                await connection.invalidate()  # it is not like the others any more

    async def _dispose(self) -> None:
        await self._server.hang_up()
        await super()._dispose()


@cache
def _in_its_words(statement: Executable) -> tuple[str, Sequence[str], Mapping[str, object]]:
    """A statement as PostgreSQL reads it, the names of its values in their order, and those that it brings along. For
    statements that are made once.
    """
    compiled = cast(ClauseElement, statement).compile(dialect=asyncpg_dialect())  # type: ignore[no-untyped-call]
    assert isinstance(compiled, SQLCompiler) and compiled.positiontup is not None
    return str(compiled), compiled.positiontup, compiled.construct_params({}, _check=False)


@asynccontextmanager
async def _troubles_said(longest: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(longest):
            yield
    except TROUBLES as error:
        raise Unavailable(first_line(error)) from error


async def _readers_gone(connection: AsyncConnection) -> None:
    """Wait until nobody sees the rows any more that are deleted by now. Raises Unavailable."""
    xmin = (
        await connection.exec_driver_sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::xid::text")
    ).scalar()
    for _ in range(round(BUSY_S / 0.1)):
        if not (await connection.execute(_OLDER_READERS, {"xmin": xmin})).scalar():
            return
        await asyncio.sleep(0.1)
    raise Unavailable("a reader keeps what was deleted from being swept")


def _still_there(_connection: Any, kept: Any, _proxy: Any) -> None:
    """A connection whose end was noticed while it lay idle is replaced before it is used."""
    if kept.driver_connection.is_closed():
        raise DisconnectionError
