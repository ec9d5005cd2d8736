"""Bugs to sow on purpose, one at a time, into the session's rules: what the proofs are worth is what they catch.

Each is the kind of slip that somebody could make in earnest. `sow` puts one in by replacing a function wherever it is
used, in this process only; pytest's monkeypatch takes it out again.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from server.errors import Refused
from server.rtp.link import Link
from server.session import (
    apply,
    arranging,
    audience,
    decide,
    epochs,
    hearing,
    moves,
    presence,
    seating,
    state,
    talk,
    view,
)
from server.session import commands as c
from server.session import events as ev
from server.session.decisions import Asked, Decision, happened
from server.session.state import Room, Seat, State

Patch = pytest.MonkeyPatch
BUGS: dict[str, Callable[[Patch], None]] = {}


def bug(sow: Callable[[Patch], None]) -> Callable[[Patch], None]:
    BUGS[sow.__name__] = sow
    return sow


def instead(patch: Patch, right: object, wrong: object) -> None:
    """Replace `right` by `wrong` wherever a module of the server or of the tests' support holds it."""
    found = 0
    for name, module in list(sys.modules.items()):
        if not name.startswith(("server.", "tests.support.")) or name == __name__:
            continue
        for key, value in list(vars(module).items()):
            if value is right:
                patch.setattr(module, key, wrong)
                found += 1
            elif isinstance(value, dict) and key.isupper():
                for entry in [k for k, v in value.items() if v is right]:
                    patch.setitem(value, entry, wrong)
                    found += 1
    assert found, f"{right} is used nowhere"


def event(patch: Patch, kind: type, wrong: Callable[[State, Any, int], State]) -> None:
    """Replace what an event does."""
    patch.setitem(apply._TABLE, kind, wrong)


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


# --- words


@bug
def whether_the_audience_grew_is_asked_of_the_senders_epoch_only(patch: Patch) -> None:
    instead(patch, epochs.joined_since, lambda s, room, epoch, seat: ())


@bug
def the_stay_is_left_out_of_marks(patch: Patch) -> None:
    def mark(seat: Seat, room: Room) -> int:
        return room.epoch - room.members[seat.id]

    def epoch_of(seat: Seat, room: Room, seen: int) -> int | None:
        epoch = room.members[seat.id] + seen if seat.id in room.members and seen >= 0 else None
        return epoch if epoch is not None and epoch <= room.epoch else None

    instead(patch, epochs.mark, mark)
    instead(patch, epochs.epoch_of, epoch_of)


@bug
def epochs_are_shown_as_they_are(patch: Patch) -> None:
    instead(patch, epochs.mark, lambda seat, room: room.epoch)

    def epoch_of(seat: Seat, room: Room, seen: int) -> int | None:
        return seen if seat.id in room.members and room.members[seat.id] <= seen <= room.epoch else None

    instead(patch, epochs.epoch_of, epoch_of)


@bug
def words_go_to_who_is_there_when_they_are_delivered(patch: Patch) -> None:
    """A grace for those who have just left: what was said in their room still reaches them."""
    right = audience.facts

    def wrong(before: State | None, events: Any, after: State, at: int) -> list[audience.Fact]:
        found = []
        for fact in right(before, events, after, at):
            late = {
                s.id
                for s in after.seats.values()
                if fact.body["kind"] == "said"
                and s.moved
                and s.moved.frm == fact.body["room"]
                and at - s.moved.at < 9_000
            }
            found.append(replace(fact, audience=fact.audience | late))
        return found

    instead(patch, right, wrong)


@bug
def the_audience_is_taken_from_the_room_as_it_will_be(patch: Patch) -> None:
    """Whoever is just being admitted to the room is counted in."""
    right = talk.say

    def wrong(s: State, command: c.Say, asked: Asked) -> Decision:
        decision = right(s, command, asked)
        (said,) = decision.events
        assert isinstance(said, ev.Said)
        coming = tuple(seat.id for seat in s.seats.values() if seat.where == "lobby")
        return replace(decision, events=(replace(said, to=(*said.to, *coming)),))

    patch.setitem(decide._COMMANDS, c.Say, wrong)


@bug
def words_follow_the_author_into_the_next_room(patch: Patch) -> None:
    """The room that a message was written for is not compared with the room that its author is in."""
    right = talk.shown_audience
    instead(patch, right, lambda s, seat, room, seen: (talk.room_of(s, seat), talk.room_of(s, seat).epoch))


@bug
def a_paused_room_goes_on_chatting(patch: Patch) -> None:
    right = talk.say

    def wrong(s: State, command: c.Say, asked: Asked) -> Decision:
        return right(replace(s, rooms={i: replace(r, paused=False) for i, r in s.rooms.items()}), command, asked)

    patch.setitem(decide._COMMANDS, c.Say, wrong)


@bug
def a_note_goes_to_everybody(patch: Patch) -> None:
    right = talk.note

    def wrong(s: State, command: c.Note, asked: Asked) -> Decision:
        decision = right(s, command, asked)
        (noted,) = decision.events
        assert isinstance(noted, ev.Noted)
        return replace(decision, events=(replace(noted, to=tuple(s.seats)),))

    patch.setitem(decide._COMMANDS, c.Note, wrong)


