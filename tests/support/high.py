"""What side B may know nothing of: which actions are high, and one run of the two that draws some of its own."""

import json
from collections.abc import Callable, Mapping
from random import Random

from server.errors import Refused
from server.host.welcome import welcome
from server.session import commands as c
from server.session.commands import LOBBY, Step
from server.session.events import Policy
from server.session.moves import plan as planned_move
from server.session.opening import SessionPlan
from server.session.state import Room, Seat, State
from tests.support.cast import FULL_HOUSE, Play, Reply
from tests.support.deeds import MEDIA
from tests.support.lines import Lines, some
from tests.support.walk import Walker

SIDE = "B"


def of_b(seat: Seat) -> bool:
    return seat.side == SIDE


def rooms_of_b(state: State) -> set[str]:
    """The rooms of which B may know everything that happens from now on."""
    return {s.room for s in state.seats.values() if of_b(s) and s.room is not None}


def beside_b(state: State) -> set[str]:
    """Seats of others that are in a room with somebody of B."""
    return {s for room in rooms_of_b(state) for s in state.rooms[room].members if not of_b(state.seats[s])}


def b_waits(state: State) -> bool:
    """Whether somebody of B is in no room, and so sees whether the mediators are connected."""
    return any(of_b(s) and s.room is None and s.where != "revoked" for s in state.seats.values())


class Newest:
    """A tab that keeps what it is sent."""

    def __init__(self, seat: str) -> None:
        self.seat, self.connection = seat, ""
        self.frames: list[Mapping[str, object]] = []

    def put(self, frame: Mapping[str, object], *, ephemeral: bool = False) -> None:
        self.frames.append(frame)


class Run(Play):
    """One of the two copies. `received` is all that those seats got on whom `eyes` is: side B, unless said so."""

    def __init__(self, policy: Policy, eyes: Callable[[Seat], bool] = of_b, plan: SessionPlan = FULL_HOUSE) -> None:
        super().__init__(plan, policy, attentive=False, checked=False)
        self.eyes = eyes
        self.high_rooms: set[str] = set()
        self.lines = Lines()
        self._read: dict[str, int] = {}

    def received(self) -> list[str]:
        """What B's seats got since this was last asked, and what their strips say now."""
        found: list[object] = []
        self.lines.show(self.state, self.now / 1000)
        for seat in [s.id for s in self.state.seats.values() if self.eyes(s)]:
            read, box = self._read.get(seat, 0), self.remembered.inboxes[seat]
            found += [[seat, frame.frame()] for frame in self.new(seat, read)]
            found += [[seat, frame] for frame in self.lines.taken(seat)]
            found.append([seat, self.strip(seat)])
            self._read[seat] = box.count
        return [json.dumps(f, sort_keys=True) for f in found]

    def snapshots(self) -> list[str]:
        """What they would get if they came back without a memory."""
        again, found = self.replayed(), []
        for seat in self.state.seats.values():
            if self.eyes(seat) and seat.where != "revoked":
                tab = Newest(seat.id)
                welcome(again, tab, None, None, self.now)  # type: ignore[arg-type]
                found.append(json.dumps(tab.frames, sort_keys=True))
        return found


