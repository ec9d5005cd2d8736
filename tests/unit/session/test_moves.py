"""Moves: all or none, opposing sides only on purpose, kept apart whatever is asked."""

from typing import Any

import pytest

from server.session import commands as c
from server.session.commands import LOBBY, Step
from server.session.moves import preview
from server.session.roles import OPERATOR
from server.session.state import UNDO_MS
from tests.support.cast import (
    CHAMBERS,
    CHRIS,
    CLARA,
    DANA,
    DAVID,
    FULL_HOUSE,
    INES,
    JOINT,
    MARTA,
    MIRIAM,
    PAUL,
    PRIYA,
    ROOM_A,
    ROOM_B,
    Play,
    on_stage,
)

SIDE_A, SIDE_B = c.Subject("side", "A"), c.Subject("side", "B")


def in_caucuses() -> Play:
    return on_stage(rooms={ROOM_A: (PAUL, PRIYA, CLARA), ROOM_B: (DANA, DAVID)})


def asked(play: Play, to: dict[str, str], confirmation: str | None = None) -> c.Move:
    return c.Move(play.steps(to), confirmation=confirmation)


def confirmation(play: Play, to: dict[str, str]) -> str:
    found = preview(play.state, play.steps(to))["confirmation"]
    assert isinstance(found, str)
    return found


# --- all or none


def test_a_mediator_admits_straight_into_a_named_room() -> None:
    play = on_stage()
    play.move({PAUL: ROOM_A, CLARA: ROOM_A})
    assert play.inside(ROOM_A) == {PAUL, CLARA}
    assert play.view(PAUL)["moved"]["how"] == "admitted"


def test_a_move_is_refused_whole_when_one_seat_has_left_its_from() -> None:
    play = in_caucuses()
    steps = play.steps({DANA: JOINT, DAVID: JOINT})
    play.ask(DAVID, c.Leave())
    play.ask(DAVID, c.ComeBack())
    refusal = play.refused(MIRIAM, c.Move(steps))
    assert refusal.reason == "stale_move" and refusal.detail["name"] == play.state.seats[DAVID].name
    assert play.at(DANA) == ROOM_B


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ((), "unknown_seat"),
        ((Step("nobody", LOBBY, JOINT),), "unknown_seat"),
        ((Step(PAUL, ROOM_A, "nowhere"),), "unknown_room"),
        ((Step(PAUL, "nowhere", ROOM_A),), "unknown_room"),
        ((Step(PAUL, ROOM_A, JOINT), Step(PAUL, ROOM_A, LOBBY)), "unknown_seat"),
        ((Step(PAUL, ROOM_A, JOINT), Step(DANA, JOINT, ROOM_B)), "stale_move"),
    ],
)
def test_a_move_that_cannot_be_is_refused(steps: tuple[Step, ...], reason: str) -> None:
    assert in_caucuses().refused(MIRIAM, c.Move(steps)).reason == reason


def test_nobody_is_moved_who_has_not_arrived() -> None:
    play = Play()
    play.arrive(MIRIAM)
    assert play.refused(MIRIAM, asked(play, {PAUL: ROOM_A})).reason == "not_arrived"


def test_nobody_is_fetched_back_who_has_left() -> None:
    play = in_caucuses()
    play.ask(PAUL, c.Leave())
    assert play.refused(MIRIAM, asked(play, {PAUL: ROOM_A})).reason == "not_arrived"


def test_two_mediators_swap_in_one_step() -> None:
    play = on_stage(FULL_HOUSE, rooms={ROOM_A: (MIRIAM, PAUL), ROOM_B: (MARTA, DANA)})
    play.move({MIRIAM: ROOM_B, MARTA: ROOM_A})
    assert play.inside(ROOM_A) == {PAUL, MARTA} and play.inside(ROOM_B) == {DANA, MIRIAM}
    assert play.sees(PAUL) == {MARTA} and play.sees(DANA) == {MIRIAM}
    assert play.hears(PAUL) == play.hears(DANA) == set(), "who comes among new people comes muted"


def test_two_sides_swap_rooms_without_meeting() -> None:
    play = on_stage(rooms={JOINT: (PAUL, PRIYA)})
    side = str(play.ask(MIRIAM, c.OpenRoom("Side talk"))["room"])
    play.move({DANA: side})
    play.move({PAUL: side, PRIYA: side, DANA: JOINT}, confirmed=False)
    assert play.inside(side) == {PAUL, PRIYA} and play.inside(JOINT) == {DANA}


def test_a_step_to_where_one_is_changes_nothing() -> None:
    play = in_caucuses()
    length = len(play.written)
    play.move({PAUL: ROOM_A})
    assert len(play.written) == length


def test_what_others_did_in_the_same_move_is_not_told() -> None:
    alone, swapped = (on_stage(rooms={JOINT: (PAUL,)}) for _ in range(2))
    alone.move({DANA: ROOM_B})
    swapped.move({DANA: ROOM_B, PAUL: ROOM_A})
    assert alone.view(DANA) == swapped.view(DANA)


