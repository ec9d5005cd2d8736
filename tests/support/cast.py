"""The people of a mediation, and `Play`: a session that tests perform like a scene.

`Play` is the smallest honest host: it decides, writes, reads back what it wrote, takes that in by the very function
that live sessions use, and gives every seat its numbered facts. Its clock stands still until it is told otherwise. The
seats' pages show what they got when the scene says so (`show`), or at once where the play is `attentive`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from server.errors import Refused
from server.host import replay, strip
from server.host.inbox import KEPT, Numbered
from server.host.wiring import by_ends
from server.rtp.link import Link
from server.session import codec, epochs, hearing, view
from server.session import commands as c
from server.session import decide as deciding
from server.session import events as ev
from server.session.codec import Committed
from server.session.commands import LOBBY
from server.session.hearing import Told
from server.session.moves import preview
from server.session.opening import SeatPlan, SessionPlan, open_session
from server.session.presence import due
from server.session.state import State

MIRIAM, MARTA = "miriam", "marta"
PAUL, PRIYA, CLARA = "paul", "priya", "clara"
DANA, DAVID = "dana", "david"
CHRIS = "chris"
INES, OMAR = "ines", "omar"

JOINT, CHAMBERS = "joint", "chambers"
ROOM_A, ROOM_B, ROOM_C = "room_a", "room_b", "room_c"

SIDES = (("A", "The Okafors"), ("B", "Dana Weiss"))
SEATS = (
    SeatPlan("Miriam Mediator", "mediator"),
    SeatPlan("Paul Okafor", "party", "A"),
    SeatPlan("Priya Okafor", "party", "A"),
    SeatPlan("Clara Counsel", "counsel", "A"),
    SeatPlan("Dana Weiss", "party", "B"),
    SeatPlan("David Counsel", "counsel", "B"),
)
PLAN = SessionPlan("Garden wall", SIDES, SEATS, "What is said here stays here.")
"""Miriam mediates; Paul and Priya with Clara, their counsel, face Dana with David, hers."""

FULL_HOUSE = SessionPlan(
    "Garden wall",
    (*SIDES, ("C", "Chris Insurance")),
    (
        *SEATS,
        SeatPlan("Marta Mediator", "co_mediator"),
        SeatPlan("Chris Case", "insurer", "C"),
        SeatPlan("Ines Interpreter", "interpreter"),
        SeatPlan("Omar Observer", "observer", "B"),
    ),
    "What is said here stays here.",
)
"""Two more sides to look from: a third side, a second mediator, somebody of no side and somebody who only looks on."""

_SPEAKING = {"Chris Case": "party", "Clara Counsel": "insurer"}
BOARD_HOUSE = SessionPlan(
    FULL_HOUSE.title,
    FULL_HOUSE.sides,
    tuple(SeatPlan(s.name, _SPEAKING.get(s.name, s.role), s.side) for s in FULL_HOUSE.seats),
    FULL_HOUSE.text,
    seen=True,
)
"""The same people, in which the third side speaks for itself too, and it is noted who has seen what."""

POLICY = ev.Policy(door_ms=3_000, hold_ms=30_000, grace_ms=5_000, keep_days=7, seats_max=14)
NO_DOORS = ev.Policy(door_ms=0, hold_ms=30_000, grace_ms=5_000, keep_days=7, seats_max=14)
START = 1_800_000_000_000

Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page shows: one view, and how far the log was when it was rendered."""

    connection: str | None
    view: Reply
    position: int