class High(Walker):
    """Draws high actions only: whatever a walk proposes that touches nothing of B's."""

    play: Run

    def ask(self, actor: str | None, command: c.Command) -> Reply | None:
        if actor is None or not self.is_high(actor, command):
            return None
        return super().ask(actor, command)

    def fact(self, fact: c.Fact) -> None:
        state = self.play.state
        if isinstance(fact, (c.Connected, c.Disconnected, c.DeviceAsked)) and self._may_touch(fact.seat):
            if not (state.seats[fact.seat].mediates and b_waits(state) and not isinstance(fact, c.DeviceAsked)):
                super().fact(fact)

    def wait(self) -> None:
        return None

    def scene(self) -> None:
        return None

    def show_all(self) -> None:
        for seat in self.seats(lambda s: s.connection is not None and self._may_touch(s.id)):
            self.render(seat)
            self.play.tell(seat.id)

    def show_one(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.connection is not None and self._may_touch(s.id))):
            self.render(seat)
            self.play.tell(seat.id)

    def everybody_speaks(self) -> None:
        hidden = [r for r in self.play.state.rooms.values() if r.members and r.id not in rooms_of_b(self.play.state)]
        if room := self.pick(hidden):
            self.speak_in(room)

    def speak_in(self, room: Room) -> None:
        for seat in [self.play.state.seats[s] for s in room.members]:
            self.render(seat)
            self.play.tell(seat.id)
            for medium in MEDIA[:2]:
                self.ask(seat.id, c.Switch(medium, True, *self.play.looking_at(seat.id)))

    def arrive(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.where == "invited" and self._may_touch(s.id))):
            if seat.connection is None:
                self.fact(c.Connected(seat.id, self.play.fresh(f"c_{seat.id}")))
            self.ask(seat.id, self.play.arriving(seat.id, camera=self.chance(0.5)))

    def measure(self, secret: Random) -> None:
        """Pages of others find their lines good or bad. Where mediators look on it is no secret."""
        seats = list(self.play.state.seats.values())
        if any(self.play.eyes(s) for s in seats if s.mediates):
            return
        for seat in seats:
            if not self.play.eyes(seat) and secret.random() < 0.5:
                self.play.lines.say(self.play.state, seat.id, some(secret))

    def open_room(self) -> None:
        reply = self.ask(self.mediator(), c.OpenRoom("Hidden room", self.rng.choice(("own", "lobby"))))
        if reply is not None:
            self.play.high_rooms.add(str(reply["room"]))

    def _may_touch(self, seat: str) -> bool:
        state = self.play.state
        found = state.seats.get(seat)
        return found is None or not (of_b(found) or seat in beside_b(state))

    def is_high(self, actor: str, command: c.Command) -> bool:
        """Whether B may know nothing of this, by what it is and not by what it does."""
        state = self.play.state
        theirs = rooms_of_b(state)
        if isinstance(command, c.Move):
            steps = (
                [Step(s, a or LOBBY, b or LOBBY) for s, a, b in state.undo.steps] if command.undo and state.undo else []
            )
            steps += command.steps
            return all(self._may_touch(s.seat) and not {s.frm, s.to} & theirs for s in steps)
        if isinstance(command, c.Note):
            return command.room not in theirs and (command.room is not None or not self._b_in_lobby())
        if isinstance(command, c.OpenRoom):
            return len(self.play.high_rooms) < 3
        if isinstance(command, (c.RenameRoom, c.CloseRoom)):
            return command.room in self.play.high_rooms and command.room not in theirs
        if isinstance(command, c.Resume):
            return command.room is not None and command.room not in theirs
        if isinstance(command, (c.KeepApart, c.AllowTogether)):
            return not any(self._names_b(s) for s in (command.one, command.other))
        if isinstance(command, c.ReplaceLink):
            mediates = command.seat in state.seats and state.seats[command.seat].mediates
            return self._may_touch(command.seat) and not (mediates and b_waits(state))
        if isinstance(command, c.DeviceAnswered):
            return command.request in state.devices and self._may_touch(state.devices[command.request][0])
        if isinstance(command, (c.LowerHand, c.CancelCall)) and command.seat is not None:
            return self._may_touch(command.seat)
        own = (c.Arrive, c.Say, c.Switch, c.RaiseHand, c.LowerHand, c.CallMediator, c.CancelCall, c.StepOut)
        return isinstance(command, (*own, c.Leave, c.ComeBack, c.HoldDoor)) and self._may_touch(actor)

    def _b_in_lobby(self) -> bool:
        return any(of_b(s) and s.where == "lobby" for s in self.play.state.seats.values())

    def _names_b(self, subject: c.Subject) -> bool:
        if subject.kind == "side":
            return subject.id == SIDE
        return of_b(self.play.state.seats[subject.id])


def elsewhere(run: Run, seat: str, secret: Random) -> str:
    """A place without B where this seat may be."""
    high = [p for p in High(run).places(run.state.seats[seat]) if p not in rooms_of_b(run.state)]
    return secret.choice(high)


def extra(run: Run, taken: set[str], targets: set[str], secret: Random) -> list[Step]:
    """Steps of others in the same move, of which B may know nothing."""
    state = run.state
    walled = rooms_of_b(state) | targets
    free = [s for s in state.seats.values() if s.where in ("lobby", "room") and not of_b(s) and s.id not in taken]
    free = [s for s in free if s.room not in walled]
    steps = []
    for seat in secret.sample(free, min(len(free), secret.choice((0, 0, 1, 2)))):
        places = [p for p in High(run).places(seat) if p not in walled]
        if places:
            steps.append(Step(seat.id, seat.room or LOBBY, secret.choice(places)))
    return steps


def planned(run: Run, steps: list[Step]) -> c.Move | None:
    """These steps with the confirmation that they need, or `None` where they are refused."""
    try:
        return c.Move(tuple(steps), confirmation=planned_move(run.state, steps).confirmation)
    except Refused:
        return None
