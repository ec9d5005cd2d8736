"""SQLite's one writer: a thread with a connection of its own, in which what waits together is written together.

Things to write come with the *work* that writes any number of them in one transaction: one way to the thread and back,
and one flush of the disk, for all that came while the transaction before went to the disk. Where a group cannot be
written each of it is tried alone, so that nobody's refusal, or too large a thing, is another's.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, TypeVar

from server.errors import Unavailable

S = TypeVar("S")
T = TypeVar("T")

GROUP = 64
"""Things of one transaction at most. More saves flushes of the disk; fewer are tried again for one that fails."""

TOO_LONG = "the database is busy for too long"

Work = Callable[[sqlite3.Connection, Sequence[S]], Sequence[T]]
"""Writes all of these and returns what came of each, on the disk; or raises, and nothing is written."""

Outcome = tuple[bool, Any]
"""Whether it was done, and what was returned or raised."""


@dataclass(slots=True, eq=False)
class _Job:
    work: Work[Any, Any]
    thing: Any
    done: asyncio.Future[Any]


class Writer:
    """Whoever writes to the file has its turn here, first come, first served: groups, and transactions of other
    connections (`turn`). So nobody polls for SQLite's lock, and nobody starves.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], patience: float) -> None:
        """`connect` opens the connection, which begins no transactions by itself. `patience`: seconds that somebody
        waits for his turn.
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

    async def write(self, work: Work[S, T], thing: S) -> T:
        """What came of it, on the disk; what `work` raised, or `Unavailable`, and nothing was written. Cancelled, it
        is written nonetheless.
        """
        job = _Job(work, thing, asyncio.get_running_loop().create_future())
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
        """Write what waits, and close the connection. A second call does nothing."""
        while self._worker is not None:
            await asyncio.wait((self._worker,))
        if not self._ended:
            self._ended = True
            await self._in_thread(self._close)
            self._thread.shutdown()

    async def _work_off(self) -> None:
        """Write what waits, group by group; between them others have their turn."""
        try:
            while self._waiting:
                async with self._turn:
                    group = self._next()
                    outcomes = await self._in_thread(self._written, group) if group else []
                for job, (done, what) in zip(group, outcomes, strict=True):
                    if job.done.done():  # cancelled
                        continue
                    if done:
                        job.done.set_result(what)
                    else:
                        job.done.set_exception(what)
        finally:
            self._worker = None

    def _next(self) -> list[_Job]:
        """The first of what waits, with those behind it that the same work writes."""
        waiting = self._waiting
        group = list(takewhile(lambda job: job.work == waiting[0].work, waiting[:GROUP]))
        self._waiting = waiting[len(group) :]
        return group

    async def _in_thread(self, deed: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, deed, *given)

    # --- in the thread

    def _written(self, group: Sequence[_Job]) -> list[Outcome]:
        try:
            if self._connection is None:
                self._connection = self._connect()
            return [(True, what) for what in group[0].work(self._connection, [job.thing for job in group])]
        except Exception as error:
            self._undo()
            if len(group) == 1 or _nobodys(error):
                return [(False, _as_told(error)) for _ in group]
            return [outcome for job in group for outcome in self._written([job])]

    def _undo(self) -> None:
        """See that nothing is left open. A connection that cannot even do that is not used again."""
        connection = self._connection
        try:
            if connection is not None and connection.in_transaction:
                connection.rollback()
        except sqlite3.Error:
            self._connection = None

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _nobodys(error: Exception) -> bool:
    """Whether it is nobody's of the group that it could not be written: another program writes."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")


def _as_told(error: Exception) -> Exception:
    if not isinstance(error, sqlite3.Error):
        return error
    told = Unavailable(str(error) or type(error).__name__)
    told.__cause__ = error
    return told
