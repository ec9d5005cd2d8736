"""The things of the board as they stand on the wire: the models of PROTOCOL.md's Thing. See `view.py` for their use."""

from typing import Annotated, Literal

from pydantic import Field

from server.doors.wire import Number, Shape

Ms = Number
Whole = int
State = Literal["", "draft", "tabled", "countered", "agreed", "withdrawn", "lapsed"]


class Place(Shape):
    x: Whole
    y: Whole
    w: Whole
    h: Whole


class Term(Shape):
    kind: Literal["money", "date", "number", "text", "deed"]
    label: str
    value: str
    unit: str
    who: str
    by: str


class Reply(Shape):
    side: str
    answer: Literal["accept", "changes", "cannot", "time"]
    reason: str
    by: str
    at: Ms


class Crossed(Shape):
    layer: str
    card: str | None
    at: Ms


class Shared(Shape):
    side: str
    title: str
    text: str
    terms: list[Term]


class File(Shape):
    name: str
    type: str
    size: Number
    pages: Number
    width: Number
    height: Number


class Card(Shape):
    id: str
    layer: str
    kind: Literal["issue", "interest", "idea", "proposal", "package", "file"]
    author: str | None
    by: str
    made: Ms
    title: str
    text: str
    terms: list[Term]
    changed: Ms
    version: Number
    proof: str
    place: Place | None
    colour: str
    about: str | None
    answers: str | None
    state: State
    sides: list[str]
    conditions: list[str]
    members: list[str]
    package: str | None
    until: Ms | None
    came: bool
    round: str | None
    replies: list[Reply]
    crossed: list[Crossed]
    shared: list[Shared]
    file: File | None


class Mark(Shape):
    id: str
    layer: str
    kind: Literal["ink", "arrow", "text", "group"]
    author: str | None
    by: str
    made: Ms
    version: Number
    place: Place | None
    colour: str
    text: str
    points: list[Whole]
    frm: str | None = Field(alias="from")
    to: str | None


class Comment(Shape):
    id: str
    layer: str
    kind: Literal["comment"]
    author: str | None
    by: str
    made: Ms
    card: str
    text: str


class Part(Shape):
    """One of a released package's proposals."""

    kind: str
    title: str
    text: str
    terms: list[Term]


class GivenReply(Shape):
    answer: Literal["accept", "changes", "cannot"]
    reason: str


class Release(Shape):
    id: str
    layer: str
    kind: Literal["release"]
    side: str
    by: str
    made: Ms
    card: str | None
    of: str
    title: str
    text: str
    terms: list[Term]
    proof: str
    parts: list[Part]
    file: File | None
    reply: GivenReply | None
    to: list[str]
    own: bool
    compare: bool
    condition: str
    until: Ms | None
    state: Literal["open", "taken_back", "carried", "lapsed"]
    carried: list[Crossed]
    ended: Ms | None


class Round(Shape):
    id: str
    layer: str
    kind: Literal["round"]
    question: str
    made: Ms
    until: Ms
    open: bool


Thing = Annotated[Card | Mark | Comment | Release | Round, Field(discriminator="kind")]


class BoardFact(Shape):
    """What changed on the board: things as they are now, and ids of those that are gone.

    `layers`, where it is said, names all layers that are read now: things of others are gone too.
    """

    kind: Literal["board"]
    layers: list[str] | None = None
    put: list[Thing]
    gone: list[str]
