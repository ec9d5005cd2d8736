"""Seats: arriving, leaving, stepping out, inviting, links."""

from collections.abc import Iterable

from server.errors import Refused
from server.session import commands as c
from server.session import events as ev
from server.session.commands import LOBBY, Step
from server.session.decisions import Asked, Decision, happened
from server.session.moves import fits, placed
from server.session.opening import new_seat
from server.session.presence import requests_ended
from server.session.roles import OPERATOR
from server.session.state import Seat, State, own_room
from server.text import name_text


def seat_named(state: State, seat: str) -> Seat:
    """Raises `Refused("unknown_seat")`; a revoked seat is as unknown as one that never was."""
    found = state.seats.get(seat)
    if found is None or found.where == "revoked":
        raise Refused("unknown_seat")
    return found


def arrive(state: State, command: c.Arrive, asked: Asked) -> Decision:
    """Agree to the text and wait. A mediator goes straight to the mediators' room."""
    seat = state.seats[asked.actor]
    if seat.where != "invited":
        raise Refused("already_here")
    if (command.version, command.hash) != (state.text_version, state.text_hash):
        raise Refused("text_changed")
    arrived = ev.SeatArrived(seat.id, name_text(command.name), command.version, command.hash, command.camera)
    room = own_room(state, seat) if seat.mediates else None
    if room is None:
        return happened(arrived)
    return happened(
        arrived, placed(state, [Step(seat.id, LOBBY, room)], "arrived", seat.id, asked.fresh("v_"), asked.now)
    )


def leave(state: State, command: c.Leave, asked: Asked) -> Decision:
    seat = state.seats[asked.actor]
    return happened(ev.SeatLeft(seat.id)) if seat.where in ("lobby", "room") else happened()


def come_back(state: State, command: c.ComeBack, asked: Asked) -> Decision:
    """Back to the lobby; a mediator back to the mediators' room."""
    seat = state.seats[asked.actor]
    if seat.where != "left":
        return happened()
    back = ev.SeatCameBack(seat.id)
    room = own_room(state, seat) if seat.mediates else None
    if room is None:
        return happened(back)
    return happened(
        back, placed(state, [Step(seat.id, LOBBY, room)], "came_back", seat.id, asked.fresh("v_"), asked.now)
    )


def step_out(state: State, command: c.StepOut, asked: Asked) -> Decision:
    """To the own private room, with those of the own side who are in the same room. Never refused.

    Who would not be safe there (a separation rule), and who has no room of its own, waits alone instead. A mediator
    who waits steps out of the lobby: nobody else may be there to let it in.
    """
    seat = state.seats[asked.actor]
    waiting = seat.mediates and seat.where == "lobby" and own_room(state, seat) is not None
    if (seat.room is None and not waiting) or seat.room == own_room(state, seat):
        return happened()
    together = [s for s in state.seats.values() if s.room == seat.room and seat.side and s.side == seat.side]
    steps = led(state, together or [seat], "own")
    return happened(placed(state, steps, "stepped_out", seat.id, asked.fresh("v_"), asked.now))


def led(state: State, seats: Iterable[Seat], exit: str) -> list[Step]:
    """Steps that lead seats out of their room by its exit ("own", "lobby" or a room), each to where it is safe."""
    steps: list[Step] = []
    for seat in seats:
        target = (own_room(state, seat) if exit == "own" else exit) or LOBBY
        also = [s.seat for s in steps if s.to == target]
        room = state.rooms.get(target)
        safe = room is not None and room.id != seat.room and fits(state, seat, room, also)
        steps.append(Step(seat.id, seat.room or LOBBY, target if safe else LOBBY))
    return steps


def invite(state: State, command: c.Invite, asked: Asked) -> Decision:
    if sum(s.where != "revoked" for s in state.seats.values()) >= state.policy.seats_max:
        raise Refused("seats_full", most=state.policy.seats_max)
    seat = new_seat(command.seat, command.person, command.role, command.side, set(state.sides))
    return happened(ev.SeatInvited(seat), seat=seat.id)


def rename_seat(state: State, command: c.RenameSeat, asked: Asked) -> Decision:
    seat = seat_named(state, command.seat)
    return happened(ev.SeatRenamed(seat.id, name_text(command.person)))


def replace_link(state: State, command: c.ReplaceLink, asked: Asked) -> Decision:
    """The old link opens nothing any more, and whoever asked with it to go on elsewhere is told no."""
    seat = seat_named(state, command.seat)
    return happened(ev.LinkReplaced(seat.id), *requests_ended(state, seat.id), seat=seat.id)


def revoke_link(state: State, command: c.RevokeLink, asked: Asked) -> Decision:
    """The seat is gone for good. The last mediator cannot be revoked: a session is never left without one."""
    seat = seat_named(state, command.seat)
    others = [s for s in state.seats.values() if s.mediates and s.where != "revoked" and s.id != seat.id]
    if seat.mediates and not others:
        raise Refused("last_mediator")
    return happened(ev.LinkRevoked(seat.id), *requests_ended(state, seat.id))


def close_session(state: State, command: c.CloseSession, asked: Asked) -> Decision:
    destroy_at = asked.now + round(state.policy.keep_days * 24 * 3600 * 1000)
    by = OPERATOR if asked.actor == OPERATOR else asked.actor
    return happened(ev.SessionClosed(by, destroy_at), destroy_at=destroy_at)


def next_session(state: State, command: c.NextSession, asked: Asked) -> Decision:
    """The closed case goes on, as long as its key was promised to be there."""
    if state.closed is None:
        raise Refused("not_closed")
    if state.destroy_at is not None and state.destroy_at <= asked.now:
        raise Refused("too_late")
    number = state.number + 1
    return happened(ev.NextSessionOpened(asked.actor, number), number=number)
