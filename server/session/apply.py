"""apply(state, event, at) -> state: what each event does. A table; no rules, no refusals, no clock.

Events were allowed when they were decided; replaying them never asks again.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, get_args

from server.board import board
from server.board.events import BoardEvent
from server.session import events as ev
from server.session.roles import standing_group
from server.session.state import (
    DEPARTED_KEPT,
    UNDO_MS,
    Door,
    Moved,
    PauseState,
    Room,
    RoomNote,
    Seat,
    Side,
    Sight,
    State,
    Undo,
)


def opened(event: ev.SessionOpened, at: int) -> State:
    """The first state of a session."""
    return State(
        id=event.session,
        title=event.title,
        operator=event.operator,
        opened=at,
        policy=event.policy,
        text=event.text,
        text_version=event.text_version,
        text_hash=event.text_hash,
        sides={s.id: Side(s.id, s.name) for s in event.sides},
        seats={s.id: _seat(s, at) for s in event.seats},
        rooms={r.id: _room(r, at) for r in event.rooms},
        board=board.Board(groups=_first_groups(event.seats)),
    )


def _first_groups(seats: Iterable[ev.OpenedSeat]) -> dict[str, dict[str, int]]:
    """Who is there from the beginning: there is no past that anybody would come to know."""
    groups: dict[str, dict[str, int]] = {}
    for seat in seats:
        group = standing_group(seat.role, seat.side)
        if group is not None:
            groups.setdefault(group, {})[seat.id] = 0
    return groups


def apply(state: State | None, event: ev.Event, at: int) -> State:
    """The state after `event`, which happened at `at` (ms since 1970)."""
    if isinstance(event, ev.SessionOpened):
        return opened(event, at)
    assert state is not None, "a log begins with SessionOpened"
    return _TABLE[type(event)](state, event, at)


def apply_all(state: State | None, events: Iterable[ev.Event], at: int) -> State:
    """The state after all of `events`, which happened together."""
    for event in events:
        state = apply(state, event, at)
    assert state is not None
    return state


def _seat(seat: ev.OpenedSeat, at: int) -> Seat:
    return Seat(id=seat.id, listed=seat.name, name=seat.name, role=seat.role, side=seat.side, since=at)


def _room(room: ev.OpenedRoom, at: int) -> Room:
    return Room(id=room.id, name=room.name, kind=room.kind, side=room.side, exit=room.exit, since=at)


def _with_seat(state: State, seat: str, **changes: Any) -> State:
    return replace(state, seats={**state.seats, seat: replace(state.seats[seat], **changes)})


def _with_room(state: State, room: str, **changes: Any) -> State:
    return replace(state, rooms={**state.rooms, room: replace(state.rooms[room], **changes)})


def _leave_room(room: Room, gone: set[str]) -> Room:
    """The room without `gone`; a room that empties forgets its pause, its note and its doors."""
    here = gone & room.members.keys()
    if not here:
        return room
    epoch = room.epoch + 1
    members = {s: e for s, e in room.members.items() if s not in here}
    departed = (*room.departed, *((s, epoch) for s in sorted(here)))[-DEPARTED_KEPT:]
    return replace(
        room,
        epoch=epoch,
        members=members,
        entered={s: t for s, t in room.entered.items() if s in members},
        doors={s: d for s, d in room.doors.items() if s in members} if members else {},
        departed=departed,
        paused=room.paused and bool(members),
        note=room.note if members else None,
        occupied_since=room.occupied_since if members else None,
    )


def _enter_room(room: Room, come: dict[str, int | None], at: int) -> Room:
    epoch = room.epoch + 1
    doors = {s: Door(opens) for s, opens in come.items() if opens is not None}
    return replace(
        room,
        epoch=epoch,
        members={**room.members, **dict.fromkeys(come, epoch)},
        entered={**room.entered, **dict.fromkeys(come, at)},
        doors={**room.doors, **doors},
        occupied_since=room.occupied_since if room.occupied_since is not None else at,
    )


def _placed(state: State, event: ev.Placed, at: int) -> State:
    before = state
    rooms = dict(state.rooms)
    going = {p.seat for p in event.placements}
    for room in {p.frm for p in event.placements} - {None}:
        assert room is not None
        rooms[room] = _leave_room(rooms[room], going)
    for target in sorted({p.to for p in event.placements if p.to is not None}):
        come = {p.seat: p.door for p in event.placements if p.to == target}
        rooms[target] = _enter_room(rooms[target], come, at)
    seats = dict(state.seats)
    for p in event.placements:
        seat = seats[p.seat]
        heard_before = _others(before, p.frm, p.seat)
        hear_now = set(rooms[p.to].members) - {p.seat} if p.to else set()
        how = "admitted" if event.how == "moved" and p.frm is None else event.how  # what others did in it is not told
        moved = Moved(at, event.by, how, p.frm, p.to)
        seats[p.seat] = replace(
            seat,
            where="room" if p.to else "lobby",
            room=p.to,
            since=at,
            microphone=seat.microphone and p.to is not None and hear_now <= heard_before,
            camera=seat.camera and p.to is not None,
            screen=False,
            hand=None,
            moved=moved,
            stay=seat.stay + 1,
        )
    undo = state.undo
    if event.how in ("moved", "admitted"):
        undo = Undo(event.move, at + UNDO_MS, tuple((p.seat, p.to, p.frm) for p in event.placements))
    return replace(state, rooms=rooms, seats=seats, undo=undo)


def _others(state: State, room: str | None, seat: str) -> set[str]:
    return set(state.rooms[room].members) - {seat} if room else set()


def _out_of_rooms(state: State, seat: str, where: str, at: int) -> State:
    rooms = {r: _leave_room(room, {seat}) for r, room in state.rooms.items()}
    changed = replace(
        state.seats[seat],
        where=where,
        room=None,
        since=at,
        microphone=False,
        camera=False,
        screen=False,
        hand=None,
        calling=None,
        call_text="",
    )
    return replace(state, rooms=rooms, seats={**state.seats, seat: changed})


def _link_cut(state: State, seat: str, at: int) -> State:
    """Who was gone already has been gone since then: a new link is no new grace."""
    gone = at if state.seats[seat].connection is not None else state.seats[seat].gone_since
    return _with_seat(state, seat, connection=None, gone_since=gone, screen=False, microphone=False)


def _revoked(state: State, event: ev.LinkRevoked, at: int) -> State:
    out = _out_of_rooms(state, event.seat, "revoked", at)
    return _with_seat(out, event.seat, connection=None, gone_since=at, link="revoked")


def _arrived(state: State, event: ev.SeatArrived, at: int) -> State:
    return _with_seat(
        state,
        event.seat,
        name=event.name,
        where="lobby",
        since=at,
        consent=(event.version, event.hash, at),
        camera=event.camera,
        link="used",
    )


def _connected(state: State, event: ev.SeatConnected, at: int) -> State:
    return _with_seat(
        state, event.seat, connection=event.connection, gone_since=None, lost=False, unseen=False, link="used"
    )


def _disconnected(state: State, event: ev.SeatDisconnected, at: int) -> State:
    """Who was gone already when the server started has been gone since then."""
    gone = at if state.seats[event.seat].connection is not None else state.seats[event.seat].gone_since
    return _with_seat(state, event.seat, connection=None, gone_since=gone, screen=False, unseen=event.restart)


def _door_opened(state: State, event: ev.DoorOpened, at: int) -> State:
    doors = {s: d for s, d in state.rooms[event.room].doors.items() if s != event.seat}
    return _with_room(state, event.room, doors=doors)


def _room_closed(state: State, event: ev.RoomClosed, at: int) -> State:
    return replace(state, rooms={r: room for r, room in state.rooms.items() if r != event.room})


def _risen(room: Room) -> Room:
    """The room after a pause: everybody must be shown its audience anew before being heard."""
    return replace(room, epoch=room.epoch + 1, floor=room.epoch + 1, paused=False) if room.members else room


def _resumed(state: State, event: ev.SessionResumed, at: int) -> State:
    rooms = {r: replace(_risen(room), paused=room.paused) for r, room in state.rooms.items()}
    return replace(state, paused=None, rooms=rooms)


def _room_resumed(state: State, event: ev.RoomResumed, at: int) -> State:
    return replace(state, rooms={**state.rooms, event.room: _risen(state.rooms[event.room])})


def _noted(state: State, event: ev.Noted, at: int) -> State:
    if event.room is None:
        return state
    note = RoomNote(event.text, event.name, at, state.rooms[event.room].epoch)
    return _with_room(state, event.room, note=note)


def _session_closed(state: State, event: ev.SessionClosed, at: int) -> State:
    stayed = frozenset(s.id for s in state.seats.values() if s.where == "room")
    for seat in state.seats.values():
        if seat.where in ("lobby", "room"):
            state = _out_of_rooms(state, seat.id, "left", at)
    return replace(state, closed=at, destroy_at=event.destroy_at, stayed=stayed, undo=None, paused=None)


def _next_session_opened(state: State, event: ev.NextSessionOpened, at: int) -> State:
    """People, rooms and rules stay; everybody is invited anew. Epochs and stays go on: none is ever used twice."""
    seats = {s.id: s if s.where == "revoked" else _invited_again(s, at) for s in state.seats.values()}
    rooms = {r.id: replace(r, since=at, occupied_since=None) for r in state.rooms.values()}
    return replace(
        state,
        number=event.number,
        opened=at,
        seats=seats,
        rooms=rooms,
        paused=None,
        undo=None,
        devices={},
        closed=None,
        destroy_at=None,
        stayed=frozenset(),
    )


def _invited_again(seat: Seat, at: int) -> Seat:
    """The person as invited at first, under the name it came with; what counts its placements goes on."""
    fresh = Seat(seat.id, seat.listed, seat.name, seat.role, seat.side, since=at)
    return replace(fresh, link=seat.link, stay=seat.stay)


def _cards_seen(state: State, event: ev.CardsSeen, at: int) -> State:
    room = state.rooms.get(state.seats[event.seat].room or "")
    table = room is not None and room.kind == "joint"
    sights = dict(state.sights)
    for card, version in event.cards:
        known = sights.get(card, {})
        before = known.get(event.seat, Sight(0))
        now = Sight(max(before.anywhere, version), max(before.table, version if table else 0))
        sights[card] = {**known, event.seat: now}
    return replace(state, sights=sights)


def _pair(event: ev.KeptApart | ev.AllowedTogether) -> frozenset[tuple[str, str]]:
    return frozenset({event.one, event.other})


def _device_decided(state: State, event: ev.DeviceDecided, at: int) -> State:
    devices = {r: d for r, d in state.devices.items() if r != event.request}
    return replace(state, devices=devices)


_TABLE: dict[type, Callable[[State, Any, int], State]] = {
    ev.SeatInvited: lambda s, e, at: replace(s, seats={**s.seats, e.seat.id: _seat(e.seat, at)}),
    ev.SeatRenamed: lambda s, e, at: _with_seat(s, e.seat, name=e.name, listed=e.name),
    ev.LinkReplaced: lambda s, e, at: _link_cut(_with_seat(s, e.seat, link="new"), e.seat, at),
    ev.LinkRevoked: _revoked,
    ev.SeatArrived: _arrived,
    ev.Placed: _placed,
    ev.Switched: lambda s, e, at: _with_seat(s, e.seat, **{e.medium: e.on}),
    ev.HandRaised: lambda s, e, at: _with_seat(s, e.seat, hand=at),
    ev.HandLowered: lambda s, e, at: _with_seat(s, e.seat, hand=None),
    ev.MediatorCalled: lambda s, e, at: _with_seat(s, e.seat, calling=at, call_text=e.text),
    ev.CallEnded: lambda s, e, at: _with_seat(s, e.seat, calling=None, call_text=""),
    ev.SeatLeft: lambda s, e, at: _out_of_rooms(s, e.seat, "left", at),
    ev.SeatCameBack: lambda s, e, at: _with_seat(s, e.seat, where="lobby", since=at, moved=None),
    ev.DoorHeld: lambda s, e, at: _with_room(
        s, e.room, doors={**s.rooms[e.room].doors, e.seat: Door(opens=e.until, held=True)}
    ),
    ev.DoorOpened: _door_opened,
    ev.Said: lambda s, e, at: s,
    ev.Noted: _noted,
    ev.RoomOpened: lambda s, e, at: replace(s, rooms={**s.rooms, e.room.id: _room(e.room, at)}),
    ev.RoomRenamed: lambda s, e, at: _with_room(s, e.room, name=e.name),
    ev.RoomClosed: _room_closed,
    ev.SessionPaused: lambda s, e, at: replace(s, paused=PauseState(at, e.by)),
    ev.SessionResumed: _resumed,
    ev.RoomPaused: lambda s, e, at: _with_room(s, e.room, paused=True),
    ev.RoomResumed: _room_resumed,
    ev.KeptApart: lambda s, e, at: replace(s, apart=s.apart | {_pair(e)}),
    ev.AllowedTogether: lambda s, e, at: replace(s, apart=s.apart - {_pair(e)}),
    ev.SeatConnected: _connected,
    ev.SeatDisconnected: _disconnected,
    ev.SeatLost: lambda s, e, at: _with_seat(s, e.seat, lost=True),
    ev.DeviceRequested: lambda s, e, at: replace(s, devices={**s.devices, e.request: (e.seat, at)}),
    ev.DeviceDecided: _device_decided,
    ev.SessionClosed: _session_closed,
    ev.NextSessionOpened: _next_session_opened,
    ev.CardsSeen: _cards_seen,
}

_TABLE |= dict.fromkeys(get_args(BoardEvent), lambda s, e, at: replace(s, board=board.apply(s.board, e, at)))
