"""What people write on the board, one deed at a time: by every role, in every room, rightly and wrongly.

What is written is told apart by a word of its own (`w.…`), so that a watcher can follow each word to every wire.
"""

from collections.abc import Callable
from typing import Any

from server.board import commands as b
from server.board.board import Thing
from server.board.card import ANSWERABLE, CARD_KINDS, Card, FileFacts, Words
from server.board.comment import Comment
from server.board.events import Links
from server.board.layers import JOINT, MEDIATORS, ledger_layer, side_layer
from server.board.mark import Mark
from server.board.place import Place
from server.board.release import Release
from server.board.round import Round
from server.board.terms import Term
from server.errors import Refused
from server.session import commands as c
from server.session.audience import card_history
from server.session.layers import group_of, readable
from server.session.state import Seat
from tests.support.cast import Reply
from tests.support.deeds import People

TERMS = (
    Term("money", "Price", "4200.50", "eur"),
    Term("date", "From", "2027-02-28"),
    Term("number", "Height", "1.80", "m"),
    Term("deed", "Wall", "paints it", who="Dana", by="2027-03-01"),
)
WRONG_TERMS = (Term("money", "Price", "4200", ""), Term("date", "From", "2027-02-30"), Term("deed", value="paints it"))
SPEAKERS = ("party", "counsel")
CARDS_MOST = 40
NOWHERE = "b_nowhere"


