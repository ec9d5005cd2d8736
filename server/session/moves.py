"""A move: a change of placement of one or many seats, all or none.

`plan` checks every rule and computes what the rooms would be; `confirmation` binds a person's consent to exactly this
plan in exactly these rooms; `preview` says in plain values who would hear whom.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from server.errors import Refused
from server.session.commands import LOBBY, Move, Step
from server.session.events import Placed, Placement
from server.session.state import Room, Seat, State, kept_apart, opposing, private


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked move. `after` holds the members of every room that changes; `meets` the opposing pairs newly
    together.
    """

    steps: tuple[Step, ...]
    after: Mapping[str, frozenset[str]]
    meets: frozenset[frozenset[str]]
    confirmation: str


def steps_of(state: State, move: Move, now: int) -> tuple[Step, ...]:
    """The steps that a command asks for; an undo is spelled out as the last move backwards.

    Raises `Refused("no_undo")` when that move is not the last one any more, or its time is over.
    """
    if move.undo is None:
        return move.steps
    if state.undo is None or state.undo.move != move.undo or now > state.undo.until:
        raise Refused("no_undo")
    return tuple(Step(seat, frm or LOBBY, to or LOBBY) for seat, frm, to in state.undo.steps)


def plan(state: State, steps: Iterable[Step]) -> Plan:
    """Check a move against every rule. Raises `Refused`; the move is refused whole.

    Reasons: unknown_seat, unknown_room, not_arrived, stale_move, wrong_side, kept_apart.
    """
    steps = tuple(steps)
    if not steps or len({s.seat for s in steps}) != len(steps):
        raise Refused("unknown_seat")
    for step in steps:
        _check_step(state, step)
    after = _members_after(state, steps)
    for room, members in after.items():
        _check_room(state, state.rooms[room], members)
    meets = frozenset(pair for room, members in after.items() for pair in _newly_opposing(state, room, members))
    return Plan(steps, after, meets, _confirmation(state, steps, after))


def _check_step(state: State, step: Step) -> None:
    seat = state.seats.get(step.seat)
    if seat is None or seat.where == "revoked":
        raise Refused("unknown_seat")
    for room in (step.frm, step.to):
        if room != LOBBY and room not in state.rooms:
            raise Refused("unknown_room")
    if seat.where not in ("lobby", "room"):
        raise Refused("not_arrived", name=seat.name)
    if (seat.room or LOBBY) != step.frm:
        raise Refused("stale_move", name=seat.name)


def _members_after(state: State, steps: tuple[Step, ...]) -> dict[str, frozenset[str]]:
    going = {s.seat for s in steps}
    touched = {r for s in steps for r in (s.frm, s.to) if r != LOBBY}
    return {
        room: frozenset(set(state.rooms[room].members) - going | {s.seat for s in steps if s.to == room})
        for room in touched
    }


def _check_room(state: State, room: Room, members: frozenset[str]) -> None:
    """A caucus takes its own side only (and those of no side); chambers take mediators only; separation rules hold."""
    seats = [state.seats[s] for s in sorted(members)]
    for seat in seats:
        if room.kind == "caucus" and seat.side not in (None, room.side):
            raise Refused("wrong_side", name=seat.name, room=room.name)
        if room.kind == "chambers" and not seat.mediates:
            raise Refused("wrong_side", name=seat.name, room=room.name)
    for one, other in combinations(seats, 2):
        together = one.id in room.members and other.id in room.members
        if not together and kept_apart(state, one, other):
            raise Refused("kept_apart", one=one.name, other=other.name)


def fits(state: State, seat: Seat, room: Room, also: Iterable[str] = ()) -> bool:
    """Whether this seat may be in this room as it is now, with `also` coming too, without meeting an opposing side.

    Used where nobody may be refused, to choose a safe place.
    """
    others = frozenset(room.members) | frozenset(also)
    try:
        _check_room(state, room, others | {seat.id})
    except Refused:
        return False
    return not any(opposing(seat, state.seats[s]) for s in others)


def _newly_opposing(state: State, room: str, members: frozenset[str]) -> list[frozenset[str]]:
    before = state.rooms[room].members
    return [
        frozenset({a, b})
        for a, b in combinations(sorted(members), 2)
        if opposing(state.seats[a], state.seats[b]) and not (a in before and b in before)
        if state.seats[a].room is None or state.seats[a].room != state.seats[b].room
    ]


