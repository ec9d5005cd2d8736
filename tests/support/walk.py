"""Random walks through a session: one step is one thing that somebody could really do now.

Only enabled things are drawn (plus some that must be refused), since a walk of refusals proves nothing. Each step has a
seed of its own, so that leaving a step out of a failing walk does not change the others.
"""

from server.session import commands as c
from server.session.commands import LOBBY, Step
from server.session.roles import OPERATOR
from tests.support.deeds import People
from tests.support.scenes import SCENES

SUBJECT_SIDES = ("A", "B", "C")
ROOMS_MOST = 8
SEATS_MOST = 13


class Walker(People):
    """Draws things to do in a play, and does them. `trace` says in words what was done."""

    def draw(self) -> None:
        deed = self.rng.choices(DEEDS, WEIGHTS)[0]
        if self.play.state.closed is not None and self.rng.random() < 0.4:
            deed = "next_session"
        getattr(self, deed)()

    # --- arranging

    def carry_out(self, steps: tuple[Step, ...]) -> None:
        """Move, with the confirmation of the preview, sometimes with none, an older one, or after a delay."""
        confirmation = self.play.preview(steps)["confirmation"]
        if confirmation is not None:
            self.previews.append((confirmation, steps))
        chance = self.rng.random()
        if chance < 0.12:
            confirmation = None
        elif chance < 0.24 and self.previews:
            confirmation, older = self.rng.choice(self.previews[-6:])
            steps = self.rng.choice((steps, older))
        actor = OPERATOR if self.rng.random() < 0.1 else self.mediator()
        self.ask(actor, c.Move(steps, confirmation=confirmation))

    def move_some(self) -> None:
        here = self.arrived()
        chosen = self.rng.sample(here, min(len(here), self.rng.choice((1, 1, 1, 2, 2, 3))))
        together = self.rng.random() < 0.4
        target = self.pick([r.id for r in self.play.state.rooms.values() if r.kind in ("joint", "sidebar")])
        steps = []
        for seat in chosen:
            place = target if together and target else self.pick(self.places(seat))
            if place is not None and place != (seat.room or LOBBY):
                steps.append(Step(seat.id, seat.room or LOBBY, place))
        if steps:
            self.carry_out(tuple(steps))

    def bring_all(self) -> None:
        target = self.pick([r.id for r in self.play.state.rooms.values() if r.kind in ("joint", "sidebar")])
        if target is not None:
            steps = [Step(s.id, s.room or LOBBY, target) for s in self.arrived() if s.room != target]
            if steps:
                self.carry_out(tuple(steps))

    def to_caucuses(self) -> None:
        steps = []
        for seat in self.arrived():
            own = [r.id for r in self.play.state.rooms.values() if r.kind == "caucus" and r.side == seat.side]
            if own and seat.side and seat.room != own[0]:
                steps.append(Step(seat.id, seat.room or LOBBY, own[0]))
        if steps:
            self.carry_out(tuple(steps))

    def repeat_an_old_plan(self) -> None:
        """Somebody's page is behind: a plan from a while ago, with its confirmation."""
        if self.previews:
            confirmation, steps = self.rng.choice(self.previews[-4:])
            self.ask(self.mediator(), c.Move(steps, confirmation=confirmation))

    def undo(self) -> None:
        undo = self.play.state.undo
        if undo is None:
            return
        confirmation = None
        if self.rng.random() < 0.4:
            steps = tuple(Step(s, a or LOBBY, b or LOBBY) for s, a, b in undo.steps)
            confirmation = self.play.preview(steps)["confirmation"]
        self.ask(self.mediator(), c.Move(undo=undo.move, confirmation=confirmation))

    def note(self) -> None:
        places = [None, *self.play.state.rooms]
        self.ask(self.mediator(), c.Note(self.rng.choice(places), f"note {len(self.trace)}"))

    def open_room(self) -> None:
        if len(self.play.state.rooms) < ROOMS_MOST:
            places = ["own", "lobby", *self.play.state.rooms]
            self.ask(self.mediator(), c.OpenRoom("Side talk", self.rng.choice(places)))

    def rename_room(self) -> None:
        self.ask(self.mediator(), c.RenameRoom(self.rng.choice(list(self.play.state.rooms)), f"Room {len(self.trace)}"))

    def close_room(self) -> None:
        kinds = ("sidebar",) if self.rng.random() < 0.8 else ("sidebar", "joint", "caucus")
        if room := self.pick([r for r in self.play.state.rooms.values() if r.kind in kinds]):
            self.ask(self.mediator(), c.CloseRoom(room.id))

    def pause(self) -> None:
        self.ask(self.mediator(), c.Pause())

    def resume(self) -> None:
        if self.play.state.paused is not None:
            self.ask(self.mediator(), c.Resume())

    def resume_room(self) -> None:
        if room := self.pick([r for r in self.play.state.rooms.values() if r.paused]):
            self.ask(self.mediator(), c.Resume(room.id))

    def subject(self) -> c.Subject | None:
        if self.rng.random() < 0.35:
            return c.Subject("side", self.rng.choice(SUBJECT_SIDES))
        seat = self.pick(self.seats(lambda s: not s.mediates))
        return c.Subject("seat", seat.id) if seat else None

    def keep_apart(self) -> None:
        one, other = self.subject(), self.subject()
        if one and other:
            self.ask(self.mediator(), c.KeepApart(one, other))

    def allow_together(self) -> None:
        if pair := self.pick(sorted(tuple(sorted(p)) for p in self.play.state.apart)):
            (kind, one), (other_kind, other) = pair
            subjects = [c.Subject(kind, one), c.Subject(other_kind, other)]  # type: ignore[arg-type]
            self.rng.shuffle(subjects)
            self.ask(self.mediator(), c.AllowTogether(*subjects))

    def invite(self) -> None:
        if len(self.play.state.seats) < SEATS_MOST:
            role, side = self.rng.choice((("party", "A"), ("counsel", "B"), ("expert", None), ("insurer", "C")))
            self.ask(self.mediator(), c.Invite("Late Guest", role, side, self.play.fresh("late")))

    def rename_seat(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.where != "revoked")):
            self.ask(self.mediator(), c.RenameSeat(seat.id, f"Name {len(self.trace)}"))

    def replace_link(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.where != "revoked")):
            self.ask(self.mediator(), c.ReplaceLink(seat.id))

    def revoke_link(self) -> None:
        if seat := self.pick(self.seats(lambda s: s.where != "revoked")):
            self.ask(self.mediator(), c.RevokeLink(seat.id))

    def device(self) -> None:
        if request := self.pick(sorted(self.play.state.devices)):
            whose = self.play.state.devices[request][0]
            who = self.pick([whose, self.mediator() or whose, self.rng.choice(list(self.play.state.seats))])
            self.ask(who, c.DeviceAnswered(request, self.rng.random() < 0.5))
        elif seat := self.pick(list(self.play.state.seats)):
            self.fact(c.DeviceAsked(seat, self.play.fresh("d_")))

    def out_of_turn(self) -> None:
        """What a page would never send: somebody else's commands."""
        seat = self.pick(list(self.play.state.seats.values()))
        other = self.pick(list(self.play.state.seats))
        room = self.pick(list(self.play.state.rooms))
        if seat is None or other is None or room is None:
            return
        tried: list[c.Command] = [
            c.Move((Step(other, self.play.state.seats[other].room or LOBBY, room),)),
            c.Resume(),
            c.Resume(room),
            c.HoldDoor(other),
            c.Say(room, 1 << 20, "Foreign words"),
            c.LowerHand(other),
            c.CancelCall(other),
            c.RevokeLink(other),
        ]
        if not seat.mediates:
            self.ask(seat.id, self.rng.choice(tried))

    def scene(self) -> None:
        scene = self.rng.choice(SCENES)
        self.trace.append(f"scene: {scene.__name__}")
        scene(self)

    def close_session(self) -> None:
        if self.rng.random() < 0.3:
            self.ask(self.mediator(), c.CloseSession())

    def next_session(self) -> None:
        self.ask(OPERATOR if self.rng.random() < 0.3 else self.mediator(), c.NextSession())


