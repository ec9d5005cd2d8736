"""What a mediator arranges: moves, rooms, pauses, separation rules."""

from server.errors import Refused
from server.session import commands as c
from server.session import events as ev
from server.session.apply import apply
from server.session.decisions import Asked, Decision, happened
from server.session.moves import placed, plan, steps_of
from server.session.seating import led
from server.session.state import Room, State, attended, kept_apart
from server.text import NAME_MAX, name_text

EXITS = ("own", "lobby")


def room_named(state: State, room: str) -> Room:
    """Raises `Refused("unknown_room")`."""
    found = state.rooms.get(room)
    if found is None:
        raise Refused("unknown_room")
    return found


def move(state: State, command: c.Move, asked: Asked) -> Decision:
    """All or none. Opposing sides that newly meet need the confirmation of exactly this plan."""
    checked = plan(state, steps_of(state, command, asked.now))
    if checked.meets:
        if command.confirmation is None:
            raise Refused("confirmation_needed")
        if command.confirmation != checked.confirmation:
            raise Refused("plan_changed")
    elif command.confirmation is not None and command.confirmation != checked.confirmation:
        raise Refused("plan_changed")
    admitted = all(s.frm == c.LOBBY for s in checked.steps)
    event = placed(state, checked.steps, "admitted" if admitted else "moved", asked.actor, asked.fresh("v_"), asked.now)
    if not event.placements:
        return happened()
    return happened(event, move=event.move)


def open_room(state: State, command: c.OpenRoom, asked: Asked) -> Decision:
    if command.exit not in EXITS and command.exit not in state.rooms:
        raise Refused("unknown_room")
    room = ev.OpenedRoom(asked.fresh("r_"), name_text(command.title, NAME_MAX), "sidebar", None, command.exit)
    return happened(ev.RoomOpened(room), room=room.id)


def rename_room(state: State, command: c.RenameRoom, asked: Asked) -> Decision:
    room = room_named(state, command.room)
    return happened(ev.RoomRenamed(room.id, name_text(command.title, NAME_MAX)))


def close_room(state: State, command: c.CloseRoom, asked: Asked) -> Decision:
    """Those inside are led to its exit. Chambers stay: the mediators' own step-out leads there."""
    room = room_named(state, command.room)
    if room.kind == "chambers":
        raise Refused("room_needed")
    closed = ev.RoomClosed(room.id)
    if not room.members:
        return happened(closed)
    steps = led(state, [state.seats[s] for s in room.members], room.exit)
    out = placed(state, steps, "room_closed", asked.actor, asked.fresh("v_"), asked.now)
    return happened(out, closed)


def pause(state: State, command: c.Pause, asked: Asked) -> Decision:
    return happened() if state.paused else happened(ev.SessionPaused(asked.actor))


def resume(state: State, command: c.Resume, asked: Asked) -> Decision:
    """Only ever by a person. A room that paused for want of a mediator goes on when one is in it."""
    if command.room is None:
        if not state.paused:
            raise Refused("not_paused")
        return happened(ev.SessionResumed(asked.actor))
    room = room_named(state, command.room)
    if not room.paused:
        raise Refused("not_paused")
    if not attended(state, room.members):
        raise Refused("mediator_needed")
    return happened(ev.RoomResumed(room.id, asked.actor))


def keep_apart(state: State, command: c.KeepApart, asked: Asked) -> Decision:
    """A separation rule. Refused while the two are together: part them first, so that nothing happens unasked."""
    one, other = _subjects(state, command.one, command.other)
    event = ev.KeptApart(one, other)
    after = apply(state, event, asked.now)
    for room in state.rooms.values():
        seats = [after.seats[s] for s in room.members]
        for i, a in enumerate(seats):
            for b in seats[i + 1 :]:
                if kept_apart(after, a, b):
                    raise Refused("together_now", one=a.name, other=b.name, room=room.name)
    return happened(event)


def allow_together(state: State, command: c.AllowTogether, asked: Asked) -> Decision:
    one, other = _subjects(state, command.one, command.other)
    if frozenset({one, other}) not in state.apart:
        return happened()
    return happened(ev.AllowedTogether(one, other))


def _subjects(state: State, one: c.Subject, other: c.Subject) -> tuple[tuple[str, str], tuple[str, str]]:
    for subject in (one, other):
        if subject.kind == "seat" and subject.id not in state.seats:
            raise Refused("unknown_seat")
        if subject.kind == "side" and subject.id not in state.sides:
            raise Refused("unknown_side")
        if subject.kind == "seat" and state.seats[subject.id].mediates:
            raise Refused("not_allowed")
    if one == other:
        raise Refused("unknown_seat")
    return (one.kind, one.id), (other.kind, other.id)
