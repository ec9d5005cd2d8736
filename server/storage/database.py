"""The doors to the database, the same before SQLite (`sqlite`) and PostgreSQL (`postgres`).

Whatever stands behind them: a COMMIT that returned survives a kill and a power cut (as far as the disk tells the
truth), and this is asked for and asserted at the start. `connecting` chooses between the two.
"""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Executable, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.errors import Unavailable
from server.storage.schema import Upgrade

S = TypeVar("S")
T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

BUSY_S = 5  # how long a writer waits for another one. Longer rides out a slow disk, shorter tells the mediator sooner.

CLOSED = "the database is closed"


class Database(ABC):
    """An open database. Its doors are `write`, `read` and `sweep`, and for single statements `fetch` and `once`; all
    raise `Unavailable` for its troubles.

    What was begun is brought to its end even when the one who asked is cancelled: broken off in the middle, the
    driver could still take the lock that nobody gives back. So whoever is cancelled does not know whether it happened.
    """

    upgrade: Upgrade
    """What opening it did to its schema."""

    def __init__(self, engine: AsyncEngine, upgrade: Upgrade) -> None:
        self._engine = engine
        self.upgrade = upgrade
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def write(self, work: Work[T]) -> T:
        """Do `work` in a transaction: on the disk when this returns, undone when `work` raises.

        Raises `OutcomeUnknown`, an `Unavailable`, when the database was lost in the middle of the commit and does not
        say what became of it. Any other `Unavailable` means that nothing was written.
        """
        return await self._to_the_end(self._write(work))

    async def read(self, work: Work[T]) -> T:
        """Do `work` in a transaction that sees one moment; it must not write."""
        return await self._to_the_end(self._read(work))

    async def fetch(
        self, wanted: Executable, values: Mapping[str, object] | None = None
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        """The rows that one SELECT finds: as `read`, without the way there and back for a transaction around it."""
        return await self._to_the_end(self._fetch(wanted, values))

    async def once(self, statement: Executable, values: Mapping[str, object] | None = None) -> int:
        """Carry out one statement that writes, and say how many rows it touched. `Unavailable` does not tell whether it
        was done: for what does no harm then.
        """
        return await self._to_the_end(self._once(statement, values))

    async def one_row(self, statement: str, *values: object) -> Sequence[Any] | None:
        """Carry out one statement in PostgreSQL's own words, in a transaction of its own, and return the row it
        answers; its first column says the number of the transaction. None: nothing was written, for it collides with
        what is there, or this database does not take such words. Raises like `write`.
        """
        return None

    async def in_group(self, work: Callable[[sqlite3.Connection, Sequence[S]], Sequence[T]], thing: S) -> T | None:
        """Write `thing` to SQLite in one go, in the thread that writes, together with whatever of its kind waits:
        `work` writes all that it is given in one transaction, on the disk when it returns, and returns what came of
        each; or it raises and writes nothing, and then each is tried alone. None: nothing was done, this is another
        database. Raises like `write`, and what `work` raises.
        """
        return None

    async def ask(self, statement: Executable, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """Carry out one statement, in a transaction of its own, and return the rows that it answers, by the shortest
        way there is. `Unavailable` does not tell whether it was done, as with `once`.
        """
        return await self._to_the_end(self._ask(statement, values))

    async def sweep(self) -> None:
        """Take away what was deleted from the files of the database. Writers may wait meanwhile.

        Raises Unavailable when a reader is in the way; try again later.
        """
        await self._to_the_end(self._sweep())

    async def close(self) -> None:
        """Finish what runs and close every connection. A second call does nothing."""
        self._closed = True
        while self._running:
            await asyncio.wait(self._running)
        await self._dispose()

    async def _to_the_end(self, job: Coroutine[Any, Any, T]) -> T:
        if self._closed:
            job.close()
            raise Unavailable(CLOSED)
        task = asyncio.create_task(job)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen, also where whoever asked for it was cancelled and nobody else looks

    @abstractmethod
    async def _write(self, work: Work[T]) -> T: ...

    @abstractmethod
    async def _read(self, work: Work[T]) -> T: ...

    async def _fetch(self, wanted: Executable, values: Mapping[str, object] | None) -> Sequence[Row[*tuple[Any, ...]]]:
        async def fetch(connection: AsyncConnection) -> Sequence[Row[*tuple[Any, ...]]]:
            return (await connection.execute(wanted, values)).all()

        return await self._read(fetch)

    async def _once(self, statement: Executable, values: Mapping[str, object] | None) -> int:
        async def write(connection: AsyncConnection) -> int:
            return (await connection.execute(statement, values)).rowcount

        return await self._write(write)

    async def _ask(self, statement: Executable, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        async def ask(connection: AsyncConnection) -> Sequence[Sequence[Any]]:
            return (await connection.execute(statement, values)).all()

        return await self._write(ask)

    @abstractmethod
    async def _sweep(self) -> None: ...

    async def _dispose(self) -> None:
        await self._engine.dispose()


def first_line(error: BaseException) -> str:
    """What went wrong in the driver's own words, without the statement and what was in it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause).splitlines() or [type(error).__name__])[0]
