"""Making the forwarding table equal to what the rules allow, and never more.

Rule 1: links are closed in memory, at once, before anything is written anywhere (`restrict`).
Rule 2: links are opened only when what allows them is on the disk (`settle`).
Rule 3: where writing failed nothing reopens until a mediator, or the person concerned, has arranged something anew.
Rule 4: the table is compared with the rules after every change; on any difference everything is closed.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from server.rtp.link import Link
from server.rtp.slots import SlotView
from server.session.hearing import Told, hearing
from server.session.state import State

log = logging.getLogger(__name__)

LEASE_SECONDS = 2.0
"""How long links hold without a sign of life of the session's own task. Shorter silences hiccups, longer lets a stuck
process go on."""


class Board(Protocol):
    """What the wiring needs of a switchboard."""

    def offer(self, seat: str, connection: str) -> str: ...
    async def answer(self, seat: str, connection: str, text: str) -> None: ...
    def drop(self, seat: str, connection: str | None = None) -> None: ...
    def connected(self, seat: str) -> str | None: ...
    def links(self) -> frozenset[Link]: ...
    def revoke(self, keep: Collection[Link]) -> None: ...
    def grant(self, wanted: Collection[Link]) -> None: ...
    def renew(self, until: float) -> None: ...
    def slots(self, seat: str) -> SlotView: ...
    def levels(self) -> dict[str, int]: ...
    def close(self) -> None: ...


class Unwired:
    """A board without media, for sessions that run without any: nobody ever hears anybody."""

    def offer(self, seat: str, connection: str) -> str:
        return ""

    async def answer(self, seat: str, connection: str, text: str) -> None:
        return None

    def drop(self, seat: str, connection: str | None = None) -> None:
        return None

    def connected(self, seat: str) -> str | None:
        return None

    def links(self) -> frozenset[Link]:
        return frozenset()

    def revoke(self, keep: Collection[Link]) -> None:
        return None

    def grant(self, wanted: Collection[Link]) -> None:
        return None

    def renew(self, until: float) -> None:
        return None

    def slots(self, seat: str) -> SlotView:
        raise KeyError(seat)

    def levels(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        return None


class Wiring:
    """The links of one session. Everything here is synchronous: no packet is forwarded in between."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.told: dict[str, Told] = {}
        self.safe = True
        self._ceiling: frozenset[Link] | None = None
        self._withheld: frozenset[Link] = frozenset()

    def tell(self, seat: str, told: Told) -> None:
        """The page of this seat has shown an audience."""
        self.told[seat] = told

    def forget(self, seat: str) -> None:
        """The page of this seat is gone: what it had shown counts no more."""
        self.told.pop(seat, None)

    def restrict(self, after: State) -> frozenset[Link]:
        """Close everything that the state about to be written does not allow. Returns what was closed."""
        before = self.board.links()
        self._ceiling = hearing(after, self.told) - self._withheld
        self.board.revoke(before & self._ceiling)
        return before - self._ceiling

    def withhold(self, closed: frozenset[Link]) -> None:
        """Writing failed: what was closed for it stays closed."""
        self._withheld |= closed
        self._ceiling = None

    def release(self) -> None:
        """Somebody has arranged something anew, and it is written: withhold nothing any more."""
        self._withheld = frozenset()

    def written(self) -> None:
        """The state is on the disk: it alone says now what may be open."""
        self._ceiling = None

    def settle(self, state: State) -> None:
        """Make the table what the rules say now."""
        wanted = hearing(state, self.told) - self._withheld
        if self._ceiling is not None:
            wanted &= self._ceiling
        self.board.revoke(wanted)
        self.board.grant(wanted)
        self.safe = self.board.links() <= wanted
        if not self.safe:
            log.error("the forwarding table and the rules disagree: everything is closed")
            self.board.revoke(())

    def renew(self, now: float) -> None:
        """The session's task is alive: links hold a little longer. `now` is the boot clock."""
        self.board.renew(now + LEASE_SECONDS)


def by_ends(links: Iterable[Link]) -> Mapping[tuple[str, str, str], list[str]]:
    """Links grouped for reading: ("from", speaker, medium) to listeners, ("to", listener, medium) to speakers."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for link in links:
        found.setdefault(("from", link.speaker, link.medium), []).append(link.listener)
        found.setdefault(("to", link.listener, link.medium), []).append(link.speaker)
    return found