def _confirmation(state: State, steps: tuple[Step, ...], after: Mapping[str, frozenset[str]]) -> str:
    """A name for exactly this plan in exactly these rooms: it changes when anybody comes or goes meanwhile."""
    bound = {
        "session": state.id,
        "steps": sorted([s.seat, s.frm, s.to] for s in steps),
        "rooms": sorted([r, state.rooms[r].epoch, sorted(members)] for r, members in after.items()),
    }
    return hashlib.sha256(json.dumps(bound, separators=(",", ":")).encode()).hexdigest()[:32]


def placed(state: State, steps: Iterable[Step], how: str, by: str, move: str, now: int) -> Placed:
    """The event of a move that was allowed, with the doors at which newcomers wait."""
    steps = tuple(steps)
    placements = tuple(
        Placement(s.seat, _room(s.frm), _room(s.to), _door(state, s, steps, by, now)) for s in steps if s.frm != s.to
    )
    return Placed(placements, how, by, move)


def _room(name: str) -> str | None:
    return None if name == LOBBY else name


def _door(state: State, step: Step, steps: tuple[Step, ...], by: str, now: int) -> int | None:
    """Until when a newcomer waits. No door where the room is empty, is not private, or holds only who made the move."""
    if step.to == LOBBY or state.policy.door_ms <= 0:
        return None
    going = {s.seat for s in steps if s.to != step.to}
    inside = {s: e for s, e in state.rooms[step.to].members.items() if s not in going}
    if not (inside.keys() - {by}) or not private(state, inside):
        return None
    return now + state.policy.door_ms


def preview(state: State, steps: Iterable[Step]) -> dict[str, object]:
    """The plan as plain values for the person who decides: see `preview` in PROTOCOL.md. Never raises `Refused`."""
    steps = tuple(steps)
    shown = [_shown_step(state, s) for s in steps if s.seat in state.seats]
    try:
        checked = plan(state, steps)
    except Refused as refusal:
        return _refused(refusal, shown)
    coming = {s.to for s in checked.steps}
    rooms = [_shown_room(state, r, checked) for r in sorted(checked.after) if r in coming]
    leaves = [_shown_room(state, r, checked) for r in sorted(checked.after) if r not in coming]
    meets = sorted(sorted(pair) for pair in checked.meets)
    return {
        "moves": shown,
        "rooms": rooms,
        "leaves": leaves,
        "meets": meets,
        "refused": None,
        "confirmation": checked.confirmation,
    }


def preview_of(state: State, move: Move, now: int) -> dict[str, object]:
    """The same of what a command asks for, which may be an undo that comes too late. Never raises `Refused` either."""
    try:
        steps = steps_of(state, move, now)
    except Refused as refusal:
        return _refused(refusal, [])
    return preview(state, steps)


def _refused(refusal: Refused, moves: list[dict[str, object]]) -> dict[str, object]:
    refused = {"reason": refusal.reason, "detail": refusal.detail}
    return {"moves": moves, "rooms": [], "leaves": [], "meets": [], "refused": refused, "confirmation": None}


def _shown_step(state: State, step: Step) -> dict[str, object]:
    return {
        "seat": step.seat,
        "name": state.seats[step.seat].name,
        "from": step.frm,
        "to": step.to,
        "from_name": state.rooms[step.frm].name if step.frm in state.rooms else None,
        "to_name": state.rooms[step.to].name if step.to in state.rooms else None,
    }


def _shown_room(state: State, room: str, checked: Plan) -> dict[str, object]:
    members = checked.after[room]
    before = state.rooms[room].members
    people = [
        {
            "seat": s.id,
            "name": s.name,
            "side": s.side,
            "role": s.role,
            "comes": s.id not in before,
            "stays": s.id in before,
        }
        for s in state.seats.values()
        if s.id in members
    ]
    sides = {state.seats[s].side for s in members} - {None}
    return {
        "room": room,
        "name": state.rooms[room].name,
        "kind": state.rooms[room].kind,
        "people": people,
        "opposing": len(sides) > 1,
        "alone": len(members) == 1,
        "empty": not members,
    }
