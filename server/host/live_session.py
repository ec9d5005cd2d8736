"""One live session: commands and facts in by one door, one at a time.

What is decided goes the one way of `writing`. Closing never waits for it, nor for that of another command whose turn it
is (`bars`). Every choice is made in `server.session`; this file only keeps the order.
"""

import asyncio
import logging
from dataclasses import replace

from server.board.commands import WriteIdea
from server.clock import Clock
from server.errors import NotFound, Refused, Unavailable
from server.host.answers import Answers, key_of
from server.host.asides import LiveAsides
from server.host.bars import NOTHING, Bar, foreseen
from server.host.case_log import CaseLog, DoneBefore
from server.host.cut_links import CutLinks
from server.host.debts import Debts
from server.host.devices import Devices, nobody_to_ask
from server.host.doorkeeper import Doorkeeper
from server.host.mailbox import Outbox
from server.host.media_desk import MediaDesk
from server.host.replay import Remembered
from server.host.tabs import GONE_ELSEWHERE, Tab, Tabs
from server.host.turns import Turns, unbroken
from server.host.welcome import welcome
from server.host.writing import Writing
from server.ids import new_id
from server.session import commands as c
from server.session.audience import card_history
from server.session.decide import authorise, decide
from server.session.events import DeviceDecided
from server.session.moves import preview_of
from server.session.state import Seat, State, reachable

log = logging.getLogger(__name__)


