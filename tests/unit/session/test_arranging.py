"""Pauses, the mediator's absence, rooms and their exits."""

import pytest

from server.session import commands as c
from server.session.roles import OPERATOR
from server.session.state import State
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


def in_joint() -> Play:
    return on_stage(FULL_HOUSE, rooms={JOINT: (MIRIAM, PAUL, DANA), ROOM_A: (PRIYA, CLARA)})


def pause_of(play: Play, seat: str) -> str | None:
    found = play.view(seat)["room"]["paused"]
    assert found is None or isinstance(found, str)
    return found


# --- the mediator's own pause


def test_a_pause_silences_every_room() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.Pause())
    assert play.links() == frozenset()
    assert pause_of(play, PAUL) == pause_of(play, PRIYA) == "mediator"


def test_a_pause_is_never_resumed_by_time_nor_by_a_party() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.Pause())
    play.wait(24 * 3600)
    assert play.links() == frozenset() and play.state.paused is not None
    for nobody in (PAUL, CLARA, OPERATOR):
        assert play.refused(nobody, c.Resume()).reason == "not_allowed"


def test_after_a_pause_every_sender_must_show_the_audience_anew() -> None:
    play = in_joint()
    play.attentive = False
    play.ask(MIRIAM, c.Pause())
    play.show(*play.connected())
    play.ask(MIRIAM, c.Resume())
    assert play.links() == frozenset()
    play.show(PRIYA)
    assert play.hears(CLARA) == {PRIYA} and play.hears(PRIYA) == set()


def test_a_pause_leaves_the_chat_open() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.Pause())
    play.say(PAUL, "Back in a minute.")
    assert play.words(DANA) == ["Back in a minute."]


def test_pausing_twice_is_pausing_once() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.Pause())
    before = play.state
    play.ask(MARTA, c.Pause())
    assert play.state is before
    play.ask(MARTA, c.Resume())
    assert play.refused(MIRIAM, c.Resume()).reason == "not_paused"


def test_who_comes_in_during_a_pause_hears_nobody() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.Pause())
    play.move({CLARA: JOINT})
    assert play.links() == frozenset()
    play.ask(MIRIAM, c.Resume())
    assert play.sees(CLARA) == {MIRIAM, PAUL, DANA}


# --- the mediator's absence


def moves_out(play: Play) -> None:
    play.move({MIRIAM: CHAMBERS})


def steps_out(play: Play) -> None:
    play.ask(MIRIAM, c.StepOut())


def leaves(play: Play) -> None:
    play.ask(MIRIAM, c.Leave())


def is_lost(play: Play) -> None:
    play.disconnect(MIRIAM)
    play.wait(4.999)
    assert not play.state.rooms[JOINT].paused, "the grace is five seconds"
    play.wait(0.001)


def is_revoked(play: Play) -> None:
    play.ask(MARTA, c.RevokeLink(MIRIAM))


def changes_her_link(play: Play) -> None:
    play.ask(MARTA, c.ReplaceLink(MIRIAM))
    play.wait(5)


GOING = [moves_out, steps_out, leaves, is_lost, is_revoked, changes_her_link]


@pytest.mark.parametrize("going", GOING)
def test_opposing_sides_are_paused_when_the_mediator_goes(going: object) -> None:
    play = in_joint()
    going(play)  # type: ignore[operator]
    assert play.hears(DANA) | play.sees(DANA) | play.hears(PAUL) | play.sees(PAUL) == set()
    assert pause_of(play, PAUL) == pause_of(play, DANA) == "absence"
    assert play.refused(DANA, c.Say(*play.looking_at(DANA), "Now that we are alone…")).reason == "room_paused"


@pytest.mark.parametrize("going", GOING)
def test_private_rooms_go_on_when_the_mediator_goes(going: object) -> None:
    play = in_joint()
    going(play)  # type: ignore[operator]
    assert play.hears(PRIYA) == {CLARA} and pause_of(play, PRIYA) is None


