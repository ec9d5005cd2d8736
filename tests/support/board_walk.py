"""Random walks over the board: single deeds, short scenes in which rules are most easily broken, and, in between, what
people do in a session anyway.
"""

from server.board import commands as b
from server.board.card import Card, Words
from server.board.events import Links
from server.board.layers import JOINT, side_layer
from server.session import commands as c
from server.session.layers import group_of
from server.session.state import Seat
from tests.support.board_dealing import BoardDealing
from tests.support.board_deeds import NOWHERE, SPEAKERS
from tests.support.cast import JOINT as JOINT_ROOM
from tests.support.walk import Walker

SIDES = ("A", "B", "C")


class BoardWalker(BoardDealing, Walker):
    """Mostly the board; sometimes everything else."""

    def draw(self) -> None:
        chance = self.rng.random()
        if self.play.state.closed is not None or chance < 0.16:
            return Walker.draw(self)
        deed = self.rng.choices(DEEDS, WEIGHTS)[0] if chance < 0.64 else self.rng.choice(SCENES)
        self.trace.append(deed)
        getattr(self, deed)()

    # --- scenes

    def gather(self) -> None:
        """Most come to the joint room, and see who is there."""
        if self.play.state.paused is not None:
            self.ask(self.mediator(), c.Resume())
        coming = {s.id: JOINT_ROOM for s in self.arrived() if s.room != JOINT_ROOM and self.chance(0.9)}
        if coming and JOINT_ROOM in self.play.state.rooms:
            steps = self.play.steps(coming)
            self.ask(self.mediator(), c.Move(steps, confirmation=self.play.preview(steps)["confirmation"]))
        if JOINT_ROOM in self.play.state.rooms and self.play.state.rooms[JOINT_ROOM].paused:
            self.ask(self.mediator(), c.Resume(JOINT_ROOM))
        self.show_all()

    def party(self, side: str) -> Seat | None:
        return self.pick(self.seats(lambda s: s.side == side and s.role in SPEAKERS and self.at_work(s)))

    def at_work(self, seat: Seat) -> bool:
        """In a room, and let in to the board of its group, as most are."""
        known = seat.id in self.play.state.board.groups.get(group_of(seat) or "", {})
        return seat.where == "room" and (known or self.chance(0.1))

    def beside(self, side: str) -> Seat | None:
        """Somebody of this side who does not speak for it."""
        return self.pick(self.seats(lambda s: s.side == side and s.where == "room" and s.role not in SPEAKERS))

    def author(self) -> Seat | None:
        """Somebody of A, B or C, or a mediator, who is in a room and writes on the board of its group."""
        return self.pick(self.seats(lambda s: s.role in (*SPEAKERS, "mediator") and self.at_work(s)))

    def own_layer(self, seat: Seat) -> str:
        return side_layer(seat.side) if seat.side else "mediators"

    def offer(self, links: Links | None = None) -> tuple[Seat, str] | None:
        """Somebody drafts a proposal between A and B, maybe changes it, and puts it on the table."""
        if seat := self.author():
            layer = self.own_layer(seat)
            links = links or Links(sides=("A", "B") if self.chance(0.8) else ("A", "B", "C"))
            drafted = self.draft(seat, "proposal", layer, links)
            for _ in range(self.rng.choice((0, 0, 0, 1, 2))):  # the second time over words that have not been seen
                seen = self.looked(seat, layer)
                self.ask(seat.id, b.EditCard(drafted, 1, self.words("proposal"), links, seen))
            self.play.wait(self.rng.choice((0, 1)))
            return seat, self.put_forward(seat, drafted)
        return None

    def all_answer(self, card: str, most: float = 0.9) -> None:
        found = self.play.state.board.things.get(card)
        if not isinstance(found, Card):
            return
        for side in found.sides:
            if (silent := self.beside(side)) and self.chance(0.3):
                self.reply(found, silent, "accept")
            if (seat := self.party(side)) and self.chance(most):
                self.reply(found, seat, "accept" if self.chance(0.85) else "time")

    def bargain(self) -> None:
        self.gather()
        if made := self.offer():
            self.all_answer(made[1])

    def counter(self) -> None:
        """What was offered is countered; its author says that it still stands; both are answered."""
        self.gather()
        made = self.offer()
        if made is None:
            return
        found = self.play.state.board.things.get(made[1])
        if not isinstance(found, Card):
            return
        self.reply(found, self.party("A"), "accept")
        other = self.offer(Links(answers=made[1], sides=found.sides))
        if self.chance(0.5):
            self.ask(made[0].id, b.PutBack(made[1], self.looked(made[0], JOINT)))
        self.all_answer(made[1])
        if other:
            self.all_answer(other[1])

    def on_condition(self) -> None:
        """Two proposals, one only if the other; the sides say yes to the one, and maybe to the other."""
        self.gather()
        first = self.offer()
        if first is None or first[1] == NOWHERE:
            return
        if second := self.offer(Links(sides=("A", "B"), conditions=(first[1],))):
            self.all_answer(second[1], 1)
            if self.chance(0.5):
                self.all_answer(first[1], 1)

    def bundle(self) -> None:
        """A package of proposals, one of them on condition of something else, tabled or released as a whole."""
        self.gather()
        first = self.offer()
        seat = self.author()
        if seat is None:
            return
        layer = self.own_layer(seat)
        members = []
        for _ in range(self.rng.choice((1, 2, 3))):
            conditions = (first[1],) if first and first[1] != NOWHERE and self.chance(0.4) else ()
            sides = self.rng.choice(((), ("A", "B"), ("A", "B"), ("A", "B", "C")))
            members.append(self.draft(seat, "proposal", layer, Links(sides=sides, conditions=conditions)))
        sides = self.rng.choice(((), ("A", "B"), ("A", "B"), ("A", "B")))
        whole = self.draft(seat, "package", layer, Links(members=tuple(members), sides=sides))
        if seat.side and self.chance(0.3):
            return self.say_through_mediator(seat, whole, (JOINT,))
        on_table = self.put_forward(seat, whole)
        if self.chance(0.2):
            self.ask(seat.id, b.WithdrawCard(on_table))
        self.all_answer(on_table)
        if first and self.chance(0.6):
            self.all_answer(first[1])

    def say_through_mediator(self, seat: Seat, card: str, to: tuple[str, ...]) -> None:
        """A release, changes of mind in between, and a mediator who carries it wherever it may, and further."""
        found = self.play.state.board.things.get(card)
        release = self.let_say(seat, card, found.version if isinstance(found, Card) else 1, to, own=self.chance(0.5))
        carrier = self.carrier()
        self.play.wait(self.rng.choice((0, 1)))
        chance = self.rng.random()
        if chance < 0.3:
            back = self.rng.choice((seat, seat, carrier))
            self.ask(back.id if back else None, b.TakeBack(release))
        elif chance < 0.55 and isinstance(found, Card):
            links = Links(about=found.about, sides=found.sides, members=found.members)
            seen = self.looked(seat, found.layer)
            self.ask(seat.id, b.EditCard(card, found.version, self.words(found.kind), links, seen))
        elif chance < 0.65:
            self.play.wait(6)
        if carrier is not None:
            for target in (JOINT, *to) if self.chance(0.4) else to:
                self.ask(carrier.id, b.CarryRelease(release, target))

    def confide(self) -> None:
        """Words from one side's layer, by the mediator, to another side or to the table."""
        if self.chance(0.4):
            self.gather()
        side, other = self.rng.sample(SIDES, 2)
        if seat := self.party(side):
            layer = side_layer(side)
            links = Links(sides=("A", "B"))
            if self.chance(0.25):
                private = self.draft(seat, "proposal", layer, links)
                links = Links(sides=("A", "B"), conditions=(private,))
            card = self.draft(seat, "proposal", layer, links)
            to = self.rng.choice(((JOINT,), (JOINT,), (side_layer(other),), (side_layer(other), JOINT), ()))
            self.say_through_mediator(seat, card, to)

    def against_its_owner(self) -> None:
        """What mediators may not do: take a release back, carry it further, carry it when it was taken back."""
        side, other = self.rng.sample(SIDES, 2)
        seat, carrier = self.party(side), self.pick(self.seats(lambda s: s.mediates and self.at_work(s)))
        if seat and carrier:
            to = side_layer(other)
            release = self.let_say(seat, self.draft(seat, "issue", side_layer(side)), 1, (to,), until=None)
            self.ask(carrier.id, b.TakeBack(release))
            self.ask(carrier.id, b.CarryRelease(release, JOINT))
            self.ask(seat.id, b.TakeBack(release))
            self.ask(carrier.id, b.CarryRelease(release, to))

    def answer_through_mediator(self) -> None:
        """Both sides accept, one of them by a release."""
        self.gather()
        if (made := self.offer()) and (one := self.party("A")) and (other := self.party("B")):
            self.ask(other.id, b.ReplyTo(made[1], "accept", "", self.looked(other, JOINT)))
            release = self.let_say(one, made[1], 1, (), answer="accept", until=None)
            if self.chance(0.3):
                self.ask(one.id, b.TakeBack(release))
            if carrier := self.carrier():
                self.ask(carrier.id, b.CarryRelease(release, JOINT))

    def compare(self) -> None:
        """Two sides, or three, hold the same interest; each releases it to comparison, or only one does."""
        if self.chance(0.5):
            self.gather()
        sides = self.rng.sample(SIDES, self.rng.choice((2, 2, 3)))
        same = Words(f"Quiet {self.word()}")
        for side in sides:
            if seat := self.party(side):
                words = same if self.chance(0.8) else Words(f"Light {self.word()}")
                card = self.draft(seat, "interest", side_layer(side), words=words)
                if self.chance(0.85):
                    self.let_say(seat, card, 1, (), compare=True, until=None)
        if self.chance(0.4):
            self.match()

    def ideas(self) -> None:
        """A round: ideas of several people, one of them answered too early, and its end by hand or by time."""
        self.gather()
        self.open_round()
        for _ in range(3):
            self.play.wait(1)
            self.write_idea()
        if card := self.a_card(lambda t: t.round is not None):
            if seat := self.somebody():
                self.ask(seat.id, b.WriteComment(card.id, JOINT, self.word(), self.looked(seat, JOINT)))
        if self.chance(0.6):
            self.close_round() if self.chance(0.5) else self.play.wait(61)

    def in_time(self) -> None:
        """A proposal and a release that end soon; answers that come in time or too late."""
        self.gather()
        soon = Links(sides=("A", "B"), until=self.play.now + 20_000)
        made = self.offer(soon)
        if seat := self.party("B"):
            card = self.draft(seat, "issue", side_layer("B"))
            self.let_say(seat, card, 1, (side_layer("A"),), until=self.play.now + 20_000)
        if made and self.chance(0.3):
            self.all_answer(made[1])
        self.play.wait(21)
        if made:
            self.all_answer(made[1])
        self.carry()

    def drawn(self) -> None:
        """Marks, changed and taken away and put back."""
        self.write_marks()
        self.edit_mark()
        self.remove()
        self.restore()

    def all_look(self) -> None:
        """Many are shown the same card, wherever they are, and ask who has seen it; some may not know of others."""
        self.gather()
        card = self.a_card(lambda t: t.layer == JOINT and not t.removed)
        if card is None and (seat := self.author()):
            card = self.play.state.board.things.get(self.draft(seat, "issue", JOINT))  # type: ignore[assignment]
        if card is None:
            return
        one, other = self.rng.sample(SIDES, 2)
        if self.chance(0.6):
            self.all_step_out(one)
        there = self.seats(lambda s: s.where == "room")
        for seat in self.rng.sample(there, len(there)):
            self.ask(seat.id, c.SawCards(((self.foreign(card.id), card.version),)))
        if self.chance(0.4):
            self.all_step_out(one)
            self.ask(self.mediator(), c.KeepApart(c.Subject("side", one), c.Subject("side", other)))
        self.ask_back(card)

    def all_step_out(self, side: str) -> None:
        for seat in self.seats(lambda s: s.side == side and s.where == "room"):
            self.ask(seat.id, c.StepOut())

    def comes_late(self) -> None:
        """A newcomer, before whom somebody writes from an older page, and who is let in or not."""
        late = self.newcomer()
        if late is None:
            return
        if seat := self.pick(self.seats(lambda s: group_of(s) == group_of(late) and self.at_work(s))):
            layer = self.own_layer(seat)
            self.render(seat)
            older = self.looked(seat, layer)
            if self.chance(0.85):
                self.ask(seat.id, b.LetIn(layer, late.id))
            self.render(self.play.state.seats[late.id])
            self.ask(seat.id, b.AddThings(layer, older, (b.CardDraft("issue", self.words("issue")),)))
        self.draft(late, "issue", self.own_layer(late))

    def apart(self) -> None:
        """One side is kept from knowing of another that has answered the same proposal, and the board goes on."""
        one, other, third = self.rng.sample(SIDES, 3)
        self.gather()
        made = self.offer(Links(sides=SIDES))
        found = self.play.state.board.things.get(made[1]) if made else None
        if isinstance(found, Card):
            self.reply(found, self.party(other), "changes")
        self.all_step_out(one)
        self.ask(self.mediator(), c.KeepApart(c.Subject("side", one), c.Subject("side", other)))
        if isinstance(found, Card):
            self.reply(found, self.party(third), "cannot")
        if self.chance(0.5):
            self.ask(self.mediator(), c.AllowTogether(c.Subject("side", one), c.Subject("side", other)))


SCENES: tuple[str, ...] = (
    "bargain",
    "counter",
    "bundle",
    "confide",
    "answer_through_mediator",
    "compare",
    "ideas",
    "comes_late",
)
SCENES += ("bargain", "bundle", "confide", "confide", "gather", "apart", "in_time", "in_time", "drawn", "compare")
SCENES += ("on_condition", "on_condition", "comes_late", "ideas", "apart", "against_its_owner", "against_its_owner")
SCENES += ("all_look", "all_look")

DRAWN = {
    "write_card": 10,
    "write_marks": 3,
    "edit": 8,
    "edit_mark": 2,
    "place": 4,
    "remove": 5,
    "put_away": 1,
    "restore": 3,
    "comment": 5,
    "add_file": 2,
    "look": 5,
    "look_back": 6,
    "table": 8,
    "reply": 10,
    "withdraw": 2,
    "put_back": 2,
    "release": 8,
    "release_answer": 3,
    "take_back": 3,
    "carry": 8,
    "match": 2,
    "open_round": 1,
    "write_idea": 2,
    "close_round": 1,
    "let_in": 3,
}
DEEDS, WEIGHTS = list(DRAWN), list(DRAWN.values())