class Play:
    """One session on a bare stage. `attentive`: every connected page shows everything at once."""

    def __init__(
        self, plan: SessionPlan = PLAN, policy: ev.Policy = POLICY, *, attentive: bool = True, checked: bool = True
    ) -> None:
        self.now = START
        self.attentive = attentive
        self.checked = checked
        self.written: list[bytes] = []
        self.told: dict[str, Told] = {}
        self.screens: dict[str, Screen] = {}
        self.plans: dict[str, Reply] = {}
        self.label = ""
        self._heard: tuple[State, frozenset[Link]] | None = None  # who hears whom, and in which state
        self.composed: frozenset[str] | None = None  # the audience on the screen of whoever is writing
        self.composed_on: Screen | None = None  # that screen
        self._counts: dict[str, int] = {}
        names = _names(plan)
        opening = open_session("session", plan, policy, "Parley House", lambda prefix: next(names))
        self.remembered = self._take_in(None, Committed(self.now, "", None, {}, (opening,)))

    @property
    def state(self) -> State:
        return self.remembered.state

    # --- what happens

    def ask(self, actor: str, command: c.Command) -> Reply:
        """Somebody asks for something; raises `Refused`."""
        decision = deciding.decide(self.state, actor, command, self.now, self.fresh)
        return self._happen(actor, decision.events, decision.result)

    def fact(self, fact: c.Fact) -> Reply:
        """The machine reports something."""
        decision = deciding.decide_fact(self.state, fact, self.now, self.fresh)
        return self._happen("", decision.events, decision.result)

    def refused(self, actor: str, command: c.Command) -> Refused:
        """The refusal of a command that must be refused, and must have changed nothing."""
        before, length = self.state, len(self.written)
        try:
            self.ask(actor, command)
        except Refused as refusal:
            assert self.state is before and len(self.written) == length
            return refusal
        raise AssertionError(f"{command} of {actor} was not refused")

    def shown_to(self, seat: str, answer: Mapping[str, object]) -> None:
        """This seat was answered without anything having happened. Watchers look at it."""

    def fresh(self, prefix: str) -> str:
        """Names of new things, told apart by the label of what is being done and not by how much was done before."""
        key = f"{prefix}{self.label}"
        self._counts[key] = self._counts.get(key, 0) + 1
        return f"{key}{self._counts[key]}"

    def _happen(self, by: str, events: tuple[ev.Event, ...], result: Mapping[str, object]) -> Reply:
        if events:
            self._take_in(self.remembered, Committed(self.now, by, None, dict(result), events))
            if self.attentive:
                self.show(*self.connected())
        return dict(result)

    def _take_in(self, before: replay.Remembered | None, committed: Committed) -> replay.Remembered:
        data = codec.encode(committed)
        self.written.append(data)
        read = codec.decode(data) if self.checked else committed
        assert read == committed, "what was written is not what is read"
        remembered, _ = replay.advance(before, read)
        return remembered

    # --- time

    def wait(self, seconds: float) -> None:
        """Time passes; what is due happens when it is due."""
        self.wait_until(self.now + round(seconds * 1000))

    def wait_until(self, then: int) -> None:
        while (when := due(self.state)) is not None and when <= then:
            self.now = max(self.now, when)
            before = self.state
            self.fact(c.ClockStruck())
            assert self.state is not before, "the clock struck for something that never happens"
        self.now = max(self.now, then)

    # --- people come and go

    def connect(self, *seats: str, connection: str | None = None) -> None:
        for seat in seats:
            self.fact(c.Connected(seat, connection or self.fresh(f"c_{seat}")))

    def disconnect(self, *seats: str) -> None:
        for seat in seats:
            self.fact(c.Disconnected(seat, self.state.seats[seat].connection or ""))

    def arrive(self, *seats: str) -> None:
        """Connect and agree to the text, under a name a little different from the one that the mediator wrote."""
        for seat in seats:
            self.connect(seat)
            self.ask(seat, self.arriving(seat))

    def arriving(self, seat: str, *, camera: bool = False) -> c.Arrive:
        name = self.state.seats[seat].listed.split()[0] + " herself"
        return c.Arrive(name, self.state.text_version, self.state.text_hash, camera)

    # --- what people do, as they see it on their screens

    def say(self, seat: str, text: str) -> Reply:
        room, epoch = self.looking_at(seat)
        return self.ask(seat, c.Say(room, epoch, text))

    def switch_on(self, seat: str, *media: str) -> None:
        for medium in media or ("microphone", "camera"):
            room, epoch = self.looking_at(seat)
            self.ask(seat, c.Switch(medium, True, room, epoch))  # type: ignore[arg-type]

    def looking_at(self, seat: str) -> tuple[str, int]:
        """The room and the audience epoch on the screen of this seat."""
        shown = self.screens[seat].view["room"] if seat in self.screens else None
        return (shown["id"], shown["epoch"]) if shown else ("nowhere", 0)

    def steps(self, to: Mapping[str, str]) -> tuple[c.Step, ...]:
        return tuple(c.Step(s, self.state.seats[s].room or LOBBY, room) for s, room in to.items())

    def move(self, to: Mapping[str, str], *, by: str = MIRIAM, confirmed: bool = True) -> Reply:
        """Move seats to rooms, with the confirmation of the preview where one is given."""
        steps = self.steps(to)
        confirmation = self.preview(steps)["confirmation"] if confirmed else None
        return self.ask(by, c.Move(steps, confirmation=confirmation))

    def preview(self, steps: tuple[c.Step, ...]) -> Reply:
        """What a mediator is shown of a plan; the play remembers it by its confirmation."""
        shown = preview(self.state, steps)
        if isinstance(shown["confirmation"], str):
            self.plans[shown["confirmation"]] = shown
        return shown

    def undo(self, move: str, *, by: str = MIRIAM, confirmation: str | None = None) -> Reply:
        return self.ask(by, c.Move(undo=move, confirmation=confirmation))

    # --- what their pages show

    def show(self, *seats: str) -> None:
        """The pages show the newest view, and say so."""
        for seat in seats:
            self.render(seat)
            self.tell(seat)

    def render(self, seat: str) -> None:
        """The page shows the newest view; the server does not know yet."""
        self.screens[seat] = Screen(self.state.seats[seat].connection, self.newest(seat), len(self.written))

    def tell(self, seat: str) -> None:
        """What the page shows arrives at the server as `told`."""
        screen = self.screens.get(seat)
        here = self.state.seats[seat]
        if screen is None or screen.connection is None or screen.connection != here.connection:
            return
        shown = screen.view["room"]
        room = self.state.rooms.get(shown["id"]) if shown else None
        epoch = epochs.epoch_of(here, room, shown["epoch"]) if room is not None else None
        if room is not None and epoch is not None:
            self.told[seat] = Told(screen.connection, room.id, epoch)
            self._heard = None

    def newest(self, seat: str) -> Reply:
        """The newest view that was sent to this seat."""
        inbox = self.remembered.inboxes.get(seat)
        for numbered in reversed(inbox.recent if inbox else ()):
            if numbered.body["kind"] == "view":
                found = numbered.body["view"]
                assert isinstance(found, dict)
                return found
        raise AssertionError(f"{seat} was never sent a view")

    def frames(self, seat: str) -> list[Numbered]:
        """What was sent to this seat, in order, as far back as its inbox goes."""
        inbox = self.remembered.inboxes.get(seat)
        return list(inbox.since(max(0, inbox.count - KEPT)) or ()) if inbox else []

    def new(self, seat: str, since: int) -> list[Numbered]:
        """What was sent to this seat after number `since`, in order."""
        inbox = self.remembered.inboxes.get(seat)
        newest_first = takewhile(lambda numbered: numbered.number > since, reversed(inbox.recent if inbox else ()))
        return list(newest_first)[::-1]

    def words(self, seat: str, kind: str = "said") -> list[str]:
        """The texts that reached this seat."""
        return [str(f.body["text"]) for f in self.frames(seat) if f.body["kind"] == kind]

    def view(self, seat: str) -> Reply:
        """What this seat may know now."""
        return view.view(self.state, seat)

    # --- who hears whom

    def links(self) -> frozenset[Link]:
        if self._heard is None or self._heard[0] is not self.state:
            self._heard = self.state, hearing.hearing(self.state, self.told)
        return self._heard[1]

    def strip(self, seat: str) -> Reply:
        """The `hearing` frame of a seat, on a machine where every connection carries media."""
        wires = strip.Wires(by_ends(self.links()), frozenset(self.connected()), frozenset(), True)
        return strip.strip(self.state, self.told, wires, seat)

    def hears(self, listener: str) -> set[str]:
        return {k.speaker for k in self.links() if k.listener == listener and k.medium == "microphone"}

    def sees(self, listener: str) -> set[str]:
        return {k.speaker for k in self.links() if k.listener == listener and k.medium == "camera"}

    # --- where everybody is

    def connected(self) -> list[str]:
        return [s.id for s in self.state.seats.values() if s.connection is not None]

    def at(self, seat: str) -> str | None:
        """The room of a seat, or `None`."""
        return self.state.seats[seat].room

    def inside(self, room: str) -> set[str]:
        return set(self.state.rooms[room].members)

    def replayed(self) -> replay.Remembered:
        """The session as its log alone tells it."""
        return replay.replay(codec.decode(data) for data in self.written)


def _names(plan: SessionPlan) -> Iterator[str]:
    """The ids that `open_session` draws: seats by their first names, then the standing rooms."""
    yield from (seat.name.split()[0].lower() for seat in plan.seats)
    yield JOINT
    yield from (f"room_{side.lower()}" for side, _ in plan.sides)
    yield CHAMBERS


def on_stage(
    plan: SessionPlan = PLAN,
    policy: ev.Policy = NO_DOORS,
    *,
    rooms: Mapping[str, Iterable[str]] | None = None,
    attentive: bool = True,
) -> Play:
    """Everybody has arrived, and is where `rooms` says, with microphone and camera on; the rest waits."""
    play = Play(plan, policy, attentive=attentive)
    play.arrive(*play.state.seats)
    for room, seats in (rooms or {}).items():
        where = {s: room for s in seats if play.at(s) != room}
        if where:
            play.move(where)
    for seat in play.state.seats.values():
        if seat.room is not None and seat.role != "observer":
            play.show(seat.id)
            play.switch_on(seat.id)
    return play


def refusal_of(act: Callable[[], object]) -> str:
    """The reason for which something was refused."""
    try:
        act()
    except Refused as refusal:
        return refusal.reason
    raise AssertionError("it was not refused")
