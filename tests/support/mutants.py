"""Bugs to sow on purpose, one at a time, into the session's rules: what the proofs are worth is what they catch.

Each is the kind of slip that somebody could make in earnest. These are of who hears whom and who may be where;
`mutants_of_words` has those of what is said and told.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from server.errors import Refused
from server.rtp.link import Link
from server.session import (
    apply,
    arranging,
    decide,
    epochs,
    hearing,
    moves,
    presence,
    seating,
    state,
)
from server.session import commands as c
from server.session import events as ev
from server.session.decisions import Asked, Decision, happened
from server.session.state import Room, Seat, State
from tests.support.sowing import Patch, bug, event, instead

# --- who hears whom


@bug
def the_door_is_ignored(patch: Patch) -> None:
    instead(patch, hearing.present, lambda seat, room: seat.connection is not None)


@bug
def a_lost_connection_is_still_heard(patch: Patch) -> None:
    instead(patch, hearing.present, lambda seat, room: seat.id not in room.doors)


@bug
def a_pause_does_not_cover_the_rooms(patch: Patch) -> None:
    right = hearing.hearing
    instead(patch, right, lambda state, told: right(replace(state, paused=None), told))


@bug
def an_absence_does_not_silence_the_room(patch: Patch) -> None:
    right = hearing.hearing

    def wrong(state: State, told: Any) -> Any:
        return right(replace(state, rooms={i: replace(r, paused=False) for i, r in state.rooms.items()}), told)

    instead(patch, right, wrong)


@bug
def the_floor_after_a_pause_is_ignored(patch: Patch) -> None:
    right = hearing.has_told
    instead(patch, right, lambda seat, room, told, other: right(seat, replace(room, floor=0), told, other))


@bug
def whoever_has_told_anything_is_heard_by_all(patch: Patch) -> None:
    def wrong(speaker: Seat, room: Room, told: hearing.Told | None, listener: str) -> bool:
        return told is not None and told.connection == speaker.connection and told.room == room.id

    instead(patch, hearing.has_told, wrong)


@bug
def telling_late_counts_for_who_came_later(patch: Patch) -> None:
    right = epochs.epoch_of

    def wrong(seat: Seat, room: Room, seen: int) -> int | None:
        return room.epoch if right(seat, room, seen) is not None else None

    instead(patch, right, wrong)


@bug
def what_an_older_tab_has_shown_counts(patch: Patch) -> None:
    def wrong(speaker: Seat, room: Room, told: hearing.Told | None, listener: str) -> bool:
        newest = max(room.members[listener], room.members[speaker.id], room.floor)
        return told is not None and told.room == room.id and told.epoch >= newest

    instead(patch, hearing.has_told, wrong)


@bug
def what_was_told_in_another_room_counts(patch: Patch) -> None:
    def wrong(speaker: Seat, room: Room, told: hearing.Told | None, listener: str) -> bool:
        newest = max(room.members[listener], room.members[speaker.id], room.floor)
        return told is not None and told.connection == speaker.connection and told.epoch >= newest

    instead(patch, hearing.has_told, wrong)


@bug
def people_are_heard_across_rooms(patch: Patch) -> None:
    right = hearing.hearing

    def wrong(state: State, told: Any) -> Any:
        found = set(right(state, told))
        ears = [s.id for s in state.seats.values() if s.connection and s.room]
        spoken = {(k.speaker, k.medium) for k in found}
        return frozenset(found | {Link(s, e, m) for s, m in spoken for e in ears if e != s and m == "screen_sound"}) | {
            Link(s, e, m) for s, m in spoken for e in ears if e != s and state.seats[e].role == "observer"
        }

    instead(patch, right, wrong)


@bug
def a_revoked_seat_keeps_its_place(patch: Patch) -> None:
    event(patch, ev.LinkRevoked, lambda s, e, at: apply._with_seat(s, e.seat, where="revoked", link="revoked"))


@bug
def opposing_sides_hear_each_other_past_the_mediator_at_the_door(patch: Patch) -> None:
    instead(patch, hearing.accompanied, lambda state, room, one, other: True)


# --- microphones and doors


@bug
def a_microphone_is_kept_on_among_strangers(patch: Patch) -> None:
    right = apply._TABLE[ev.Placed]

    def wrong(before: State, event: ev.Placed, at: int) -> State:
        after = right(before, event, at)
        seats = dict(after.seats)
        for p in event.placements:
            if p.to is not None:
                seats[p.seat] = replace(seats[p.seat], microphone=before.seats[p.seat].microphone)
        return replace(after, seats=seats)

    event(patch, ev.Placed, wrong)


@bug
def a_share_goes_on_over_a_move(patch: Patch) -> None:
    right = apply._TABLE[ev.Placed]

    def wrong(before: State, event: ev.Placed, at: int) -> State:
        after = right(before, event, at)
        kept = {p.seat: replace(after.seats[p.seat], screen=before.seats[p.seat].screen) for p in event.placements}
        return replace(after, seats={**after.seats, **kept})

    event(patch, ev.Placed, wrong)


@bug
def who_enters_alone_needs_no_door(patch: Patch) -> None:
    right = moves._door
    instead(patch, right, lambda s, step, steps, by, now: right(s, step, steps, by, now) if len(steps) > 1 else None)


@bug
def every_door_opens_with_the_first(patch: Patch) -> None:
    def wrong(state: State, fact: c.ClockStruck, asked: Asked) -> Decision:
        due = any(d.opens <= asked.now for r in state.rooms.values() for d in r.doors.values())
        doors = [ev.DoorOpened(r.id, s) for r in state.rooms.values() for s in r.doors if due]
        lost = [ev.SeatLost(s) for s, at in presence._graces(state).items() if at <= asked.now]
        return Decision((*doors, *lost))

    patch.setitem(decide._FACTS, c.ClockStruck, wrong)


# --- who may be where


@bug
def opposing_sides_meet_without_a_confirmation(patch: Patch) -> None:
    right = moves.plan
    instead(patch, right, lambda s, steps: replace(right(s, steps), meets=frozenset()))


@bug
def an_undo_needs_no_confirmation(patch: Patch) -> None:
    right = arranging.move

    def wrong(state: State, command: c.Move, asked: Asked) -> Decision:
        if command.undo is None:
            return right(state, command, asked)
        steps = moves.steps_of(state, command, asked.now)
        return right(state, c.Move(steps, confirmation=moves.plan(state, steps).confirmation), asked)

    patch.setitem(decide._COMMANDS, c.Move, wrong)


@bug
def any_confirmation_will_do(patch: Patch) -> None:
    right = arranging.move

    def wrong(state: State, command: c.Move, asked: Asked) -> Decision:
        if command.confirmation is None:
            return right(state, command, asked)
        steps = moves.steps_of(state, command, asked.now)
        return right(state, c.Move(steps, confirmation=moves.plan(state, steps).confirmation), asked)

    patch.setitem(decide._COMMANDS, c.Move, wrong)


@bug
def a_confirmation_forgets_who_else_is_in_the_room(patch: Patch) -> None:
    def wrong(state: State, steps: Any, after: Any) -> str:
        return str(sorted((s.seat, s.frm, s.to) for s in steps))

    instead(patch, moves._confirmation, wrong)


@bug
def kept_apart_is_checked_one_way_only(patch: Patch) -> None:
    def wrong(s: State, one: Seat, other: Seat) -> bool:
        return frozenset({("seat", one.id), ("seat", other.id)}) in s.apart

    instead(patch, state.kept_apart, wrong)


@bug
def stepping_out_does_not_look_who_is_there(patch: Patch) -> None:
    instead(patch, moves.fits, lambda *args, **more: True)


@bug
def a_caucus_takes_anybody(patch: Patch) -> None:
    right = moves._check_room
    instead(patch, right, lambda s, room, members: right(s, replace(room, kind="joint"), members))


@bug
def a_stale_from_is_overlooked(patch: Patch) -> None:
    right = moves._check_step

    def wrong(s: State, step: c.Step) -> None:
        try:
            right(s, step)
        except Refused as refusal:
            if refusal.reason != "stale_move":
                raise

    instead(patch, right, wrong)


# --- pauses


@bug
def nobody_pauses_when_the_mediator_is_lost(patch: Patch) -> None:
    instead(patch, state.attended, lambda s, members: any(s.seats[m].mediates for m in members))


@bug
def a_new_link_is_a_new_grace(patch: Patch) -> None:
    def wrong(s: State, event: ev.LinkReplaced, at: int) -> State:
        return apply._with_seat(
            s, event.seat, link="new", connection=None, gone_since=at, microphone=False, screen=False
        )

    event(patch, ev.LinkReplaced, wrong)


@bug
def nobody_pauses_when_the_mediator_goes(patch: Patch) -> None:
    right = decide.consequences
    instead(patch, right, lambda s: tuple(e for e in right(s) if not isinstance(e, ev.RoomPaused)))


@bug
def an_absence_ends_when_the_mediator_is_back(patch: Patch) -> None:
    right = decide.consequences

    def wrong(s: State) -> tuple[ev.Event, ...]:
        back = [r for r in s.rooms.values() if r.paused and state.attended(s, r.members)]
        return (*right(s), *(ev.RoomResumed(r.id, "") for r in back))

    instead(patch, right, wrong)


@bug
def a_room_is_resumed_from_outside(patch: Patch) -> None:
    def wrong(s: State, command: c.Resume, asked: Asked) -> Decision:
        if command.room is None:
            return arranging.resume(s, command, asked)
        return happened(ev.RoomResumed(arranging.room_named(s, command.room).id, asked.actor))

    patch.setitem(decide._COMMANDS, c.Resume, wrong)


@bug
def resuming_the_session_ends_absences_too(patch: Patch) -> None:
    def wrong(s: State, event: ev.SessionResumed, at: int) -> State:
        return replace(s, paused=None, rooms={r: apply._risen(room) for r, room in s.rooms.items()})

    event(patch, ev.SessionResumed, wrong)


@bug
def nobody_leaves_a_paused_room(patch: Patch) -> None:
    def wrong(s: State, command: c.StepOut, asked: Asked) -> Decision:
        talk_room = s.seats[asked.actor].room
        if talk_room and s.rooms[talk_room].paused:
            raise Refused("room_paused")
        return seating.step_out(s, command, asked)

    patch.setitem(decide._COMMANDS, c.StepOut, wrong)


# --- the next session


def after_the_next(patch: Patch, change: Callable[[State, State], State]) -> None:
    """Opening the next session does what it should, and then what `change(before, after)` makes of it."""
    right = apply._TABLE[ev.NextSessionOpened]
    event(patch, ev.NextSessionOpened, lambda before, e, at: change(before, right(before, e, at)))


@bug
def the_next_session_forgets_who_is_kept_apart(patch: Patch) -> None:
    after_the_next(patch, lambda before, after: replace(after, apart=frozenset()))


@bug
def whoever_was_revoked_is_invited_to_the_next_session(patch: Patch) -> None:
    def wrong(before: State, after: State) -> State:
        return replace(after, seats={s.id: replace(s, where="invited", link="new") for s in after.seats.values()})

    after_the_next(patch, wrong)


@bug
def who_agreed_in_the_last_session_is_not_asked_in_the_next(patch: Patch) -> None:
    def wrong(before: State, after: State) -> State:
        agreed = {s.id: s.consent for s in before.seats.values() if s.consent and s.where != "revoked"}
        seats = {s: replace(after.seats[s], where="lobby", consent=consent) for s, consent in agreed.items()}
        return replace(after, seats={**after.seats, **seats})

    after_the_next(patch, wrong)


@bug
def the_next_session_counts_from_the_start(patch: Patch) -> None:
    def wrong(before: State, after: State) -> State:
        return replace(after, seats={s.id: replace(s, stay=0) for s in after.seats.values()})

    after_the_next(patch, wrong)


@bug
def the_next_session_is_anybodys_to_open(patch: Patch) -> None:
    right = decide.authorise

    def wrong(state: State, actor: str, command: c.Command) -> None:
        if not (isinstance(command, c.NextSession) and state.closed and actor in state.seats):
            right(state, actor, command)

    instead(patch, right, wrong)
