"""What a client may send: one class per frame of PROTOCOL.md, told apart by `type`.

`read` is the only way in: bytes or text become one of these, or a ProtocolViolation that names what was wrong. Nothing
else in this program parses what came over a socket.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from server.doors.wire import FRAME_MAX, Id, Number, Secret, Shape
from server.errors import ProtocolViolation
from server.signalling.requests import Request

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


class Pong(Shape):
    """The answer to `ping`."""

    type: Literal["pong"]


ClientFrame = Annotated[
    Hello | Asked | Told | MediaAnswer | MediaRenew | Sound | Pong,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)


def read(data: str | bytes) -> ClientFrame:
    """The frame in `data`. Raises ProtocolViolation: `not_text` (binary), `too_large`, `bad_frame` (anything else)."""
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
