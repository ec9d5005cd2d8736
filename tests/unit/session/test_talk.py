"""Chat reaches exactly the audience that its author saw; notes reach who is there."""

import pytest

from server.session import commands as c
from server.session.epochs import CHANGES_PER_STAY
from tests.support.cast import (
    CLARA,
    DANA,
    DAVID,
    FULL_HOUSE,
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


def in_caucus() -> Play:
    return on_stage(FULL_HOUSE, rooms={ROOM_A: (PAUL, CLARA), ROOM_B: (DANA, DAVID)})


# --- chat


def test_what_is_said_reaches_the_room_and_nobody_else() -> None:
    play = in_caucus()
    before = {s: len(play.frames(s)) for s in play.state.seats}
    play.say(PAUL, "Not a word below 40.")
    got = {s for s, n in before.items() if len(play.frames(s)) > n}
    assert got == {PAUL, CLARA} and play.words(CLARA) == ["Not a word below 40."]


def test_a_message_names_its_audience_as_it_was_committed() -> None:
    play = in_caucus()
    play.say(PAUL, "For the two of us.")
    play.move({MIRIAM: ROOM_A})
    assert play.frames(CLARA)[-2].body["to"] == [PAUL, CLARA]
    assert play.words(MIRIAM) == []


def test_a_message_is_refused_when_the_audience_has_grown() -> None:
    play = in_caucus()
    play.attentive = False
    play.move({MIRIAM: ROOM_A, PRIYA: ROOM_A})
    refusal = play.refused(PAUL, c.Say(*play.looking_at(PAUL), "Before she comes…"))
    assert refusal.reason == "audience_grew"
    assert refusal.detail["joined"] == ["Miriam herself", "Priya herself"]
    assert refusal.detail["audience"] == ["Clara herself", "Miriam herself", "Priya herself"]
    play.ask(PAUL, c.Say(ROOM_A, int(str(refusal.detail["epoch"])), "To all of them."))
    assert play.words(MIRIAM) == ["To all of them."]


def test_a_message_is_sent_when_the_audience_has_only_shrunk() -> None:
    play = in_caucus()
    play.move({MIRIAM: ROOM_A})
    play.attentive = False
    play.ask(CLARA, c.Leave())
    assert play.say(PAUL, "Did you both hear?") == {"missed": ["Clara herself"]}
    assert play.words(MIRIAM) == ["Did you both hear?"] and play.words(CLARA) == []


def test_who_left_and_came_back_meanwhile_has_not_missed_it_but_is_new() -> None:
    play = in_caucus()
    play.attentive = False
    play.move({CLARA: JOINT})
    play.move({CLARA: ROOM_A})
    assert play.refused(PAUL, c.Say(*play.looking_at(PAUL), "x")).detail["joined"] == ["Clara herself"]


def test_a_mark_of_another_room_never_passes() -> None:
    play = in_caucus()
    play.attentive = False
    room, epoch = play.looking_at(PAUL)
    play.move({PAUL: JOINT})
    play.move({MIRIAM: JOINT})
    refusal = play.refused(PAUL, c.Say(room, epoch, "For Clara only."))
    assert refusal.reason == "audience_grew" and refusal.detail["joined"] == ["Miriam herself"]
    assert refusal.detail["room"] == JOINT


def test_a_mark_of_an_earlier_stay_never_passes() -> None:
    play = in_caucus()
    play.attentive = False
    room, epoch = play.looking_at(PAUL)
    play.move({PAUL: JOINT})
    play.move({PAUL: ROOM_A})
    assert play.refused(PAUL, c.Say(room, epoch, "x")).reason == "audience_grew"
    play.move({CLARA: JOINT})
    assert play.refused(PAUL, c.Say(room, epoch, "Even alone.")).reason == "audience_grew"


@pytest.mark.parametrize("wrong", [-1, 0, 1, CHANGES_PER_STAY - 1, 1 << 53, -(1 << 60)])
def test_a_made_up_mark_never_passes(wrong: int) -> None:
    play = in_caucus()
    _, right = play.looking_at(PAUL)
    assert play.refused(PAUL, c.Say(ROOM_A, wrong, "x")).reason == "audience_grew"
    assert play.refused(PAUL, c.Say(ROOM_A, right + 1, "x")).reason == "audience_grew", "nor one from the future"


def test_who_waits_has_nobody_to_talk_to() -> None:
    play = in_caucus()
    assert play.refused(PRIYA, c.Say(ROOM_A, 0, "x")).reason == "not_in_room"
    assert play.refused(PRIYA, c.Switch("microphone", True, ROOM_A, 0)).reason == "not_in_room"
    assert play.refused(PRIYA, c.RaiseHand()).reason == "not_in_room"


def test_a_message_has_something_in_it() -> None:
    play = in_caucus()
    assert play.refused(PAUL, c.Say(*play.looking_at(PAUL), " \u200b\n")).reason == "text_empty"
    assert play.refused(PAUL, c.Say(*play.looking_at(PAUL), "x" * 4001)).reason == "text_too_long"


def test_who_comes_later_is_not_told_what_was_said() -> None:
    play = in_caucus()
    play.say(PAUL, "Not a word below 40.")
    play.move({MIRIAM: ROOM_A})
    assert play.words(MIRIAM) == []
    assert play.replayed().inboxes[MIRIAM].words == []


# --- notes


def test_a_note_to_a_room_reaches_who_is_in_it_and_its_author() -> None:
    play = in_caucus()
    play.ask(MIRIAM, c.Note(ROOM_A, "Back about 14:40"))
    assert [s for s in play.state.seats if play.words(s, "noted")] == [MIRIAM, PAUL, CLARA]
    note = play.view(PAUL)["room"]["note"]
    assert note == {"text": "Back about 14:40", "by": "Miriam herself", "at": play.now}


def test_who_comes_after_a_note_is_not_shown_it_whatever_the_clock_says() -> None:
    play = in_caucus()
    play.ask(MIRIAM, c.Note(ROOM_A, "Only for who is here."))
    play.move({PRIYA: ROOM_A})
    assert play.view(PRIYA)["room"]["note"] is None, "in the same millisecond"
    play.now -= 5_000
    play.move({MARTA: ROOM_A})
    assert play.view(MARTA)["room"]["note"] is None, "after the clock was set back"
    assert play.words(PRIYA, "noted") == play.words(MARTA, "noted") == []


def test_a_note_to_the_lobby_reaches_each_who_waits() -> None:
    play = in_caucus()
    play.ask(MIRIAM, c.Note(None, "Ten more minutes."))
    reached = {s for s in play.state.seats if play.words(s, "noted")}
    assert reached == {MIRIAM, *(s.id for s in play.state.seats.values() if s.where == "lobby")}
    assert "to" not in play.frames(PRIYA)[-1].body


def test_an_emptied_room_forgets_its_note() -> None:
    play = in_caucus()
    play.ask(MIRIAM, c.Note(ROOM_A, "Back about 14:40"))
    play.move({PAUL: JOINT, CLARA: JOINT})
    play.move({PAUL: ROOM_A})
    assert play.view(PAUL)["room"]["note"] is None


def test_a_note_needs_a_room_that_there_is() -> None:
    assert in_caucus().refused(MIRIAM, c.Note("nowhere", "x")).reason == "unknown_room"


# --- hands and calls


def test_a_hand_is_seen_in_the_room_only() -> None:
    play = in_caucus()
    before = len(play.frames(DANA))
    play.ask(PAUL, c.RaiseHand())
    assert play.view(CLARA)["room"]["members"][0]["hand"] == play.now
    assert len(play.frames(DANA)) == before
    play.ask(PAUL, c.LowerHand())
    assert play.state.seats[PAUL].hand is None


def test_a_mediator_lowers_a_hand_in_the_same_room_only() -> None:
    play = in_caucus()
    play.ask(PAUL, c.RaiseHand())
    assert play.refused(MIRIAM, c.LowerHand(PAUL)).reason == "not_allowed"
    play.move({MIRIAM: ROOM_A})
    play.ask(MIRIAM, c.LowerHand(PAUL))
    assert play.state.seats[PAUL].hand is None


def test_a_party_learns_nothing_by_naming_others() -> None:
    play = in_caucus()
    for name in (PAUL, CLARA, MIRIAM, "nobody"):
        assert play.refused(DANA, c.LowerHand(name)).reason == "not_allowed"
        assert play.refused(DANA, c.CancelCall(name)).reason == "not_allowed"
    assert play.refused(MIRIAM, c.CancelCall("nobody")).reason == "unknown_seat"


def test_a_call_is_seen_by_mediators_only_and_ends_when_they_say_so() -> None:
    play = in_caucus()
    before = {s: len(play.frames(s)) for s in play.state.seats}
    play.ask(PAUL, c.CallMediator(" Please\u202e come. "))
    assert {s for s, n in before.items() if len(play.frames(s)) > n} == {PAUL, MIRIAM, MARTA}
    assert play.state.seats[PAUL].call_text == "Please come."
    play.ask(MARTA, c.CancelCall(PAUL))
    assert play.view(PAUL)["me"]["calling"] is None


def test_who_has_left_calls_nobody() -> None:
    play = in_caucus()
    play.ask(PAUL, c.Leave())
    assert play.refused(PAUL, c.CallMediator()).reason == "not_arrived"
