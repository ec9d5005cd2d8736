"""A relay inside one process that loses, doubles or withholds what it is told to: whatever Redis may do, at will."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from server.errors import Unavailable
from server.relay.relay import Interrupted


class LossyRelay:
    """`passes` says what becomes of each message: it returns the messages to deliver in its place."""

    def __init__(self) -> None:
        self.passes: Callable[[str, bytes], list[bytes]] = lambda topic, data: [data]
        self.sent: list[tuple[str, bytes]] = []
        self.gone = False
        self._topics: dict[str, list[asyncio.Queue[bytes | Exception]]] = {}

    @property
    def away_s(self) -> float | None:
        return 0.0 if self.gone else None

    def publish(self, topic: str, data: bytes) -> None:
        if self.gone:
            raise Unavailable("the relay is away")
        self.sent.append((topic, data))
        for message in self.passes(topic, data):
            self.deliver(topic, message)

    def deliver(self, topic: str, message: bytes) -> None:
        """Give this to whoever listens, whoever published it."""
        for queue in self._topics.get(topic, ()):
            queue.put_nowait(message)

    def interrupt(self) -> None:
        """The line of every subscriber was broken for a moment."""
        for queues in self._topics.values():
            for queue in queues:
                queue.put_nowait(Interrupted("for a moment"))

    async def settled(self) -> None:
        return None

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        queue: asyncio.Queue[bytes | Exception] = asyncio.Queue()
        self._topics.setdefault(topic, []).append(queue)
        try:
            yield _Reading(queue)
        finally:
            self._topics[topic].remove(queue)

    async def close(self) -> None:
        self._topics.clear()


class _Reading:
    def __init__(self, queue: "asyncio.Queue[bytes | Exception]") -> None:
        self._queue = queue

    def __aiter__(self) -> "_Reading":
        return self

    async def __anext__(self) -> bytes:
        item = await self._queue.get()
        if isinstance(item, Exception):
            raise item
        return item
