"""Told before heard; doors; microphones across moves."""

from dataclasses import replace

from server.session import commands as c
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
    ROOM_B,
    Play,
    on_stage,
)


def why(play: Play, seat: str, other: str) -> str | None:
    """Why `other` does not hear `seat` yet, as the strip says."""
    return {c["seat"]: c["why"] for c in play.strip(seat)["coming"]}.get(other)


# --- told before heard


def test_everybody_in_a_room_hears_everybody_else_and_nobody_outside() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, CLARA, MIRIAM), ROOM_B: (DANA, DAVID)})
    assert play.hears(PAUL) == {CLARA, MIRIAM} and play.hears(DANA) == {DAVID}
    assert play.strip(PAUL)["heard_by"] == [CLARA, MIRIAM]


def test_who_has_not_shown_the_newcomer_is_not_heard_by_it() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, CLARA)})
    play.attentive = False
    play.move({MIRIAM: ROOM_A})
    assert play.hears(MIRIAM) == set() and why(play, PAUL, MIRIAM) == "telling"
    assert play.hears(PAUL) == {CLARA}, "those who were there go on"
    play.render(PAUL)
    assert play.hears(MIRIAM) == set(), "shown is not yet told"
    play.tell(PAUL)
    assert play.hears(MIRIAM) == {PAUL} and why(play, PAUL, MIRIAM) is None


def test_what_was_told_late_does_not_count_for_who_came_later() -> None:
    play = on_stage(FULL_HOUSE, rooms={ROOM_A: (PAUL,)})
    play.attentive = False
    play.move({MIRIAM: ROOM_A})
    play.render(PAUL)
    play.move({MARTA: ROOM_A})
    play.tell(PAUL)
    assert play.hears(MIRIAM) == {PAUL} and play.hears(MARTA) == set()


def test_who_goes_and_comes_back_must_be_shown_anew() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, MIRIAM)})
    play.attentive = False
    play.move({MIRIAM: CHAMBERS})
    play.move({MIRIAM: ROOM_A})
    assert play.hears(MIRIAM) == set()


def test_what_was_shown_during_an_earlier_stay_never_counts() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, MIRIAM)})
    play.attentive = False
    play.render(PAUL)
    play.move({PAUL: JOINT})
    play.move({PAUL: ROOM_A})
    play.tell(PAUL)
    assert play.hears(MIRIAM) == set() and play.told[PAUL].epoch < play.state.rooms[ROOM_A].members[PAUL]


def test_what_another_connection_has_shown_does_not_count() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, MIRIAM)})
    play.attentive = False
    play.connect(PAUL)
    play.tell(PAUL)
    assert play.hears(MIRIAM) == set()
    play.show(PAUL)
    assert play.hears(MIRIAM) == {PAUL}


def test_a_lost_connection_neither_hears_nor_is_heard() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, MIRIAM)})
    play.disconnect(PAUL)
    assert play.links() == frozenset() and why(play, MIRIAM, PAUL) == "lost"


def test_a_reconnect_opens_no_more_than_was_open() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, MIRIAM)})
    play.ask(PAUL, c.Switch("microphone", False))
    play.disconnect(PAUL)
    play.connect(PAUL)
    assert play.hears(MIRIAM) == set() and play.sees(MIRIAM) == {PAUL}


def test_a_reconnect_asks_nothing_anew_of_the_others() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, MIRIAM)})
    play.attentive = False
    play.disconnect(PAUL)
    play.connect(PAUL)
    assert play.hears(PAUL) == {MIRIAM}


# --- doors


def behind_the_door() -> Play:
    """Paul and Clara talk; Miriam waits at their door."""
    play = on_stage(policy=POLICY, rooms={ROOM_A: (PAUL, CLARA)})
    play.wait(5)
    play.move({MIRIAM: ROOM_A})
    return play


