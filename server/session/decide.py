"""decide(state, actor, command, now, fresh) -> Decision, or Refused.

Rule 1: every command and every fact enters here; nothing happens in a session by another way.
Rule 2: who may ask is answered from the table of rights, then the concept's own small function decides.
Rule 3: what follows by itself is added at the end (`consequences`), so that no command can forget it.
"""

from collections.abc import Callable
from typing import Any, get_args

from server.board.commands import BoardCommand
from server.errors import Refused
from server.session import arranging, boarding, presence, seating, sights, talk
from server.session import commands as c
from server.session import events as ev
from server.session.apply import apply_all
from server.session.decisions import Asked, Decision
from server.session.layers import begun_afresh
from server.session.roles import OPERATOR, may
from server.session.state import State, attended, mixed

_COMMANDS: dict[type, Callable[[State, Any, Asked], Decision]] = {
    c.Arrive: seating.arrive,
    c.Say: talk.say,
    c.Switch: talk.switch,
    c.RaiseHand: talk.raise_hand,
    c.LowerHand: talk.lower_hand,
    c.CallMediator: talk.call_mediator,
    c.CancelCall: talk.cancel_call,
    c.StepOut: seating.step_out,
    c.Leave: seating.leave,
    c.ComeBack: seating.come_back,
    c.HoldDoor: talk.hold_door,
    c.Move: arranging.move,
    c.Note: talk.note,
    c.OpenRoom: arranging.open_room,
    c.RenameRoom: arranging.rename_room,
    c.CloseRoom: arranging.close_room,
    c.Pause: arranging.pause,
    c.Resume: arranging.resume,
    c.KeepApart: arranging.keep_apart,
    c.AllowTogether: arranging.allow_together,
    c.Invite: seating.invite,
    c.RenameSeat: seating.rename_seat,
    c.ReplaceLink: seating.replace_link,
    c.RevokeLink: seating.revoke_link,
    c.CloseSession: seating.close_session,
    c.NextSession: seating.next_session,
    c.SawCards: sights.saw_cards,
    c.DeviceAnswered: presence.device_answered,
    **dict.fromkeys(get_args(BoardCommand), boarding.carry_out),
}

_FACTS: dict[type, Callable[[State, Any, Asked], Decision]] = {
    c.Connected: presence.connected,
    c.Disconnected: presence.disconnected,
    c.ClockStruck: presence.clock_struck,
    c.Recovered: presence.recovered,
    c.DeviceAsked: presence.device_asked,
}

_FROM_OUTSIDE = (c.Arrive, c.Leave, c.StepOut, c.DeviceAnswered, c.NextSession)
"""What may be asked by somebody who has not arrived."""


def decide(state: State, actor: str, command: c.Command, now: int, fresh: Callable[[str], str]) -> Decision:
    """What happens when `actor` (a seat's id, or `OPERATOR`) asks for `command` at `now` (ms since 1970).

    `fresh(prefix)` gives ids for new things. Raises `Refused`; then nothing has happened.
    """
    authorise(state, actor, command)
    return _with_consequences(state, _COMMANDS[type(command)](state, command, Asked(actor, now, fresh)), now)


def decide_fact(state: State, fact: c.Fact, now: int, fresh: Callable[[str], str]) -> Decision:
    """What follows from a fact of the machine. Never raises `Refused`: facts are true."""
    return _with_consequences(state, _FACTS[type(fact)](state, fact, Asked("", now, fresh)), now)


def authorise(state: State, actor: str, command: c.Command) -> None:
    """Raises `Refused`: session_closed, unknown_seat, not_allowed, not_arrived."""
    if state.closed and not isinstance(command, c.NextSession):
        raise Refused("session_closed")
    if actor == OPERATOR:
        if not may(OPERATOR, c.name_of(command)):
            raise Refused("not_allowed")
        return
    seat = seating.seat_named(state, actor)
    if not may(seat.role, c.name_of(command)):
        raise Refused("not_allowed")
    if seat.where == "invited" and not isinstance(command, _FROM_OUTSIDE):
        raise Refused("not_arrived", name=seat.name)


def _with_consequences(state: State, decision: Decision, now: int) -> Decision:
    if not decision.events:
        return decision
    follow = consequences(apply_all(state, decision.events, now))
    return Decision((*decision.events, *follow), decision.result) if follow else decision


def consequences(state: State) -> tuple[ev.Event, ...]:
    """What must be true after everything: opposing sides are never left alone together, a call that was answered
    ends, and a group of which nobody is left but newcomers begins afresh.
    """
    if state.closed:
        return ()
    unattended = tuple(
        ev.RoomPaused(room.id)
        for room in state.rooms.values()
        if not room.paused and mixed(state, room.members) and not attended(state, room.members)
    )
    answered = tuple(
        ev.CallEnded(seat.id)
        for seat in state.seats.values()
        if seat.calling is not None and seat.room and attended(state, state.rooms[seat.room].members)
    )
    return (*unattended, *answered, *begun_afresh(state))
