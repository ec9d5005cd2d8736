"""Who reads and who writes which layer of the board. The one place that says so; facts, snapshots, files and export
all ask here.

Rule 1: only who is in a room reads the board; whoever waits, has left or was revoked reads nothing. After the end,
        who was in a room until then may still take its own view along. What it has said, it may take back while it
        waits, too: the answer then tells nothing (`boarding.from_the_lobby`).
Rule 2: a layer of a group is read by the seats of that group. A newcomer to a group reads nothing of it before a seat
        of the group has let it in: being invited by a mediator opens no side's papers.
Rule 3: the joint layer is written to from the joint room only. From everywhere else it is read-only: what is to cross
        goes by a release.
"""

from server.board.commands import Seen
from server.board.events import GroupJoined
from server.board.layers import JOINT, MEDIATORS, ledger_layer, ledger_of, side_layer
from server.board.shapes import Reader
from server.errors import Refused
from server.session.knowing import knows_of, knows_side
from server.session.roles import may
from server.session.state import Seat, State, kept_apart
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


def begun_afresh(state: State) -> tuple[GroupJoined, ...]:
    """Where a group has newcomers and nobody is left who could let them in, they begin again, with an empty layer of
    their own: a side is never without its tools, and what others had kept to themselves stays closed.
    """
    found: dict[str, list[str]] = {}
    waiting: set[str] = set()
    for seat in state.seats.values():
        group = group_of(seat)
        if group is None or seat.where == "revoked" or not may(seat.role, "let_in"):
            continue
        if seat.id in state.board.groups.get(group, {}):
            found.pop(group, None)
            waiting.add(group)
        elif group not in waiting:
            found.setdefault(group, []).append(seat.id)
    return tuple(GroupJoined(group, s, afresh=n == 0) for group, seats in found.items() for n, s in enumerate(seats))


def readable(state: State, seat: Seat) -> frozenset[str]:
    """The layers that this seat reads now."""
    if seat.where != "room" and seat.id not in state.stayed:
        return frozenset()
    return of_ones_own(state, seat)


def of_ones_own(state: State, seat: Seat) -> frozenset[str]:
    """The layers that this seat reads as soon as it is in a room."""
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
    free = seat.mediates or not state.apart
    known = frozenset(state.sides if free else (s for s in state.sides if knows_side(state, seat, s)))
    group = let_in(state, seat)
    side = seat.side if group is not None else None
    return Reader(side, group == MEDIATORS, known, strangers(state, seat))


def strangers(state: State, seat: Seat) -> frozenset[str]:
    """Seats of the own group from which this one is kept apart: their names stand on nothing that it is shown."""
    if seat.mediates or not state.apart:
        return frozenset()
    mine = (s for s in state.seats.values() if group_of(s) == group_of(seat) and s.id != seat.id)
    return frozenset(s.id for s in mine if kept_apart(state, seat, s))


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
        joined = _joined(state, seat, layer, seen)
        raise Refused("audience_grew", joined=joined, layer=layer, epoch=now, audience=[])


def _joined(state: State, seat: Seat, layer: str, seen: Seen | None) -> list[str]:
    """Names of those who were let in meanwhile, as far as this seat may know of them."""
    side = ledger_of(layer)
    groups = (layer,) if side is None else (side_layer(side), MEDIATORS)
    since = seen.epoch if seen is not None and seen.room is None and side is None else 0
    return [
        state.seats[s].listed
        for group in groups
        for s, epoch in state.board.groups.get(group, {}).items()
        if epoch > since and s != seat.id and knows_of(state, seat, state.seats[s])
    ]
