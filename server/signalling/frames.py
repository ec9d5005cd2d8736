"""What the server may send: one class per frame of PROTOCOL.md, told apart by `type`. See `view.py` for their use."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from server.doors.wire import Number, Shape
from server.session.quality import Device, Level, Way
from server.signalling.things import BoardFact, Place, Thing
from server.signalling.view import Ms, View


class ViewFact(Shape):
    kind: Literal["view"]
    view: View


class Said(Shape):
    """A message, and the seats that it went to."""

    kind: Literal["said"]
    id: str
    room: str
    by: str
    name: str
    text: str
    at: Ms
    to: list[str]


class Noted(Shape):
    """A note of the mediator to a room; `room: null` went to those who wait."""

    kind: Literal["noted"]
    id: str
    room: str | None
    by: str
    name: str
    text: str
    at: Ms


Fact = Annotated[ViewFact | Said | Noted | BoardFact, Field(discriminator="kind")]
Item = Annotated[Said | Noted, Field(discriminator="kind")]


class Welcome(Shape):
    type: Literal["welcome"]
    life: str
    number: Number
    recovered: bool
    connection: str
    seat: str
    now: Ms


class Snapshot(Shape):
    type: Literal["snapshot"]
    number: Number
    view: View
    items: list[Item]
    board: list[Thing]


class FactFrame(Shape):
    type: Literal["fact"]
    number: Number
    at: Ms
    fact: Fact


class Granted(Shape):
    """The answer to a command that was carried out."""

    type: Literal["answer"]
    id: str
    ok: Literal[True]
    result: dict[str, Any] = Field(default_factory=dict)


class Denied(Shape):
    """The answer to a command that was refused: `reason` for programs, `text` for the person."""

    type: Literal["answer"]
    id: str
    ok: Literal[False]
    reason: str
    detail: dict[str, Any]
    text: str


class Coming(Shape):
    seat: str
    why: Literal["door", "telling", "connecting", "sound_blocked", "interrupted", "lost"]


class Hearing(Shape):
    """Who hears and sees whom, from the server's own forwarding table."""

    type: Literal["hearing"]
    heard_by: list[str]
    seen_by: list[str]
    screen_by: list[str]
    hears: list[str]
    sees: list[str]
    could_hear: list[str]
    coming: list[Coming]
    safe: bool


class Slots(Shape):
    type: Literal["slots"]
    audio: list[str | None]
    video: list[str | None]
    screen: str | None
    screen_sound: str | None
    thin: bool


class DraggedThing(Place):
    thing: str


class Levels(Shape):
    type: Literal["levels"]
    speaking: list[str]


class Service(Shape):
    """To mediators: whether the other nodes cannot be reached now. Said when it begins and when it is over."""

    type: Literal["service"]
    others_away: bool


class Line(Shape):
    """How one person's line is, as the own page has measured it."""

    level: Level | None
    way: Way | None
    loss: Number | None
    trip: Number | None
    jitter: Number | None
    up: Number | None
    down: Number | None
    microphone: Device
    camera: Device


class Qualities(Shape):
    """To mediators in a room: how everybody's line is who waits or is in a room. The newest counts."""

    type: Literal["quality"]
    seats: dict[str, Line]


class SeenPoint(Shape):
    """Where somebody in the room points at. `x: null`: the pointer has gone."""

    type: Literal["board.point"]
    seat: str
    x: int | None
    y: int | None
    layer: str | None


class SeenDrag(Shape):
    """Where things are that somebody is dragging; an empty list: no more."""

    type: Literal["board.drag"]
    seat: str
    places: list[DraggedThing]


class SeenEditing(Shape):
    """Somebody has this thing open to edit it, or has no more. A seat edits one thing at a time: the newest counts."""

    type: Literal["board.editing"]
    seat: str
    thing: str
    on: bool


class SeenLook(Shape):
    """A mediator asks everybody to look here."""

    type: Literal["board.look"]
    seat: str
    x: int
    y: int
    zoom: int


class TurnAccess(Shape):
    """For RTCPeerConnection's `iceServers`, where a network lets no UDP through. Ends after some hours."""

    urls: list[str]
    username: str
    credential: str


class MediaOffer(Shape):
    """An offer of media. `turn: null`: this installation has no TURN server."""

    type: Literal["media.offer"]
    connection: str
    sdp: str
    turn: TurnAccess | None


class TrialOffer(Shape):
    """An offer of a trial: one data line that never opens. Its checks are answered, and nothing else is."""

    type: Literal["trial.offer"]
    sdp: str
    turn: TurnAccess | None


class Ping(Shape):
    type: Literal["ping"]
    now: Ms


class Bye(Shape):
    type: Literal["bye"]
    reason: str


Seen = SeenPoint | SeenDrag | SeenEditing | SeenLook
Answer = Annotated[Granted | Denied, Field(discriminator="ok")]
ServerFrame = Annotated[
    Welcome
    | Snapshot
    | FactFrame
    | Answer
    | Hearing
    | Slots
    | Levels
    | Service
    | Qualities
    | Seen
    | MediaOffer
    | TrialOffer
    | Ping
    | Bye,
    Field(discriminator="type"),
]
SERVER_FRAMES: TypeAdapter[ServerFrame] = TypeAdapter(ServerFrame)


def json_schema() -> dict[str, object]:
    """The JSON Schema of every frame that the server may send."""
    return SERVER_FRAMES.json_schema(ref_template="#/components/schemas/{model}", mode="validation")
