"""What a command takes away, before its turn has come."""

import pytest

from server.host.bars import NOTHING, Bar, foreseen, placed, switched, taken
from server.rtp.link import Link
from server.session import commands as c
from server.session import events as ev
from server.session.apply import apply
from server.session.state import State
from tests.support.cast import CLARA, DANA, JOINT, MIRIAM, PAUL, PRIYA, ROOM_A, Play, on_stage


@pytest.fixture
def play() -> Play:
    return on_stage(rooms={JOINT: (MIRIAM, PAUL, CLARA, DANA)})


def bar_of(play: Play, actor: str, command: c.Command) -> Bar:
    return foreseen(play.state, actor, command, play.now, play.fresh)


def sound(speaker: str, listener: str) -> Link:
    return Link(speaker, listener, "microphone")


def test_leaving_closes_the_person_both_ways_and_nobody_else(play: Play) -> None:
    bar = bar_of(play, PAUL, c.Leave())
    assert bar.covers(sound(PAUL, DANA)) and bar.covers(sound(DANA, PAUL)) and not bar.covers(sound(MIRIAM, DANA))


def test_stepping_out_closes_those_too_who_go_along(play: Play) -> None:
    bar = bar_of(play, PAUL, c.StepOut())
    assert bar.covers(sound(CLARA, DANA)) and not bar.covers(sound(MIRIAM, DANA))


def test_stepping_out_counts_even_where_there_is_nothing_to_leave_yet(play: Play) -> None:
    play.move({PAUL: ROOM_A})
    assert bar_of(play, PAUL, c.StepOut()).covers(sound(PAUL, CLARA))


def test_a_pause_closes_everything_even_while_another_pause_is_ending(play: Play) -> None:
    play.ask(MIRIAM, c.Pause())
    assert bar_of(play, MIRIAM, c.Pause()).everyone


def test_a_pause_of_somebody_who_may_not_closes_nothing(play: Play) -> None:
    assert bar_of(play, PAUL, c.Pause()) == NOTHING


@pytest.mark.parametrize("medium", ["microphone", "camera"])
def test_switching_off_closes_that_medium_of_that_speaker(play: Play, medium: str) -> None:
    bar = bar_of(play, PAUL, c.Switch(medium, False))  # type: ignore[arg-type]
    assert bar.covers(Link(PAUL, DANA, medium)) and not bar.covers(Link(DANA, PAUL, medium))  # type: ignore[arg-type]
    assert not bar.covers(Link(PAUL, DANA, "screen"))


def test_switching_the_screen_off_closes_its_sound_too(play: Play) -> None:
    bar = bar_of(play, PAUL, c.Switch("screen", False))
    assert bar.covers(Link(PAUL, DANA, "screen")) and bar.covers(Link(PAUL, DANA, "screen_sound"))


def test_a_move_closes_those_who_are_moved(play: Play) -> None:
    bar = bar_of(play, MIRIAM, c.Move(play.steps({PAUL: ROOM_A})))
    assert bar.covers(sound(PAUL, DANA)) and not bar.covers(sound(CLARA, DANA))


def test_a_move_that_would_be_refused_closes_nobody(play: Play) -> None:
    stale = c.Move((c.Step(PAUL, ROOM_A, JOINT),))
    assert bar_of(play, MIRIAM, stale) == NOTHING and bar_of(play, DANA, stale) == NOTHING


def test_a_mediators_leaving_closes_the_room_that_it_leaves_unattended(play: Play) -> None:
    assert bar_of(play, MIRIAM, c.Leave()).covers(sound(PAUL, DANA))


def test_closing_the_session_closes_everything(play: Play) -> None:
    assert bar_of(play, MIRIAM, c.CloseSession()).everyone


@pytest.mark.parametrize("command", [c.RaiseHand(), c.CallMediator("please"), c.Note(JOINT, "back soon")])
def test_what_takes_nothing_away_closes_nothing(play: Play, command: c.Command) -> None:
    actor = MIRIAM if isinstance(command, c.Note) else PAUL
    assert not bar_of(play, actor, command)


def test_an_entry_in_a_paused_session_does_not_bar_everybody(play: Play) -> None:
    play.ask(MIRIAM, c.Pause())
    after = apply(play.state, ev.Switched(PAUL, "microphone", False), play.now)
    assert taken(play.state, after) == Bar(media=frozenset({(PAUL, "microphone")}))


def test_a_newcomer_to_the_session_is_no_change_of_place(play: Play) -> None:
    before = play.state
    play.ask(MIRIAM, c.Invite("Late Person", "party", "A", "late"))
    assert placed(before, play.state) == frozenset() and not taken(before, play.state)


def test_coming_and_going_in_the_same_room_is_a_change_of_place(play: Play) -> None:
    before: State = play.state
    play.move({PAUL: ROOM_A})
    play.move({PAUL: JOINT})
    assert placed(before, play.state) == {PAUL}


def test_what_was_switched_is_told_by_direction(play: Play) -> None:
    off = apply(play.state, ev.Switched(PAUL, "camera", False), play.now)
    assert switched(play.state, off, off_only=True) == {(PAUL, "camera")}
    assert switched(off, play.state, off_only=True) == frozenset()
    assert switched(off, play.state) == {(PAUL, "camera")}


def test_bars_add_up_and_are_worn_away_part_by_part() -> None:
    link = sound(PRIYA, DANA)
    bar = Bar(seats=frozenset({PAUL})) | Bar(media=frozenset({(DANA, "camera")}), links=frozenset({link}))
    assert bar.covers(sound(PAUL, CLARA)) and bar.covers(Link(DANA, CLARA, "camera")) and bar.covers(link)
    worn = bar.without(frozenset({PAUL, PRIYA}), frozenset({(DANA, "camera")}))
    assert worn == NOTHING and not worn
    assert Bar(everyone=True).without(frozenset({PAUL}), frozenset()).everyone
