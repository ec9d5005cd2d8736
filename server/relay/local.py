"""The relay inside one process: no network, no copy, a bounded queue per subscriber."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.errors import Unavailable
from server.relay.relay import BACKLOG, BACKLOG_BYTES, check_size
from server.relay.subscription import Subscription


class LocalRelay:
    """Topics of this process. `backlog` and `backlog_bytes` bound what waits for one subscriber."""

    away_s: float | None = None  # it is never out of reach

    def __init__(self, backlog: int = BACKLOG, backlog_bytes: int = BACKLOG_BYTES) -> None:
        self._backlog = backlog
        self._backlog_bytes = backlog_bytes
        self._topics: dict[str, set[Subscription]] = {}
        self._closed = False

    def publish(self, topic: str, data: bytes) -> None:
        check_size(data)
        self._check_open()
        for subscription in self._topics.get(topic, ()):
            subscription.put(data)

    async def settled(self) -> None:
        self._check_open()

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        self._check_open()
        subscription = Subscription(self._backlog, self._backlog_bytes)
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

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("the relay is closed")
