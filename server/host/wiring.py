"""Making the forwarding table equal to what the rules allow, and never more.

Rule 1: links are closed in memory, at once, before anything is written anywhere (`restrict`); also when it is another
        command's turn to be written (`bar`).
Rule 2: links are opened only when what allows them is on the disk (`settle`).
Rule 3: where writing failed nothing reopens until a mediator, or the person concerned, has arranged something anew.
Rule 4: the table is compared with the rules after every change; on any difference everything is closed, until a
        mediator has arranged something anew.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from server.counts import Counts
from server.host.bars import Bar, placed, switched
from server.host.reckoning import Reckoning
from server.rtp.link import Link
from server.rtp.slots import SlotView
from server.session.hearing import Told
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
    def silent(self) -> frozenset[str]: ...
    def links(self) -> frozenset[Link]: ...
    def revoke(self, keep: Collection[Link]) -> None: ...
    def grant(self, wanted: Collection[Link]) -> None: ...
    def renew(self, until: float) -> None: ...
    def slots(self, seat: str) -> SlotView: ...
    def show_large(self, seat: str, speakers: Collection[str]) -> None: ...
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

    def silent(self) -> frozenset[str]:
        return frozenset()

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

    def show_large(self, seat: str, speakers: Collection[str]) -> None:
        return None

    def levels(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        return None


class Wiring:
    """The links of one session. Everything here is synchronous: no packet is forwarded in between."""

    def __init__(self, board: Board, counts: Counts) -> None:
        self.board = board
        self._counts = counts
        self.told: dict[str, Told] = {}
        self.safe = True
        self._reckoning = Reckoning()
        self._ceiling: frozenset[Link] | None = None
        self._awaited: list[Bar] = []
        self._failed: list[tuple[str, Bar]] = []

    def tell(self, seat: str, told: Told) -> None:
        """The page of this seat has shown an audience."""
        self.told[seat] = told

    def forget(self, seat: str) -> None:
        """The page of this seat is gone: what it had shown counts no more."""
        self.told.pop(seat, None)

    # --- before anything is written

    def bar(self, bar: Bar) -> None:
        """Close this now, whatever is being written; it stays closed until `lift`."""
        self._awaited.append(bar)
        self.board.revoke(self._open(self.board.links()))

    def lift(self, bar: Bar) -> None:
        """The turn of what was barred has come. Nothing opens before `settle`."""
        self._awaited = [other for other in self._awaited if other is not bar]

    def restrict(self, after: State) -> frozenset[Link]:
        """Close everything that the state about to be written does not allow. Returns what was closed."""
        before = self.board.links()
        self._ceiling = self._open(self._reckoning.links(after, self.told))
        self.board.revoke(before & self._ceiling)
        if not self.board.links() <= self._ceiling:
            self._distrust()
        return before - self._ceiling

    # --- afterwards

    def withhold(self, by: str, bar: Bar, closed: frozenset[Link]) -> None:
        """Writing failed: what `by` wanted closed stays closed, and so does whatever else was closed for it."""
        rest = frozenset(link for link in closed if not bar.covers(link))
        self._failed.append((by, Bar(bar.everyone, bar.seats, bar.media, rest)))
        self._ceiling = None

    def written(self, before: State, after: State, *, rearranged: bool) -> None:
        """The state is on the disk: it says now what may be open.

        What failed before is over where this arranged the same seats and media anew. If a mediator has `rearranged` the
        session it is over altogether, but for what people switched off themselves: only they may change that.
        """
        self._ceiling = None
        if rearranged:
            self._failed = [(who, bar.own(who)) for who, bar in self._failed]
            self.safe = True
        if self._failed:
            seats, media = placed(before, after), switched(before, after)
            left = ((who, bar.without(seats, media)) for who, bar in self._failed)
            self._failed = [(who, bar) for who, bar in left if bar]

    def settle(self, state: State) -> None:
        """Make the table what the rules say now. Once it would not obey, it stays empty until it is rearranged."""
        if not self.safe:
            self.board.revoke(())
            return
        wanted = self._open(self._reckoning.links(state, self.told))
        if self._ceiling is not None:
            wanted &= self._ceiling
        table = self.board.links()
        if not table <= wanted:
            self.board.revoke(wanted)
        missing = wanted - table
        if missing:
            self.board.grant(missing)
        if not self.board.links() <= wanted:
            self._distrust()

    def barred(self, speaker: str, listener: str) -> bool:
        """Whether, for want of writing or of trust, the speaker's microphone is kept from the listener."""
        link = Link(speaker, listener, "microphone")
        return not self.safe or any(bar.covers(link) for bar in self.bars)

    def parted(self, one: str, other: str) -> bool:
        """Whether for now nothing at all may pass between these two: somebody wants one of them away, or it is in doubt
        what holds.
        """
        if self.safe and not self._awaited and not self._failed:
            return False
        awaited = any(bar.everyone or {one, other} & bar.seats for bar in self._awaited)
        return awaited or bool(self._failed) or not self.safe

    def renew(self, now: float, until: float = float("inf")) -> None:
        """The session's task is alive: links hold a little longer, not beyond `until`. Both are of the boot clock."""
        self.board.renew(min(now + LEASE_SECONDS, until))

    @property
    def bars(self) -> list[Bar]:
        """What keeps links closed that the rules allow."""
        return [*self._awaited, *(bar for _, bar in self._failed)]

    # --- inside

    def _open(self, links: frozenset[Link]) -> frozenset[Link]:
        """Those links that no bar covers."""
        bars = self.bars
        return frozenset(k for k in links if not any(bar.covers(k) for bar in bars)) if bars else links

    def _distrust(self) -> None:
        log.error("the forwarding table and the rules disagree: everything is closed")
        self._counts.wall_alarms += 1
        self.safe = False
        self.board.revoke(())


def by_ends(links: Iterable[Link]) -> Mapping[tuple[str, str, str], list[str]]:
    """Links grouped for reading: ("from", speaker, medium) to listeners, ("to", listener, medium) to speakers."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for link in links:
        found.setdefault(("from", link.speaker, link.medium), []).append(link.listener)
        found.setdefault(("to", link.listener, link.medium), []).append(link.speaker)
    return found