@bug
def the_note_on_the_door_is_read_by_who_comes_later(patch: Patch) -> None:
    right = view._room

    def wrong(s: State, seat: Seat, room: Room) -> view.View:
        note = room.note and {"text": room.note.text, "by": room.note.by, "at": room.note.at}
        return right(s, seat, room) | {"note": note}

    instead(patch, right, wrong)


@bug
def a_replay_forgets_the_audience(patch: Patch) -> None:
    """Words reach their audience, and every inbox of a room once the room has new people."""
    right = audience.facts
    said: list[audience.Fact] = []

    def wrong(before: State | None, events: Any, after: State, at: int) -> list[audience.Fact]:
        if before is None:
            said.clear()
        found = right(before, events, after, at)
        said.extend(f for f in found if f.body["kind"] == "said")
        came = [p for e in events if isinstance(e, ev.Placed) for p in e.placements if p.to is not None]
        old = [replace(f, audience=frozenset({p.seat})) for p in came for f in said if f.body["room"] == p.to]
        return [*found, *old]

    instead(patch, right, wrong)


# --- what is told of others


@bug
def everybody_is_told_of_everything(patch: Patch) -> None:
    """A fact without content for everybody, whenever anything happens: only a number, only a moment."""
    right = audience.facts

    def wrong(before: State | None, events: Any, after: State, at: int) -> list[audience.Fact]:
        found = right(before, events, after, at)
        told = {s for f in found if f.body["kind"] == "view" for s in f.audience}
        rest = [s for s in after.seats if s not in told and after.seats[s].where != "revoked"]
        return [*found, *(audience.Fact(frozenset({s}), {"kind": "view", "view": view.view(after, s)}) for s in rest)]

    instead(patch, right, wrong)


@bug
def a_separation_rule_does_not_hide_people(patch: Patch) -> None:
    instead(patch, view.knows_of, lambda s, seat, other: other.where != "revoked")


@bug
def whoever_waits_is_told_who_takes_part(patch: Patch) -> None:
    right = view.view

    def wrong(s: State, seat_id: str) -> view.View:
        people = [view._person(s, s.seats[seat_id], p) for p in s.seats.values() if p.where != "revoked"]
        return right(s, seat_id) | {"people": people}

    instead(patch, right, wrong)


@bug
def only_people_who_have_arrived_are_listed(patch: Patch) -> None:
    right = view.knows_of
    instead(patch, right, lambda s, seat, other: right(s, seat, other) and other.where != "invited")


@bug
def people_elsewhere_bear_the_name_they_arrived_with(patch: Patch) -> None:
    def wrong(s: State, seat: Seat, person: Seat) -> view.View:
        return {"seat": person.id, "name": person.name, "role": person.role, "side": person.side}

    instead(patch, view._person, wrong)


@bug
def all_are_told_that_the_mediator_is_lost(patch: Patch) -> None:
    right = view._mediator

    def wrong(s: State, seat: Seat, mediator: Seat) -> view.View:
        return right(s, seat, mediator) | ({"state": "lost"} if mediator.lost else {})

    instead(patch, right, wrong)


@bug
def all_are_told_that_the_mediator_is_busy(patch: Patch) -> None:
    right = view._mediator

    def wrong(s: State, seat: Seat, mediator: Seat) -> view.View:
        busy = mediator.room is not None and len(s.rooms[mediator.room].members) > 1 and mediator.room != seat.room
        return right(s, seat, mediator) | ({"busy": True} if busy else {})

    instead(patch, right, wrong)


@bug
def the_map_is_sent_to_everybody_in_a_room(patch: Patch) -> None:
    right = view.view

    def wrong(s: State, seat_id: str) -> view.View:
        seat = s.seats[seat_id]
        return right(s, seat_id) | {"map": view.session_map(s, seat) if seat.where == "room" else None}

    instead(patch, right, wrong)


@bug
def the_hour_at_which_others_came_is_told(patch: Patch) -> None:
    right = view._room

    def wrong(s: State, seat: Seat, room: Room) -> view.View:
        return right(s, seat, room) | {"since": room.since, "occupied_since": room.occupied_since, "opened": room.epoch}

    instead(patch, right, wrong)


@bug
def a_move_tells_whether_others_were_moved_too(patch: Patch) -> None:
    right = apply._TABLE[ev.Placed]

    def wrong(before: State, event: ev.Placed, at: int) -> State:
        after = right(before, event, at)
        told = {
            p.seat: replace(after.seats[p.seat], moved=replace(after.seats[p.seat].moved, how=event.how))  # type: ignore[type-var]
            for p in event.placements
        }
        return replace(after, seats={**after.seats, **told})

    event(patch, ev.Placed, wrong)


@bug
def another_device_is_announced_to_the_whole_room(patch: Patch) -> None:
    def wrong(s: State, seat: Seat) -> list[view.View]:
        return [
            {"request": r, "seat": who, "name": s.seats[who].name, "since": since}
            for r, (who, since) in s.devices.items()
            if seat.where == "room"
        ]

    instead(patch, view._devices, wrong)


@bug
def a_request_of_an_old_link_outlives_it(patch: Patch) -> None:
    instead(patch, presence.requests_ended, lambda s, seat: ())