@pytest.mark.parametrize("going", GOING)
def test_time_never_ends_an_absence(going: object) -> None:
    play = in_joint()
    going(play)  # type: ignore[operator]
    play.wait(24 * 3600)
    assert play.state.rooms[JOINT].paused and play.hears(DANA) == set()


def test_nothing_resumes_by_itself_when_the_mediator_is_back() -> None:
    play = in_joint()
    is_lost(play)
    play.connect(MIRIAM)
    assert play.state.rooms[JOINT].paused and play.hears(DANA) == set()
    play.ask(MIRIAM, c.Resume(JOINT))
    assert play.hears(DANA) == {PAUL, MIRIAM}


def test_resuming_needs_a_mediator_in_the_room() -> None:
    play = in_joint()
    moves_out(play)
    assert play.refused(MIRIAM, c.Resume(JOINT)).reason == "mediator_needed"
    assert play.refused(PAUL, c.Resume(JOINT)).reason == "not_allowed"
    play.move({MIRIAM: JOINT})
    assert play.state.rooms[JOINT].paused, "coming back is not resuming"
    play.ask(MIRIAM, c.Resume(JOINT))
    assert play.refused(MIRIAM, c.Resume(JOINT)).reason == "not_paused"
    assert play.refused(MIRIAM, c.Resume("nowhere")).reason == "unknown_room"


def test_a_lost_mediator_in_the_room_does_not_count() -> None:
    play = in_joint()
    is_lost(play)
    assert play.refused(MARTA, c.Resume(JOINT)).reason == "mediator_needed"


def test_after_an_absence_every_sender_must_show_the_audience_anew() -> None:
    play = in_joint()
    is_lost(play)
    play.connect(MIRIAM)
    play.attentive = False
    play.show(*play.connected())
    play.ask(MIRIAM, c.Resume(JOINT))
    assert play.hears(DANA) == set()
    play.show(PAUL)
    assert play.hears(DANA) == {PAUL}


def test_resuming_the_session_does_not_resume_an_absence() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.Pause())
    moves_out(play)
    play.ask(MIRIAM, c.Resume())
    assert pause_of(play, DANA) == "absence" and play.hears(DANA) == set()


def test_another_mediator_in_the_room_is_enough() -> None:
    play = in_joint()
    play.move({MARTA: JOINT})
    leaves(play)
    assert pause_of(play, DANA) is None and PAUL in play.hears(DANA)


def test_nobody_else_stands_in_for_the_mediator() -> None:
    play = in_joint()
    play.move({INES: JOINT})
    leaves(play)
    assert pause_of(play, DANA) == "absence"


def test_opposing_sides_sent_off_together_without_a_mediator_are_paused_at_once() -> None:
    play = in_joint()
    side = str(play.ask(MIRIAM, c.OpenRoom("Side talk"))["room"])
    play.move({PAUL: side, DANA: side})
    assert pause_of(play, DANA) == "absence"


def test_a_mediator_who_has_long_been_gone_attends_nothing() -> None:
    play = in_joint()
    play.move({MARTA: "lobby"})
    play.disconnect(MARTA)
    play.wait(3600)
    play.move({PAUL: ROOM_A, DANA: ROOM_B})
    play.move({PAUL: JOINT, DANA: JOINT, MARTA: JOINT, MIRIAM: CHAMBERS})
    assert pause_of(play, DANA) == "absence" and play.hears(DANA) | play.sees(DANA) == set()


def test_a_room_that_empties_forgets_its_absence() -> None:
    play = in_joint()
    moves_out(play)
    for seat in (PAUL, DANA):
        play.ask(seat, c.StepOut())
    assert not play.state.rooms[JOINT].paused


def test_a_call_ends_when_a_mediator_comes() -> None:
    play = in_joint()
    play.ask(CLARA, c.CallMediator("A question."))
    assert play.view(MIRIAM)["map"]["seats"][3]["call_text"] == "A question."
    play.move({MARTA: ROOM_A})
    assert play.state.seats[CLARA].calling is None


# --- rooms


