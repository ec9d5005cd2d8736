"""The commands of the board as they stand on the wire, and the value of the core that each one becomes."""

from typing import Annotated, Literal

from pydantic import Field

from server.board import commands as b
from server.board.card import Words as CoreWords
from server.board.events import Links as CoreLinks
from server.board.place import Place as CorePlace
from server.board.terms import Term as CoreTerm
from server.doors.wire import Id, Number, Shape, Text
from server.session import commands

Coordinate = Annotated[int, Field(ge=-(2**31), le=2**31)]
Ids = Annotated[list[Id], Field(max_length=3_000)]


class Seen(Shape):
    """The audience that the person was looking at: a room's epoch, or without `room` that of the layer."""

    epoch: Number
    room: Id | None = None

    def value(self) -> b.Seen:
        return b.Seen(self.epoch, self.room)


class Place(Shape):
    x: Coordinate
    y: Coordinate
    w: Coordinate
    h: Coordinate

    def value(self) -> CorePlace:
        return CorePlace(self.x, self.y, self.w, self.h)


class Term(Shape):
    kind: Text
    label: Text = ""
    value: Text = ""
    unit: Text = ""
    who: Text = ""
    by: Text = ""

    def value_of(self) -> CoreTerm:
        return CoreTerm(self.kind, self.label, self.value, self.unit, self.who, self.by)


class Words(Shape):
    title: Text
    text: Text = ""
    terms: Annotated[list[Term], Field(max_length=200)] = Field(default_factory=list)

    def value(self) -> CoreWords:
        return CoreWords(self.title, self.text, tuple(t.value_of() for t in self.terms))


class Links(Shape):
    about: Id | None = None
    answers: Id | None = None
    sides: Ids = Field(default_factory=list)
    conditions: Ids = Field(default_factory=list)
    members: Ids = Field(default_factory=list)
    until: Number | None = None
    colour: Text = ""

    def value(self) -> CoreLinks:
        return CoreLinks(
            self.about,
            self.answers,
            tuple(self.sides),
            tuple(self.conditions),
            tuple(self.members),
            self.until,
            self.colour,
        )


class CardDraft(Shape):
    kind: Text
    words: Words
    links: Links = Field(default_factory=Links)
    place: Place | None = None
    ref: Text = ""

    def value(self) -> b.CardDraft:
        place = self.place.value() if self.place else None
        return b.CardDraft(self.kind, self.words.value(), self.links.value(), place, self.ref)


class MarkDraft(Shape):
    kind: Text
    text: Text = ""
    colour: Text = ""
    points: list[Coordinate] = Field(default_factory=list)
    place: Place | None = None
    frm: Id | None = Field(default=None, alias="from")
    to: Id | None = None
    ref: Text = ""

    def value(self) -> b.MarkDraft:
        place = self.place.value() if self.place else None
        return b.MarkDraft(self.kind, self.text, self.colour, tuple(self.points), place, self.frm, self.to, self.ref)


class AddThings(Shape):
    name: Literal["add_things"]
    layer: Id
    seen: Seen
    cards: list[CardDraft] = Field(default_factory=list)
    marks: list[MarkDraft] = Field(default_factory=list)

    def value(self) -> b.AddThings:
        cards, marks = tuple(c.value() for c in self.cards), tuple(m.value() for m in self.marks)
        return b.AddThings(self.layer, self.seen.value(), cards, marks)


class EditCard(Shape):
    name: Literal["edit_card"]
    card: Id
    version: Number
    words: Words
    links: Links = Field(default_factory=Links)
    seen: Seen

    def value(self) -> b.EditCard:
        return b.EditCard(self.card, self.version, self.words.value(), self.links.value(), self.seen.value())


class EditMark(Shape):
    name: Literal["edit_mark"]
    mark: Id
    seen: Seen
    text: Text = ""
    colour: Text = ""
    points: list[Coordinate] = Field(default_factory=list)

    def value(self) -> b.EditMark:
        return b.EditMark(self.mark, self.seen.value(), self.text, self.colour, tuple(self.points))


class ThingPlace(Place):
    thing: Id


class PlaceThings(Shape):
    name: Literal["place_things"]
    places: Annotated[list[ThingPlace], Field(max_length=3_000)]

    def value(self) -> b.PlaceThings:
        return b.PlaceThings(tuple((p.thing, p.value()) for p in self.places))


class RemoveThings(Shape):
    name: Literal["remove_things"]
    things: Ids

    def value(self) -> b.RemoveThings:
        return b.RemoveThings(tuple(self.things))


class RestoreThings(Shape):
    name: Literal["restore_things"]
    things: Ids
    seen: Seen

    def value(self) -> b.RestoreThings:
        return b.RestoreThings(tuple(self.things), self.seen.value())


