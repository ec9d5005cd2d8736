"""One live session: commands and facts in by one door, one at a time; decide, close, write, tell, open.

    decide ─► restrict the links ─► append to the log ─► take it in, tell the seats ─► settle the links

Nothing has happened before the append returns; closing never waits for it. Every choice is made in `server.session`;
this file only keeps the order.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from server.clock import Clock
from server.errors import NotFound, ProtocolViolation, Refused, Unavailable
from server.host.case_log import CaseLog, LostCase
from server.host.mailbox import Mailbox
from server.host.media_desk import MediaDesk
from server.host.replay import Remembered, advance
from server.host.tabs import Tab, Tabs
from server.ids import new_id
from server.session import commands as c
from server.session.audience import view
from server.session.codec import Committed
from server.session.decide import decide, decide_fact
from server.session.decisions import Decision
from server.session.epochs import epoch_of
from server.session.hearing import Told
from server.session.moves import preview, steps_of
from server.session.presence import due
from server.session.roles import MEDIATOR_ROLES, OPERATOR, may
from server.session.state import State

log = logging.getLogger(__name__)

NUMBERING = "1"
"""Part of every `life`. Raise it whenever views or facts change shape: older pages then take a snapshot."""

REARRANGING = (c.Move, c.Pause, c.Resume, c.Leave, c.StepOut, c.CloseRoom, c.CloseSession)
"""Commands that put placements in order again after writing had failed."""

GONE_ELSEWHERE = 4409
LINK_DEAD = 4403
RESTARTING = 1012

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """What a live session asks of storage: links and the end of a case. Milliseconds since 1970."""

    new_link: Callable[[str], Awaitable[str]]
    cut_links: Callable[[str], Awaitable[None]]
    close_case: Callable[[int, int], Awaitable[None]]


class LiveSession:
    """A session that is loaded on this node. Methods may be called from any task of its event loop."""

    def __init__(
        self, remembered: Remembered, case_log: CaseLog, clock: Clock, desk: MediaDesk, doorkeeper: Doorkeeper
    ) -> None:
        self._remembered = remembered
        self._log = case_log
        self._clock = clock
        self._desk = desk
        self._doorkeeper = doorkeeper
        self._tabs: Tabs = desk.tabs
        self._lock = asyncio.Lock()
        self._answers: dict[str, Mapping[str, object] | Refused] = {}
        self._devices: dict[str, bool] = {}
        self.dead = False

    @property
    def id(self) -> str:
        return self.state.id

    @property
    def state(self) -> State:
        """The session as of the last entry. Read only."""
        return self._remembered.state

    @property
    def life(self) -> str:
        """The numbering that a page may resume."""
        return f"{self.id}.{NUMBERING}"

    # --- commands

    async def ask(self, actor: str, command: c.Command, command_id: str | None = None) -> dict[str, object]:
        """Carry out a command of `actor` (a seat, or `OPERATOR`) and return the result for the wire.

        A command id that was asked before gets the stored answer and no second effect. Raises `Refused` (nothing has
        happened), `Unavailable` (nothing was written; what it would have closed is closed). Cancelling the caller does
        not cancel the command.
        """
        return await _unbroken(self._ask(actor, command, f"{actor}:{command_id}" if command_id else None))

    async def _ask(self, actor: str, command: c.Command, key: str | None) -> dict[str, object]:
        async with self._lock:
            if key is not None:
                known = self._answers.get(key, self._remembered.answers.get(key))
                if isinstance(known, Refused):
                    raise known
                if known is not None:
                    return dict(known)
            if isinstance(command, c.Invite):
                command = replace(command, seat=new_id("s_"))
            try:
                decision = decide(self.state, actor, command, self._clock.wall(), new_id)
            except Refused as refusal:
                self._remember(key, refusal)
                raise
            if isinstance(command, (c.ReplaceLink, c.RevokeLink)):
                await self._doorkeeper.cut_links(command.seat)
            await self._commit(decision, actor, key, isinstance(command, REARRANGING))
            result = dict(decision.result) | await self._afterwards(command, decision)
            self._remember(key, result)
            return result

    def _remember(self, key: str | None, answer: Mapping[str, object] | Refused) -> None:
        """Answers to recent commands, with what must not be stored (new links) and refusals, which have no entry."""
        if key is None:
            return
        self._answers[key] = answer
        while len(self._answers) > 512:
            del self._answers[next(iter(self._answers))]

    async def _afterwards(self, command: c.Command, decision: Decision) -> dict[str, object]:
        """What lies outside the rules: links and the end of the case."""
        if isinstance(command, c.Invite):
            return {"link": await self._doorkeeper.new_link(command.seat)}
        if isinstance(command, c.ReplaceLink):
            self._cut(command.seat, "link_replaced")
            return {"link": await self._doorkeeper.new_link(command.seat)}
        if isinstance(command, c.RevokeLink):
            self._cut(command.seat, "link_revoked")
        if isinstance(command, c.CloseSession) and self.state.closed and self.state.destroy_at:
            await self._doorkeeper.close_case(self.state.closed, self.state.destroy_at)
        if isinstance(command, c.DeviceAnswered):
            self._devices[command.request] = command.allow
        return {}

    def _cut(self, seat: str, reason: str) -> None:
        tab = self._tabs.get(seat)
        self._desk.cut(seat)
        if tab is not None:
            self._tabs.remove(tab)
            tab.hang_up(LINK_DEAD, reason)

    def preview(self, actor: str, move: c.Move) -> dict[str, object]:
        """Who would hear whom after this move: see `preview` in PROTOCOL.md. Changes nothing.

        Raises `Refused("not_allowed")` for those who may not move anybody.
        """
        role = OPERATOR if actor == OPERATOR else self.state.seats[actor].role
        if not may(role, "move"):
            raise Refused("not_allowed")
        try:
            steps = steps_of(self.state, move, self._clock.wall())
        except Refused as refusal:
            refused = {"reason": refusal.reason, "detail": refusal.detail}
            return {"moves": [], "rooms": [], "leaves": [], "meets": [], "refused": refused, "confirmation": None}
        return preview(self.state, steps)

    # --- the one way in which anything happens

    async def _fact(self, fact: c.Fact) -> None:
        await self._commit(decide_fact(self.state, fact, self._clock.wall(), new_id), "", None, False)

    async def _commit(self, decision: Decision, by: str, key: str | None, rearranging: bool) -> None:
        """Close, write, tell, open. The lock is held."""
        if self.dead:
            raise Unavailable("this session is not on this node any more")
        if not decision.events:
            return
        committed = Committed(self._clock.wall(), by, key, decision.result, decision.events)
        closed = self._desk.restrict(self.state, committed)
        try:
            await self._log.append(committed, self._remembered.position)
        except LostCase:
            self.fall_silent()
            raise
        except BaseException:
            self._desk.failed(self.state, closed)
            raise
        _, facts = advance(self._remembered, committed)
        for fact, numbers in facts:
            for seat, number in numbers.items():
                tab = self._tabs.get(seat)
                if tab is not None:
                    tab.put({"type": "fact", "number": number, "at": committed.at, "fact": fact.body})
        self._desk.written(self.state, rearranging)

    def fall_silent(self) -> None:
        """Another node owns the case, or this one stops: close every gate, then every socket."""
        self.dead = True
        self._desk.close()
        for tab in self._tabs:
            tab.hang_up(RESTARTING, "restart")

    # --- connections

    async def connect(self, seat: str, mailbox: Mailbox, *, life: str | None = None, seen: int | None = None) -> str:
        """Give the seat to a new connection and return its name. The older one is cut with 4409.

        The mailbox gets `welcome`, then exactly what is missing since `seen`, or a snapshot. Raises `NotFound` for a
        seat that is not (any more), `Unavailable`.
        """
        return await _unbroken(self._connect(seat, mailbox, life, seen))

    async def _connect(self, seat: str, mailbox: Mailbox, life: str | None, seen: int | None) -> str:
        async with self._lock:
            if self.dead or seat not in self.state.seats or self.state.seats[seat].where == "revoked":
                raise NotFound(seat)
            tab = Tab(seat, new_id("c_"), mailbox)
            older = self._tabs.seat(tab)
            self._desk.cut(seat)
            if older is not None:
                older.hang_up(GONE_ELSEWHERE, "elsewhere")
            self._welcome(tab, life, seen)
            if not self.state.closed:
                try:
                    await self._fact(c.Connected(seat, tab.connection))
                except Unavailable:
                    self._tabs.remove(tab)
                    raise
            self._desk.arrived(self.state, tab)
            return tab.connection

    def _welcome(self, tab: Tab, life: str | None, seen: int | None) -> None:
        inbox = self._remembered.inboxes[tab.seat]
        missing = inbox.since(seen) if life == self.life and seen is not None else None
        tab.put(
            {
                "type": "welcome",
                "life": self.life,
                "number": inbox.count,
                "recovered": missing is not None,
                "connection": tab.connection,
                "seat": tab.seat,
                "now": self._clock.wall(),
            }
        )
        if missing is None:
            snapshot = {"type": "snapshot", "number": inbox.count, "view": view(self.state, tab.seat)}
            tab.put({**snapshot, "items": list(inbox.words)})
        for numbered in missing or ():
            tab.put(numbered.frame())

    async def disconnect(self, seat: str, connection: str) -> None:
        """A connection is gone. An older one that was cut already changes nothing."""
        await _unbroken(self._disconnect(seat, connection))

    async def _disconnect(self, seat: str, connection: str) -> None:
        tab = self._tabs.get(seat, connection)
        if tab is not None:
            self._tabs.remove(tab)
            self._desk.cut(seat)
        async with self._lock:
            if self.dead or self.state.closed:
                return
            try:
                await self._fact(c.Disconnected(seat, connection))
            except Unavailable:
                log.warning("a lost connection could not be written; its media is cut all the same")

    def told(self, seat: str, connection: str, room: str, epoch: int) -> None:
        """The page has shown this audience. An epoch that is not (any more) the page's own is ignored."""
        tab = self._tabs.get(seat, connection)
        here = self.state.rooms.get(room)
        if tab is None or here is None:
            return
        true_epoch = epoch_of(self.state.seats[seat], here, epoch)
        if true_epoch is not None:
            self._desk.told(self.state, seat, Told(connection, room, true_epoch))

    def sound(self, seat: str, connection: str, blocked: bool) -> None:
        """The browser will, or will not, play sound."""
        tab = self._tabs.get(seat, connection)
        if tab is not None and tab.blocked != blocked:
            tab.blocked = blocked
            self._desk.show(self.state)

    async def media_answer(self, seat: str, connection: str, media_connection: str, sdp: str) -> None:
        """The browser's SDP answer. Raises `ProtocolViolation`."""
        tab = self._tabs.get(seat, connection)
        if tab is None or tab.offered != media_connection:
            raise ProtocolViolation("no_offer")
        await self._desk.answer(seat, media_connection, sdp)

    def media_renew(self, seat: str, connection: str) -> None:
        """The network of this page changed: offer anew; the old connection goes on until the new one is there."""
        tab = self._tabs.get(seat, connection)
        if tab is not None and self.state.seats[seat].where == "room":
            self._desk.offer(tab)

    # --- another device

    async def ask_device(self, seat: str) -> str:
        """Somebody holds the link of this seat in another browser. Returns the name of the request.

        Granted at once where nobody is there to be asked and the seat is a mediator's: the link is then all there is.
        """
        async with self._lock:
            if seat not in self.state.seats or self.state.closed:
                raise NotFound(seat)
            request = new_id("d_")
            asked = self.state.seats[seat]
            others = [s for s in self.state.seats.values() if s.role in MEDIATOR_ROLES and s.connection is not None]
            if asked.mediates and asked.connection is None and not others:
                self._devices[request] = True
                return request
            await self._fact(c.DeviceAsked(seat, request))
            return request

    def device_answer(self, request: str) -> bool | None:
        """Whether the request was allowed; `None` while nobody has answered. A replaced or unknown request is not."""
        if request in self._devices:
            return self._devices[request]
        return None if request in self.state.devices else False

    # --- time

    async def strike(self) -> None:
        """Called several times a second: keep the links alive, let due things happen, show who is speaking."""
        self._desk.renew(self._clock.boot())
        when = due(self.state)
        if when is not None and when <= self._clock.wall():
            async with self._lock:
                try:
                    await self._fact(c.ClockStruck())
                except Unavailable:
                    log.warning("what was due could not be written; it is tried again")
        self._desk.show_speaking(self.state, self._clock.boot())

    async def recover(self) -> None:
        """Just loaded from the log: nobody is connected any more."""
        async with self._lock:
            await self._fact(c.Recovered())


async def _unbroken(work: Awaitable[T]) -> T:
    """Go on to the end even when the caller is cancelled: half a command is worse than an unread answer."""
    return await asyncio.shield(asyncio.ensure_future(work))
