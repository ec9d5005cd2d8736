"""The rules of the relay, the same inside one process and between several.

A relay carries bytes from whoever publishes on a topic to whoever is subscribed to it at that moment. It promises
little on purpose, so that nothing may come to depend on more than pub/sub can keep:

- At most once. What is published while nobody is subscribed is gone; nothing is kept and nothing is replayed.
- In order per publisher and topic, without doubles.
- Bytes are sealed, or say nothing (a hint such as "look again"). Nothing that only the relay knows may matter: every
  gap can be filled from the log.
- A publisher never waits for a subscriber. A subscriber that falls too far behind gets `Overrun` and nothing more; it
  subscribes anew and fills the gap from the log.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from server.errors import ParleyError

BACKLOG = 1024  # messages that wait for one subscriber. More rides out longer stalls, fewer finds a stuck one sooner.
BACKLOG_BYTES = 4 * 1024 * 1024  # and their bytes: what one stuck subscriber may cost. One message is at most 64 KiB.


class Overrun(ParleyError):
    """The subscriber fell behind and missed messages: subscribe anew and read the log."""


class Relay(Protocol):
    """Where bytes are published and subscribed to."""

    async def publish(self, topic: str, data: bytes) -> None:
        """Give `data` to every subscriber of `topic`, be there none. Raises `Unavailable` when closed or lost."""
        ...

    def subscribe(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """What is published on `topic` from the moment the block is entered until it is left.

        The iterator ends when the relay is closed and raises `Overrun` when the subscriber fell behind; whatever still
        waited is dropped then. Entering raises `Unavailable` when the relay is closed or lost.
        """
        ...

    async def close(self) -> None:
        """End every subscription. A second call does nothing."""
        ...
