"""The relay inside one process: no network, no copy, a bounded queue per subscriber."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.errors import Unavailable
from server.relay.relay import BACKLOG, BACKLOG_BYTES, Overrun


class LocalRelay:
    """Topics of this process. `backlog` and `backlog_bytes` bound what waits for one subscriber."""

    def __init__(self, backlog: int = BACKLOG, backlog_bytes: int = BACKLOG_BYTES) -> None:
        self._backlog = backlog
        self._backlog_bytes = backlog_bytes
        self._topics: dict[str, set[_Subscription]] = {}
        self._closed = False

    async def publish(self, topic: str, data: bytes) -> None:
        if self._closed:
            raise Unavailable("the relay is closed")
        for subscription in self._topics.get(topic, ()):
            subscription.put(data)

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        if self._closed:
            raise Unavailable("the relay is closed")
        subscription = _Subscription(self._backlog, self._backlog_bytes)
        self._topics.setdefault(topic, set()).add(subscription)
        try:
            yield subscription
        finally:
            subscription.end()
            here = self._topics.get(topic, set())
            here.discard(subscription)
            if not here:
                self._topics.pop(topic, None)

    async def close(self) -> None:
        self._closed = True
        for subscriptions in self._topics.values():
            for subscription in subscriptions:
                subscription.end()
        self._topics.clear()


class _Subscription:
    """What waits for one subscriber."""

    def __init__(self, backlog: int, backlog_bytes: int) -> None:
        self._backlog = backlog
        self._backlog_bytes = backlog_bytes
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._something = asyncio.Event()
        self._ended = False
        self._overrun = False

    def put(self, data: bytes) -> None:
        if self._ended or self._overrun:
            return
        if len(self._waiting) >= self._backlog or self._bytes + len(data) > self._backlog_bytes:
            self._overrun = True
            self._drop()
        else:
            self._waiting.append(data)
            self._bytes += len(data)
        self._something.set()

    def end(self) -> None:
        self._ended = True
        self._something.set()

    def _drop(self) -> None:
        self._waiting.clear()
        self._bytes = 0

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while True:
            if self._overrun:
                raise Overrun("the subscriber fell behind")
            if self._waiting:
                data = self._waiting.popleft()
                self._bytes -= len(data)
                return data
            if self._ended:
                raise StopAsyncIteration
            self._something.clear()
            await self._something.wait()
