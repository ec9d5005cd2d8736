"""The rules of the relay, the same inside one process and between several.

A relay carries bytes from whoever publishes on a topic to whoever is subscribed to it at that moment. It promises
little on purpose, so that nothing may come to depend on more than pub/sub can keep:

- At most once. What is published while nobody is subscribed is gone; nothing is kept and nothing is replayed. What
  cannot be published now is refused, never kept for later: late is stale.
- In order per publisher and topic, without doubles.
- Bytes are sealed, or say nothing (a hint such as "look again"). Nothing that only the relay knows may matter: every
  gap can be filled from the log.
- A publisher never waits for a subscriber, nor for a network. A subscriber that falls too far behind gets `Overrun`
  and nothing more; it subscribes anew and fills the gap from the log.
- A subscriber whose line was broken gets `Interrupted` at the place of the gap, once it is subscribed again. It fills
  the gap from the log and goes on reading where it is.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from server.errors import ParleyError

BACKLOG = 1024  # messages that wait for one subscriber. More rides out longer stalls, fewer finds a stuck one sooner.
BACKLOG_BYTES = 4 * 1024 * 1024  # and their bytes: what one stuck subscriber may cost
LARGEST = 64 * 1024  # bytes of one message. What is larger belongs into the log, with a hint to look there.


class Gap(ParleyError):
    """The subscriber may have missed messages: the log knows them."""


class Overrun(Gap):
    """The subscriber fell behind: subscribe anew and read the log."""


class Interrupted(Gap):
    """The line was broken and is whole again: read the log, then go on with the same iterator."""


class Relay(Protocol):
    """Where bytes are published and subscribed to."""

    @property
    def away_s(self) -> float | None:
        """For how many seconds the relay has been out of reach, wholly or in part; None while all is well."""
        ...

    def publish(self, topic: str, data: bytes) -> None:
        """Give `data` to every subscriber of `topic`, be there none.

        Returns as soon as the message is on its way, without waiting for anything. Raises `Unavailable` when the relay
        is closed or lost, `ValueError` for more than `LARGEST` bytes.
        """
        ...

    async def settled(self) -> None:
        """Wait until everything published before is past the relay. Raises `Unavailable` when some of it may be lost.

        It speaks for what was published since the caller last awaited anything else.
        """
        ...

    def subscribe(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """What is published on `topic` from the moment the block is entered until it is left. One reader at a time.

        The iterator ends when the relay is closed. It raises `Overrun` when the subscriber fell behind (whatever still
        waited is dropped then) and `Interrupted`, once for each time, where messages may be missing. Entering raises
        `Unavailable` when the relay is closed or lost.
        """
        ...

    async def close(self) -> None:
        """End every subscription. A second call does nothing."""
        ...


def check_size(data: bytes) -> None:
    """Raise `ValueError` for a message that is too large for a relay."""
    if len(data) > LARGEST:
        raise ValueError(f"a message of {len(data)} bytes; a relay takes {LARGEST}")
