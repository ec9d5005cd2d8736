"""view(state, seat): everything of the state that one seat may know, as plain values for the wire.

Outside its own room a party learns only who takes part (not even that under a separation rule), whether the mediator
is with it or away, and what is addressed to it. In the lobby it learns nothing of anybody but the mediators' names.
Shapes: `View` in PROTOCOL.md.
"""

from server.session.boarding import board_view
from server.session.epochs import mark
from server.session.knowing import knows_of, knows_side
from server.session.roles import RIGHTS
from server.session.state import Door, Room, Seat, State, private

View = dict[str, object]


def view(state: State, seat_id: str) -> View:
    """What this seat may know now."""
    seat = state.seats[seat_id]
    inside = seat.where == "room"
    return {
        "session": _session(state, seat),
        "me": _me(state, seat),
        "text": _text(state) if seat.where == "invited" else None,
        "sides": [{"id": s.id, "name": s.name} for s in state.sides.values() if knows_side(state, seat, s.id)]
        if inside
        else [],
        "mediators": [_mediator(state, seat, m) for m in state.seats.values() if m.mediates and m.where != "revoked"],
        "people": [_person(state, seat, p) for p in state.seats.values() if knows_of(state, seat, p)] if inside else [],
        "room": _room(state, seat, state.rooms[seat.room]) if seat.room else None,
        "moved": _moved(state, seat),
        "devices": _devices(state, seat),
        "board": board_view(state, seat),
        "map": session_map(state, seat) if seat.mediates and seat.where == "room" else None,
    }


def _session(state: State, seat: Seat) -> View:
    return {
        "id": state.id,
        "title": state.title,
        "number": state.number,
        "state": "closed" if state.closed else "open",
        "opened": state.opened,
        "closed": state.closed,
        "destroy_at": state.destroy_at,
        "keep_days": state.policy.keep_days,
        "seen": state.policy.seen,
        "operator": state.operator,
        "paused": {"since": state.paused.since, "by": _name(state, state.paused.by)}
        if state.paused and seat.where == "room"
        else None,
    }


def _me(state: State, seat: Seat) -> View:
    return {
        "seat": seat.id,
        "name": seat.name,
        "role": seat.role,
        "side": seat.side,
        "rights": sorted(RIGHTS[seat.role]),
        "where": seat.where,
        "since": seat.since,
        "microphone": seat.microphone,
        "camera": seat.camera,
        "screen": seat.screen,
        "hand": seat.hand,
        "calling": seat.calling,
        "silenced": False,
    }


def _text(state: State) -> View:
    return {"version": state.text_version, "body": state.text, "hash": state.text_hash}


def _mediator(state: State, seat: Seat, mediator: Seat) -> View:
    """With you, away, or lost. Lost is told only where the person is with it, or waits for it."""
    near = seat.room is not None and seat.room == mediator.room
    if near:
        now = "lost" if mediator.lost or mediator.unseen else "with_you"
    elif seat.where != "room" and mediator.connection is None:
        now = "lost"
    else:
        now = "away"
    return {"seat": mediator.id, "name": mediator.listed, "role": mediator.role, "state": now}


def _person(state: State, seat: Seat, person: Seat) -> View:
    near = seat.room is not None and seat.room == person.room
    name = person.name if near or seat.mediates or seat.id == person.id else person.listed
    return {"seat": person.id, "name": name, "role": person.role, "side": person.side}


def _room(state: State, seat: Seat, room: Room) -> View:
    came = room.entered[seat.id]
    return {
        "id": room.id,
        "name": room.name,
        "kind": room.kind,
        "side": room.side,
        "private": private(state, room.members),
        "epoch": mark(seat, room),
        "since": came,
        "paused": "mediator" if state.paused else "absence" if room.paused else None,
        "members": [_member(state, room, s, came) for s in state.seats.values() if s.id in room.members],
        "note": {"text": room.note.text, "by": room.note.by, "at": room.note.at}
        if room.note and room.note.epoch >= room.members[seat.id]
        else None,
    }


def _member(state: State, room: Room, member: Seat, came: int) -> View:
    return {
        "seat": member.id,
        "name": member.name,
        "role": member.role,
        "side": member.side,
        "connected": member.connection is not None,
        "microphone": member.microphone,
        "camera": member.camera,
        "screen": member.screen,
        "hand": max(member.hand, came) if member.hand is not None else None,
        "since": max(room.entered[member.id], came),
        "door": _door(room.doors.get(member.id)),
    }


def _door(door: Door | None) -> View | None:
    return {"opens": door.opens, "held": door.held} if door else None


def _moved(state: State, seat: Seat) -> View | None:
    if seat.moved is None:
        return None
    return {
        "at": seat.moved.at,
        "by": _name(state, seat.moved.by),
        "mine": seat.moved.by == seat.id,
        "how": seat.moved.how,
        "from": seat.moved.frm,
        "to": seat.moved.to,
    }


def _name(state: State, actor: str) -> str:
    seat = state.seats.get(actor)
    return seat.listed if seat else state.operator


def _devices(state: State, seat: Seat) -> list[View]:
    return [
        {"request": request, "seat": asking, "name": state.seats[asking].name, "since": since}
        for request, (asking, since) in state.devices.items()
        if asking == seat.id or (seat.mediates and seat.where == "room")
    ]


def session_map(state: State, seat: Seat) -> View:
    """The mediators' map: every room and who is in it. Not what is said there, nor who has a microphone on."""
    undo = state.undo
    return {
        "rooms": [_map_room(state, r) for r in state.rooms.values()],
        "seats": [_map_seat(s) for s in state.seats.values() if s.where != "revoked"],
        "keep_apart": [[{kind: i} for kind, i in sorted(pair)] for pair in sorted(state.apart, key=sorted)],
        "undo": {
            "move": undo.move,
            "until": undo.until,
            "moves": [{"seat": s, "from": a or "lobby", "to": b or "lobby"} for s, a, b in undo.steps],
        }
        if undo
        else None,
    }


def _map_room(state: State, room: Room) -> View:
    return {
        "id": room.id,
        "name": room.name,
        "kind": room.kind,
        "side": room.side,
        "exit": room.exit,
        "epoch": room.epoch,
        "since": room.since,
        "occupied_since": room.occupied_since,
        "paused": "mediator" if state.paused else "absence" if room.paused else None,
        "seats": list(room.members),
        "doors": {s: _door(d) for s, d in room.doors.items()},
    }


def _map_seat(seat: Seat) -> View:
    return {
        "seat": seat.id,
        "name": seat.name,
        "role": seat.role,
        "side": seat.side,
        "where": seat.where,
        "room": seat.room,
        "since": seat.since,
        "connected": seat.connection is not None,
        "lost": seat.lost,
        "calling": seat.calling,
        "call_text": seat.call_text,
        "consented": seat.consent is not None,
        "link": seat.link,
    }