class BoardDeeds(People):
    """Draws things to do on the board, and does them."""

    # --- choosing

    def word(self) -> str:
        """A word that nobody has said before."""
        return self.play.fresh("w")

    def things(self, wanted: Callable[[Thing], bool]) -> list[Thing]:
        return [t for t in self.play.state.board.things.values() if wanted(t)]

    def a_card(self, wanted: Callable[[Card], bool]) -> Card | None:
        return self.pick([t for t in self.play.state.board.things.values() if isinstance(t, Card) and wanted(t)])

    def a_release(self, wanted: Callable[[Release], bool] = lambda r: r.state == "open") -> Release | None:
        return self.pick([t for t in self.play.state.board.things.values() if isinstance(t, Release) and wanted(t)])

    def somebody(self, wanted: Callable[[Seat], bool] = lambda s: True) -> Seat | None:
        """Somebody in a room; now and then somebody who is elsewhere."""
        inside = self.seats(lambda s: s.where == "room" and s.role != "observer" and wanted(s))
        return self.pick(inside) if inside and self.chance(0.95) else self.pick(self.seats(wanted))

    def speaker(self, side: str | None = None) -> Seat | None:
        return self.somebody(lambda s: (s.role in SPEAKERS or self.chance(0.1)) and side in (None, s.side))

    def carrier(self) -> Seat | None:
        return self.somebody(lambda s: s.mediates)

    def layer_for(self, seat: Seat) -> str:
        """The own layer; often the joint one, sometimes one that is none of this person's business."""
        at_table = seat.room is not None and self.play.state.rooms[seat.room].kind == "joint"
        chance = self.rng.random()
        if chance < 0.05:
            return self.rng.choice((side_layer("A"), side_layer("B"), MEDIATORS, ledger_layer("A"), JOINT, "nowhere"))
        return JOINT if at_table and chance < 0.4 else group_of(seat) or JOINT

    def foreign(self, right: str) -> str:
        """Almost always `right`; sometimes any other id, of whatever layer, or none at all."""
        if self.chance(0.94):
            return right
        return self.rng.choice([NOWHERE, *self.play.state.board.things])

    def looked(self, seat: Seat, layer: str) -> b.Seen:
        """The audience of `layer` on a page of this seat: the newest, or an older one in which it began to write."""
        if self.chance(0.85):
            self.glance(seat)
        kept = self.shown.get(seat.id, [])
        chosen = (kept[-1] if self.chance(0.9) else self.pick(kept)) if kept else None
        room = chosen.view["room"] if chosen else None
        self.play.composed = frozenset(m["seat"] for m in room["members"]) if room else frozenset()
        self.play.composed_on = chosen
        if layer == JOINT:
            return b.Seen(room["epoch"], room["id"]) if room else b.Seen(0, "nowhere")
        board = chosen.view["board"] if chosen else None
        known = [e["epoch"] for e in board["layers"] if e["id"] == layer] if board else []
        return b.Seen(known[0] if known else 0)

    def glance(self, seat: Seat) -> None:
        """The page of this seat shows the newest."""
        self.render(seat)

    # --- writing

    def words(self, kind: str) -> Words:
        terms: tuple[Term, ...] = ()
        if kind in ANSWERABLE:
            terms = tuple(self.rng.sample(TERMS, self.rng.choice((0, 1, 2))))
            terms += (Term("text", "Say", self.word()),)
            if self.chance(0.06):
                terms += (self.rng.choice(WRONG_TERMS),)
        return Words(f"About {self.word()}", self.word() if self.chance(0.4) else "", terms)

    def draft(self, seat: Seat, kind: str, layer: str, links: Links | None = None, words: Words | None = None) -> str:
        """A new card; its id, or `nowhere`."""
        drafted = b.CardDraft(kind, words or self.words(kind), links or Links())
        return self.made(self.ask(seat.id, b.AddThings(layer, self.looked(seat, layer), (drafted,))))

    def made(self, reply: Reply | None) -> str:
        return str(reply["ids"][0]) if reply and reply.get("ids") else NOWHERE

    def links(self, seat: Seat, kind: str, layer: str, own: str = "") -> Links:
        """What a card is tied to: what its readers know, and seldom something else."""

        def near(t: Card) -> bool:
            return t.layer in (layer, JOINT) and not t.removed and t.id != own

        about = self.a_card(lambda t: near(t) and t.kind == "issue") if self.chance(0.4) else None
        if kind not in ANSWERABLE:
            return Links(about=about.id if about else None)
        until = self.play.now + self.rng.choice((-5, 20_000, 900_000)) if self.chance(0.15) else None
        sides = tuple(self.rng.sample(("A", "B", "C"), self.rng.choice((2, 2, 3)))) if self.chance(0.6) else ()
        other = self.a_card(lambda t: near(t) and t.kind in ANSWERABLE)
        against = self.a_card(lambda t: t.layer == JOINT and t.state == "tabled" and t.author != group_of(seat))
        free = [t for t in self.things(lambda t: isinstance(t, Card)) if self._free(t, layer, own)]
        members = self.rng.sample(free, min(len(free), self.rng.choice((1, 2, 3)))) if kind == "package" else []
        return Links(
            about=self.foreign(about.id) if about else None,
            answers=self.foreign(against.id) if against and self.chance(0.3) else None,
            sides=sides,
            conditions=(self.foreign(other.id),) if other and self.chance(0.3) else (),
            members=tuple(self.foreign(m.id) for m in members),
            until=until,
        )

    def _free(self, t: Any, layer: str, own: str) -> bool:
        return bool(t.layer == layer and t.kind == "proposal" and t.state == "draft" and t.package in (None, own))

    def write_card(self) -> None:
        if len(self.play.state.board.things) > CARDS_MOST and self.chance(0.7):
            return self.put_away()
        if seat := self.somebody():
            layer = self.layer_for(seat)
            kinds = ("proposal", "proposal", "proposal", "package", *CARD_KINDS)
            kind = self.rng.choice(kinds if layer != JOINT or self.chance(0.1) else ("issue", "interest", "idea"))
            self.draft(seat, kind, layer, self.links(seat, kind, layer))

    def write_marks(self) -> None:
        if seat := self.somebody():
            layer, place = self.layer_for(seat), Place(self.rng.randint(-900, 900), 40, 260, 140)
            end = self.pick(self.things(lambda t: t.layer == layer and isinstance(t, Card)))
            ink = b.MarkDraft("ink", points=tuple(self.rng.randint(-99, 99) for _ in range(8)), place=place)
            text = b.MarkDraft("text", text=self.word(), place=place, ref="here")
            arrow = b.MarkDraft("arrow", frm="here", to=self.foreign(end.id) if end else None)
            self.ask(seat.id, b.AddThings(layer, self.looked(seat, layer), (), (ink, text, arrow)))

    def edit(self) -> None:
        seat, card = self.of_own(Card)
        if seat and card:
            version = card.version - (self.chance(0.3) and card.version > 1)
            links = self.links(seat, card.kind, card.layer, card.id)
            seen = self.looked(seat, card.layer)
            self.ask(seat.id, b.EditCard(self.foreign(card.id), version, self.words(card.kind), links, seen))

    def edit_mark(self) -> None:
        seat, mark = self.of_own(Mark)
        if seat and mark:
            points = tuple(self.rng.randint(-99, 99) for _ in range(6))
            self.ask(seat.id, b.EditMark(self.foreign(mark.id), self.looked(seat, mark.layer), self.word(), "", points))

    def of_own(self, kind: type) -> tuple[Seat | None, Any]:
        """A thing, and most often somebody of the group that made it; else anybody at all."""
        thing = self.pick(self.things(lambda t: isinstance(t, kind) and not getattr(t, "removed", False)))
        author = getattr(thing, "author", None)
        return self.somebody(lambda s: group_of(s) == author or self.chance(0.1)), thing

    def place(self) -> None:
        (seat, card), (_, mark) = self.of_own(Card), self.of_own(Mark)
        if seat and card:
            found = [t for t in (card, mark) if t and t.layer == card.layer]
            places = tuple((self.foreign(t.id), Place(self.rng.randint(-900, 900), 0, 200, 90)) for t in found)
            self.ask(seat.id, b.PlaceThings(places))

    def remove(self) -> None:
        seat, thing = self.of_own(self.rng.choice((Card, Card, Card, Mark, Comment, Round)))
        if seat and thing:
            found = [t for t in self.things(lambda t: t.layer == thing.layer) if t is thing or self.chance(0.05)]
            self.ask(seat.id, b.RemoveThings(tuple(self.foreign(t.id) for t in found)))

    def put_away(self) -> None:
        """Somebody tidies up the own layer."""
        if seat := self.somebody():
            own = self.things(lambda t: t.layer == group_of(seat) and not getattr(t, "removed", False))
            self.ask(seat.id, b.RemoveThings(tuple(t.id for t in own[: len(own) // 2])))

    def restore(self) -> None:
        gone = [t for t in self.things(lambda t: bool(getattr(t, "removed", False)))]
        if (thing := self.pick(gone)) and (
            seat := self.somebody(lambda s: group_of(s) == getattr(thing, "author", None))
        ):
            self.ask(seat.id, b.RestoreThings((thing.id,), self.looked(seat, thing.layer)))

    def comment(self) -> None:
        seat, card = self.somebody(), self.of_own(Card)[1]
        if seat and card:
            layer = (group_of(seat) or JOINT) if card.layer == JOINT and self.chance(0.6) else card.layer
            seen = self.looked(seat, layer)
            self.ask(seat.id, b.WriteComment(self.foreign(card.id), layer, self.word(), seen))

    def add_file(self) -> None:
        if seat := self.somebody():
            layer = self.layer_for(seat)
            facts = FileFacts(self.play.fresh("blob"), f"{self.word()}.pdf", "application/pdf", 900, 2, 600, 800)
            self.ask(seat.id, b.AddFile(layer, self.looked(seat, layer), facts))

    def look(self) -> None:
        """Somebody is shown a few cards, sometimes an older version, or one that is none of this person's business."""
        if seat := self.somebody():
            layers = readable(self.play.state, seat)
            near = [t for t in self.things(lambda t: isinstance(t, Card) and t.layer in layers and not t.removed)]
            found: list[Any] = self.rng.sample(near, min(len(near), self.rng.choice((1, 2, 3))))
            cards = tuple((self.foreign(t.id), max(1, t.version - self.chance(0.2))) for t in found)
            self.ask(seat.id, c.SawCards(cards or ((NOWHERE, 1),)))

    def look_back(self) -> None:
        """Everybody asks for the earlier words of a card."""
        if card := self.of_own(Card)[1]:
            self.ask_back(card, self.rng.choice((None, None, 1, 2, 9)))

    def ask_back(self, card: Card, before: int | None = None) -> None:
        for seat in self.seats(lambda s: s.where != "revoked"):
            try:
                earlier = card_history(self.play.state, seat, card.id, before)
            except Refused:
                continue
            self.play.shown_to(seat.id, {**earlier, "card": card.id})
