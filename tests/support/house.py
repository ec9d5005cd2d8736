"""A live session without sockets, packets or disk: a board, a log and a doorkeeper that note what is asked of them.

All three write into one list, `calls`, so that a test can say what came before what. The log can be made to wait or to
fail, as slow and full disks do.
"""

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from server.clock import HandWoundClock
from server.errors import NotFound, Unavailable
from server.eventlog.log import Line
from server.eventlog.memory import MemoryEventLog
from server.host.audit import OPENING
from server.host.case_log import CaseLog
from server.host.doorkeeper import Doorkeeper
from server.host.live_session import LiveSession
from server.host.mailbox import Closed, Mailbox
from server.host.media_desk import MediaDesk
from server.host.replay import advance
from server.host.waking import wake
from server.host.wiring import Unwired
from server.media.facts import MediaConnected, MediaFact, MediaLost, MediaSilent, SlotsChanged
from server.rtp.link import Link
from server.rtp.slots import SlotView
from server.session import commands as c
from server.session.codec import Committed
from server.session.commands import LOBBY
from server.session.epochs import mark
from server.session.events import Policy
from server.session.hearing import Told
from server.session.moves import preview, steps_of
from server.session.opening import SessionPlan, open_session
from server.session.state import State
from server.storage.keys import CaseKey
from tests.support.cast import NO_DOORS, PLAN

CASE = "session"
PATIENCE = 10.0
Frame = dict[str, Any]


class NotingBoard(Unwired):
    """A switchboard made of sets. `deaf`: it does not close what it is told to close."""

    def __init__(self, calls: list[str], on_fact: Callable[[MediaFact], None] = lambda fact: None) -> None:
        self.calls = calls
        self.on_fact = on_fact
        self.open: frozenset[Link] = frozenset()
        self.offered: dict[str, str] = {}
        self.live: dict[str, str] = {}
        self.loud: dict[str, int] = {}
        self.hushed: set[str] = set()
        self.large: dict[str, frozenset[str]] = {}
        self.until = float("-inf")
        self.deaf = False
        self.view = SlotView((None,) * 16, (None,) * 9, None, None)

    def offer(self, seat: str, connection: str) -> str:
        self.offered[seat] = connection
        return f"offer to {seat}"

    def plug(self, seat: str) -> None:
        """The browser of this seat has answered and its media is there."""
        self.live[seat] = self.offered[seat]
        self.on_fact(MediaConnected(seat, self.live[seat]))

    def lose(self, seat: str) -> None:
        """Its media is gone."""
        connection = self.live.pop(seat)
        self.open = frozenset(k for k in self.open if seat not in (k.speaker, k.listener))
        self.on_fact(MediaLost(seat, connection))

    def change_slots(self, seat: str, view: SlotView) -> None:
        self.view = view
        self.on_fact(SlotsChanged(seat))

    def slots(self, seat: str) -> SlotView:
        if seat not in self.live:
            raise KeyError(seat)
        return self.view

    def drop(self, seat: str, connection: str | None = None) -> None:
        self.calls.append(f"drop {seat}")
        self.live.pop(seat, None)
        self.offered.pop(seat, None)
        self.open = frozenset(k for k in self.open if seat not in (k.speaker, k.listener))

    def connected(self, seat: str) -> str | None:
        return self.live.get(seat)

    def silent(self) -> frozenset[str]:
        return frozenset(self.hushed)

    def hush(self, seat: str, hushed: bool = True) -> None:
        """Nothing comes from this seat's browser any more, or something again."""
        (self.hushed.add if hushed else self.hushed.discard)(seat)
        self.on_fact(MediaSilent(seat))

    def links(self) -> frozenset[Link]:
        return self.open

    def revoke(self, keep: Collection[Link]) -> None:
        self.calls.append("revoke")
        if not self.deaf:
            self.open &= frozenset(keep)

    def grant(self, wanted: Collection[Link]) -> None:
        self.calls.append("grant")
        self.open |= {k for k in wanted if k.speaker in self.live and k.listener in self.live}

    def renew(self, until: float) -> None:
        self.until = until

    def show_large(self, seat: str, speakers: Collection[str]) -> None:
        self.large[seat] = frozenset(speakers)

    def levels(self) -> dict[str, int]:
        found, self.loud = self.loud, {}
        return found

    def close(self) -> None:
        self.calls.append("close")
        self.live.clear()

    def hears(self, listener: str, medium: str = "microphone") -> set[str]:
        return {k.speaker for k in self.open if k.listener == listener and k.medium == medium}


