"""A live session under everything at once: commands that overlap, a disk that is slow or full, tabs and media that come
and go. Whatever happens: the table never holds more than the rules, what was asked to be closed is closed, numbers are
dense, and the log alone tells the same session.
"""

import asyncio
import os
from collections.abc import Collection
from random import Random

import pytest

from server.errors import NotFound, Refused, Unavailable
from server.host.case_log import CaseLog
from server.host.replay import replay
from server.host.welcome import life_of
from server.rtp.link import Link
from server.session import commands as c
from server.session.epochs import mark
from server.session.hearing import hearing
from tests.support.house import House, NotingBoard

SEATS = ("miriam", "paul", "priya", "clara", "dana", "david")
LIVES, STEPS = (2_000 if os.environ.get("PARLEY_PROVE") else 40), 70


class StrictBoard(NotingBoard):
    """Whatever is granted must be allowed by the state on the disk at that very moment."""

    house: "Life"

    def grant(self, wanted: Collection[Link]) -> None:
        assert frozenset(wanted) <= hearing(self.house.state, self.house.desk._wiring.told)
        super().grant(wanted)


class Life(House):
    """A house to which things happen."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.rng = Random(seed)
        self.asked: dict[asyncio.Task[dict[str, object]], tuple[str, c.Command]] = {}
        self.numbers: dict[str, int] = {}
        self.opened = self.failed = self.overlapped = 0

    async def begin(self) -> None:
        await self.open()
        board = self.board
        board.__class__ = StrictBoard
        assert isinstance(board, StrictBoard)
        board.house = self
        await self.arrive(*SEATS)
        await self.move({"miriam": "joint", "paul": "joint", "dana": "joint", "priya": "room_a", "clara": "room_a"})
        await self.settle("miriam", "paul", "dana", "priya", "clara")

    # --- what can happen

    async def step(self) -> None:
        deed = self.rng.choice((self.demand,) * 6 + (self.page,) * 6 + (self.disk,) * 3 + (self.tab, self.time))
        await deed()
        await self.answers_arrive()
        self.look()

    async def answers_arrive(self) -> None:
        """Whoever need not wait for the disk has its answer then."""
        for _ in range(6):
            await asyncio.sleep(0)

    async def demand(self) -> None:
        """Somebody asks for something, and does not wait."""
        seat = self.rng.choice(SEATS)
        actor, command = self.rng.choice(
            (
                (seat, c.Leave()),
                (seat, c.ComeBack()),
                (seat, c.StepOut()),
                (seat, c.Switch(self.rng.choice(("microphone", "camera")), False)),
                (seat, self.on(seat)),
                (seat, self.on(seat)),
                ("miriam", c.Pause()),
                ("miriam", c.Resume()),
                ("miriam", c.Resume("joint")),
                ("miriam", self.some_move()),
                ("miriam", self.some_move()),
                ("miriam", self.some_move()),
            )
        )
        task = self.asking(actor, command)
        self.asked[task] = (actor, command)
        self.overlapped += len(self.asked) > 1
        await self.answers_arrive()
        if not task.done():
            self.check_silenced(actor, command)

    def some_move(self) -> c.Move:
        seats = self.rng.sample(SEATS, self.rng.randint(1, 2))
        try:
            return self.a_move({s: self.rng.choice(("joint", "joint", "room_a", "lobby")) for s in seats})
        except (Refused, AssertionError):
            return c.Move()

    def on(self, seat: str) -> c.Command:
        here = self.state.seats[seat]
        if here.room is None:
            return c.ComeBack()
        epoch = mark(here, self.state.rooms[here.room])
        return c.Switch(self.rng.choice(("microphone", "camera")), True, here.room, epoch)

    async def page(self) -> None:
        """A page shows what it has, a browser's media comes or goes."""
        seat = self.rng.choice(SEATS)
        if self.state.seats[seat].room is not None and seat in self.boxes:
            self.tell(seat)
        if seat in self.board.offered and self.rng.random() < 0.8:
            self.board.plug(seat)
        elif seat in self.board.live and self.rng.random() < 0.2:
            self.board.lose(seat)
        if seat in self.boxes and self.rng.random() < 0.3:
            self.session.asides.sound(seat, self.connections[seat], self.rng.random() < 0.5)
            self.session.asides.quiet(seat, self.connections[seat], self.rng.random() < 0.5)

    async def disk(self) -> None:
        sort = self.rng.randrange(4)
        if sort == 0:
            self.log.hold()
        elif sort == 1:
            self.log.failures = self.rng.randint(1, 2)
        else:
            await self.rest()

    async def rest(self) -> None:
        """The disk goes on, and everybody gets their answer."""
        self.log.let_go()
        for task in list(self.asked):
            try:
                await task
            except (Refused, NotFound):
                pass
            except Unavailable:
                self.failed += 1
        self.asked.clear()

    async def tab(self) -> None:
        """A tab is closed, or a newer one opens."""
        seat = self.rng.choice(SEATS)
        await self.rest()
        self.log.failures = 0
        if self.rng.random() < 0.5:
            await self.session.disconnect(seat, self.connections[seat])
        else:
            self.read(seat)
            await self.join(seat, life=life_of("session"), seen=self.numbers.get(seat, 0))

    async def time(self) -> None:
        self.clock.wind(self.rng.choice((0.2, 3.0, 6.0)))
        await self.rest()
        await self.session.catch_up()

    # --- what must hold

    def check_silenced(self, actor: str, command: c.Command) -> None:
        """Somebody has pressed the button, and the disk has not answered yet."""
        table = self.board.open
        if isinstance(command, (c.Leave, c.StepOut)):
            assert not any(actor in (k.speaker, k.listener) for k in table), command
        elif isinstance(command, c.Switch) and not command.on:
            assert not any((k.speaker, k.medium) == (actor, command.medium) for k in table), command
        elif isinstance(command, c.Pause):
            assert not table

    def look(self) -> None:
        table = self.board.open
        self.opened += len(table)
        assert table <= hearing(self.state, self.desk._wiring.told)
        assert self.desk._wiring.safe
        for task, (actor, command) in self.asked.items():
            if not task.done():
                self.check_silenced(actor, command)
        self.check_strips()
        for seat in SEATS:
            self.read(seat)

    def check_strips(self) -> None:
        """What each page is told of who hears whom is what it would be told were it drawn anew."""
        self.desk._show_now()
        told = {tab.seat: tab.last["hearing"] for tab in self.desk.tabs}
        self.desk._shown = (None, ())
        self.desk._show_now()
        assert told == {tab.seat: tab.last["hearing"] for tab in self.desk.tabs}

    def read(self, seat: str) -> None:
        """What this seat got, in order, without a gap and nothing twice, over all of its tabs."""
        for frame in self.frames(seat):
            if frame["type"] == "snapshot":
                self.numbers[seat] = frame["number"]
            elif frame["type"] == "fact":
                assert frame["number"] == self.numbers[seat] + 1
                self.numbers[seat] = frame["number"]

    async def end(self) -> None:
        await self.rest()
        self.log.failures = 0
        await self.session.catch_up()
        self.look()
        live = self.session._writing.remembered
        again = replay(await CaseLog("session", self.key, 0, self.log).read())
        assert again.state == live.state and again.position == live.position
        assert {s: (i.count, i.since(i.count - min(i.count, 300))) for s, i in again.inboxes.items()} == {
            s: (i.count, i.since(i.count - min(i.count, 300))) for s, i in live.inboxes.items()
        }
        assert all(self.numbers[s] <= live.inboxes[s].count for s in SEATS)


@pytest.mark.timeout(3600 if os.environ.get("PARLEY_PROVE") else 120)
async def test_nothing_ever_breaks_a_wall_or_a_number() -> None:
    opened = failed = overlapped = 0
    for seed in range(LIVES):
        life = Life(seed)
        await life.begin()
        for _ in range(STEPS):
            await life.step()
        await life.end()
        opened, failed, overlapped = opened + life.opened, failed + life.failed, overlapped + life.overlapped
    assert opened > LIVES * STEPS and failed > LIVES and overlapped > LIVES * 5, "a quiet life proves nothing"