class WriteComment(Shape):
    name: Literal["write_comment"]
    card: Id
    layer: Id
    text: Text
    seen: Seen

    def value(self) -> b.WriteComment:
        return b.WriteComment(self.card, self.layer, self.text, self.seen.value())


class Part(Shape):
    """A card, such as a member of a package, in the version that the person was looking at."""

    card: Id
    version: Number

    def value_of(self) -> tuple[str, int]:
        return self.card, self.version


Parts = Annotated[list[Part], Field(max_length=100)]


class TableCard(Shape):
    name: Literal["table_card"]
    card: Id
    version: Number
    parts: Parts = Field(default_factory=list)
    seen: Seen

    def value(self) -> b.TableCard:
        return b.TableCard(self.card, self.version, self.seen.value(), tuple(p.value_of() for p in self.parts))


class ReplyTo(Shape):
    """`answer: null` takes the answer back; it must be said, so that none is taken back for want of a field."""

    name: Literal["reply_to"]
    card: Id
    answer: Text | None
    reason: Text = ""
    seen: Seen | None = None

    def value(self) -> b.ReplyTo:
        return b.ReplyTo(self.card, self.answer, self.reason, self.seen.value() if self.seen else None)


class WithdrawCard(Shape):
    name: Literal["withdraw_card"]
    card: Id

    def value(self) -> b.WithdrawCard:
        return b.WithdrawCard(self.card)


class PutBack(Shape):
    name: Literal["put_back"]
    card: Id
    seen: Seen

    def value(self) -> b.PutBack:
        return b.PutBack(self.card, self.seen.value())


class ReleaseCard(Shape):
    """To whom must be said, even if it is nobody: nothing is released further for want of a field."""

    name: Literal["release_card"]
    card: Id
    version: Number
    seen: Seen
    to: Ids
    own: bool = False
    condition: Text = ""
    until: Number | None = None
    compare: bool = False
    answer: Text | None = None
    reason: Text = ""
    parts: Parts = Field(default_factory=list)

    def value(self) -> b.ReleaseCard:
        return b.ReleaseCard(
            self.card,
            self.version,
            self.seen.value(),
            tuple(self.to),
            self.own,
            self.condition,
            self.until,
            self.compare,
            self.answer,
            self.reason,
            tuple(p.value_of() for p in self.parts),
        )


class TakeBack(Shape):
    name: Literal["take_back"]
    release: Id

    def value(self) -> b.TakeBack:
        return b.TakeBack(self.release)


class CarryRelease(Shape):
    name: Literal["carry_release"]
    release: Id
    to: Id

    def value(self) -> b.CarryRelease:
        return b.CarryRelease(self.release, self.to)


class MatchInterests(Shape):
    name: Literal["match_interests"]
    one: Id
    other: Id

    def value(self) -> b.MatchInterests:
        return b.MatchInterests(self.one, self.other)


class OpenRound(Shape):
    name: Literal["open_round"]
    question: Text
    minutes: Number
    seen: Seen

    def value(self) -> b.OpenRound:
        return b.OpenRound(self.question, self.minutes, self.seen.value())


class WriteIdea(Shape):
    name: Literal["write_idea"]
    round: Id
    text: Text
    seen: Seen

    def value(self) -> b.WriteIdea:
        return b.WriteIdea(self.round, self.text, self.seen.value())


class CloseRound(Shape):
    name: Literal["close_round"]
    round: Id

    def value(self) -> b.CloseRound:
        return b.CloseRound(self.round)


class LetIn(Shape):
    name: Literal["let_in"]
    layer: Id
    seat: Id

    def value(self) -> b.LetIn:
        return b.LetIn(self.layer, self.seat)


class CardHistory(Shape):
    """Asks for the earlier words of a card. Changes nothing, so it is no command of the core."""

    name: Literal["card_history"]
    card: Id
    before: Annotated[int, Field(ge=1, le=2**53 - 1)] | None = None


class SawCards(Shape):
    """The page has really shown these cards to its person, each in this version. Only where the session notes it."""

    name: Literal["saw_cards"]
    cards: Annotated[list[Part], Field(min_length=1, max_length=100)]

    def value(self) -> commands.SawCards:
        return commands.SawCards(tuple(p.value_of() for p in self.cards))


BoardRequest = (
    AddThings
    | EditCard
    | EditMark
    | PlaceThings
    | RemoveThings
    | RestoreThings
    | WriteComment
    | TableCard
    | ReplyTo
    | WithdrawCard
    | PutBack
    | ReleaseCard
    | TakeBack
    | CarryRelease
    | MatchInterests
    | OpenRound
    | WriteIdea
    | CloseRound
    | LetIn
    | CardHistory
    | SawCards
)