class NotingLog(MemoryEventLog):
    """A log that can be held up, and made to fail so many times."""

    def __init__(self, calls: list[str]) -> None:
        super().__init__()
        self.calls = calls
        self.failures = 0
        self.gate: asyncio.Event | None = None
        self.gates: list[asyncio.Event] = []
        self.waiting = asyncio.Event()

    def hold(self) -> None:
        """Let appends wait from here on; those that wait already go on waiting for the gate before."""
        self.gate = asyncio.Event()
        self.gates.append(self.gate)
        self.waiting.clear()

    async def held(self) -> None:
        """Wait until an append waits."""
        async with asyncio.timeout(PATIENCE):
            await self.waiting.wait()

    def let_go(self) -> None:
        """Let all go on, and nobody wait any more."""
        for gate in self.gates:
            gate.set()
        self.gates.clear()
        self.gate = None

    async def append(
        self,
        case: str,
        *,
        expected: int,
        fence: int,
        sealed: Sequence[bytes],
        at: int,
        command: str | None = None,
        line: Line | None = None,
    ) -> int:
        self.calls.append("append")
        if self.gate is not None:
            self.waiting.set()
            await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise Unavailable("the disk is full")
        return await super().append(
            case, expected=expected, fence=fence, sealed=sealed, at=at, command=command, line=line
        )


class NotingDoors:
    """Links and browsers in memory. `fails` names what cannot be done now, `lost`: another node owns the case.
    `take` gives a new fence of it.
    """

    def __init__(self, calls: list[str], take: Callable[[], int]) -> None:
        self.calls = calls
        self.take = take
        self.fails: set[str] = set()
        self.lost = False
        self.browsers: dict[str, set[str]] = {}
        self.made = 0

    def _do(self, what: str, about: object) -> None:
        self.calls.append(f"{what} {about}")
        if what in self.fails:
            raise Unavailable(what)

    async def new_link(self, seat: str) -> str:
        self._do("new_link", seat)
        self.made += 1
        return f"secret {self.made} of {seat}"

    async def cut_links(self, seat: str) -> None:
        self._do("cut_links", seat)
        self.browsers.pop(seat, None)

    async def close_case(self, fence: int, closed_at: int, destroy_at: int) -> None:
        self._do("close_case", destroy_at)
        if self.lost:
            raise NotFound("session")

    async def reopen_case(self) -> int:
        self._do("reopen_case", "")
        return self.take()

    async def holds(self, seat: str, browser: str) -> bool:
        self._do("holds", seat)
        return browser in self.browsers.get(seat, ())

    def keeper(self) -> Doorkeeper:
        return Doorkeeper(self.new_link, self.cut_links, self.close_case, self.reopen_case, self.holds)


