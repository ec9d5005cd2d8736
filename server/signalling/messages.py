"""What a client may send: one class per frame of PROTOCOL.md, told apart by `type`.

`read` is the only way in: bytes or text become one of these, or a ProtocolViolation that names what was wrong. Nothing
else in this program parses what came over a socket.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from server.board.place import FAR, SIZE_MOST, Place
from server.doors.wire import FRAME_MAX, Id, Number, Secret, Shape
from server.errors import ProtocolViolation
from server.session.glances import Drag, Editing, Glance, Look, Over, Point
from server.session.quality import Device, Level, Quality, Way
from server.signalling.requests import Request

DRAGGED_MOST = 100
"""Things of one drag. As many as a command may place at once would only make every frame of the drag slower."""
LARGE_MOST = 9
"""Pictures shown large at once: as many as come at all (`server.rtp.slots`)."""
Far = Annotated[int, Field(ge=-FAR, le=FAR)]
Size = Annotated[int, Field(ge=1, le=SIZE_MOST)]
Percent = Annotated[int, Field(ge=0, le=100)]
Millis = Annotated[int, Field(ge=0, le=60_000)]
Kilobits = Annotated[int, Field(ge=0, le=10_000_000)]
Sdp = Annotated[str, StringConstraints(min_length=1, max_length=FRAME_MAX)]


class Hello(Shape):
    """First frame: the one-time ticket, and what an earlier connection had seen."""

    type: Literal["hello"]
    ticket: Secret
    life: Id | None = None
    seen: Number | None = None


class Asked(Shape):
    """A command. The same `id` again gets the stored answer and has no second effect."""

    type: Literal["command"]
    id: Id
    command: Request


class Told(Shape):
    """The page has shown the person who is in this room at this epoch."""

    type: Literal["told"]
    room: Id
    epoch: Number


class MediaAnswer(Shape):
    """The SDP answer to `media.offer`."""

    type: Literal["media.answer"]
    connection: Id
    sdp: Sdp


class MediaRenew(Shape):
    """The network changed: a new offer, please."""

    type: Literal["media.renew"]


class Sound(Shape):
    """Will the browser play sound, or does it wait for a tap?"""

    type: Literal["sound"]
    blocked: bool


class Large(Shape):
    """Whose pictures the page shows large now; all others it shows small. Before the first, everybody's are large."""

    type: Literal["large"]
    seats: Annotated[list[Id], Field(max_length=LARGE_MOST)]


class Trial(Shape):
    """Before the first room: would this line carry media? Answered by `trial.offer`, or by nothing."""

    type: Literal["trial"]


class Measured(Shape):
    """What the page found of its own line: for mediators only. Null where it is not known."""

    type: Literal["quality"]
    level: Level | None
    way: Way | None
    loss: Percent | None
    trip: Millis | None
    jitter: Millis | None
    up: Kilobits | None
    down: Kilobits | None
    microphone: Device
    camera: Device

    def value(self) -> Quality:
        return Quality(**self.model_dump(exclude={"type"}))


class BoardPoint(Shape):
    """Where the person points at in a layer of the board. `x: null`: nowhere any more."""

    type: Literal["board.point"]
    x: Far | None
    y: Far | None
    layer: Id | None

    def value(self) -> Glance | Over:
        if self.x is None or self.y is None or self.layer is None:
            return Over(Point)
        return Point(self.x, self.y, self.layer)


class Dragged(Shape):
    thing: Id
    x: Far
    y: Far
    w: Size
    h: Size


class BoardDrag(Shape):
    """Where things are while they are being dragged; an empty list: they were let go."""

    type: Literal["board.drag"]
    places: Annotated[list[Dragged], Field(max_length=DRAGGED_MOST)]

    def value(self) -> Glance | Over:
        places = tuple((d.thing, Place(d.x, d.y, d.w, d.h)) for d in self.places)
        return Drag(places) if places else Over(Drag)


class BoardEditing(Shape):
    """The person has this thing open to edit it, or has no more. Said again every 5 s; forgotten after 10."""

    type: Literal["board.editing"]
    thing: Id
    on: bool

    def value(self) -> Glance | Over:
        return Editing(self.thing) if self.on else Over(Editing, self.thing)


class BoardLook(Shape):
    """A mediator brings everybody in the room to this place of the joint layer. `zoom` in percent."""

    type: Literal["board.look"]
    x: Far
    y: Far
    zoom: Annotated[int, Field(ge=1, le=10_000)]

    def value(self) -> Glance | Over:
        return Look(self.x, self.y, self.zoom)


BoardGlance = BoardPoint | BoardDrag | BoardEditing | BoardLook
"""What is shown for a moment and never written."""


class Pong(Shape):
    """The answer to `ping`."""

    type: Literal["pong"]


PONG = Pong(type="pong")
_PONG = '{"type":"pong"}'
"""How pages write it. On a quiet server most of what comes is this, so it is known at sight."""


ClientFrame = Annotated[
    Hello | Asked | Told | MediaAnswer | MediaRenew | Sound | Large | Trial | Measured | BoardGlance | Pong,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)


def read(data: str | bytes) -> ClientFrame:
    """The frame in `data`. Raises ProtocolViolation: `not_text` (binary), `too_large`, `bad_frame` (anything else)."""
    if data == _PONG:
        return PONG
    if not isinstance(data, str):
        raise ProtocolViolation("not_text")
    if len(data) > FRAME_MAX:
        raise ProtocolViolation("too_large")
    try:
        return _ADAPTER.validate_json(data)
    except (ValidationError, ValueError):  # ValueError: text that cannot be UTF-8 never reaches the parser's own errors
        raise ProtocolViolation("bad_frame") from None


def json_schema() -> dict[str, object]:
    """The JSON Schema of every frame that a client may send."""
    return _ADAPTER.json_schema(ref_template="#/components/schemas/{model}")