# --- rooms have rules


def test_a_caucus_takes_only_its_own_side() -> None:
    play = on_stage(FULL_HOUSE, rooms={ROOM_A: (PAUL,)})
    for stranger in (DANA, DAVID, CHRIS):
        assert play.refused(MIRIAM, asked(play, {stranger: ROOM_A})).reason == "wrong_side"
    play.move({INES: ROOM_A, MIRIAM: ROOM_A})
    assert play.inside(ROOM_A) == {PAUL, INES, MIRIAM}


def test_chambers_take_only_mediators() -> None:
    play = on_stage(FULL_HOUSE)
    for seat in (PAUL, INES):
        assert play.refused(MIRIAM, asked(play, {seat: CHAMBERS})).reason == "wrong_side"


# --- opposing sides meet only on purpose


def test_opposing_sides_meet_only_with_a_confirmation() -> None:
    play = in_caucuses()
    everybody = {PAUL: JOINT, DANA: JOINT, MIRIAM: JOINT}
    assert play.refused(MIRIAM, asked(play, everybody)).reason == "confirmation_needed"
    assert play.refused(OPERATOR, asked(play, everybody)).reason == "confirmation_needed"
    play.ask(OPERATOR, asked(play, everybody, confirmation(play, everybody)))
    assert play.inside(JOINT) == {PAUL, DANA, MIRIAM}


def test_a_confirmation_is_bound_to_exactly_its_plan() -> None:
    play = in_caucuses()
    two = confirmation(play, {PAUL: JOINT, DANA: JOINT})
    for other in ({PAUL: JOINT, DANA: JOINT, MIRIAM: JOINT}, {PAUL: JOINT, DAVID: JOINT}, {PRIYA: JOINT, DANA: JOINT}):
        assert play.refused(MIRIAM, asked(play, other, two)).reason == "plan_changed"
    assert play.refused(MIRIAM, asked(play, {PAUL: JOINT}, two)).reason == "plan_changed"


def test_a_confirmation_is_bound_to_the_rooms_as_they_were() -> None:
    play = in_caucuses()
    plan = {PAUL: JOINT, DANA: JOINT}
    before = confirmation(play, plan)
    play.ask(DAVID, c.Leave())
    assert play.refused(MIRIAM, asked(play, plan, before)).reason == "plan_changed"
    play.ask(MIRIAM, asked(play, plan, confirmation(play, plan)))


def test_a_confirmation_does_not_serve_twice() -> None:
    play = in_caucuses()
    plan = {DANA: JOINT, PAUL: JOINT}
    once = confirmation(play, plan)
    play.ask(MIRIAM, asked(play, plan, once))
    play.move({DANA: ROOM_B, PAUL: ROOM_A})
    assert play.refused(MIRIAM, asked(play, plan, once)).reason == "plan_changed"


def test_the_order_of_the_steps_does_not_matter_to_a_confirmation() -> None:
    play = in_caucuses()
    assert confirmation(play, {PAUL: JOINT, DANA: JOINT}) == confirmation(play, {DANA: JOINT, PAUL: JOINT})


def test_those_who_are_together_already_need_no_confirmation_to_go_on() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    side = str(play.ask(MIRIAM, c.OpenRoom("Side talk"))["room"])
    play.move({PAUL: side, DANA: side, MIRIAM: side}, confirmed=False)
    assert play.inside(side) == {PAUL, DANA, MIRIAM}


def test_people_of_no_side_and_mediators_oppose_nobody() -> None:
    play = on_stage(FULL_HOUSE, rooms={ROOM_A: (PAUL,), ROOM_B: (DANA,)})
    play.move({INES: ROOM_A, MIRIAM: ROOM_A}, confirmed=False)
    play.move({INES: ROOM_B, MIRIAM: ROOM_B}, confirmed=False)


def test_the_preview_says_who_will_meet_whom_and_changes_nothing() -> None:
    play = in_caucuses()
    before = play.state
    shown: dict[str, Any] = preview(play.state, play.steps({PAUL: JOINT, DANA: JOINT}))
    assert play.state is before
    assert shown["meets"] == [[DANA, PAUL]] and shown["refused"] is None
    (room,) = shown["rooms"]
    assert room["room"] == JOINT and room["opposing"] and {p["seat"] for p in room["people"]} == {PAUL, DANA}
    left = {r["room"]: r["alone"] for r in shown["leaves"]}
    assert left == {ROOM_A: False, ROOM_B: True}


def test_the_preview_of_a_refused_plan_says_why() -> None:
    shown: dict[str, Any] = preview((play := in_caucuses()).state, play.steps({DANA: ROOM_A}))
    assert shown["refused"]["reason"] == "wrong_side" and shown["confirmation"] is None


