"""What waits for one subscriber: a bounded queue that never holds up whoever fills it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from server.relay.relay import BACKLOG, BACKLOG_BYTES, Interrupted, Overrun

_GAP = None  # stands among the messages where some may be missing


class Subscription:
    """The messages of one subscriber. `backlog` (messages) and `backlog_bytes` bound what waits."""

    __slots__ = ("_backlog", "_backlog_bytes", "_bytes", "_deaf", "_ended", "_waiter", "_waiting", "live")

    def __init__(self, backlog: int = BACKLOG, backlog_bytes: int = BACKLOG_BYTES) -> None:
        self.live = False  # whether its relay has told it that messages come
        self._backlog = backlog
        self._backlog_bytes = backlog_bytes
        self._waiting: deque[bytes | None] = deque()
        self._bytes = 0
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False  # what waits is still read
        self._deaf = False  # ended or overrun: nothing more is taken

    def put(self, data: bytes) -> None:
        """One more message. The hot path: once for each message and subscriber."""
        if self._deaf:
            return
        size = self._bytes + len(data)
        if len(self._waiting) >= self._backlog or size > self._backlog_bytes:
            self._overrun()
            return
        self._waiting.append(data)
        self._bytes = size
        if self._waiter is not None:
            self._wake()

    def interrupt(self) -> None:
        """Messages may be missing from here on; others may follow."""
        if self._deaf or (self._waiting and self._waiting[-1] is _GAP):
            return
        if len(self._waiting) >= self._backlog:
            self._overrun()
            return
        self._waiting.append(_GAP)
        self._wake()

    def end(self) -> None:
        """Nothing more comes; what waits may still be read."""
        self._ended = self._deaf = True
        self._wake()

    def _overrun(self) -> None:
        self._deaf = True
        self._waiting.clear()
        self._bytes = 0
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while True:
            if self._waiting:
                data = self._waiting.popleft()
                if data is _GAP:
                    raise Interrupted("the line was broken")
                self._bytes -= len(data)
                return data
            if self._ended:
                raise StopAsyncIteration
            if self._deaf:
                raise Overrun("the subscriber fell behind")
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