def test_who_enters_an_occupied_private_room_waits_at_the_door() -> None:
    play = behind_the_door()
    play.switch_on(MIRIAM, "microphone")
    assert play.hears(MIRIAM) == set() and MIRIAM not in play.hears(PAUL)
    assert why(play, PAUL, MIRIAM) == why(play, MIRIAM, PAUL) == "door"
    assert play.view(PAUL)["room"]["members"][0]["door"] == {"opens": play.now + 3000, "held": False}
    play.wait(2.999)
    assert play.hears(MIRIAM) == set()
    play.wait(0.001)
    assert play.hears(MIRIAM) == {PAUL, CLARA} and MIRIAM in play.hears(PAUL)


def test_one_moment_holds_the_door_once() -> None:
    play = behind_the_door()
    play.wait(1)
    play.ask(CLARA, c.HoldDoor(MIRIAM))
    play.wait(29.999)
    assert play.hears(MIRIAM) == set()
    assert play.refused(PAUL, c.HoldDoor(MIRIAM)).reason == "door_held"
    play.wait(0.001)
    assert play.hears(MIRIAM) == {PAUL, CLARA}


def test_only_those_inside_hold_a_door() -> None:
    play = behind_the_door()
    for stranger in (MIRIAM, DANA, PRIYA):
        assert play.refused(stranger, c.HoldDoor(MIRIAM)).reason in ("not_allowed", "not_in_room")
    assert play.refused(PAUL, c.HoldDoor(CLARA)).reason == "not_allowed"


def test_holding_a_door_never_opens_it_sooner() -> None:
    play = on_stage(policy=replace(POLICY, door_ms=60_000), rooms={ROOM_A: (PAUL,)})
    play.wait(60)
    play.move({MIRIAM: ROOM_A})
    play.ask(PAUL, c.HoldDoor(MIRIAM))
    assert play.state.rooms[ROOM_A].doors[MIRIAM].opens == play.now + 60_000


def test_there_is_no_door_into_an_empty_room() -> None:
    play = on_stage(policy=POLICY)
    play.move({PAUL: ROOM_A, CLARA: ROOM_A, MIRIAM: ROOM_A})
    assert not play.state.rooms[ROOM_A].doors


def test_there_is_no_door_where_those_inside_leave_in_the_same_move() -> None:
    play = on_stage(FULL_HOUSE, policy=POLICY, rooms={JOINT: (MIRIAM,)})
    play.move({MIRIAM: CHAMBERS, MARTA: JOINT})
    assert not play.state.rooms[JOINT].doors


def test_there_is_no_door_where_only_who_made_the_move_is_inside() -> None:
    play = on_stage(policy=POLICY, rooms={ROOM_A: (MIRIAM,)})
    play.move({PAUL: ROOM_A})
    assert not play.state.rooms[ROOM_A].doors


def test_there_is_no_door_into_a_room_where_opposing_sides_sit_already() -> None:
    play = on_stage(policy=POLICY, rooms={JOINT: (MIRIAM, PAUL, DANA)})
    play.wait(5)
    play.move({CLARA: JOINT})
    assert not play.state.rooms[JOINT].doors


def test_who_leaves_the_door_takes_it_along() -> None:
    play = behind_the_door()
    play.ask(MIRIAM, c.StepOut())
    assert not play.state.rooms[ROOM_A].doors
    play.move({MIRIAM: ROOM_A})
    assert play.state.rooms[ROOM_A].doors[MIRIAM].opens == play.now + 3000


def test_opposing_sides_do_not_hear_each_other_while_the_mediator_is_at_the_door() -> None:
    play = on_stage(policy=POLICY, rooms={JOINT: (PAUL,)})
    play.wait(5)
    play.move({DANA: JOINT, MIRIAM: JOINT})
    play.ask(PAUL, c.HoldDoor(MIRIAM))
    play.switch_on(DANA, "microphone")
    play.wait(4)
    assert set(play.state.rooms[JOINT].doors) == {MIRIAM}
    assert play.hears(PAUL) == play.hears(DANA) == set() and why(play, PAUL, DANA) == "door"
    play.wait(30)
    assert play.hears(PAUL) == {DANA} and play.hears(DANA) == {PAUL}


