"""The two-run model: one session, played twice, with different secrets.

Two copies of a session get the same *low* actions at the same moments. In between, each copy gets *high* actions of its
own: other ones, more or fewer, at other moments, in all that side B may not know of (the caucus of A, with or without a
mediator, side C, the mediators' room, the lobby of others, sidebars, links and devices, notes to rooms without B).
Whatever side B's seats receive must be equal, byte by byte: facts, their numbers, their order and times, the hearing
frames, what is told of anybody's line, the answers and refusals to their own commands, and the snapshots.

What B may know (low): who takes part and under which name; everything in a room where somebody of B is, from when it
came; the mediator's pause; separation rules that name B; and, for those of B who are in no room, whether each mediator
is connected at all.
"""

import json
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from server.errors import Refused
from server.session import commands as c
from server.session.commands import LOBBY, Step
from server.session.decide import decide
from server.session.events import Policy
from server.session.roles import OPERATOR
from server.session.state import Room, Seat, State
from tests.support.cast import MARTA, MIRIAM, POLICY
from tests.support.deeds import MEDIA
from tests.support.high import SIDE, High, Run, beside_b, elsewhere, extra, of_b, planned, rooms_of_b
from tests.support.lines import some

HIGH_MOST = 5


class Leak(AssertionError):
    """Side B can tell the two runs apart."""


