"""SQLite: one file in the data folder, for one process.

WAL mode with synchronous=FULL, so a COMMIT that returned is on the disk. Writers have turns (`sqlite_writer`), and
begin with BEGIN IMMEDIATE, so that one who waits for another program does it at the start, instead of failing in the
middle. Deleted content is overwritten at once (secure_delete), and a sweep rewrites the file and empties the
write-ahead log.
"""

import asyncio
import sqlite3
import stat
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from server.errors import BrokenInstallation, Unavailable
from server.storage.database import BUSY_S, CLOSED, Database, Work, first_line
from server.storage.folder import Hold
from server.storage.schema import Upgrade, bring_up_to_date
from server.storage.sqlite_writer import Writer

S = TypeVar("S")
T = TypeVar("T")

POOL = 4  # connections at once. Only one may write; more lets more of them read meanwhile.

TROUBLES = (DBAPIError, PoolTimeout, sqlite3.Error)

_WRITING = {"parley_begin": "BEGIN IMMEDIATE"}
_READING = {"parley_begin": "BEGIN DEFERRED"}
_OUTSIDE = {"parley_begin": None}  # no transaction: VACUUM and checkpoints, and a SELECT alone

_PRAGMAS = {  # what is asked for, and what SQLite must answer
    "busy_timeout": (str(BUSY_S * 1000), BUSY_S * 1000),  # first, so that the others wait too
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "secure_delete": ("ON", 1),
}


class SqliteDatabase(Database):
    """An SQLite file, and the hold on its folder."""

    def __init__(self, engine: AsyncEngine, reading: Engine, upgrade: Upgrade, hold: Hold, writer: Writer) -> None:
        super().__init__(engine, upgrade)
        self._reading = reading
        self._readers = ThreadPoolExecutor(POOL, "sqlite-reader")
        self._hold = hold
        self._writer = writer

    async def in_group(self, work: Callable[[sqlite3.Connection, Sequence[S]], Sequence[T]], thing: S) -> T | None:
        if self._closed:
            raise Unavailable(CLOSED)
        return await self._writer.write(work, thing)

    async def _write(self, work: Work[T]) -> T:
        async with self._writer.turn():
            return await self._transaction(_WRITING, work)

    async def _read(self, work: Work[T]) -> T:
        return await self._transaction(_READING, work)

    async def _fetch(self, wanted: Executable, values: Mapping[str, object] | None) -> Sequence[Row[*tuple[Any, ...]]]:
        """One way to a thread and back. A page that comes in asks three times, and each way there interrupts what the
        loop is about.
        """

        def fetched() -> Sequence[Row[*tuple[Any, ...]]]:
            with self._reading.connect() as connection:
                return connection.execute(wanted, values).all()

        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, fetched)
        except TROUBLES as error:
            raise Unavailable(first_line(error)) from error

    async def _sweep(self) -> None:
        async with self._writer.turn():
            await self._connected(_OUTSIDE, _vacuum)

    async def _dispose(self) -> None:
        await self._writer.close()
        await super()._dispose()
        self._readers.shutdown()
        self._reading.dispose()
        self._hold.let_go()

    async def _transaction(self, options: dict[str, Any], work: Work[T]) -> T:
        async def inside(connection: AsyncConnection) -> T:
            async with connection.begin():
                return await work(connection)

        return await self._connected(options, inside)

    async def _connected(self, options: dict[str, Any], work: Work[T]) -> T:
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(**options)
                return await work(connection)
        except TROUBLES as error:
            raise Unavailable(first_line(error)) from error


async def _vacuum(connection: AsyncConnection) -> None:
    await connection.execute(text("VACUUM"))
    busy = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).scalar_one()
    if busy:
        raise Unavailable("a reader keeps the write-ahead log from being emptied")


