"""Who reads and who writes which layer of the board. The one place that says so; facts, snapshots, files and export
all ask here.

Rule 1: only who is in a room reads the board; whoever waits, has left or was revoked reads nothing. After the end,
        who had been let in may still take its own view along.
Rule 2: a layer of a group is read by the seats of that group. A newcomer to a group reads nothing of it before a seat
        of the group has let it in: being invited by a mediator opens no side's papers.
Rule 3: the joint layer is written to from the joint room only. From everywhere else it is read-only: what is to cross
        goes by a release.
"""

from server.board.commands import Seen
from server.board.layers import JOINT, MEDIATORS, ledger_layer, ledger_of, side_layer
from server.board.shapes import Reader
from server.errors import Refused
from server.session.knowing import knows_side
from server.session.roles import may
from server.session.state import Seat, State
from server.session.talk import room_of, shown_audience


def group_of(seat: Seat) -> str | None:
    """The layer of the standing group that this seat belongs to by its role, let in or not."""
    if seat.mediates:
        return MEDIATORS
    return side_layer(seat.side) if seat.side is not None else None


def let_in(state: State, seat: Seat) -> str | None:
    """The layer of the group whose past this seat may know."""
    group = group_of(seat)
    return group if group is not None and seat.id in state.board.groups.get(group, {}) else None


def newcomers(state: State, group: str) -> list[Seat]:
    """Who belongs to the group and has not been let in."""
    known = state.board.groups.get(group, {})
    return [s for s in state.seats.values() if group_of(s) == group and s.id not in known and s.where != "revoked"]


def readable(state: State, seat: Seat) -> frozenset[str]:
    """The layers that this seat reads now."""
    was_in = seat.where == "left" and seat.moved is not None and seat.moved.to is not None
    if seat.where != "room" and not (state.closed and was_in):
        return frozenset()
    group = let_in(state, seat)
    if group is None:
        return frozenset({JOINT})
    sides = state.sides if group == MEDIATORS else (seat.side,)
    return frozenset({JOINT, group, *(ledger_layer(s) for s in sides if s is not None)})


def writable(state: State, seat: Seat) -> frozenset[str]:
    """The layers that this seat may write to now."""
    if seat.room is None or not may(seat.role, "add_things"):
        return frozenset()
    group = let_in(state, seat)
    joint = {JOINT} if state.rooms[seat.room].kind == "joint" else set()
    return frozenset(joint | ({group} if group is not None else set()))


def reader(state: State, seat: Seat) -> Reader:
    """Whose eyes a thing is shaped for."""
    known = frozenset(s for s in state.sides if seat.mediates or knows_side(state, seat, s))
    side = seat.side if let_in(state, seat) is not None else None
    return Reader(side, seat.mediates and let_in(state, seat) == MEDIATORS, known)


def layer_epoch(state: State, layer: str) -> int:
    """Grows whenever somebody comes to read the past of this layer."""
    side = ledger_of(layer)
    if side is not None:
        return state.board.epoch(side_layer(side)) + state.board.epoch(MEDIATORS)
    return state.board.epoch(layer)


def check_shown(state: State, seat: Seat, layer: str, seen: Seen | None) -> None:
    """Whether the person was looking at the audience of `layer` as it is now.

    Raises `Refused`: unknown_layer, table_only (the joint layer, from elsewhere), room_paused, audience_grew.
    """
    if layer not in readable(state, seat):
        raise Refused("unknown_layer", field="layer")
    if layer == JOINT:
        room = room_of(state, seat)
        if room.kind != "joint":
            raise Refused("table_only")
        if room.paused:
            raise Refused("room_paused")
        shown_audience(state, seat, seen.room if seen else None, seen.epoch if seen else None)
        return
    now = layer_epoch(state, layer)
    if seen is None or seen.room is not None or seen.epoch != now:
        raise Refused("audience_grew", joined=_joined(state, layer, seen), layer=layer, epoch=now, audience=[])


def _joined(state: State, layer: str, seen: Seen | None) -> list[str]:
    """Names of those who were let in meanwhile."""
    side = ledger_of(layer)
    groups = (layer,) if side is None else (side_layer(side), MEDIATORS)
    since = seen.epoch if seen is not None and seen.room is None and side is None else 0
    return [
        state.seats[s].name
        for group in groups
        for s, epoch in state.board.groups.get(group, {}).items()
        if epoch > since and s in state.seats
    ]
