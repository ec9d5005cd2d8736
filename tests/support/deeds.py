"""What people do in a session, one deed at a time; `walk` draws among them."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal, TypeVar

from server.errors import Refused
from server.session import commands as c
from server.session.commands import LOBBY, Step
from server.session.state import Seat
from tests.support.cast import Play, Reply, Screen

T = TypeVar("T")
MEDIA: tuple[Literal["microphone", "camera", "screen"], ...] = ("microphone", "camera", "screen")
WAITS = (0.0, 0.2, 1.0, 3.0, 5.0, 11.0, 31.0)
SUBJECT_SIDES = ("A", "B", "C")
ROOMS_MOST = 8
SEATS_MOST = 13
SCREENS_KEPT = 6


class People:
    """Draws things to do in a play, and does them. `trace` says in words what was done."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.trace: list[str] = []
        self.shown: dict[str, list[Screen]] = {}
        self.previews: list[tuple[str, tuple[Step, ...]]] = []
        self.rng = Random(0)

    def step(self, seed: int) -> None:
        """One thing that happens. Raises what the watcher raises."""
        self.rng = Random(seed)
        self.play.label = f".{seed}."
        self.play.composed = None
        self.draw()

    def draw(self) -> None:
        """Choose a deed, and do it."""
        raise NotImplementedError

    def everybody_arrives(self) -> None:
        """A scene to begin with: all are there and wait, but for the last."""
        self.play.arrive(*list(self.play.state.seats)[:-1])
        self.show_all()

    # --- choosing

    def pick(self, among: Sequence[T]) -> T | None:
        return self.rng.choice(among) if among else None

    def seats(self, wanted: Callable[[Seat], bool]) -> list[Seat]:
        return [s for s in self.play.state.seats.values() if wanted(s)]

    def inside(self) -> Seat | None:
        return self.pick(self.seats(lambda s: s.where == "room"))

    def arrived(self) -> list[Seat]:
        return self.seats(lambda s: s.where in ("lobby", "room"))

    def mediator(self) -> str | None:
        here = self.pick(self.seats(lambda s: s.mediates and s.where not in ("invited", "revoked")))
        return here.id if here else None

    def places(self, seat: Seat) -> list[str]:
        """Where this seat could be moved to, as far as the kinds of rooms go."""
        rooms = self.play.state.rooms.values()
        fit = [r.id for r in rooms if r.kind in ("joint", "sidebar")]
        fit += [r.id for r in rooms if r.kind == "caucus" and seat.side in (None, r.side)]
        fit += [r.id for r in rooms if r.kind == "chambers" and seat.mediates]
        return [r for r in [*fit, LOBBY] if r != (seat.room or LOBBY)]

    def pick_seat(self, wanted: Callable[[Seat], bool]) -> Seat | None:
        return self.pick(self.seats(wanted))

    def chance(self, of: float) -> bool:
        return self.rng.random() < of

    def screen(self, seat: str) -> tuple[str, int]:
        """What a page of this seat shows, or showed a while ago when its person began to write."""
        kept = self.shown.get(seat, [])
        chosen = self.pick(kept[-2:] + kept)
        room = chosen.view["room"] if chosen else None
        self.play.composed = frozenset(m["seat"] for m in room["members"]) if room else frozenset()
        return (room["id"], room["epoch"]) if room else ("nowhere", self.rng.choice((0, -1, 1 << 20)))

    # --- doing

    def ask(self, actor: str | None, command: c.Command) -> Reply | None:
        """Somebody asks; a refusal is fine here and judged by the watcher."""
        if actor is None:
            return None
        try:
            reply = self.play.ask(actor, command)
        except Refused as refusal:
            self.trace.append(f"{actor}: {command} refused: {refusal.reason}")
            return None
        self.trace.append(f"{actor}: {command}")
        return reply

    def fact(self, fact: c.Fact) -> None:
        self.trace.append(str(fact))
        self.play.fact(fact)

    def wait(self) -> None:
        seconds = self.rng.choice(WAITS)
        self.trace.append(f"{seconds} s pass")
        self.play.wait(seconds)

    def render(self, seat: Seat) -> None:
        self.play.render(seat.id)
        self.shown[seat.id] = [*self.shown.get(seat.id, []), self.play.screens[seat.id]][-SCREENS_KEPT:]

    def show_all(self) -> None:
        for seat in self.seats(lambda s: s.connection is not None):
            self.render(seat)
            self.play.tell(seat.id)
        self.trace.append("every page shows everything")

    def show_one(self) -> None:
        seat = self.pick(self.seats(lambda s: s.connection is not None))
        if seat is None:
            return
        part = self.rng.choice(("render", "tell", "both", "both"))
        if part != "tell":
            self.render(seat)
        if part != "render":
            self.play.tell(seat.id)
        self.trace.append(f"{seat.id}: {part}")

    def come_online(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.connection is None and s.where != "revoked")):
            self.fact(c.Connected(seat.id, self.play.fresh(f"c_{seat.id}")))

    def go_offline(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.connection is not None)):
            self.fact(c.Disconnected(seat.id, seat.connection or ""))

    def change_tab(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.connection is not None)):
            older = seat.connection or ""
            self.fact(c.Connected(seat.id, self.play.fresh(f"c_{seat.id}")))
            self.fact(c.Disconnected(seat.id, older))

    def restart(self) -> None:
        self.fact(c.Recovered())

    def arrive(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.where == "invited")):
            if seat.connection is None:
                self.play.connect(seat.id)
            self.ask(seat.id, self.play.arriving(seat.id, camera=self.chance(0.5)))

    def say(self) -> None:
        if seat := self.inside():
            self.ask(seat.id, c.Say(*self.screen(seat.id), f"words {len(self.trace)}"))
            self.play.composed = None

    def camera_while_waiting(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.where == "lobby")):
            self.ask(seat.id, c.Switch(self.rng.choice(MEDIA), True))

    def switch_on(self) -> None:
        if seat := self.inside():
            self.ask(seat.id, c.Switch(self.rng.choice(MEDIA), True, *self.screen(seat.id)))

    def everybody_speaks(self) -> None:
        """The pages of one room show it, and everybody there switches on."""
        rooms = [r for r in self.play.state.rooms.values() if len(r.members) > 1]
        if room := self.pick(rooms):
            for seat in [self.play.state.seats[s] for s in room.members]:
                if seat.connection is None:
                    self.fact(c.Connected(seat.id, self.play.fresh(f"c_{seat.id}")))
                self.render(seat)
                self.play.tell(seat.id)
                for medium in MEDIA[:2]:
                    if seat.role != "observer":
                        self.ask(seat.id, c.Switch(medium, True, *self.play.looking_at(seat.id)))

    def switch_off(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.microphone or s.camera or s.screen)):
            self.ask(seat.id, c.Switch(self.rng.choice(MEDIA), False))

    def hand(self) -> None:
        if seat := self.inside():
            self.ask(seat.id, c.LowerHand() if seat.hand is not None else c.RaiseHand())

    def lower_hand(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.hand is not None)):
            self.ask(self.mediator(), c.LowerHand(seat.id))

    def call(self) -> None:
        if seat := self.pick(self.seats(lambda s: not s.mediates)):
            self.ask(seat.id, c.CancelCall() if seat.calling is not None else c.CallMediator("Please."))

    def answer_call(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.calling is not None)):
            self.ask(self.mediator(), c.CancelCall(seat.id))

    def step_out(self) -> None:
        if seat := self.inside() or self.pick(self.arrived()):
            self.ask(seat.id, c.StepOut())

    def leave(self) -> None:
        if seat := self.pick(self.arrived()):
            self.ask(seat.id, c.Leave())

    def come_back(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.where == "left")):
            self.ask(seat.id, c.ComeBack())

    def hold_door(self) -> None:
        waiting = [(r, s) for r in self.play.state.rooms.values() for s in r.doors]
        if found := self.pick(waiting):
            room, newcomer = found
            self.ask(self.pick(list(room.members)), c.HoldDoor(newcomer))
