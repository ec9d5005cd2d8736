"""The database: opened, brought to the newest schema, and asked whether it keeps its promises.

SQLite in WAL mode with synchronous=FULL, so a COMMIT that returned survives a kill and a power cut (as far as the
disk tells the truth). Writers begin with BEGIN IMMEDIATE: they queue at the start, instead of failing in the middle.
Deleted content is overwritten at once (secure_delete).

A migration runs in one transaction: a start that is killed half-way has changed nothing.
"""

import asyncio
import sqlite3
import stat
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from server.errors import BrokenInstallation, Unavailable

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

BUSY_S = 5  # how long a writer waits for another one. Longer rides out a slow disk, shorter tells the mediator sooner.
POOL = 4  # connections at once. Only one may write; more lets more of them read meanwhile.

MIGRATIONS = Path(__file__).parent / "migrations"
_WRITING = {"parley_begin": "BEGIN IMMEDIATE"}
_READING = {"parley_begin": "BEGIN DEFERRED"}
_OUTSIDE = {"parley_begin": None}  # no transaction: VACUUM and checkpoints

_PRAGMAS = {  # what is asked for, and what SQLite must answer
    "busy_timeout": (str(BUSY_S * 1000), BUSY_S * 1000),  # first, so that the others wait too
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "secure_delete": ("ON", 1),
}


class Database:
    """An open database. Its doors are `write`, `read` and `sweep`; all raise `Unavailable` for its troubles.

    What was begun is brought to its end even when the one who asked is cancelled: broken off in the middle, SQLite's
    thread could still take the lock that nobody gives back. So whoever is cancelled does not know whether it happened.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def write(self, work: Work[T]) -> T:
        """Do `work` in a transaction: on the disk when this returns, undone when `work` raises."""
        return await self._to_the_end(self._transaction(_WRITING, work))

    async def read(self, work: Work[T]) -> T:
        """Do `work` in a transaction that sees one moment; it must not write."""
        return await self._to_the_end(self._transaction(_READING, work))

    async def sweep(self) -> None:
        """Rewrite the file without what was deleted and empty the write-ahead log. Writers wait meanwhile.

        Raises Unavailable when a reader is in the way; try again later.
        """
        await self._to_the_end(self._connected(_OUTSIDE, _sweep))

    async def close(self) -> None:
        """Finish what runs and close every connection. A second call does nothing."""
        self._closed = True
        while self._running:
            await asyncio.wait(self._running)
        await self._engine.dispose()

    async def _to_the_end(self, job: Coroutine[Any, Any, T]) -> T:
        if self._closed:
            job.close()
            raise Unavailable("the database is closed")
        task = asyncio.create_task(job)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

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
        except (DBAPIError, PoolTimeout, sqlite3.Error) as error:
            raise Unavailable(_first_line(error)) from error


async def _sweep(connection: AsyncConnection) -> None:
    await connection.execute(text("VACUUM"))
    busy = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).scalar_one()
    if busy:
        raise Unavailable("a reader keeps the write-ahead log from being emptied")


async def open_database(url: str) -> Database:
    """Open the database at `url` ("sqlite+aiosqlite:///path"), run the migrations that are missing, check its promises.

    Raises BrokenInstallation with a sentence that says what to do.
    """
    path = _path(url)
    if not path.parent.is_dir():
        raise BrokenInstallation(
            f"The database {path} has no folder: make {path.parent}, mount its disk, or correct PARLEY_DATA."
        )
    _keep_private(path)
    engine = create_async_engine(url, pool_size=POOL, max_overflow=0, pool_timeout=BUSY_S, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _connected)
    event.listen(engine.sync_engine, "begin", _begun)
    try:
        await _check(engine, path)
    except BaseException:
        await engine.dispose()
        raise
    return Database(engine)


def alembic_config(connection: Connection) -> AlembicConfig:
    """Alembic's own settings, so that no file of them is needed: this package's migrations over an open connection."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _path(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BrokenInstallation("The address of the database makes no sense: correct PARLEY_DATA.") from None
    if parsed.drivername != "sqlite+aiosqlite" or not parsed.database or parsed.database == ":memory:":
        raise BrokenInstallation("Only a database in a file is known: let its address be sqlite+aiosqlite:///path.")
    return Path(parsed.database)


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


def _begun(connection: Connection) -> None:
    begin = connection.get_execution_options().get("parley_begin", "BEGIN IMMEDIATE")
    if begin is not None:
        connection.exec_driver_sql(begin)


async def _check(engine: AsyncEngine, path: Path) -> None:
    try:
        async with engine.connect() as connection:
            await connection.execution_options(**_OUTSIDE)
            for name, (_value, answer) in _PRAGMAS.items():
                if (await connection.execute(text(f"PRAGMA {name}"))).scalar() != answer:
                    raise BrokenInstallation(
                        f"The database {path} does not keep {name} at {answer}: put it on a local disk of this machine."
                    )
            if (await connection.execute(text("PRAGMA quick_check(1)"))).scalar() != "ok":
                raise _damaged(path)
        async with engine.connect() as connection, connection.begin():
            await connection.run_sync(_upgrade, path)
    except DBAPIError as error:
        raise _broken(path, error.orig) from error
    except sqlite3.Error as error:
        raise _broken(path, error) from error


def _upgrade(connection: Connection, path: Path) -> None:
    config = alembic_config(connection)
    script = ScriptDirectory.from_config(config)
    try:
        command.upgrade(config, "head")
        # BEGIN IMMEDIATE alone does not find out that a file is read-only; a write does.
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    except CommandError as error:
        known = {revision.revision for revision in script.walk_revisions()}
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").first()
        found = (
            set(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars()) if tables else set()
        )
        if found - known:
            raise BrokenInstallation(
                f"The database {path} was written by a newer Parley: install that version, or put back an older backup."
            ) from None
        raise BrokenInstallation(f"The database {path} cannot be brought up to date: {_first_line(error)}.") from error


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


def _first_line(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause).splitlines() or [type(error).__name__])[0]