# --- undo


def test_a_move_is_undone_within_ten_seconds() -> None:
    play = in_caucuses()
    move = str(play.move({PAUL: JOINT, PRIYA: JOINT})["move"])
    play.wait(UNDO_MS / 1000)
    play.undo(move)
    assert play.inside(ROOM_A) == {PAUL, PRIYA, CLARA} and not play.inside(JOINT)


def test_after_ten_seconds_it_is_an_ordinary_move_again() -> None:
    play = in_caucuses()
    move = str(play.move({PAUL: JOINT})["move"])
    play.wait(UNDO_MS / 1000 + 0.001)
    assert play.refused(MIRIAM, c.Move(undo=move)).reason == "no_undo"


def test_only_the_last_move_is_undone() -> None:
    play = in_caucuses()
    first = str(play.move({PAUL: JOINT})["move"])
    play.move({DANA: LOBBY})
    assert play.refused(MIRIAM, c.Move(undo=first)).reason == "no_undo"


def test_an_admission_is_undone_into_the_lobby() -> None:
    play = on_stage()
    move = str(play.move({PAUL: ROOM_A})["move"])
    play.undo(move)
    assert play.state.seats[PAUL].where == "lobby"


def test_an_undo_is_refused_whole_when_somebody_has_gone_on() -> None:
    play = in_caucuses()
    move = str(play.move({PAUL: JOINT, PRIYA: JOINT})["move"])
    play.ask(PAUL, c.Leave())
    assert play.refused(MIRIAM, c.Move(undo=move)).reason == "not_arrived"
    assert play.at(PRIYA) == JOINT


def test_an_undo_that_makes_opposing_sides_meet_again_needs_a_confirmation() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    parted = str(play.move({DANA: ROOM_B, PAUL: ROOM_A})["move"])
    assert play.refused(MIRIAM, c.Move(undo=parted)).reason == "confirmation_needed"
    back = confirmation(play, {DANA: JOINT, PAUL: JOINT})
    play.undo(parted, confirmation=back)
    assert play.inside(JOINT) == {MIRIAM, PAUL, DANA}


def test_an_undo_obeys_a_rule_that_came_after_the_move() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    parted = str(play.move({DANA: ROOM_B})["move"])
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PAUL), c.Subject("seat", DANA)))
    assert play.refused(MIRIAM, c.Move(undo=parted)).reason == "kept_apart"


# --- kept apart, whatever is asked


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (c.Subject("seat", PAUL), c.Subject("seat", DANA)),
        (c.Subject("seat", DANA), c.Subject("seat", PAUL)),
        (SIDE_A, SIDE_B),
        (SIDE_B, SIDE_A),
        (c.Subject("seat", PAUL), SIDE_B),
        (SIDE_A, c.Subject("seat", DANA)),
    ],
)
def test_who_is_kept_apart_never_shares_a_room(one: c.Subject, other: c.Subject) -> None:
    play = in_caucuses()
    play.ask(MIRIAM, c.KeepApart(one, other))
    plan = {PAUL: JOINT, DANA: JOINT, MIRIAM: JOINT}
    for confirmed in (None, "anything"):
        assert play.refused(MIRIAM, asked(play, plan, confirmed)).reason == "kept_apart"
        assert play.refused(OPERATOR, asked(play, plan, confirmed)).reason == "kept_apart"
    play.move({DANA: JOINT, MIRIAM: JOINT})
    assert play.refused(MIRIAM, asked(play, {PAUL: JOINT})).reason == "kept_apart"
    play.ask(MIRIAM, c.AllowTogether(other, one))
    play.move({PAUL: JOINT})


def test_two_of_one_side_can_be_kept_apart() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL,)})
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PAUL), c.Subject("seat", PRIYA)))
    assert play.refused(MIRIAM, asked(play, {PRIYA: ROOM_A})).reason == "kept_apart"
    play.move({PRIYA: JOINT, CLARA: JOINT})


def test_those_who_are_together_must_be_parted_first() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    refusal = play.refused(MIRIAM, c.KeepApart(SIDE_A, SIDE_B))
    assert refusal.reason == "together_now" and refusal.detail["room"] == "Joint room"


def test_a_mediator_is_kept_apart_from_nobody_and_nobody_from_itself() -> None:
    play = in_caucuses()
    paul = c.Subject("seat", PAUL)
    assert play.refused(MIRIAM, c.KeepApart(c.Subject("seat", MIRIAM), paul)).reason == "not_allowed"
    assert play.refused(MIRIAM, c.KeepApart(paul, paul)).reason == "unknown_seat"
    assert play.refused(MIRIAM, c.KeepApart(c.Subject("side", "Z"), paul)).reason == "unknown_side"
    assert play.refused(MIRIAM, c.KeepApart(c.Subject("seat", "nobody"), paul)).reason == "unknown_seat"
