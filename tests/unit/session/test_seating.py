"""Arriving, stepping out, leaving, links. Leave and step out work always."""

from collections.abc import Callable

import pytest

from server.session import commands as c
from server.session.commands import LOBBY
from tests.support.cast import (
    CHAMBERS,
    CLARA,
    DANA,
    DAVID,
    FULL_HOUSE,
    INES,
    JOINT,
    MARTA,
    MIRIAM,
    PAUL,
    POLICY,
    PRIYA,
    ROOM_A,
    ROOM_B,
    Play,
    on_stage,
)


def in_joint() -> Play:
    return on_stage(rooms={JOINT: (MIRIAM, PAUL, CLARA, DANA)})


# --- arriving


def test_who_arrives_waits_alone_and_is_told_of_nobody() -> None:
    play = Play()
    play.arrive(MIRIAM, PAUL, DANA)
    view = play.view(PAUL)
    assert view["me"]["where"] == "lobby" and view["room"] is None
    assert view["people"] == [] and view["sides"] == []
    assert [m["name"] for m in view["mediators"]] == ["Miriam Mediator"]


def test_arriving_means_agreeing_to_the_text_as_it_is() -> None:
    play = Play()
    play.connect(PAUL)
    right = play.arriving(PAUL)
    assert play.refused(PAUL, c.Arrive("Paul", "0", right.hash)).reason == "text_changed"
    assert play.refused(PAUL, c.Arrive("Paul", right.version, "0" * 64)).reason == "text_changed"
    assert play.refused(PAUL, c.Arrive("\u202e \u200b", right.version, right.hash)).reason == "name_empty"
    play.ask(PAUL, right)
    assert play.state.seats[PAUL].consent == (right.version, right.hash, play.now)
    assert play.refused(PAUL, right).reason == "already_here"


def test_a_mediator_arrives_in_the_mediators_room() -> None:
    play = Play(FULL_HOUSE, POLICY)
    play.arrive(MIRIAM)
    assert play.at(MIRIAM) == CHAMBERS and CHAMBERS in play.state.rooms
    assert not play.state.rooms[CHAMBERS].doors
    play.arrive(MARTA)
    assert set(play.state.rooms[CHAMBERS].doors) == {MARTA}


# --- stepping out


def test_stepping_out_takes_those_of_the_own_side_along() -> None:
    play = in_joint()
    play.ask(CLARA, c.StepOut())
    assert play.inside(ROOM_A) == {PAUL, CLARA} and play.inside(JOINT) == {MIRIAM, DANA}
    assert play.view(PAUL)["moved"] | {"at": 0} == {
        "at": 0,
        "by": "Clara Counsel",
        "mine": False,
        "how": "stepped_out",
        "from": JOINT,
        "to": ROOM_A,
    }


def test_who_has_no_private_room_waits_alone() -> None:
    play = on_stage(FULL_HOUSE, rooms={JOINT: (MIRIAM, INES, DANA)})
    play.ask(INES, c.StepOut())
    assert play.state.seats[INES].where == "lobby"


def test_a_mediator_steps_out_to_the_mediators_room_alone() -> None:
    play = on_stage(FULL_HOUSE, rooms={JOINT: (MIRIAM, MARTA, PAUL)})
    play.ask(MIRIAM, c.StepOut())
    assert play.at(MIRIAM) == CHAMBERS and play.at(MARTA) == JOINT


def test_a_mediator_who_waits_steps_out_of_the_lobby() -> None:
    play = on_stage()
    play.move({MIRIAM: LOBBY})
    play.ask(MIRIAM, c.StepOut())
    assert play.at(MIRIAM) == CHAMBERS


def test_who_is_in_the_own_room_or_waits_stays() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL,)})
    before = play.state
    play.ask(PAUL, c.StepOut())
    play.ask(DANA, c.StepOut())
    assert play.state is before


