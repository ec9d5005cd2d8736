"""Connections, other devices, and time."""

from server.session import commands as c
from server.session.presence import due
from tests.support.cast import CLARA, DANA, JOINT, MIRIAM, PAUL, POLICY, ROOM_A, Play, on_stage


def in_joint() -> Play:
    return on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})


def test_only_the_connection_that_holds_the_seat_can_lose_it() -> None:
    play = in_joint()
    older = play.state.seats[PAUL].connection or ""
    play.connect(PAUL)
    before = play.state
    play.fact(c.Disconnected(PAUL, older))
    assert play.state is before
    play.disconnect(PAUL)
    assert play.state.seats[PAUL].connection is None


def test_a_lost_connection_keeps_the_place() -> None:
    play = in_joint()
    play.disconnect(PAUL)
    play.wait(3600)
    play.connect(PAUL)
    assert play.at(PAUL) == JOINT and play.state.seats[PAUL].microphone


def test_a_reconnect_changes_no_epoch() -> None:
    play = in_joint()
    before = play.view(DANA)["room"]["epoch"]
    play.disconnect(PAUL)
    play.connect(PAUL)
    assert play.view(DANA)["room"]["epoch"] == before


def test_a_mediator_back_within_the_grace_was_never_lost() -> None:
    play = in_joint()
    play.disconnect(MIRIAM)
    play.wait(4.9)
    play.connect(MIRIAM)
    play.wait(60)
    assert not play.state.rooms[JOINT].paused


def test_a_new_link_is_no_new_grace_for_a_mediator_who_is_gone() -> None:
    play = in_joint()
    play.disconnect(MIRIAM)
    play.wait(4)
    play.ask(MIRIAM, c.ReplaceLink(MIRIAM))
    play.wait(1)
    assert play.state.rooms[JOINT].paused


def test_a_party_is_never_lost() -> None:
    play = in_joint()
    play.disconnect(PAUL)
    assert due(play.state) is None


def test_a_server_that_starts_again_finds_nobody_connected() -> None:
    play = in_joint()
    play.fact(c.Recovered())
    assert play.connected() == [] and play.links() == frozenset()
    play.wait(5)
    assert play.state.rooms[JOINT].paused
    play.fact(c.Recovered())


def test_after_a_restart_opposing_sides_wait_for_the_mediator_however_soon_they_are_back() -> None:
    play = in_joint()
    play.fact(c.Recovered())
    play.connect(PAUL)
    play.connect(DANA)
    assert play.links() == frozenset() and play.view(PAUL)["mediators"][0]["state"] == "lost"
    play.connect(MIRIAM)
    assert play.hears(DANA) == {MIRIAM, PAUL} and play.hears(PAUL) == {MIRIAM, DANA}
    play.wait(60)
    assert not play.state.rooms[JOINT].paused


def test_a_mediator_who_was_gone_for_a_moment_at_a_restart_may_have_been_gone_for_long() -> None:
    play = in_joint()
    play.disconnect(MIRIAM)
    assert play.hears(DANA) == {PAUL}
    play.fact(c.Recovered())
    play.connect(PAUL)
    play.connect(DANA)
    assert play.links() == frozenset()


def test_after_a_restart_people_of_one_side_need_nobody() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, CLARA, MIRIAM)})
    play.fact(c.Recovered())
    play.connect(PAUL)
    play.connect(CLARA)
    assert play.hears(CLARA) == {PAUL}


def test_a_second_restart_tells_nothing_new() -> None:
    play = in_joint()
    play.fact(c.Recovered())
    before = play.state
    play.wait(1)
    play.fact(c.Recovered())
    assert play.state is before


def test_what_is_due_next_is_the_earliest() -> None:
    play = on_stage(policy=POLICY, rooms={ROOM_A: (PAUL,)})
    assert due(play.state) is None
    play.wait(1)
    play.move({MIRIAM: ROOM_A})
    assert due(play.state) == play.now + 3000
    play.wait(1)
    play.disconnect(MIRIAM)
    assert due(play.state) == play.now + 2000
    play.wait(2)
    assert due(play.state) == play.now + 3000


# --- another device


def test_the_seats_own_tab_or_a_mediator_answers_another_device() -> None:
    for who in (PAUL, MIRIAM):
        play = in_joint()
        play.fact(c.DeviceAsked(PAUL, "d1"))
        assert play.refused(DANA, c.DeviceAnswered("d1", True)).reason == "unknown_request"
        play.ask(who, c.DeviceAnswered("d1", True))
        assert play.state.devices == {}
        assert play.refused(who, c.DeviceAnswered("d1", True)).reason == "unknown_request"


def test_a_newer_request_replaces_the_older() -> None:
    play = in_joint()
    play.fact(c.DeviceAsked(PAUL, "d1"))
    play.fact(c.DeviceAsked(DANA, "d2"))
    play.fact(c.DeviceAsked(PAUL, "d3"))
    assert set(play.state.devices) == {"d2", "d3"}


def test_a_new_link_says_no_to_who_asked_with_the_old_one() -> None:
    play = in_joint()
    play.fact(c.DeviceAsked(PAUL, "d1"))
    play.fact(c.DeviceAsked(DANA, "d2"))
    play.ask(MIRIAM, c.ReplaceLink(PAUL))
    assert set(play.state.devices) == {"d2"}
    assert play.refused(MIRIAM, c.DeviceAnswered("d1", True)).reason == "unknown_request"
    play.ask(MIRIAM, c.RevokeLink(DANA))
    assert play.state.devices == {}