async def open_sqlite(path: Path) -> SqliteDatabase:
    """Open the file, which is made when it is missing, for this process alone; run the migrations that are missing,
    check its promises. Raises BrokenInstallation with a sentence that says what to do.
    """
    if not path.parent.is_dir():
        raise BrokenInstallation(
            f"The database {path} has no folder: make {path.parent}, mount its disk, or correct PARLEY_DATA."
        )
    hold = Hold(path.parent)
    pool = {"pool_size": POOL, "max_overflow": 0, "pool_timeout": BUSY_S}
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", hide_parameters=True, **pool)
    reading = create_engine(f"sqlite:///{path}", hide_parameters=True, execution_options=_OUTSIDE, **pool)
    writer = Writer(partial(_writing, path), BUSY_S)
    try:
        _keep_private(path)
        for each in (engine.sync_engine, reading):
            event.listen(each, "connect", _connected)
            event.listen(each, "begin", _begun)
        return SqliteDatabase(engine, reading, await _check(engine, writer, path), hold, writer)
    except BaseException:
        await writer.close()
        await engine.dispose()
        reading.dispose()
        hold.let_go()
        raise


def _keep_private(path: Path) -> None:
    """Nobody but the owner may read the file; SQLite gives the same mode to the files that it puts beside it."""
    try:
        path.touch(0o600)
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            path.chmod(mode & ~0o077)
    except OSError as error:
        raise BrokenInstallation(
            f"The database {path} cannot be written ({error.strerror}): let the server's user own it and its folder."
        ) from None


def _connected(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # sqlite3 begins nothing by itself; `_begun` does
    cursor = connection.cursor()
    for name, (value, _answer) in _PRAGMAS.items():
        cursor.execute(f"PRAGMA {name} = {value}")
    cursor.close()


def _writing(path: Path) -> sqlite3.Connection:
    """The writer's connection. Raises BrokenInstallation, sqlite3.Error."""
    connection = sqlite3.connect(path)
    try:
        _connected(connection, None)
        for name in _PRAGMAS:
            _keeps(path, name, connection.execute(f"PRAGMA {name}").fetchone()[0])
    except BaseException:
        connection.close()
        raise
    return connection


def _begun(connection: Connection) -> None:
    begin = connection.get_execution_options().get("parley_begin", "BEGIN IMMEDIATE")
    if begin is not None:
        connection.exec_driver_sql(begin)


def _nothing(_: sqlite3.Connection, things: Sequence[T]) -> Sequence[T]:
    return things


def _keeps(path: Path, name: str, told: object) -> None:
    answer = _PRAGMAS[name][1]
    if told != answer:
        raise BrokenInstallation(
            f"The database {path} does not keep {name} at {answer}: put it on a local disk of this machine."
        )


async def _check(engine: AsyncEngine, writer: Writer, path: Path) -> Upgrade:
    try:
        async with engine.connect() as connection:
            await connection.execution_options(**_OUTSIDE)
            for name in _PRAGMAS:
                _keeps(path, name, (await connection.execute(text(f"PRAGMA {name}"))).scalar())
            if (await connection.execute(text("PRAGMA quick_check(1)"))).scalar() != "ok":
                raise _damaged(path)
        async with engine.connect() as connection, connection.begin():
            upgrade = await connection.run_sync(bring_up_to_date, str(path))
        await writer.write(_nothing, None)  # its connection is opened, and makes the same promises
        return upgrade
    except DBAPIError as error:
        raise _broken(path, error.orig) from error
    except (sqlite3.Error, Unavailable) as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: BaseException | None) -> BrokenInstallation:
    name = _reason(error)
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return _damaged(path)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return BrokenInstallation(
            f"The database {path} cannot be written: let the server's user own it and its folder, on a writable disk."
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BrokenInstallation(f"Another program holds the database {path}: stop it, then start Parley again.")
    if name.startswith("SQLITE_FULL"):
        return BrokenInstallation(f"The disk of the database {path} is full: make room.")
    return BrokenInstallation(f"The database {path} cannot be used ({name}): look at its disk, or put back a backup.")


def _reason(error: BaseException | None) -> str:
    """SQLite's own name of what went wrong, through whatever wrapped it."""
    while error is not None:
        name = getattr(error, "sqlite_errorname", None)
        if name:
            return str(name)
        error = error.__cause__ or error.__context__
    return "unknown"


def _damaged(path: Path) -> BrokenInstallation:
    return BrokenInstallation(f"The database {path} is damaged: put it back from your backup.")
