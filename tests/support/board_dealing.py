"""What people do with what they wrote: at the table, by releases, in idea rounds; and who is let in to see it."""

from typing import Any

from server.board import commands as b
from server.board.card import ANSWERABLE, Card
from server.board.layers import JOINT, MEDIATORS, ledger_layer, side_layer
from server.board.round import Round
from server.session import commands as c
from server.session.commands import LOBBY
from server.session.layers import group_of, newcomers
from server.session.state import Seat
from tests.support.board_deeds import NOWHERE, BoardDeeds
from tests.support.boarding import parts_of
from tests.support.cast import JOINT as JOINT_ROOM

ANSWERS = ("accept", "accept", "accept", "changes", "cannot", "time", None)


class BoardDealing(BoardDeeds):
    """Draws things to do between the layers, and does them."""

    # --- the table

    def table(self) -> None:
        card = self.a_card(lambda t: t.layer != JOINT and not t.removed and not t.came and t.state in ("", "draft"))
        if card and (seat := self.somebody(lambda s: group_of(s) == card.author)):
            self.put_forward(seat, self.foreign(card.id))

    def put_forward(self, seat: Seat, card: str) -> str:
        """Somebody tables a card as it lies there; seldom as it was before. Its id on the table, or `nowhere`."""
        version, parts = self.as_shown(card)
        return self.made(self.ask(seat.id, b.TableCard(card, version, self.looked(seat, JOINT), parts)))

    def as_shown(self, card: str) -> tuple[int, tuple[tuple[str, int], ...]]:
        """Version and parts of a card on somebody's page; seldom a page that has not been told of the newest yet."""
        found = self.play.state.board.things.get(card)
        late, parts = self.chance(0.06), parts_of(self.play.state.board, found)
        if late and parts:
            return getattr(found, "version", 1), parts[1:] if self.chance(0.5) else ((parts[0][0], 99), *parts[1:])
        return getattr(found, "version", 1) + (1 if late else 0), parts

    def reply(self, card: Card | None = None, seat: Seat | None = None, answer: str | None = "") -> None:
        card = card or self.a_card(lambda t: t.layer == JOINT and t.kind in ANSWERABLE)
        seat = seat or self.speaker()
        if card and seat:
            given = self.rng.choice(ANSWERS) if answer == "" else answer
            seen = self.looked(seat, JOINT) if given is not None or self.chance(0.5) else None
            reason = self.word() if self.chance(0.4) else ""
            self.ask(seat.id, b.ReplyTo(self.foreign(card.id), given, reason, seen))

    def withdraw(self) -> None:
        if card := self.a_card(lambda t: t.layer == JOINT and t.kind in ANSWERABLE):
            if seat := self.somebody(lambda s: group_of(s) == card.author or self.chance(0.1)):
                self.ask(seat.id, b.WithdrawCard(card.id))

    def put_back(self) -> None:
        if card := self.a_card(lambda t: t.state == "countered" or (t.layer == JOINT and self.chance(0.1))):
            if seat := self.somebody(lambda s: group_of(s) == card.author):
                self.ask(seat.id, b.PutBack(card.id, self.looked(seat, JOINT)))

    # --- releases

    def release(self) -> None:
        card = self.a_card(lambda t: t.layer.startswith("side:") and not t.removed)
        if card and (seat := self.speaker(card.author[5:] if card.author else None)):
            self.let_say(seat, card.id, card.version, compare=card.kind == "interest" and self.chance(0.5))

    def let_say(self, seat: Seat, card: str, version: int = 1, to: tuple[str, ...] | None = None, **more: Any) -> str:
        """A side says what the mediator may say, and to whom. The release's id."""
        targets = (JOINT, side_layer("A"), side_layer("B"), side_layer("C"))
        if to is None:
            to = tuple(self.rng.sample([t for t in targets if t != group_of(seat)], self.rng.choice((0, 1, 1, 2))))
        seen = self.looked(seat, ledger_layer(seat.side or ""))
        until = self.play.now + self.rng.choice((0, 5_000, 60_000)) if self.chance(0.12) else None
        if "answer" not in more:
            more["parts"] = self.as_shown(card)[1]
        usual: dict[str, Any] = {"own": self.chance(0.3), "condition": self.word() if self.chance(0.2) else ""}
        command = b.ReleaseCard(self.foreign(card), version, seen, to, **{**usual, "until": until, **more})
        reply = self.ask(seat.id, command)
        return str(reply["release"]) if reply else NOWHERE

    def release_answer(self) -> None:
        card = self.a_card(lambda t: t.layer == JOINT and t.kind in ANSWERABLE)
        if card and (seat := self.speaker()):
            answer = self.rng.choice(("accept", "accept", "changes", "cannot", "time"))
            self.let_say(seat, card.id, answer=answer, reason=self.word() if self.chance(0.5) else "")

    def take_back(self) -> None:
        if found := self.a_release(lambda r: r.state == "open" or self.chance(0.2)):
            seat = self.speaker(found.side) if self.chance(0.75) else self.rng.choice((self.carrier(), self.somebody()))
            self.ask(seat.id if seat else None, b.TakeBack(found.id))
            if (carrier := self.carrier()) and found.to and self.chance(0.7):  # its page is behind
                self.ask(carrier.id, b.CarryRelease(found.id, found.to[0]))

    def carry(self) -> None:
        found = self.a_release(lambda r: r.state == "open" and not r.compare or self.chance(0.2))
        if found and (seat := self.carrier() if self.chance(0.95) else self.somebody()):
            left = [t for t in found.to if t not in {x.layer for x in found.carried}] or list(found.to)
            to = self.pick(left) if self.chance(0.75) else self.rng.choice((JOINT, side_layer("A"), side_layer("B")))
            self.ask(seat.id, b.CarryRelease(self.foreign(found.id), to or JOINT))

    def match(self) -> None:
        one, other = self.a_release(lambda r: r.compare), self.a_release()
        other = self.a_release(lambda r: r.compare and one is not None and r.side != one.side) or other
        if one and other and (seat := self.carrier()):
            self.ask(seat.id, b.MatchInterests(one.id, self.foreign(other.id)))

    # --- rounds

    def open_round(self) -> None:
        if seat := self.carrier():
            minutes = self.rng.choice((1, 1, 5, 5, 99))
            self.ask(seat.id, b.OpenRound(f"What if {self.word()}?", minutes, self.looked(seat, JOINT)))

    def write_idea(self) -> None:
        found = self.pick(self.things(lambda t: isinstance(t, Round)))
        if found and (seat := self.somebody(lambda s: s.room == JOINT_ROOM or self.chance(0.1))):
            self.ask(seat.id, b.WriteIdea(self.foreign(found.id), self.word(), self.looked(seat, JOINT)))

    def close_round(self) -> None:
        if (found := self.pick(self.things(lambda t: isinstance(t, Round)))) and (seat := self.carrier()):
            self.ask(seat.id, b.CloseRound(found.id))

    # --- newcomers

    def newcomer(self) -> Seat | None:
        """Somebody more is invited, arrives, and waits to be let in to the board of its group."""
        if len(self.play.state.seats) >= self.play.state.policy.seats_max:
            return None
        role, side = self.rng.choice((("party", "A"), ("counsel", "B"), ("insurer", "C"), ("co_mediator", None)))
        reply = self.ask(self.mediator(), c.Invite("Late Guest", role, side, self.play.fresh("late")))
        if reply is None:
            return None
        late = str(reply["seat"])
        self.play.connect(late)
        self.ask(late, self.play.arriving(late))
        rooms = [r.id for r in self.play.state.rooms.values() if r.kind == "caucus" and r.side == side]
        if rooms and self.play.state.seats[late].where == "lobby":
            steps = (c.Step(late, LOBBY, rooms[0]),)
            self.ask(self.mediator(), c.Move(steps, confirmation=self.play.preview(steps)["confirmation"]))
        return self.play.state.seats[late]

    def let_in(self) -> None:
        groups = [side_layer("A"), side_layer("B"), side_layer("C"), MEDIATORS]
        waiting = [(g, s) for g in groups for s in newcomers(self.play.state, g)]
        if found := self.pick(waiting):
            group, late = found
            seat = self.somebody(lambda s: group_of(s) == group or self.chance(0.1))
            self.ask(seat.id if seat else None, b.LetIn(group, late.id))
        elif self.chance(0.3):
            self.newcomer()
