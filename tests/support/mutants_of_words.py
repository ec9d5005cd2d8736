"""Bugs to sow on purpose, of what is said and what is told of others. See `mutants`."""

from dataclasses import replace
from typing import Any

from server.session import (
    apply,
    audience,
    decide,
    epochs,
    knowing,
    presence,
    talk,
    view,
)
from server.session import commands as c
from server.session import events as ev
from server.session.decisions import Asked, Decision
from server.session.state import Room, Seat, State
from tests.support.sowing import Patch, bug, event, instead

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

    def wrong(before: State | None, events: Any, after: State, at: int, told: Any = None) -> list[audience.Fact]:
        found = []
        for fact in right(before, events, after, at, told):
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

    def wrong(before: State | None, events: Any, after: State, at: int, told: Any = None) -> list[audience.Fact]:
        if before is None:
            said.clear()
        found = right(before, events, after, at, told)
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

    def wrong(before: State | None, events: Any, after: State, at: int, told: Any = None) -> list[audience.Fact]:
        found = right(before, events, after, at, told)
        shown = {s for f in found if f.body["kind"] == "view" for s in f.audience}
        rest = [s for s in after.seats if s not in shown and after.seats[s].where != "revoked"]
        return [*found, *(audience.Fact(frozenset({s}), {"kind": "view", "view": view.view(after, s)}) for s in rest)]

    instead(patch, right, wrong)


@bug
def a_separation_rule_does_not_hide_people(patch: Patch) -> None:
    instead(patch, knowing.knows_of, lambda s, seat, other: other.where != "revoked")


@bug
def whoever_waits_is_told_who_takes_part(patch: Patch) -> None:
    right = view.view

    def wrong(s: State, seat_id: str) -> view.View:
        people = [view._person(s, s.seats[seat_id], p) for p in s.seats.values() if p.where != "revoked"]
        return right(s, seat_id) | {"people": people}

    instead(patch, right, wrong)


@bug
def only_people_who_have_arrived_are_listed(patch: Patch) -> None:
    right = knowing.knows_of
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
