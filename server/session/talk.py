"""Saying, showing and asking for attention. Whatever discloses carries the audience that the person was looking at."""

from server.errors import Refused
from server.session import commands as c
from server.session import events as ev
from server.session.decisions import Asked, Decision, happened
from server.session.epochs import departed_since, epoch_of, joined_since, mark
from server.session.state import Room, Seat, State
from server.text import message_text


def room_of(state: State, seat: Seat) -> Room:
    """The room the seat is in. Raises `Refused("not_in_room")`."""
    if seat.room is None:
        raise Refused("not_in_room")
    return state.rooms[seat.room]


def shown_audience(state: State, seat: Seat, room: str | None, seen: int | None) -> tuple[Room, int]:
    """The room to disclose to, and the epoch at which the person saw its audience.

    Raises `Refused("audience_grew")` when somebody is here now whom the person has not been shown, or when the person
    has been moved meanwhile. If the audience only shrank, that is no reason.
    """
    here = room_of(state, seat)
    epoch = epoch_of(seat, here, seen) if seen is not None and room == here.id else None
    joined = (
        tuple(s for s in here.members if s != seat.id) if epoch is None else joined_since(state, here, epoch, seat.id)
    )
    if epoch is None or joined:
        raise Refused(
            "audience_grew",
            joined=[state.seats[s].name for s in joined],
            room=here.id,
            epoch=mark(seat, here),
            audience=[state.seats[s].name for s in here.members if s != seat.id],
        )
    return here, epoch


def say(state: State, command: c.Say, asked: Asked) -> Decision:
    seat = state.seats[asked.actor]
    text = message_text(command.text)
    if room_of(state, seat).paused:
        raise Refused("room_paused")
    room, epoch = shown_audience(state, seat, command.room, command.epoch)
    missed = [state.seats[s].name for s in departed_since(room, epoch)]
    said = ev.Said(asked.fresh("m_"), room.id, seat.id, seat.name, text, tuple(room.members))
    return happened(said, missed=missed)


def switch(state: State, command: c.Switch, asked: Asked) -> Decision:
    """A camera may be made ready while waiting: it is seen by nobody before the person is let in and has been told by
    whom.
    """
    seat = state.seats[asked.actor]
    if command.on and not (command.medium == "camera" and seat.where == "lobby"):
        shown_audience(state, seat, command.room, command.epoch)
    if getattr(seat, command.medium) == command.on:
        return happened()
    return happened(ev.Switched(seat.id, command.medium, command.on))


def raise_hand(state: State, command: c.RaiseHand, asked: Asked) -> Decision:
    seat = state.seats[asked.actor]
    room_of(state, seat)
    return happened() if seat.hand is not None else happened(ev.HandRaised(seat.id))


def _named(state: State, actor: str, seat: str | None) -> Seat:
    """Oneself, or whom a mediator names. To all others every other name is refused alike, known or not."""
    if seat is not None and seat != actor and not state.seats[actor].mediates:
        raise Refused("not_allowed")
    found = state.seats.get(seat or actor)
    if found is None:
        raise Refused("unknown_seat")
    return found


def lower_hand(state: State, command: c.LowerHand, asked: Asked) -> Decision:
    seat = _named(state, asked.actor, command.seat)
    if seat.id != asked.actor and seat.room != state.seats[asked.actor].room:
        raise Refused("not_allowed")
    return happened() if seat.hand is None else happened(ev.HandLowered(seat.id))


def call_mediator(state: State, command: c.CallMediator, asked: Asked) -> Decision:
    text = message_text(command.text) if command.text.strip() else ""
    if state.seats[asked.actor].where not in ("room", "lobby"):
        raise Refused("not_arrived")
    return happened(ev.MediatorCalled(asked.actor, text))


def cancel_call(state: State, command: c.CancelCall, asked: Asked) -> Decision:
    seat = _named(state, asked.actor, command.seat)
    return happened() if seat.calling is None else happened(ev.CallEnded(seat.id))


def note(state: State, command: c.Note, asked: Asked) -> Decision:
    """A note goes to those who are in the room (or wait) now, and to its author."""
    text = message_text(command.text)
    if command.room is not None and command.room not in state.rooms:
        raise Refused("unknown_room")
    if command.room is None:
        to = [s.id for s in state.seats.values() if s.where == "lobby"]
    else:
        to = list(state.rooms[command.room].members)
    author = state.seats[asked.actor]
    audience = tuple(dict.fromkeys([*to, author.id]))
    return happened(ev.Noted(asked.fresh("n_"), command.room, author.id, author.name, text, audience))


def hold_door(state: State, command: c.HoldDoor, asked: Asked) -> Decision:
    """ "One moment": those inside may hold the door once. It never opens sooner for that."""
    room = room_of(state, state.seats[asked.actor])
    door = room.doors.get(command.seat)
    if door is None or asked.actor in room.doors:
        raise Refused("not_allowed")
    if door.held:
        raise Refused("door_held")
    return happened(ev.DoorHeld(room.id, command.seat, max(door.opens, asked.now + state.policy.hold_ms)))
