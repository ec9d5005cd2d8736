"""The pings of all connections of a node. Each has its moment in every interval, and many share one: waking for each
would cost more than the ping.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from server.clock import Clock
from server.host.mailbox import text_of

MOMENTS = 20
"""In each interval. More spread the pings better, so that less waits behind them; fewer wake less often."""


class Beating(Protocol):
    """A connection. Neither raises."""

    def beat(self, ping: str) -> None:
        """Send this ping."""

    def look(self) -> None:
        """Between two pings: has anything come?"""


class Beats:
    """`every`: seconds of the event loop between two pings of one connection. It beats while there is anybody."""

    def __init__(self, clock: Clock, every: float) -> None:
        self._clock = clock
        self._every = every
        self._moments: list[set[Beating]] = [set() for _ in range(MOMENTS)]
        self._beating: asyncio.Task[None] | None = None

    @contextmanager
    def among(self, one: Beating) -> Iterator[None]:
        """Inside, it gets a ping in every interval, the first within one. The emptiest moment is its own."""
        moment = min(self._moments, key=len)
        moment.add(one)
        if self._beating is None:
            self._beating = asyncio.create_task(self._beat(), name="beats")
        try:
            yield
        finally:
            moment.discard(one)
            if not any(self._moments) and self._beating is not None:
                self._beating.cancel()
                self._beating = None

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for number, moment in enumerate(self._moments):
                due = max(due + self._every / MOMENTS, loop.time())  # after a stall no pings come in a heap
                await asyncio.sleep(due - loop.time())
                if moment:
                    ping = text_of({"type": "ping", "now": self._clock.wall()})
                    for one in tuple(moment):
                        one.beat(ping)
                for one in tuple(self._moments[number - MOMENTS // 2]):
                    one.look()