# --- microphones across a move


def on(play: Play, seat: str) -> tuple[bool, bool, bool]:
    found = play.state.seats[seat]
    return found.microphone, found.camera, found.screen


def test_a_microphone_is_kept_when_nobody_new_will_hear() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, CLARA, DANA)})
    play.ask(PAUL, c.StepOut())
    assert on(play, PAUL)[0] and on(play, CLARA)[0]
    assert play.hears(PAUL) == {CLARA}


def test_who_comes_among_new_people_comes_muted() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL,), ROOM_B: (DANA,)})
    play.move({MIRIAM: ROOM_A})
    play.switch_on(MIRIAM, "microphone")
    play.move({MIRIAM: ROOM_B})
    assert on(play, MIRIAM) == (False, True, False) and on(play, DANA)[0]


def test_one_stranger_in_the_room_is_enough_to_be_muted() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA), ROOM_A: (PRIYA,)})
    play.ask(PAUL, c.StepOut())
    assert not on(play, PAUL)[0]


def test_a_running_share_stops_with_a_move() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    play.switch_on(PAUL, "screen")
    play.move({PAUL: ROOM_A, MIRIAM: ROOM_A})
    assert on(play, PAUL) == (True, True, False)


def test_everything_is_off_in_the_lobby() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    play.move({PAUL: "lobby"})
    assert on(play, PAUL) == (False, False, False)


def test_no_move_ever_turns_anything_on() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    for medium in ("microphone", "camera"):
        play.ask(PAUL, c.Switch(medium, False))
    play.move({PAUL: ROOM_A})
    assert on(play, PAUL) == (False, False, False)


def test_a_camera_that_was_on_before_going_in_is_seen_when_let_in_and_the_microphone_is_off() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL,)})
    play.ask(MIRIAM, c.Invite("Pia Okafor", "party", "A", "pia"))
    play.connect("pia")
    play.ask("pia", play.arriving("pia", camera=True))
    assert on(play, "pia") == (False, True, False) and not any("pia" in (k.speaker, k.listener) for k in play.links())
    play.attentive = False
    play.move({"pia": ROOM_A})
    assert play.sees(PAUL) == set(), "not before her page has shown who is there"
    play.show("pia")
    assert play.sees(PAUL) == {"pia"} and play.hears(PAUL) == set()


def test_only_a_camera_is_made_ready_while_waiting() -> None:
    play = on_stage()
    play.ask(PAUL, c.Switch("camera", True))
    for medium in ("microphone", "screen"):
        assert play.refused(PAUL, c.Switch(medium, True)).reason == "not_in_room"
    assert on(play, PAUL) == (False, True, False)


def test_switching_on_is_refused_to_an_audience_that_has_grown() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL,)})
    play.ask(PAUL, c.Switch("microphone", False))
    play.attentive = False
    play.move({MIRIAM: ROOM_A})
    room, epoch = play.looking_at(PAUL)
    for medium in ("microphone", "screen"):
        refusal = play.refused(PAUL, c.Switch(medium, True, room, epoch))
        assert refusal.reason == "audience_grew" and refusal.detail["joined"] == ["Miriam herself"]
    assert play.refused(PAUL, c.Switch("microphone", True)).reason == "audience_grew"
    play.show(PAUL)
    play.switch_on(PAUL, "microphone")


def test_switching_off_is_never_refused() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL,)})
    play.ask(MIRIAM, c.Pause())
    for medium in ("microphone", "camera", "screen"):
        play.ask(PAUL, c.Switch(medium, False))
    play.ask(PAUL, c.Leave())
    play.ask(PAUL, c.Switch("microphone", False, "nowhere", -1))
    assert on(play, PAUL) == (False, False, False)
