"""A case goes on after it was closed: one more session, for the same people."""

import pytest

from server.session import commands as c
from server.session.roles import OPERATOR
from tests.support.cast import (
    CHAMBERS,
    CLARA,
    DANA,
    DAVID,
    FULL_HOUSE,
    JOINT,
    MARTA,
    MIRIAM,
    PAUL,
    POLICY,
    PRIYA,
    ROOM_A,
    Play,
    on_stage,
)

KEPT_MS = round(POLICY.keep_days * 24 * 3600 * 1000)


def closed() -> Play:
    """A session that had its day: a sidebar, a rule, words, a revoked seat; then it was closed."""
    play = on_stage(FULL_HOUSE, rooms={JOINT: (MIRIAM, PAUL, DANA), ROOM_A: (PRIYA, CLARA)})
    play.ask(MIRIAM, c.OpenRoom("Counsel"))
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PRIYA), c.Subject("seat", DAVID)))
    play.say(PAUL, "In the joint room.")
    play.say(PRIYA, "Among ourselves.")
    play.ask(MIRIAM, c.RevokeLink(CLARA))
    play.ask(PRIYA, c.RaiseHand())
    play.ask(PAUL, c.CallMediator("Please."))
    play.fact(c.DeviceAsked(DANA, "d_1"))
    play.ask(MIRIAM, c.Pause())
    play.ask(MIRIAM, c.CloseSession())
    play.wait(60)
    return play


@pytest.mark.parametrize("actor", (MIRIAM, MARTA, OPERATOR))
def test_a_mediator_or_the_operator_opens_the_next_session(actor: str) -> None:
    play = closed()
    assert play.ask(actor, c.NextSession()) == {"number": 2}
    assert (play.state.number, play.state.closed, play.state.destroy_at) == (2, None, None)
    assert play.state.opened == play.now


@pytest.mark.parametrize("actor", (PAUL, DANA))
def test_a_party_does_not(actor: str) -> None:
    assert closed().refused(actor, c.NextSession()).reason == "not_allowed"


def test_a_mediator_who_never_came_may_open_it_too() -> None:
    play = Play(FULL_HOUSE)
    play.arrive(MIRIAM)
    play.ask(MIRIAM, c.CloseSession())
    assert play.state.seats[MARTA].where == "invited"
    play.ask(MARTA, c.NextSession())
    assert play.state.number == 2


def test_there_is_no_next_session_while_this_one_is_open() -> None:
    assert on_stage().refused(MIRIAM, c.NextSession()).reason == "not_closed"


def test_there_is_none_once_the_time_of_the_case_is_over() -> None:
    play = closed()
    assert play.state.destroy_at is not None
    play.now = play.state.destroy_at
    assert play.refused(MIRIAM, c.NextSession()).reason == "too_late"
    play.now -= 1
    play.ask(MIRIAM, c.NextSession())


def test_everybody_is_invited_again_muted_and_placed_nowhere() -> None:
    play = closed()
    play.ask(MIRIAM, c.NextSession())
    for seat in play.state.seats.values():
        if seat.id == CLARA:
            assert seat.where == "revoked"
            continue
        assert (seat.where, seat.room, seat.connection, seat.consent) == ("invited", None, None, None)
        assert not (seat.microphone or seat.camera or seat.screen)
        assert (seat.hand, seat.calling, seat.call_text, seat.moved) == (None, None, "", None)
    assert not play.links() and not any(r.members for r in play.state.rooms.values())
    assert play.newest(PAUL)["text"] is not None
    assert play.refused(PAUL, c.CallMediator()).reason == "not_arrived"


def test_rooms_rules_sides_and_names_stay_and_their_clocks_start_anew() -> None:
    play = closed()
    before = play.state
    play.ask(MIRIAM, c.NextSession())
    after = play.state
    assert {r.id: (r.name, r.kind, r.side, r.exit) for r in after.rooms.values()} == {
        r.id: (r.name, r.kind, r.side, r.exit) for r in before.rooms.values()
    }
    assert "Counsel" in {r.name for r in after.rooms.values()}
    assert (after.apart, after.sides, after.text_hash) == (before.apart, before.sides, before.text_hash)
    assert after.board is before.board
    assert {s.id: (s.listed, s.name, s.role, s.side) for s in after.seats.values()} == {
        s.id: (s.listed, s.name, s.role, s.side) for s in before.seats.values()
    }
    assert all(r.since == play.now and r.occupied_since is None for r in after.rooms.values())
    assert (after.paused, after.undo, after.devices) == (None, None, {})


def test_the_second_session_goes_like_the_first() -> None:
    play = closed()
    play.ask(MIRIAM, c.NextSession())
    play.arrive(MIRIAM, PAUL, DANA)
    assert play.at(MIRIAM) == CHAMBERS and play.at(PAUL) is None
    play.move({MIRIAM: JOINT, PAUL: JOINT, DANA: JOINT})
    play.switch_on(PAUL)
    assert play.hears(DANA) == {PAUL}
    play.say(DANA, "Back again.")
    assert play.words(PAUL)[-1] == "Back again."
    play.ask(MIRIAM, c.CloseSession())
    assert play.state.destroy_at == play.now + KEPT_MS
    assert play.ask(MIRIAM, c.NextSession()) == {"number": 3}


def test_each_keeps_its_own_past_and_gets_nobody_elses() -> None:
    play = closed()
    past = {seat: [dict(words) for words in box.words] for seat, box in play.remembered.inboxes.items()}
    play.ask(MIRIAM, c.NextSession())
    play.arrive(MIRIAM, PAUL, DANA, PRIYA)
    assert {seat: [dict(words) for words in box.words] for seat, box in play.remembered.inboxes.items()} == past
    assert [w["text"] for w in past[DANA]] == ["In the joint room."]
    assert "Among ourselves." in [w["text"] for w in past[PRIYA]]


def test_a_mark_of_the_session_before_never_passes_in_the_next() -> None:
    play = closed()
    old = {seat: play.state.seats[seat].stay for seat in (PAUL, DANA, MIRIAM)}
    epochs = {r.id: r.epoch for r in play.state.rooms.values()}
    was = on_stage(FULL_HOUSE, rooms={JOINT: (MIRIAM, PAUL, DANA)}).looking_at(PAUL)
    play.ask(MIRIAM, c.NextSession())
    play.arrive(MIRIAM, PAUL, DANA)
    play.move({MIRIAM: JOINT, PAUL: JOINT, DANA: JOINT})
    assert all(play.state.seats[seat].stay > stay for seat, stay in old.items())
    assert all(play.state.rooms[r].epoch >= epoch for r, epoch in epochs.items())
    assert play.refused(PAUL, c.Say(*was, "Late words.")).reason == "audience_grew"


def test_the_log_alone_tells_the_same() -> None:
    play = closed()
    play.ask(MIRIAM, c.NextSession())
    play.arrive(MIRIAM, PAUL)
    assert play.replayed().state == play.state