class House:
    """A session with its people. Seats and rooms have the names of `tests.support.cast`."""

    def __init__(self, plan: SessionPlan = PLAN, policy: Policy = NO_DOORS) -> None:
        self.calls: list[str] = []
        self.clock = HandWoundClock()
        self.log = NotingLog(self.calls)
        self.doors = NotingDoors(self.calls, lambda: self.log.take(CASE))
        self.key = CaseKey.new()
        self.boxes: dict[str, Mailbox] = {}
        self.connections: dict[str, str] = {}
        names = iter(
            [
                *(seat.name.split()[0].lower() for seat in plan.seats),
                "joint",
                *(f"room_{side.lower()}" for side, _ in plan.sides),
                "chambers",
            ]
        )
        self._opening = open_session(CASE, plan, policy, "Parley House", lambda prefix: next(names))
        self.board: NotingBoard
        self.desk: MediaDesk
        self.session: LiveSession

    async def open(self) -> "House":
        """The session begins."""
        case_log = CaseLog(CASE, self.key, self.log.take(CASE), self.log)
        first = Committed(self.clock.wall(), "", None, {}, (self._opening,))
        await case_log.append(first, 0, OPENING)
        remembered, _ = advance(None, first)
        self._seat(LiveSession(remembered, case_log, self.clock, self._desk(), self.doors.keeper()))
        self.calls.clear()
        return self

    async def load_again(self) -> None:
        """Another process finds the log and goes on: everything that was in memory only is gone."""
        case_log = CaseLog(CASE, self.key, self.log.take(CASE), self.log)
        woken = await wake(case_log)
        assert woken is not None
        self._seat(
            LiveSession(woken.remembered, case_log, self.clock, self._desk(), self.doors.keeper(), woken.snapshot_at)
        )
        await self.session.recover()

    def _desk(self) -> MediaDesk:
        def make(on_fact: Callable[[MediaFact], None]) -> NotingBoard:
            self.board = NotingBoard(self.calls, on_fact)
            return self.board

        self.desk = MediaDesk(make)
        return self.desk

    def _seat(self, session: LiveSession) -> None:
        self.session = session
        self.desk.state_now = lambda: session.state

    @property
    def state(self) -> State:
        return self.session.state

    # --- people

    async def join(self, *seats: str, **resume: Any) -> None:
        """A new tab for each of them."""
        for seat in seats:
            self.boxes[seat] = Mailbox()
            self.connections[seat] = await self.session.connect(seat, self.boxes[seat], **resume)

    async def arrive(self, *seats: str) -> None:
        for seat in seats:
            await self.join(seat)
            state = self.state
            await self.ask(seat, c.Arrive(state.seats[seat].listed, state.text_version, state.text_hash))

    async def ask(self, actor: str, command: c.Command, command_id: str | None = None) -> dict[str, object]:
        async with asyncio.timeout(PATIENCE):
            return await self.session.ask(actor, command, command_id)

    def asking(self, actor: str, command: c.Command) -> "asyncio.Task[dict[str, object]]":
        """Somebody asks, and nobody waits for the answer yet."""
        return asyncio.create_task(self.session.ask(actor, command))

    def a_move(self, to: Mapping[str, str]) -> c.Move:
        """The command that moves these seats, with its confirmation."""
        steps = tuple(c.Step(s, self.state.seats[s].room or LOBBY, room) for s, room in to.items())
        moved = steps_of(self.state, c.Move(steps), self.clock.wall())
        confirmation = preview(self.state, moved)["confirmation"]
        assert confirmation is None or isinstance(confirmation, str)
        return c.Move(steps, confirmation=confirmation)

    async def move(self, to: Mapping[str, str]) -> dict[str, object]:
        return await self.ask("miriam", self.a_move(to))

    def tell(self, *seats: str) -> None:
        """Their pages show the audience as it is, and say so."""
        for seat in seats:
            here = self.state.seats[seat].room
            assert here is not None
            epoch = mark(self.state.seats[seat], self.state.rooms[here])
            self.session.asides.told(seat, self.connections[seat], here, epoch)

    async def switch_on(self, seat: str, *media: str) -> None:
        here = self.state.seats[seat].room
        assert here is not None
        for medium in media:
            epoch = mark(self.state.seats[seat], self.state.rooms[here])
            await self.ask(seat, c.Switch(medium, True, here, epoch))  # type: ignore[arg-type]

    async def together(self, room: str, *seats: str) -> None:
        """These have arrived and are in one room, with media, microphone and camera on, and have been told."""
        people = dict.fromkeys(("miriam", *seats))
        await self.arrive(*(s for s in people if self.state.seats[s].where == "invited"))
        await self.move({s: room for s in seats if self.state.seats[s].room != room})
        await self.settle(*seats)

    async def settle(self, *seats: str) -> None:
        """Everybody's page does what pages do by themselves; microphone and camera are switched on."""
        for seat in seats:
            if seat not in self.board.live:
                self.board.plug(seat)
        self.tell(*seats)
        for seat in seats:
            await self.switch_on(seat, "microphone", "camera")

    # --- frames

    def frames(self, seat: str, kind: str | None = None) -> list[Frame]:
        """What waits for this seat now, taken out."""
        found = [json.loads(json.dumps(w.frame)) for w in self.boxes[seat]._queue]
        self.boxes[seat]._queue.clear()
        return [f for f in found if kind in (None, f["type"])]

    def strip_of(self, seat: str) -> Frame:
        """The strip of this seat as it is shown when everything has been shown."""
        if self.desk._showing is not None:
            self.desk._showing.cancel()
        self.desk._show_now()
        tab = self.desk.tabs.get(seat)
        assert tab is not None
        return dict(tab.last["hearing"])


def told_of(house: House, seat: str) -> Told | None:
    """What the page of this seat has shown, as far as the wiring knows."""
    return house.desk._wiring.told.get(seat)


def in_order(calls: Iterable[str], *expected: str) -> bool:
    """Whether `expected` occur in `calls` in this order (others may be in between)."""
    remaining = iter(calls)
    return all(any(call == wanted for call in remaining) for wanted in expected)


async def closed(box: Mailbox) -> Closed:
    """How a mailbox ends, whatever waits before."""
    while not isinstance(item := await box.take(), Closed):
        pass
    return item
