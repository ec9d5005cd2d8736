"""Facts that are true and not in the log yet, and the end of a case that storage does not know of yet."""

import logging
from collections.abc import Iterator

from server.clock import Clock
from server.errors import NotFound, Unavailable
from server.host.doorkeeper import Doorkeeper
from server.host.snapshots import AT_REST
from server.host.tabs import Tabs
from server.host.writing import Writing
from server.session import commands as c
from server.session.decisions import Decision
from server.session.presence import due
from server.session.state import State

log = logging.getLogger(__name__)


class Debts:
    """Of one session. `closing`: it is closed, and storage has not been told when its key goes."""

    def __init__(self, writing: Writing, tabs: Tabs, clock: Clock, doorkeeper: Doorkeeper) -> None:
        self.closing: bool = writing.state.closed is not None
        self._writing = writing
        self._tabs = tabs
        self._clock = clock
        self._doorkeeper = doorkeeper
        self._storage_fails = False
        self._looked_at: tuple[State | None, int] = (None, 0)
        self._owed_from: int | None = None

    @property
    def due(self) -> bool:
        """Whether anything is owed now. Asked several times a second, and looked up when something has changed."""
        if self.closing:
            return True
        state, changes = self._writing.state, self._tabs.changes
        if self._looked_at[0] is not state or self._looked_at[1] != changes:
            self._owed_from = owed_from(state, self._tabs)
            self._looked_at = (state, changes)
        return self._owed_from is not None and self._owed_from <= self._clock.wall()

    async def settle(self) -> None:
        """Write what is owed. It is the session's turn (`turns`). What cannot be written stays owed."""
        writing = self._writing
        try:
            for fact in owed(writing.state, self._tabs, self._clock.wall()):
                await writing.fact(fact)
            if self.closing and writing.state.closed and writing.state.destroy_at:
                await self._doorkeeper.close_case(writing.log.fence, writing.state.closed, writing.state.destroy_at)
                self.closing = False
                writing.snapshots.written(writing.remembered, AT_REST)
            self._storage_fails = False
        except NotFound:  # another node owns the case, or its key is destroyed
            writing.fall_silent()
        except Unavailable:
            if not self._storage_fails:
                log.warning("what is due could not be written; it is tried again", extra={"session": writing.state.id})
            self._storage_fails = True

    async def go_on(self, decision: Decision, by: str, key: str | None, asked: c.Command) -> None:
        """Open the next session: storage first, so that no purge finds a case that goes on; then the log. Raises as
        `Writing.commit`.

        Where this breaks off nobody here knows how the case stands. Whoever reads it next sees: it goes on, or it is
        still closed, and then storage is told once more when its key goes.
        """
        writing = self._writing
        try:
            writing.log.fence = await self._doorkeeper.reopen_case()
            await writing.commit(decision, by, key, asked)
        except BaseException:
            writing.fall_silent()
            raise
        self.closing = False


def owed_from(state: State, tabs: Tabs) -> int | None:
    """From when on something is owed (ms), as long as nothing changes; None: never."""
    return 0 if any(owed(state, tabs, 0)) else due(state)


def owed(state: State, tabs: Tabs, now: int) -> Iterator[c.Fact]:
    """Tabs that are gone without a word (nobody could write it then), tabs that stayed open from one session of the
    case to the next, and moments that have come by `now` (ms).
    """
    if state.closed:
        return
    for seat in state.seats.values():
        if seat.connection is not None and tabs.get(seat.id, seat.connection) is None:
            yield c.Disconnected(seat.id, seat.connection)
    for tab in tabs:
        if state.seats[tab.seat].connection is None and state.seats[tab.seat].where != "revoked":
            yield c.Connected(tab.seat, tab.connection)
    when = due(state)
    if when is not None and when <= now:
        yield c.ClockStruck()