class TwoRuns:
    """Both copies, and what is done to them. `trace` says what was low; each high walker has its own."""

    def __init__(self, seed: int = 0, policy: Policy = POLICY) -> None:
        self.runs = (self.new_run(policy), self.new_run(policy))
        self.highs = (self.new_high(self.runs[0]), self.new_high(self.runs[1]))
        self.trace: list[str] = []
        self.rng = Random(seed)
        self.shown: dict[str, list[tuple[str, int]]] = {}
        late = self.rng.random() < 0.4
        there = [s.id for s in self.state.seats.values() if s.mediates or of_b(s) or not late]
        self.both(lambda run: run.arrive(*there))
        self.compare()

    def new_run(self, policy: Policy) -> Run:
        return Run(policy)

    def new_high(self, run: Run) -> High:
        return High(run)

    # --- what happens

    def step(self, seed: int) -> None:
        """Time passes, in which each run has its own secrets; then one low action happens in both."""
        self.rng = Random(seed)
        passed = self.rng.choice((0, 40, 200, 900, 3_000, 7_000, 12_000))
        then = self.runs[0].now + passed
        for number, (run, high) in enumerate(zip(self.runs, self.highs, strict=True)):
            secret = Random(f"{seed}/{number}")
            for moment in sorted(secret.randint(0, passed) for _ in range(secret.choice((0, 1, 2, HIGH_MOST)))):
                run.wait_until(then - passed + moment)
                high.step(secret.randrange(1 << 40))
                high.measure(secret)
            run.wait_until(then)
        self.trace.append(f"{passed} ms pass")
        self.compare()
        for run in self.runs:
            run.label = f"_{seed}_"
        self.measure(seed)
        self.low()
        self.compare()

    def measure(self, seed: int) -> None:
        """B's own pages find the same of their lines in both runs."""
        for run in self.runs:
            found = Random(f"{seed}/lines")
            for seat in [s for s in run.state.seats.values() if of_b(s)]:
                if found.random() < 0.2:
                    run.lines.say(run.state, seat.id, some(found))

    def both(self, act: Any) -> None:
        for run in self.runs:
            run.label = f"_{len(self.trace)}_"
            act(run)

    def compare(self) -> None:
        """Everything that B got, in both runs."""
        one, other = (run.received() for run in self.runs)
        self._same(one, other, "received")

    def compare_snapshots(self) -> None:
        one, other = (run.snapshots() for run in self.runs)
        self._same(one, other, "would be sent")

    def _same(self, one: Sequence[str], other: Sequence[str], how: str) -> None:
        if one != other:
            differ = next(((a, b) for a, b in zip(one, other, strict=False) if a != b), (len(one), len(other)))
            raise Leak(f"who looks on {how}\n  {differ[0]}\nor\n  {differ[1]}")

    # --- low actions

    @property
    def state(self) -> State:
        """The first run's state; only what is low may be read from it."""
        return self.runs[0].state

    def low(self) -> None:
        state = self.state
        if state.closed:
            return self.go_on()
        visible = [s for s in state.seats.values() if s.where != "revoked" and (of_b(s) or s.id in beside_b(state))]
        kind = self.rng.choices(LOW, LOW_WEIGHTS)[0]
        if kind == "own":
            self.own(self.rng.choice(visible))
        elif kind == "page":
            self.page(self.rng.choice(visible))
        elif kind == "pages":
            for seat in visible:
                if seat.connection is not None:
                    self.show(seat.id)
        elif kind == "speak":
            self.speak(visible)
        elif kind == "socket":
            self.socket(self.rng.choice(visible))
        elif kind == "move":
            self.move(state)
        elif kind == "fetch":
            self.fetch(state)
        elif kind == "send":
            self.send(state)
        else:
            self.arrange(kind, state)

    def own(self, seat: Seat) -> None:
        """Something that a person does who is of B, or in a room with B."""
        kept = self.shown.get(seat.id, [("nowhere", 0)])
        room, mark = self.rng.choice([self.runs[0].looking_at(seat.id), *kept[-4:]])
        inside = list(self.state.rooms[seat.room].members) if seat.room else [seat.id]
        somebody = self.rng.choice(inside)
        usual: list[c.Command] = [
            c.Say(room, mark, f"words {len(self.trace)}"),
            c.Say(room, mark, f"words {len(self.trace)}"),
            c.Switch("microphone", True, room, mark),
            c.Switch("camera", self.rng.random() < 0.7, room, mark),
            c.Switch("screen", True, room, mark),
            c.RaiseHand(),
            c.LowerHand(),
            c.StepOut(),
            c.HoldDoor(somebody),
            c.Leave(),
            c.ComeBack(),
            c.ComeBack(),
        ]
        theirs: list[c.Command] = [
            self.runs[0].arriving(seat.id, camera=True),
            c.Switch("camera", True),
            c.CallMediator("Please."),
            c.CancelCall(),
            c.CancelCall(self.rng.choice(list(FOREIGN))),
            c.LowerHand(self.rng.choice(list(FOREIGN))),
            c.HoldDoor(self.rng.choice(list(FOREIGN))),
            c.Say("room_a", mark, "Foreign words"),
            c.DeviceAnswered("none", True),
            c.Resume(seat.room),
        ]
        if seat.where == "invited":
            theirs, usual = theirs[:1], theirs[:1]
        self.ask(seat.id, self.rng.choice(usual + theirs if of_b(seat) else usual))

    def ask(self, actor: str, command: c.Command) -> None:
        """The same command in both runs. Of B's own, the answers are compared; of others, only what B sees of them."""
        self.trace.append(f"{actor}: {command}")
        self.ready_for_exits(command, actor)
        if not of_b(self.state.seats[actor]) and not self._both_may(actor, (command, command)):
            return
        answers = []
        for run in self.runs:
            try:
                answers.append(json.dumps(run.ask(actor, command), sort_keys=True))
            except Refused as refusal:
                answers.append(json.dumps([refusal.reason, refusal.detail], sort_keys=True))
        if of_b(self.state.seats[actor]):
            self._same(answers[:1], answers[1:], f"was answered to {command}")

    def _both_may(self, actor: str, pair: Iterable[c.Command]) -> bool:
        """Whether neither run refuses; a mediator may be refused for reasons that are high, and then does otherwise."""
        for run, command in zip(self.runs, pair, strict=True):
            try:
                decide(run.state, actor, command, run.now, lambda prefix: prefix)
            except Refused:
                return False
        return True

    def page(self, seat: Seat) -> None:
        if seat.connection is None:
            return
        part = self.rng.choice(("render", "tell", "both"))
        for run in self.runs:
            if part != "tell":
                run.render(seat.id)
            if part != "render":
                run.tell(seat.id)
        self._remember(seat.id)
        self.trace.append(f"{seat.id}: {part}")

    def show(self, seat: str) -> None:
        for run in self.runs:
            run.show(seat)
        self._remember(seat)
        self.trace.append(f"{seat}: shows")

    def _remember(self, seat: str) -> None:
        looks = [run.looking_at(seat) for run in self.runs]
        if looks[0] == looks[1]:
            self.shown.setdefault(seat, []).append(looks[0])

    def speak(self, visible: Iterable[Seat]) -> None:
        for seat in visible:
            if seat.connection is not None and seat.room is not None:
                self.show(seat.id)
                self.ask(seat.id, c.Switch("microphone", True, *self.runs[0].looking_at(seat.id)))

    def socket(self, seat: Seat) -> None:
        coming = seat.connection is None or self.rng.random() < 0.3
        self.trace.append(f"{seat.id} {'connects' if coming else 'is cut off'}")
        for run in self.runs:
            run.connect(seat.id) if coming else run.disconnect(seat.id)

    def go_on(self) -> None:
        """The case was closed: after a while its next session is opened, and most of those whom B knows of come."""
        if self.rng.random() < 0.3:
            return
        actor = self.actor() or OPERATOR
        self.trace.append(f"{actor} opens the next session")
        self.both(lambda run: run.ask(actor, c.NextSession()))
        invited = [s for s in self.state.seats.values() if s.where == "invited"]
        there = [s.id for s in invited if s.mediates or self.rng.random() < 0.8]
        self.both(lambda run: run.arrive(*(s for s in there if run.state.seats[s].where == "invited")))

    # --- low moves; where others come from and go to is high

    def actor(self) -> str | None:
        """A mediator who may act in both runs."""
        for seat in (MIRIAM, MARTA):
            if all(run.state.seats[seat].where not in ("invited", "revoked") for run in self.runs):
                return seat
        return None

    def calm(self) -> None:
        """Mediators whom B cannot see are connected again: B may be about to see whether they are."""
        for run in self.runs:
            for seat in [s for s in run.state.seats.values() if s.mediates and s.connection is None]:
                if seat.where != "revoked" and seat.id not in beside_b(run.state):
                    run.connect(seat.id)

    def vacate(self, room: str) -> None:
        """Nobody whom B cannot know of is in the room that B is about to enter."""
        for run in self.runs:
            hidden = run.state.rooms.get(room)
            actor = self.actor()
            if hidden is None or room in rooms_of_b(run.state) or not hidden.members or actor is None:
                continue
            run.ask(actor, c.Move(tuple(Step(s, room, LOBBY) for s in hidden.members)))

    def ready(self, seat: str) -> None:
        """The seat is there, online and silent, as B will find it."""
        for run in self.runs:
            here = run.state.seats[seat]
            if here.connection is None:
                run.connect(seat)
            if here.where == "invited":
                run.ask(seat, run.arriving(seat))
            elif here.where == "left":
                run.ask(seat, c.ComeBack())
            for medium in MEDIA:
                if run.state.seats[seat].role != "observer":
                    run.ask(seat, c.Switch(medium, False))

    def ready_for_exits(self, command: c.Command, actor: str) -> None:
        """Before B may get somewhere by itself, or be seen to be nowhere."""
        self.calm()
        caucus = next((r.id for r in self.state.rooms.values() if r.kind == "caucus" and r.side == SIDE), None)
        if caucus and isinstance(command, (c.StepOut, c.CloseRoom)):
            self.vacate(caucus)

    def move(self, state: State) -> None:
        """B's people are moved; in the same move, others are moved elsewhere in each run."""
        here = [s for s in state.seats.values() if of_b(s) and s.where in ("lobby", "room")]
        rooms = [
            r.id for r in state.rooms.values() if self.known(r) and r.kind != "chambers" and r.side in (None, SIDE)
        ]
        if not here:
            return
        chosen = self.rng.sample(here, self.rng.randint(1, len(here)))
        target = self.rng.choice([*rooms, *rooms, LOBBY])
        self.calm()
        self.vacate(target)
        steps = [Step(s.id, s.room or LOBBY, target) for s in chosen if (s.room or LOBBY) != target]
        self.carry_out([steps, steps], {target})

    def known(self, room: Room) -> bool:
        return all(room.id in run.state.rooms and room.id not in run.high_rooms for run in self.runs)

    def fetch(self, state: State) -> None:
        """Others come to B: from wherever they are."""
        theirs = sorted(rooms_of_b(state))
        absent = [
            s.id for s in state.seats.values() if s.where != "revoked" and not of_b(s) and s.id not in beside_b(state)
        ]
        if not theirs or not absent:
            return
        mediators = [s for s in absent if state.seats[s].mediates]
        chosen = self.rng.sample(absent, min(len(absent), self.rng.choice((1, 1, 2))))
        if mediators and self.rng.random() < 0.5:
            chosen = [self.rng.choice(mediators)]
        target = self.rng.choice(theirs)
        self.calm()
        for seat in chosen:
            self.ready(seat)
        self.carry_out(
            [[Step(s, run.state.seats[s].room or LOBBY, target) for s in chosen] for run in self.runs], {target}
        )

    def send(self, state: State) -> None:
        """Others go from B, each to a place that may differ."""
        near = sorted(beside_b(state))
        if not near:
            return
        chosen = self.rng.sample(near, self.rng.randint(1, len(near)))
        self.calm()
        steps = []
        for number, run in enumerate(self.runs):
            secret = Random(f"{self.rng.random()}/{number}")
            steps.append([Step(s, run.state.seats[s].room or LOBBY, elsewhere(run, s, secret)) for s in chosen])
        self.carry_out(steps, set())

    def carry_out(self, low: Sequence[list[Step]], targets: set[str]) -> None:
        actor = self.actor()
        if actor is None or not low[0]:
            return
        moves: list[c.Move] = []
        for number, (run, steps) in enumerate(zip(self.runs, low, strict=True)):
            secret = Random(f"{self.rng.random()}/{number}")
            hidden = extra(run, {s.seat for s in steps}, targets, secret)
            moves.append(planned(run, [*steps, *hidden]) or planned(run, steps) or c.Move())
        self.trace.append(f"{actor}: {moves[0]} or {moves[1]}")
        if self._both_may(actor, moves):
            for run, move in zip(self.runs, moves, strict=True):
                run.ask(actor, move)

    # --- other low arrangements

    def arrange(self, kind: str, state: State) -> None:
        actor = self.actor()
        if actor is None:
            return
        bs = [s.id for s in state.seats.values() if of_b(s) and s.where != "revoked"]
        others = [s.id for s in state.seats.values() if not of_b(s) and s.where != "revoked"]
        known = [r.id for r in state.rooms.values() if self.known(r)]
        theirs = sorted(rooms_of_b(state))
        if not bs:
            return
        if kind == "note":
            self.ask(actor, c.Note(self.rng.choice([None, *theirs]), f"note {len(self.trace)}"))
        elif kind == "pause":
            self.ask(actor, c.Pause())
        elif kind == "resume":
            self.ask(actor, c.Resume(None if state.paused else self.rng.choice([None, *theirs])))
        elif kind == "rename_room":
            self.ask(actor, c.RenameRoom(self.rng.choice(known), f"Room {len(self.trace)}"))
        elif kind == "open_room" and len(known) < 7:
            self.ask(actor, c.OpenRoom("Side talk", self.rng.choice(("own", "lobby"))))
        elif kind == "close_room":
            sidebars = [r for r in known if state.rooms[r].kind == "sidebar" and (r in theirs)]
            if sidebars:
                self.ask(actor, c.CloseRoom(self.rng.choice(sidebars)))
        elif kind == "keep_apart":
            pair = [c.Subject("seat", self.rng.choice(bs)), c.Subject("seat", self.rng.choice(others))]
            if self.rng.random() < 0.3:
                pair[1] = c.Subject("side", self.rng.choice(("A", "C")))
            self.rng.shuffle(pair)
            self.ask(actor, c.KeepApart(*pair))
        elif kind == "allow" and state.apart:
            pairs = [sorted(p) for p in state.apart if all(p in run.state.apart for run in self.runs)]
            pairs = [p for p in pairs if any(k == "side" and i == SIDE or i in bs for k, i in p)]
            if pairs:
                one, other = self.rng.choice(sorted(pairs))
                self.ask(actor, c.AllowTogether(c.Subject(*one), c.Subject(*other)))  # type: ignore[arg-type]
        elif kind == "rename":
            seat = self.rng.choice(bs + others)
            if seat not in beside_b(state) and seat in others:
                self.ready(seat)
            self.ask(actor, c.RenameSeat(seat, f"Name {len(self.trace)}"))
        elif kind == "invite" and len(state.seats) < 13:
            role, side = self.rng.choice((("party", "A"), ("party", "B"), ("expert", None)))
            self.ask(actor, c.Invite("Late Guest", role, side, self.runs[0].fresh("late")))
        elif kind == "replace":
            self.ask(actor, c.ReplaceLink(self.rng.choice(bs + sorted(beside_b(state)))))
        elif kind == "revoke":
            free = [s for s in [*bs[1:], *others] if s not in (MIRIAM, MARTA)]
            if free and self.rng.random() < 0.5:
                self.ask(actor, c.RevokeLink(self.rng.choice(free)))
        elif kind == "device":
            for run in self.runs:
                run.fact(c.DeviceAsked(bs[0], f"d{len(self.trace)}"))
        elif kind == "restart" and self.rng.random() < 0.3:
            self.trace.append("the server starts again")
            for run in self.runs:
                run.fact(c.Recovered())
        elif kind == "close" and self.rng.random() < 0.5:
            self.ask(actor, c.CloseSession())


FOREIGN = ("paul", "clara", "chris", "miriam", "nobody")
LOW = ["own", "page", "pages", "speak", "socket", "move", "fetch", "send", "note", "pause", "resume", "rename_room"]
LOW += ["open_room", "close_room", "keep_apart", "allow", "rename", "invite", "replace", "revoke", "device", "restart"]
LOW += ["close"]
LOW_WEIGHTS = [60, 10, 25, 25, 12, 40, 40, 25, 6, 5, 8, 2, 4, 4, 3, 4, 2, 2, 3, 2, 2, 1, 1]
