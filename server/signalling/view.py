"""What a seat may know of the session, as it stands on the wire: the models of PROTOCOL.md's View.

The server does not build its frames through these (the host writes plain dicts); they are what AsyncAPI shows, and what
the tests hold every frame against that is really sent.
"""

from typing import Annotated, Literal

from pydantic import Field

from server.doors.wire import Number, Shape
from server.signalling.requests import SeatSubject, SideSubject

Name = str
Ms = Number
"""Milliseconds since 1970."""
Where = Literal["invited", "lobby", "room", "left", "revoked"]
Kind = Literal["joint", "caucus", "chambers", "sidebar"]


class Paused(Shape):
    since: Ms
    by: str


class Session(Shape):
    id: str
    title: str
    number: Number
    state: Literal["open", "closed"]
    opened: Ms
    closed: Ms | None
    destroy_at: Ms | None
    keep_days: Annotated[float, Field(ge=0)]
    seen: bool
    operator: str
    paused: Paused | None


class Me(Shape):
    seat: str
    name: Name
    role: str
    side: str | None
    rights: list[str]
    where: Where
    since: Ms
    microphone: bool
    camera: bool
    screen: bool
    hand: Ms | None
    calling: Ms | None
    silenced: bool


class AgreedText(Shape):
    """The mediator's text, while the person has not arrived."""

    version: str
    body: str
    hash: str


class Side(Shape):
    id: str
    name: str


class Mediator(Shape):
    seat: str
    name: Name
    role: str
    state: Literal["with_you", "away", "lost"]


class Person(Shape):
    seat: str
    name: Name
    role: str
    side: str | None


class Door(Shape):
    opens: Ms
    held: bool


class Member(Shape):
    seat: str
    name: Name
    role: str
    side: str | None
    connected: bool
    microphone: bool
    camera: bool
    screen: bool
    hand: Ms | None
    since: Ms
    door: Door | None


class RoomNote(Shape):
    text: str
    by: str
    at: Ms


class Room(Shape):
    """The room that the seat is in."""

    id: str
    name: str
    kind: Kind
    side: str | None
    private: bool
    epoch: Number
    since: Ms
    paused: Literal["mediator", "absence"] | None
    members: list[Member]
    note: RoomNote | None


class Moved(Shape):
    """How the seat came to where it is."""

    at: Ms
    by: str
    mine: bool
    how: Literal["arrived", "moved", "admitted", "stepped_out", "room_closed", "came_back"]
    frm: str | None = Field(alias="from")
    to: str | None


class Device(Shape):
    """Somebody opened a link in another browser and asks to go on there."""

    request: str
    seat: str
    name: Name
    since: Ms


class MapRoom(Shape):
    id: str
    name: str
    kind: Kind
    side: str | None
    exit: str
    epoch: Number
    since: Ms
    occupied_since: Ms | None
    paused: Literal["mediator", "absence"] | None
    seats: list[str]
    doors: dict[str, Door]


class MapSeat(Shape):
    seat: str
    name: Name
    role: str
    side: str | None
    where: Where
    room: str | None
    since: Ms
    connected: bool
    lost: bool
    calling: Ms | None
    call_text: str
    consented: bool
    link: Literal["new", "used", "revoked"]


class UndoStep(Shape):
    seat: str
    frm: str = Field(alias="from")
    to: str


class Undo(Shape):
    move: str
    until: Ms
    moves: list[UndoStep]


class Map(Shape):
    """All rooms and everybody in them: mediators only."""

    rooms: list[MapRoom]
    seats: list[MapSeat]
    keep_apart: list[Annotated[list[SeatSubject | SideSubject], Field(min_length=2, max_length=2)]]
    undo: Undo | None


class Layer(Shape):
    """A layer of the board that this seat reads. `epoch` grows when somebody comes to read its past."""

    id: str
    epoch: Number
    write: bool


class Newcomer(Shape):
    """Somebody of the own group who does not read its board yet."""

    seat: str
    name: Name
    role: str


class Board(Shape):
    layers: list[Layer]
    newcomers: list[Newcomer]
    waiting: bool


class View(Shape):
    """Everything that one seat may know of the session now."""

    session: Session
    me: Me
    text: AgreedText | None
    sides: list[Side]
    mediators: list[Mediator]
    people: list[Person]
    room: Room | None
    moved: Moved | None
    devices: list[Device]
    board: Board | None
    map: Map | None
