"""What can have happened in a session, as plain values. One class per event; nothing else changes the state.

Ids of new things (rooms, messages, moves) are drawn by the shell and stand in the event, so that a replay is
exact. Times are milliseconds since 1970 and come from the entry that holds the event, except deadlines, which are
spelled out.
"""

from dataclasses import dataclass

from server.board.events import BoardEvent


@dataclass(frozen=True, slots=True)
class OpenedSide:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class OpenedSeat:
    id: str
    name: str
    role: str
    side: str | None


@dataclass(frozen=True, slots=True)
class OpenedRoom:
    id: str
    name: str
    kind: str
    side: str | None
    exit: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that a session keeps for its whole life: a replay must not depend on the machine's settings.

    `seen`: it is noted who has seen which card, and who reads a card may ask. Logs that do not say so mean no.
    """

    door_ms: int
    hold_ms: int
    grace_ms: int
    keep_days: float
    seats_max: int
    seen: bool = False


@dataclass(frozen=True, slots=True)
class SessionOpened:
    session: str
    title: str
    operator: str
    sides: tuple[OpenedSide, ...]
    seats: tuple[OpenedSeat, ...]
    rooms: tuple[OpenedRoom, ...]
    text: str
    text_version: str
    text_hash: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class SeatInvited:
    seat: OpenedSeat


@dataclass(frozen=True, slots=True)
class SeatRenamed:
    seat: str
    name: str


@dataclass(frozen=True, slots=True)
class LinkReplaced:
    seat: str


@dataclass(frozen=True, slots=True)
class LinkRevoked:
    seat: str


@dataclass(frozen=True, slots=True)
class SeatArrived:
    """The person has agreed to the text (its version and hash) and waits."""

    seat: str
    name: str
    version: str
    hash: str
    camera: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one seat came from and where it is now; `None` is the lobby. `door`: until when it waits at the door."""

    seat: str
    frm: str | None
    to: str | None
    door: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Placements changed, all at once. `how`: admitted, moved, stepped_out, room_closed, arrived."""

    placements: tuple[Placement, ...]
    how: str
    by: str
    move: str


@dataclass(frozen=True, slots=True)
class Switched:
    seat: str
    medium: str
    on: bool


@dataclass(frozen=True, slots=True)
class HandRaised:
    seat: str


@dataclass(frozen=True, slots=True)
class HandLowered:
    seat: str


@dataclass(frozen=True, slots=True)
class MediatorCalled:
    seat: str
    text: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    seat: str


@dataclass(frozen=True, slots=True)
class SeatLeft:
    seat: str


@dataclass(frozen=True, slots=True)
class SeatCameBack:
    seat: str


@dataclass(frozen=True, slots=True)
class DoorHeld:
    room: str
    seat: str
    until: int


@dataclass(frozen=True, slots=True)
class DoorOpened:
    room: str
    seat: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message, and the audience it was committed to."""

    id: str
    room: str
    by: str
    name: str
    text: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A mediator's note to a room (`None`: to those who wait), and the audience it was committed to."""

    id: str
    room: str | None
    by: str
    name: str
    text: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomOpened:
    room: OpenedRoom


@dataclass(frozen=True, slots=True)
class RoomRenamed:
    room: str
    name: str


@dataclass(frozen=True, slots=True)
class RoomClosed:
    room: str


@dataclass(frozen=True, slots=True)
class SessionPaused:
    by: str


@dataclass(frozen=True, slots=True)
class SessionResumed:
    by: str


@dataclass(frozen=True, slots=True)
class RoomPaused:
    """Opposing sides were about to be alone together: nobody hears anybody in this room."""

    room: str


@dataclass(frozen=True, slots=True)
class RoomResumed:
    room: str
    by: str


@dataclass(frozen=True, slots=True)
class KeptApart:
    one: tuple[str, str]
    other: tuple[str, str]


@dataclass(frozen=True, slots=True)
class AllowedTogether:
    one: tuple[str, str]
    other: tuple[str, str]


@dataclass(frozen=True, slots=True)
class SeatConnected:
    seat: str
    connection: str


@dataclass(frozen=True, slots=True)
class SeatDisconnected:
    """`restart`: found gone by a server that starts. Nobody knows for how long."""

    seat: str
    restart: bool = False


@dataclass(frozen=True, slots=True)
class SeatLost:
    """A mediator's connection has been gone for longer than the grace."""

    seat: str


@dataclass(frozen=True, slots=True)
class DeviceRequested:
    request: str
    seat: str


@dataclass(frozen=True, slots=True)
class DeviceDecided:
    request: str
    seat: str
    allow: bool


@dataclass(frozen=True, slots=True)
class SessionClosed:
    by: str
    destroy_at: int


@dataclass(frozen=True, slots=True)
class NextSessionOpened:
    """A closed case goes on with one more session: `number` 2, 3, …"""

    by: str
    number: int


@dataclass(frozen=True, slots=True)
class CardsSeen:
    """Cards were shown to this seat, each in this version. Tells nobody anything: see `sights.py`."""

    seat: str
    cards: tuple[tuple[str, int], ...]


Event = (
    SessionOpened
    | SeatInvited
    | SeatRenamed
    | LinkReplaced
    | LinkRevoked
    | SeatArrived
    | Placed
    | Switched
    | HandRaised
    | HandLowered
    | MediatorCalled
    | CallEnded
    | SeatLeft
    | SeatCameBack
    | DoorHeld
    | DoorOpened
    | Said
    | Noted
    | RoomOpened
    | RoomRenamed
    | RoomClosed
    | SessionPaused
    | SessionResumed
    | RoomPaused
    | RoomResumed
    | KeptApart
    | AllowedTogether
    | SeatConnected
    | SeatDisconnected
    | SeatLost
    | DeviceRequested
    | DeviceDecided
    | SessionClosed
    | NextSessionOpened
    | CardsSeen
    | BoardEvent
)