def test_stepping_out_never_leads_to_somebody_one_is_kept_apart_from() -> None:
    play = on_stage(rooms={ROOM_A: (PRIYA,), JOINT: (MIRIAM, PAUL, CLARA)})
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PAUL), c.Subject("seat", PRIYA)))
    play.ask(CLARA, c.StepOut())
    assert play.inside(ROOM_A) == {PRIYA, CLARA} and play.state.seats[PAUL].where == "lobby"


def paused(play: Play) -> None:
    play.ask(MIRIAM, c.Pause())


def absent(play: Play) -> None:
    play.ask(MIRIAM, c.Leave())
    assert play.state.rooms[JOINT].paused


def lost(play: Play) -> None:
    play.disconnect(MIRIAM)
    play.wait(6)
    assert play.state.rooms[JOINT].paused


def without_own_room(play: Play) -> None:
    play.ask(MIRIAM, c.CloseRoom(ROOM_A))


def apart_from_the_own_room(play: Play) -> None:
    play.move({PRIYA: ROOM_A})
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PRIYA), c.Subject("seat", PAUL)))


def alone(play: Play) -> None:
    play.move({MIRIAM: CHAMBERS, DANA: ROOM_B, CLARA: LOBBY})


def offline(play: Play) -> None:
    play.disconnect(PAUL)


def alone_with_the_other_side(play: Play) -> None:
    play.move({MIRIAM: CHAMBERS, CLARA: LOBBY})


STATES: list[Callable[[Play], None]] = [
    lambda play: None,
    paused,
    absent,
    lost,
    without_own_room,
    apart_from_the_own_room,
    alone,
    offline,
    alone_with_the_other_side,
]


@pytest.mark.parametrize("arranged", STATES)
def test_stepping_out_works_in_every_state(arranged: Callable[[Play], None]) -> None:
    play = in_joint()
    arranged(play)
    play.ask(PAUL, c.StepOut())
    assert play.at(PAUL) in (ROOM_A, None) and play.at(PAUL) != JOINT
    assert not play.hears(PAUL) & {DANA, MIRIAM}


@pytest.mark.parametrize("arranged", STATES)
def test_leaving_works_in_every_state(arranged: Callable[[Play], None]) -> None:
    play = in_joint()
    arranged(play)
    play.ask(PAUL, c.Leave())
    assert play.state.seats[PAUL].where == "left"
    assert not any(PAUL in (link.speaker, link.listener) for link in play.links())


def test_stepping_out_and_leaving_work_at_a_door() -> None:
    for command in (c.StepOut(), c.Leave()):
        play = on_stage(policy=POLICY, rooms={JOINT: (DANA,)})
        play.move({PAUL: JOINT, MIRIAM: JOINT})
        assert set(play.state.rooms[JOINT].doors) == {PAUL, MIRIAM}
        play.ask(PAUL, command)
        assert play.at(PAUL) != JOINT and PAUL not in play.state.rooms[JOINT].doors


def test_who_left_comes_back_to_the_lobby_and_to_nobodys_ears() -> None:
    play = in_joint()
    play.ask(PAUL, c.Leave())
    assert play.view(PAUL)["people"] == []
    play.ask(PAUL, c.ComeBack())
    seat = play.state.seats[PAUL]
    assert seat.where == "lobby" and not (seat.microphone or seat.camera or seat.screen)


def test_a_mediator_comes_back_to_the_mediators_room() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.Leave())
    play.ask(MIRIAM, c.ComeBack())
    assert play.at(MIRIAM) == CHAMBERS


# --- seats and links


def test_a_late_person_gets_a_seat_that_everybody_may_know_of() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.Invite("Dora Weiss", "party", "B", "dora"))
    assert {"seat": "dora", "name": "Dora Weiss", "role": "party", "side": "B"} in play.view(PAUL)["people"]
    play.arrive("dora")
    play.move({"dora": ROOM_B})


@pytest.mark.parametrize(
    ("role", "side", "reason"),
    [
        ("king", None, "unknown_role"),
        ("party", None, "unknown_side"),
        ("party", "Z", "unknown_side"),
        ("mediator", "A", "unknown_side"),
        ("observer", "Z", "unknown_side"),
    ],
)
def test_an_impossible_seat_is_refused(role: str, side: str | None, reason: str) -> None:
    assert in_joint().refused(MIRIAM, c.Invite("X", role, side, "x")).reason == reason


