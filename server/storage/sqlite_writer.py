"""SQLite's one writer: a thread with a connection of its own, in which writes that wait together are one transaction.

A write is a function of the connection, done in one go: one way to the thread and back, whatever it asks there. Those
that come while another transaction goes to the disk are the next *group*, committed together: one fsync for all. Where
one of a group raises, or the commit fails, the group is undone and each is done in a transaction of its own, so that
nobody's refusal or too large a write is another's. Nobody is answered before the commit that his write was in.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from server.errors import Unavailable

T = TypeVar("T")
Deed = Callable[[sqlite3.Connection], T]
"""Writes, and returns or raises; it leaves the transaction alone. It may be called again when it was undone."""

GROUP = 64
"""Writes of one transaction at most. More saves flushes of the disk; fewer are undone with one that fails."""

TOO_LONG = "the database is busy for too long"

Outcome = tuple[bool, Any]
"""Whether it was done, and what was returned or raised."""


@dataclass(slots=True, eq=False)
class _Job:
    deed: Deed[Any]
    done: asyncio.Future[Any]


class Writer:
    """Whoever writes to the file has its turn here, first come, first served: groups of deeds, and transactions of
    other connections (`turn`). So nobody polls for SQLite's lock, and nobody starves.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], patience: float) -> None:
        """`connect` opens the connection, with transactions left to us. `patience`: seconds that somebody waits for
        his turn.
        """
        self._connect = connect
        self._patience = patience
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, "sqlite-writer")
        self._turn = asyncio.Lock()
        self._waiting: list[_Job] = []
        self._worker: asyncio.Task[None] | None = None
        self._ended = False

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Nobody else writes meanwhile. Raises `Unavailable` where others take too long."""
        try:
            async with asyncio.timeout(self._patience):
                await self._turn.acquire()
        except TimeoutError:
            raise Unavailable(TOO_LONG) from None
        try:
            yield
        finally:
            self._turn.release()

    async def do(self, deed: Deed[T]) -> T:
        """What `deed` returned, on the disk; what it raised, or `Unavailable`, and nothing was written. Cancelled, it
        is done nonetheless.
        """
        job = _Job(deed, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work_off(), name="sqlite-writer")
        try:
            await asyncio.wait((job.done,), timeout=self._patience)
            if job in self._waiting:
                self._waiting.remove(job)
                raise Unavailable(TOO_LONG)
            done: T = await job.done
        except asyncio.CancelledError:
            job.done.cancel()
            raise
        return done

    async def close(self) -> None:
        """Finish what waits, and close the connection. A second call does nothing."""
        while self._worker is not None:
            await asyncio.wait((self._worker,))
        if not self._ended:
            self._ended = True
            await self._in_thread(self._closed)
            self._thread.shutdown()

    async def _work_off(self) -> None:
        """Do what waits, group by group; between them others have their turn."""
        try:
            while self._waiting:
                async with self._turn:
                    group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                    outcomes = await self._in_thread(self._written, [job.deed for job in group])
                for job, (done, what) in zip(group, outcomes, strict=True):
                    if job.done.done():  # cancelled
                        continue
                    if done:
                        job.done.set_result(what)
                    else:
                        job.done.set_exception(what)
        finally:
            self._worker = None

    async def _in_thread(self, deed: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, deed, *given)

    # --- in the thread

    def _written(self, deeds: list[Deed[Any]]) -> list[Outcome]:
        try:
            if self._connection is None:
                self._connection = self._connect()
            self._connection.execute("BEGIN IMMEDIATE")
        except Exception as error:
            return [(False, _as_told(error)) for _ in deeds]
        try:
            told = [deed(self._connection) for deed in deeds]
            self._connection.execute("COMMIT")
        except Exception as error:
            self._undone(self._connection)
            if len(deeds) == 1:
                return [(False, _as_told(error))]
            return [outcome for deed in deeds for outcome in self._written([deed])]
        return [(True, what) for what in told]

    def _undone(self, connection: sqlite3.Connection) -> None:
        """Undo what is not committed. A connection that cannot even do that is not used again."""
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._connection = None

    def _closed(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _as_told(error: Exception) -> Exception:
    if not isinstance(error, sqlite3.Error):
        return error
    told = Unavailable(str(error) or type(error).__name__)
    told.__cause__ = error
    return told