DEEDS: list[str] = []
WEIGHTS: list[int] = []
for deed, weight in {
    Walker.show_all: 35,
    Walker.show_one: 30,
    Walker.wait: 40,
    Walker.come_online: 25,
    Walker.go_offline: 10,
    Walker.change_tab: 6,
    Walker.restart: 1,
    Walker.arrive: 12,
    Walker.say: 40,
    Walker.switch_on: 20,
    Walker.camera_while_waiting: 8,
    Walker.everybody_speaks: 30,
    Walker.switch_off: 5,
    Walker.hand: 6,
    Walker.lower_hand: 2,
    Walker.call: 6,
    Walker.answer_call: 2,
    Walker.step_out: 18,
    Walker.leave: 8,
    Walker.come_back: 12,
    Walker.hold_door: 12,
    Walker.move_some: 60,
    Walker.bring_all: 22,
    Walker.to_caucuses: 14,
    Walker.repeat_an_old_plan: 8,
    Walker.undo: 14,
    Walker.note: 8,
    Walker.open_room: 6,
    Walker.rename_room: 2,
    Walker.close_room: 5,
    Walker.pause: 8,
    Walker.resume: 10,
    Walker.resume_room: 14,
    Walker.keep_apart: 8,
    Walker.allow_together: 6,
    Walker.invite: 2,
    Walker.rename_seat: 2,
    Walker.replace_link: 4,
    Walker.revoke_link: 3,
    Walker.device: 5,
    Walker.out_of_turn: 10,
    Walker.scene: 220,
    Walker.close_session: 1,
    Walker.next_session: 1,
}.items():
    DEEDS.append(deed.__name__)
    WEIGHTS.append(weight)
