"""The one way in which anything happens in a session: close, write, tell, open.

    decide ─► restrict the links ─► append to the log ─► take it in, tell the seats ─► settle the links

Nothing has happened before the append returns; closing never waits for it. Every choice is made in `server.session`.
"""

from server.clock import Clock
from server.errors import Unavailable
from server.host.audit import deed_of
from server.host.bars import REARRANGING
from server.host.case_log import CaseLog, DoneBefore, LostCase
from server.host.mailbox import Shared
from server.host.media_desk import MediaDesk
from server.host.replay import Prepared, Remembered, prepare, take_in
from server.host.snapshots import Snapshots
from server.host.tabs import RESTARTING
from server.ids import new_id
from server.session import commands as c
from server.session.apply import apply_all
from server.session.codec import Committed
from server.session.decide import decide_fact
from server.session.decisions import Decision
from server.session.state import State


class Writing:
    """Of one session, as long as this node owns it. Whoever calls `commit` or `fact` has its turn (`turns`)."""

    def __init__(
        self, remembered: Remembered, case_log: CaseLog, clock: Clock, desk: MediaDesk, snapshot_at: int
    ) -> None:
        self.remembered = remembered
        self.log = case_log
        self.snapshots = Snapshots(case_log, snapshot_at)
        self.dead = False
        self._clock = clock
        self._desk = desk

    @property
    def state(self) -> State:
        """As of the last entry."""
        return self.remembered.state

    def check_alive(self) -> None:
        """Raises `Unavailable` where this node may not write any more."""
        if self.dead:
            raise Unavailable("this session is not on this node any more")

    async def fact(self, fact: c.Fact) -> None:
        """Something happened that nobody asked for. Raises as `commit`."""
        await self.commit(decide_fact(self.state, fact, self._clock.wall(), new_id), "", None, fact)

    async def commit(self, decision: Decision, by: str, key: str | None, asked: c.Command | c.Fact) -> None:
        """Raises `DoneBefore` where this had its effect long ago, `LostCase` where another node owns the case by now,
        `Unavailable` when it could not be written: what it would have closed stays closed.
        """
        self.check_alive()
        if not decision.events:
            return
        before = self.state
        committed = Committed(self._clock.wall(), by, key, decision.result, decision.events)
        after = apply_all(before, committed.events, committed.at)
        closed = self._desk.restrict(after)
        try:
            prepared = prepare(before, committed, after, self.remembered.views).whole()
            await self.log.append(committed, self.remembered.position, deed_of(before, by, asked))
        except LostCase:
            self.fall_silent()
            raise
        except DoneBefore:
            self._desk.written(before, before, False)
            raise
        except BaseException:
            self._desk.failed(before, after, by, closed)
            raise
        self._tell(prepared)
        self._desk.written(before, self.state, isinstance(asked, REARRANGING))
        self.snapshots.written(self.remembered)

    def _tell(self, prepared: Prepared) -> None:
        for fact, numbers in take_in(self.remembered, prepared):
            shared = Shared(fact.body)
            for seat, number in numbers.items():
                tab = self._desk.tabs.get(seat)
                if tab is not None:
                    tab.put({"type": "fact", "number": number, "at": prepared.committed.at, "fact": shared})

    def fall_silent(self) -> None:
        """Another node owns the case, or this one stops: close every gate, then every socket."""
        self.dead = True
        self._desk.close()
        for tab in self._desk.tabs:
            tab.hang_up(RESTARTING, "restart")

    async def rest(self) -> None:
        """It has fallen silent for good: what was written since the newest snapshot goes into another."""
        await self.snapshots.rest(self.remembered)