def test_a_sidebar_is_opened_renamed_and_closed() -> None:
    play = in_joint()
    side = str(play.ask(MIRIAM, c.OpenRoom("Counsel only"))["room"])
    play.move({CLARA: side, MIRIAM: side, DAVID: side})
    play.ask(MIRIAM, c.RenameRoom(side, "Counsel\u202e and Miriam"))
    assert play.view(CLARA)["room"]["name"] == "Counsel and Miriam"
    play.ask(MIRIAM, c.CloseRoom(side))
    assert side not in play.state.rooms
    assert (play.at(CLARA), play.at(DAVID), play.at(MIRIAM)) == (ROOM_A, ROOM_B, CHAMBERS)
    assert play.view(CLARA)["moved"]["how"] == "room_closed"


def test_a_room_needs_a_name_and_an_exit_that_there_is() -> None:
    play = in_joint()
    assert play.refused(MIRIAM, c.OpenRoom("", "own")).reason == "name_empty"
    assert play.refused(MIRIAM, c.OpenRoom("X", "nowhere")).reason == "unknown_room"
    for command in (c.RenameRoom("nowhere", "X"), c.CloseRoom("nowhere")):
        assert play.refused(MIRIAM, command).reason == "unknown_room"


def test_closing_the_joint_room_leads_each_side_to_its_own() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.CloseRoom(JOINT))
    assert (play.at(PAUL), play.at(DANA), play.at(MIRIAM)) == (ROOM_A, ROOM_B, CHAMBERS)


def test_an_exit_never_leads_to_the_other_side() -> None:
    play = in_joint()
    hall = str(play.ask(MIRIAM, c.OpenRoom("Hall"))["room"])
    side = str(play.ask(MIRIAM, c.OpenRoom("Side talk", exit=hall))["room"])
    play.move({PAUL: side, DANA: side, CHRIS: hall})
    play.ask(MIRIAM, c.CloseRoom(side))
    assert play.inside(hall) == {CHRIS}
    assert {play.state.seats[s].where for s in (PAUL, DANA)} == {"lobby"}


def test_two_sides_led_out_by_one_exit_do_not_meet_in_it() -> None:
    play = in_joint()
    hall = str(play.ask(MIRIAM, c.OpenRoom("Hall"))["room"])
    side = str(play.ask(MIRIAM, c.OpenRoom("Side talk", exit=hall))["room"])
    play.move({PAUL: side, DANA: side})
    play.ask(MIRIAM, c.CloseRoom(side))
    sides = {play.state.seats[s].side for s in play.inside(hall)}
    assert len(sides) == 1


def test_an_exit_obeys_separation_rules() -> None:
    play = in_joint()
    hall = str(play.ask(MIRIAM, c.OpenRoom("Hall"))["room"])
    side = str(play.ask(MIRIAM, c.OpenRoom("Side talk", exit=hall))["room"])
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", INES), c.Subject("seat", CLARA)))
    play.move({CLARA: side, INES: hall})
    play.ask(MIRIAM, c.CloseRoom(side))
    assert play.state.seats[CLARA].where == "lobby"


def test_an_exit_that_is_gone_leads_to_the_lobby() -> None:
    play = in_joint()
    hall = str(play.ask(MIRIAM, c.OpenRoom("Hall"))["room"])
    side = str(play.ask(MIRIAM, c.OpenRoom("Side talk", exit=hall))["room"])
    play.move({CLARA: side})
    play.ask(MIRIAM, c.CloseRoom(hall))
    play.ask(MIRIAM, c.CloseRoom(side))
    assert play.state.seats[CLARA].where == "lobby"


def test_whose_private_room_is_closed_waits() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.CloseRoom(ROOM_A))
    assert {play.state.seats[s].where for s in (PRIYA, CLARA)} == {"lobby"}


def test_the_mediators_room_stays() -> None:
    assert in_joint().refused(MIRIAM, c.CloseRoom(CHAMBERS)).reason == "room_needed"


def test_every_room_has_an_exit_that_there_is() -> None:
    state: State = in_joint().state
    assert {r.exit for r in state.rooms.values()} <= {"own", "lobby", *state.rooms}
