"""What programs send and get, beside what `doors` already has."""

from pydantic import BaseModel, ConfigDict

from server.doors.moves import Confirmation, MovePlan
from server.host.audit import Verdict
from server.session.state import State


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class MoveAsked(MovePlan):
    """A move; `confirmation` where people of opposing sides will meet, from the problem `confirmation_needed`."""

    confirmation: Confirmation | None = None


class SessionLine(_Shape):
    """One session of the list: the newest of its case, and which one that is. Times are milliseconds since 1970."""

    session: str
    title: str
    number: int
    opened: int
    closed: int | None
    seats: int
    connected: int
    destroy_at: int | None


class SessionList(_Shape):
    sessions: list[SessionLine]


class SideShown(_Shape):
    id: str
    name: str


class RoomShown(_Shape):
    """A room and who is in it. `epoch` grows with every change of its audience."""

    room: str
    name: str
    kind: str
    side: str | None
    epoch: int
    paused: bool
    seats: list[str]


class SeatShown(_Shape):
    """A person's place: `where` is invited, lobby, room, left or revoked."""

    seat: str
    name: str
    role: str
    side: str | None
    where: str
    room: str | None
    since: int
    connected: bool


class SessionShown(_Shape):
    """Rooms, and who is where. Nothing that anybody said. `number`: which session of the case this is."""

    session: str
    title: str
    number: int
    opened: int
    closed: int | None
    destroy_at: int | None
    paused: bool
    sides: list[SideShown]
    rooms: list[RoomShown]
    seats: list[SeatShown]


class AuditLine(_Shape):
    """Who asked for what, when (ms since 1970) and in which room. `by` is a seat, the operator, or empty."""

    position: int
    at: int
    by: str
    what: str
    room: str | None


class SessionAudit(_Shape):
    """The audit of a session: nothing that anybody said. `broken_at`: from this position on, something was altered,
    removed or moved; the lines end before it.
    """

    session: str
    lines: list[AuditLine]
    broken_at: int | None


class Drained(_Shape):
    """What became of a drain: whether this node takes nothing any more, and how many sessions still live on it."""

    draining: bool
    left: int


class MoveMade(BaseModel):
    """What a move answers: its id (`move`), by which it can be undone for a while."""

    model_config = ConfigDict(extra="allow")


class Problem(BaseModel):
    """RFC 9457. `reason` is stable and for programs; `detail` is a sentence; `about` is what the sentence is about.
    With `confirmation_needed` come `preview` (who will hear whom) and the `confirmation` to send along."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    reason: str
    detail: str


def audited(session: str, verdict: Verdict) -> SessionAudit:
    """The audit as a program may see it."""
    lines = [
        AuditLine(position=line.position, at=line.at, by=line.deed.by, what=line.deed.what, room=line.deed.room)
        for line in verdict.lines
    ]
    return SessionAudit(session=session, lines=lines, broken_at=verdict.broken_at)


def shown(state: State) -> SessionShown:
    """A session as a program may see it."""
    return SessionShown(
        session=state.id,
        title=state.title,
        number=state.number,
        opened=state.opened,
        closed=state.closed,
        destroy_at=state.destroy_at,
        paused=state.paused is not None,
        sides=[SideShown(id=side.id, name=side.name) for side in state.sides.values()],
        rooms=[
            RoomShown(
                room=room.id,
                name=room.name,
                kind=room.kind,
                side=room.side,
                epoch=room.epoch,
                paused=room.paused,
                seats=list(room.members),
            )
            for room in state.rooms.values()
        ],
        seats=[
            SeatShown(
                seat=seat.id,
                name=seat.name,
                role=seat.role,
                side=seat.side,
                where=seat.where,
                room=seat.room,
                since=seat.since,
                connected=seat.connection is not None,
            )
            for seat in state.seats.values()
        ],
    )
