"""A session as of one position in its log: plain values, never changed in place.

Rule 1: the state is computed from events alone (`apply.py`); nothing else may change it.
Rule 2: a room's *members* are its audience. What is said in the room goes to its members as they are at commit.
Rule 3: a room's *epoch* grows whenever its audience changes, and every member remembers the epoch at which it came.
        "Has the audience grown since epoch e?" is: did any present member come after e?
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.board.board import Board
from server.errors import NotFound
from server.session.events import Policy
from server.session.roles import MEDIATOR_ROLES


@dataclass(frozen=True, slots=True)
class Side:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Moved:
    """How a seat came to where it is; shown to the person once."""

    at: int
    by: str
    how: str
    frm: str | None
    to: str | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in the session; it outlives a lost connection.

    `listed` is the name that the mediator wrote; `name` is the one the person arrived with. People elsewhere are shown
    `listed` only, so that arriving tells them nothing. `stay` counts the placements of this seat alone. `unseen`: the
    server has started again and nobody has come back to this seat yet.
    """

    id: str
    listed: str
    name: str
    role: str
    side: str | None
    where: str = "invited"  # invited, lobby, room, left, revoked
    room: str | None = None
    since: int = 0
    connection: str | None = None
    gone_since: int | None = None
    lost: bool = False
    unseen: bool = False
    microphone: bool = False
    camera: bool = False
    screen: bool = False
    hand: int | None = None
    calling: int | None = None
    call_text: str = ""
    consent: tuple[str, str, int] | None = None
    link: str = "new"  # new, used, revoked
    moved: Moved | None = None
    stay: int = 0

    @property
    def mediates(self) -> bool:
        return self.role in MEDIATOR_ROLES


@dataclass(frozen=True, slots=True)
class Door:
    """A newcomer waits here until `opens` (ms); it may be held once."""

    opens: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class RoomNote:
    """A note, and the room's epoch when it was committed: whoever came later is never shown it."""

    text: str
    by: str
    at: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Room:
    """A room and its audience.

    `members` maps each seat to the epoch at which it came, `entered` to the time. `floor` is the epoch that a sender
    must have shown before anybody hears it again (it rises when a pause ends). `departed` remembers who left at which
    epoch.
    """

    id: str
    name: str
    kind: str  # joint, caucus, chambers, sidebar
    side: str | None
    exit: str
    since: int
    epoch: int = 0
    floor: int = 0
    members: Mapping[str, int] = field(default_factory=dict)
    entered: Mapping[str, int] = field(default_factory=dict)
    departed: tuple[tuple[str, int], ...] = ()
    doors: Mapping[str, Door] = field(default_factory=dict)
    paused: bool = False
    occupied_since: int | None = None
    note: RoomNote | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """The last move, backwards; offered until `until`. Steps are (seat, from, to) with `None` for the lobby."""

    move: str
    until: int
    steps: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True, slots=True)
class PauseState:
    since: int
    by: str


@dataclass(frozen=True, slots=True)
class Sight:
    """The newest version of a card that a seat was shown: `anywhere`, and in the joint room (`table`; 0 is none)."""

    anywhere: int
    table: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """The whole session. `apart` holds pairs of subjects, ("seat" | "side", id), that must never share a room.

    `number` says which session of the case this is, and `opened` when this one was. `stayed` were in a room when it
    was closed. `sights`: who has seen which card, by card and seat, where the policy says that it is noted.
    """

    id: str
    title: str
    operator: str
    opened: int
    policy: Policy
    text: str
    text_version: str
    text_hash: str
    sides: Mapping[str, Side]
    seats: Mapping[str, Seat]
    rooms: Mapping[str, Room]
    apart: frozenset[frozenset[tuple[str, str]]] = frozenset()
    paused: PauseState | None = None
    undo: Undo | None = None
    devices: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    board: Board = field(default_factory=Board)
    closed: int | None = None
    destroy_at: int | None = None
    stayed: frozenset[str] = frozenset()
    number: int = 1
    sights: Mapping[str, Mapping[str, Sight]] = field(default_factory=dict)


UNDO_MS = 10_000
"""How long undo is offered. Longer tempts people to use it as a plan; shorter is missed."""

DEPARTED_KEPT = 64
"""How many departures a room remembers, to tell a sender who missed a message. More costs memory only."""


def reachable(state: State, seat: str) -> Seat:
    """A seat that is, and was not revoked. Raises `NotFound`."""
    found = state.seats.get(seat)
    if found is None or found.where == "revoked":
        raise NotFound(seat)
    return found


def opposing(one: Seat, other: Seat) -> bool:
    """Whether two seats are of different sides. Seats of no side oppose nobody."""
    return one.side is not None and other.side is not None and one.side != other.side


def kept_apart(state: State, one: Seat, other: Seat) -> bool:
    """Whether a separation rule names these two, as persons or through their sides."""
    if not state.apart:  # asked for every pair in every view
        return False
    names_one = {("seat", one.id), ("side", one.side or "")}
    names_other = {("seat", other.id), ("side", other.side or "")}
    return any(frozenset({a, b}) in state.apart for a in names_one for b in names_other if a != b)


def private(state: State, members: Mapping[str, int]) -> bool:
    """Whether everybody in this room is of one side, of none, or a mediator."""
    return len({state.seats[s].side for s in members} - {None}) <= 1


def own_room(state: State, seat: Seat) -> str | None:
    """The room to which this seat may always step out; `None` where it has none (it then waits alone)."""
    kind = "chambers" if seat.mediates else "caucus"
    for room in state.rooms.values():
        if room.kind == kind and room.side == (None if seat.mediates else seat.side) and (seat.mediates or seat.side):
            return room.id
    return None


def attended(state: State, members: Mapping[str, int]) -> bool:
    """Whether a mediator who is not lost is among these members."""
    return any(state.seats[s].mediates and not state.seats[s].lost for s in members)


def mixed(state: State, members: Mapping[str, int]) -> bool:
    """Whether opposing sides are among these members."""
    return not private(state, members)