def test_a_session_has_only_so_many_seats_and_a_revoked_one_is_free() -> None:
    play = in_joint()
    most = play.state.policy.seats_max
    for number in range(most - len(play.state.seats)):
        play.ask(MIRIAM, c.Invite("Guest", "observer", None, f"guest{number}"))
    assert play.refused(MIRIAM, c.Invite("One more", "observer", None, "more")).reason == "seats_full"
    play.ask(MIRIAM, c.RevokeLink("guest0"))
    play.ask(MIRIAM, c.Invite("One more", "observer", None, "more"))


def test_renaming_a_seat_renames_it_for_all() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.RenameSeat(PAUL, " Paul\u202e A. Okafor "))
    assert "Paul A. Okafor" in [m["name"] for m in play.view(DANA)["room"]["members"]]
    assert play.refused(MIRIAM, c.RenameSeat(PAUL, "")).reason == "name_empty"
    assert play.refused(MIRIAM, c.RenameSeat("nobody", "X")).reason == "unknown_seat"


def test_a_replaced_link_cuts_the_connection_and_keeps_the_place() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.ReplaceLink(PAUL))
    seat = play.state.seats[PAUL]
    assert seat.connection is None and seat.link == "new" and seat.room == JOINT and not seat.microphone
    assert not any(PAUL in (link.speaker, link.listener) for link in play.links())


def test_a_revoked_link_ends_everything() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.RevokeLink(PAUL))
    seat = play.state.seats[PAUL]
    assert (seat.where, seat.room, seat.connection, seat.link) == ("revoked", None, None, "revoked")
    assert not any(PAUL in (link.speaker, link.listener) for link in play.links())
    assert PAUL not in [p["seat"] for p in play.view(DANA)["people"]]
    for command in (c.ReplaceLink(PAUL), c.RevokeLink(PAUL)):
        assert play.refused(MIRIAM, command).reason == "unknown_seat"


def test_a_revoked_seat_is_told_so_and_nothing_after_that() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.RevokeLink(PAUL))
    told = play.frames(PAUL)
    assert told[-1].body["view"]["me"]["where"] == "revoked"  # type: ignore[index]
    play.ask(MIRIAM, c.RenameSeat(DANA, "Dana W."))
    play.disconnect(MIRIAM)
    play.ask(MIRIAM, c.CloseSession())
    assert play.frames(PAUL) == told


def test_a_revoked_seat_does_not_connect_again() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.RevokeLink(PAUL))
    before = play.state
    play.fact(c.Connected(PAUL, "c_again"))
    play.fact(c.DeviceAsked(PAUL, "d_again"))
    assert play.state is before


def test_the_last_mediator_cannot_be_revoked() -> None:
    play = on_stage(FULL_HOUSE)
    play.ask(MIRIAM, c.RevokeLink(MARTA))
    assert play.refused(MIRIAM, c.RevokeLink(MIRIAM)).reason == "last_mediator"


def test_closing_leads_everybody_out_and_names_the_day() -> None:
    play = in_joint()
    play.ask(MIRIAM, c.CloseSession())
    assert {s.where for s in play.state.seats.values()} == {"left"}
    assert play.links() == frozenset()
    assert play.view(DANA)["session"]["destroy_at"] == play.now + 7 * 24 * 3600 * 1000
    for seat in (MIRIAM, DANA):
        assert play.refused(seat, c.ComeBack()).reason == "session_closed"


def test_nothing_is_due_in_a_closed_session() -> None:
    play = in_joint()
    play.disconnect(MIRIAM)
    play.ask(MIRIAM, c.CloseSession())
    before = play.state
    play.now += 60_000
    play.fact(c.ClockStruck())
    assert play.state is before


def test_a_counsel_of_the_other_side_stays_when_one_steps_out() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA, DAVID)})
    play.ask(PAUL, c.StepOut())
    assert play.inside(JOINT) == {MIRIAM, DANA, DAVID}
