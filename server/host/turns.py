"""One thing at a time, each to its end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from server.errors import ParleyError

T = TypeVar("T")

log = logging.getLogger(__name__)


class Turns:
    """The order in which things happen in one session: as they came."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._waiting = 0

    @property
    def free(self) -> bool:
        """Whether whoever comes now has its turn at once. A lock that is just being handed over is not free."""
        return self._waiting == 0

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """Wait for one's turn, and hold it."""
        self._waiting += 1
        try:
            async with self._lock:
                yield
        finally:
            self._waiting -= 1


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Go on to the end even when the caller is cancelled: half a command is worse than an unread answer."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_unread)
        raise


def _unread(task: "asyncio.Task[T]") -> None:
    """Nobody waits for this answer any more. A refusal is then as good as any other; a fault of ours is not."""
    if not task.cancelled() and task.exception() is not None and not isinstance(task.exception(), ParleyError):
        log.error("what nobody waited for any more failed by a fault of the server", exc_info=task.exception())