class LiveSession:
    """A session that is loaded on this node. Methods may be called from any task of its event loop."""

    def __init__(
        self,
        remembered: Remembered,
        case_log: CaseLog,
        clock: Clock,
        desk: MediaDesk,
        doorkeeper: Doorkeeper,
        snapshot_at: int = 0,
    ) -> None:
        self._writing = Writing(remembered, case_log, clock, desk, snapshot_at)
        self._clock = clock
        self._desk = desk
        self._doorkeeper = doorkeeper
        self._tabs: Tabs = desk.tabs
        self._turns = Turns()
        self._answers = Answers()
        self._devices = Devices()
        self._cut_links = CutLinks(desk, doorkeeper)
        self._suspended = NOTHING
        self._said_away = False
        self._debts = Debts(self._writing, desk.tabs, clock, doorkeeper)
        self.asides = LiveAsides(self._writing, desk, clock)
        self._catching_up: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        return self.state.id

    @property
    def state(self) -> State:
        """As of the last entry. Read only."""
        return self._writing.state

    @property
    def position(self) -> int:
        """Of the last entry."""
        return self._writing.remembered.position

    @property
    def dead(self) -> bool:
        """Whether it has fallen silent here, for good."""
        return self._writing.dead

    @property
    def connected(self) -> int:
        """How many seats have a tab open now."""
        return len(self._tabs)

    # --- commands

    async def ask(
        self, actor: str, command: c.Command, command_id: str | None = None, *, connection: str | None = None
    ) -> dict[str, object]:
        """Carry out a command of `actor` (a seat, or `OPERATOR`) and return the result for the wire.

        A command id that was asked before gets the stored answer and no second effect. `connection` names the tab that
        asks: one that was cut has no say any more, however much of it still waits. Raises `Refused` (nothing has
        happened), `Unavailable` (nothing was written; what it would have closed is closed), `NotFound` for a tab that
        was cut. Cancelling the caller does not cancel the command.
        """
        outcome = "failed"
        try:
            result = await unbroken(self._ask(actor, command, key_of(actor, command_id), connection))
            outcome = "done"
            return result
        except Refused:
            outcome = "refused"
            raise
        except NotFound:
            outcome = "gone"
            raise
        except Unavailable:
            outcome = "unavailable"
            raise
        finally:
            self._desk.counts.commands[outcome] += 1

    async def _ask(self, actor: str, command: c.Command, key: str | None, connection: str | None) -> dict[str, object]:
        self._check_tab(actor, connection)
        if self._turns.free:
            async with self._turns.take():
                return await self._answered(actor, command, key)
        bar, cut = NOTHING, False
        if self._answers.known(actor, key, self._writing.remembered.answers) is None:
            bar = foreseen(self.state, actor, command, self._clock.wall(), new_id)
        if bar:
            self._desk.bar(bar)
            own = getattr(command, "seat", None) == actor  # whoever replaces its own link is told the new one first
            cut = not own and self._cut_links.cut(actor, command)
        async with self._turns.take():
            self._desk.lift(bar)
            try:
                self._check_tab(actor, connection)
                return await self._answered(actor, command, key)
            except (Refused, NotFound):
                if cut:
                    self._cut_links.over(command)
                raise
            finally:
                self._desk.settle(self.state)

    def _check_tab(self, actor: str, connection: str | None) -> None:
        if connection is not None and self._tabs.get(actor, connection) is None:
            raise NotFound(actor)

    async def _answered(self, actor: str, command: c.Command, key: str | None) -> dict[str, object]:
        known = self._answers.known(actor, key, self._writing.remembered.answers)
        if isinstance(known, Refused):
            raise known
        if known is not None:
            return dict(known)
        if isinstance(command, c.Invite):
            command = replace(command, seat=new_id("s_"))
        try:
            decision = decide(self.state, actor, command, self._clock.wall(), new_id)
        except Refused as refusal:
            earlier = await self._earlier(key)
            if earlier is not None:
                return earlier
            self._answers.give(actor, key, refusal)
            raise
        self._writing.check_alive()
        if not decision.events or isinstance(command, (c.Invite, c.NextSession)):  # the log itself comes too late
            earlier = await self._earlier(key)
            if earlier is not None:
                return earlier
        link = await self._cut_links.before_writing(actor, command)
        try:
            if isinstance(command, WriteIdea):  # nobody keeps whose idea it was
                await self._writing.commit(decision, "", None, command)
            else:
                commit = self._debts.go_on if isinstance(command, c.NextSession) else self._writing.commit
                await commit(decision, actor, key, command)
        except DoneBefore as done:
            return dict(done.result)
        for event in decision.events:
            if isinstance(event, DeviceDecided):
                self._devices.decide(event.request, event.seat, event.allow)
        await self._afterwards(command)
        result = dict(decision.result) | link
        self._answers.give(actor, key, result)
        return result

    async def _earlier(self, key: str | None) -> dict[str, object] | None:
        """The answer to a command that was asked so long ago that only the log knows it."""
        if key is None or not self._writing.remembered.forgetful:
            return None
        result = await self._writing.log.result_of(key)
        return None if result is None else dict(result)

    async def _afterwards(self, command: c.Command) -> None:
        self._cut_links.over(command)
        if isinstance(command, c.CloseSession):
            self._debts.closing = True
        if isinstance(command, (c.CloseSession, c.NextSession)):
            await self._debts.settle()

    async def preview(self, actor: str, move: c.Move) -> dict[str, object]:
        """Who would hear whom after this move: see `preview` in PROTOCOL.md. Changes nothing.

        Raises `Refused` for those who may not move anybody (now).
        """
        authorise(self.state, actor, move)
        return preview_of(self.state, move, self._clock.wall())

    async def card_history(self, actor: str, card: str, before: int | None = None) -> dict[str, object]:
        """The earlier words of a card: see `card_history` in PROTOCOL.md. Changes nothing. Raises `Refused`."""
        return card_history(self.state, self.state.seats[actor], card, before)

    async def check(self, actor: str, command: c.Command) -> None:
        """Whether this could be asked now: for what takes long before it can be. Changes nothing. Raises `Refused`,
        `NotFound` for a seat that cannot be reached.
        """
        await self.here(actor)
        decide(self.state, actor, command, self._clock.wall(), new_id)

    async def fresh(self) -> State:
        """The state as of the last entry. Raises `NotFound` for a session that is not here any more."""
        if self.dead:
            raise NotFound(self.id)
        return self.state

    async def here(self, seat: str) -> Seat:
        """A seat that can be reached. Raises `NotFound`, also while its link is being cut."""
        if seat in self._cut_links or self.dead:
            raise NotFound(seat)
        return reachable(self.state, seat)

    def tell_mediators(self, others_away: bool) -> None:
        """Mediators know when the other nodes cannot be reached: somebody who comes that way has to wait."""
        if not others_away and not self._said_away:
            return
        self._said_away = others_away
        for tab in self._tabs:
            if self.state.seats[tab.seat].mediates and (others_away or "service" in tab.last):
                tab.put_newest({"type": "service", "others_away": others_away})

    def suspend(self) -> None:
        """It is in doubt whether this node may act for the case: nobody hears or sees anybody until `resume`."""
        if not self._suspended:
            self._suspended = Bar(everyone=True)
            self._desk.bar(self._suspended)
            self._desk.settle(self.state)

    def resume(self) -> None:
        """It may."""
        if self._suspended is not NOTHING and not self.dead:
            self._desk.lift(self._suspended)
            self._suspended = NOTHING
            self._desk.settle(self.state)

    async def let_go(self) -> int:
        """Another node is to go on: whatever is being written is written, then this one falls silent. Returns the fence
        at which it owned the case.
        """
        async with self._turns.take():
            self.fall_silent()
            await self._writing.rest()
            return self._writing.log.fence

    def fall_silent(self) -> None:
        """Another node owns the case, or this one stops: close every gate, then every socket."""
        self._writing.fall_silent()

    async def rest(self) -> None:
        """It has fallen silent for good: what was written since the newest snapshot goes into another."""
        await self._writing.rest()

    # --- connections

    async def connect(
        self,
        seat: str,
        mailbox: Outbox,
        *,
        life: str | None = None,
        seen: int | None = None,
        browser: str | None = None,
    ) -> str:
        """Give the seat to a new connection and return its name. The older one is cut with 4409.

        The mailbox gets `welcome`, then exactly what is missing since `seen`, or a snapshot. `browser` is the id of the
        browser that asks; whether the seat still belongs to it is looked up when its turn comes, for its link may have
        been replaced since it began. Raises `NotFound` for a seat that is not (any more), `Unavailable`.
        """
        return await unbroken(self._connect(seat, mailbox, life, seen, browser))

    async def _connect(
        self, seat: str, mailbox: Outbox, life: str | None, seen: int | None, browser: str | None
    ) -> str:
        async with self._turns.take():
            if seat not in self.state.seats or self.state.seats[seat].where == "revoked" or seat in self._cut_links:
                raise NotFound(seat)
            if browser is not None and not await self._doorkeeper.holds(seat, browser):
                raise NotFound(seat)
            self._writing.check_alive()
            tab = Tab(seat, new_id("c_"), mailbox)
            older = self._tabs.seat(tab)
            self._desk.cut(seat)
            if older is not None:
                older.hang_up(GONE_ELSEWHERE, "elsewhere")
            welcome(self._writing.remembered, tab, life, seen, self._clock.wall())
            if not self.state.closed:
                try:
                    await self._writing.fact(c.Connected(seat, tab.connection))
                except BaseException:
                    self._tabs.remove(tab)
                    raise
            self._desk.arrived(self.state, tab)
            return tab.connection

    async def disconnect(self, seat: str, connection: str) -> None:
        """A connection is gone. An older one that was cut already changes nothing."""
        await unbroken(self._disconnect(seat, connection))

    async def _disconnect(self, seat: str, connection: str) -> None:
        tab = self._tabs.get(seat, connection)
        if tab is not None:
            self._tabs.remove(tab)
            self._desk.cut(seat)
        async with self._turns.take():
            if self.dead or self.state.closed:
                return
            try:
                await self._writing.fact(c.Disconnected(seat, connection))
            except Unavailable:
                log.warning("a lost connection could not be written: its media is cut, the rest is tried again")

    # --- another device

    async def ask_device(self, seat: str) -> str:
        """Somebody holds the link of this seat in another browser. Returns the name of the request.

        Granted at once where nobody is there to be asked and the seat is a mediator's: the link is then all there is.
        Raises `NotFound`, `Unavailable`.
        """
        return await unbroken(self._ask_device(seat))

    async def _ask_device(self, seat: str) -> str:
        async with self._turns.take():
            asked = self.state.seats.get(seat)
            if asked is None or asked.where == "revoked" or seat in self._cut_links:
                raise NotFound(seat)
            self._writing.check_alive()
            request = new_id("d_")
            if nobody_to_ask(self.state, self._tabs, seat):
                self._devices.decide(request, seat, True)
            elif self.state.closed:
                raise NotFound(seat)
            else:
                await self._writing.fact(c.DeviceAsked(seat, request))
            return request

    async def device_answer(self, request: str, seat: str) -> bool | None:
        """Whether the request of this seat's other device was allowed: a yes is said once. `None` while nobody has
        answered. A replaced or unknown request, or another seat's, is not.
        """
        return self._devices.answer(self.state, request, seat)

    # --- time

    def strike(self, until: float = float("inf")) -> None:
        """Called several times a second: keep the links alive, show who is speaking, begin what is due. Never waits:
        a slow disk must not silence rooms in which nothing changes. `until`: how long this node may act for the case at
        most, by the boot clock.
        """
        if self.dead:
            return
        now = self._clock.boot()
        self._desk.renew(now, until)
        self._desk.show_speaking(now)
        if self._debts.due:
            self._catch_up_soon()

    def _catch_up_soon(self) -> None:
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = asyncio.create_task(self.catch_up(), name="catch up")

    async def catch_up(self) -> None:
        """Write what time or a lost connection owes to the log, and the end of the case. Tried again at the next strike
        when it cannot be written.
        """
        async with self._turns.take():
            if not self.dead:
                await self._debts.settle()

    async def recover(self, *, ended: bool = False) -> None:
        """Just loaded from the log: nobody is connected any more. Nothing is written to a closed session.

        `ended`: storage knows of its end already.
        """
        async with self._turns.take():
            self._debts.closing = self._debts.closing and not ended
            if not self.state.closed:
                await self._writing.fact(c.Recovered())
