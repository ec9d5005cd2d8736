"""The order of things in a session: decide, close, write, tell, open."""

import asyncio
from typing import Any

import pytest

from server.errors import Refused, Unavailable
from server.host.case_log import LostCase
from server.host.mailbox import Closed
from server.session import commands as c
from server.session.epochs import mark
from server.session.roles import OPERATOR
from tests.support.cast import POLICY
from tests.support.house import House, closed, in_order

JOINT = ("miriam", "paul", "dana")


# --- the order


async def test_links_are_closed_before_anything_is_written_and_opened_after(joint: House) -> None:
    await joint.move({"paul": "room_a"})
    assert in_order(joint.calls, "revoke", "append") and "grant" not in joint.calls
    assert joint.board.hears("dana") == {"miriam"} and joint.board.hears("paul") == set()


async def test_nobody_is_told_before_it_is_written(joint: House) -> None:
    joint.frames("miriam")
    joint.log.hold()
    asked = joint.asking("miriam", c.OpenRoom("Side talk"))
    await joint.log.held()
    assert len(joint.state.rooms) == 4 and joint.frames("miriam", "fact") == []
    joint.log.let_go()
    await asked
    assert len(joint.state.rooms) == 5 and len(joint.frames("miriam", "fact")) == 1


async def test_a_refused_command_writes_nothing_and_closes_nothing(joint: House) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        await joint.ask("paul", c.Pause())
    assert joint.calls == []


async def test_a_command_that_changes_nothing_writes_nothing(joint: House) -> None:
    assert await joint.ask("paul", c.LowerHand()) == {}
    assert joint.calls == []


async def test_two_commands_at_once_happen_one_after_the_other(joint: House) -> None:
    room = joint.state.rooms["joint"]
    said = [c.Say("joint", mark(joint.state.seats[s], room), f"from {s}") for s in JOINT]
    await asyncio.gather(*(joint.ask(s, words) for s, words in zip(JOINT, said, strict=True)))
    for seat in JOINT:
        facts = joint.frames(seat, "fact")
        numbers = [f["number"] for f in facts]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert [f["fact"]["text"] for f in facts if f["fact"]["kind"] == "said"] == [f"from {s}" for s in JOINT]


async def test_of_two_moves_of_the_same_person_at_once_one_is_stale(joint: House) -> None:
    to_a, to_lobby = joint.a_move({"paul": "room_a"}), joint.a_move({"paul": "lobby"})
    first, second = await asyncio.gather(
        joint.ask("miriam", to_a), joint.ask("miriam", to_lobby), return_exceptions=True
    )
    assert isinstance(first, dict) and isinstance(second, Refused) and second.reason == "stale_move"


async def test_words_do_not_go_to_somebody_who_comes_while_they_are_being_written(joint: House) -> None:
    await joint.arrive("clara")
    joint.log.hold()
    epoch = mark(joint.state.seats["dana"], joint.state.rooms["joint"])
    said = joint.asking("dana", c.Say("joint", epoch, "before she came"))
    await joint.log.held()
    moved = joint.asking("miriam", c.Move((c.Step("clara", "lobby", "joint"),)))
    await asyncio.sleep(0)
    joint.log.let_go()
    await said
    with pytest.raises(Refused, match="confirmation_needed"):
        await moved
    await joint.move({"clara": "joint"})
    assert [f for f in joint.frames("clara", "fact") if f["fact"]["kind"] == "said"] == []


# --- another node


async def test_who_lost_the_case_falls_silent_and_writes_nothing(joint: House) -> None:
    length = len(joint.log._entries["session"])
    joint.log.take("session")
    with pytest.raises(LostCase):
        await joint.ask("paul", c.RaiseHand())
    assert joint.session.dead and not joint.board.open and "close" in joint.calls
    assert [await closed(joint.boxes[s]) for s in JOINT] == [Closed(1012, "restart")] * 3
    with pytest.raises(Unavailable):
        await joint.ask("paul", c.RaiseHand())
    with pytest.raises(Unavailable):
        await joint.join("paul")
    with pytest.raises(Unavailable):
        await joint.session.ask_device("paul")
    await joint.session.disconnect("dana", joint.connections["dana"])
    await joint.session.catch_up()
    joint.session.strike()
    assert len(joint.log._entries["session"]) == length


async def test_those_who_waited_when_the_case_was_lost_are_told_so(joint: House) -> None:
    joint.log.hold()
    first = joint.asking("paul", c.RaiseHand())
    await joint.log.held()
    second = joint.asking("dana", c.Leave())
    await asyncio.sleep(0)
    joint.log.take("session")
    joint.log.let_go()
    found = await asyncio.gather(first, second, return_exceptions=True)
    assert [isinstance(f, Unavailable) for f in found] == [True, True] and not joint.board.open


async def test_no_link_is_cut_by_a_node_that_lost_the_case(joint: House) -> None:
    joint.session.fall_silent()
    with pytest.raises(Unavailable):
        await joint.ask("miriam", c.ReplaceLink("paul"))
    assert "cut_links paul" not in joint.calls


async def test_table_and_rules_that_differ_stop_everything_and_everybody_is_told(joint: House) -> None:
    joint.board.open |= {next(iter(joint.board.open)).__class__("paul", "clara", "microphone")}
    joint.tell("dana")
    joint.board.deaf = True
    joint.board.open |= {next(iter(joint.board.open)).__class__("paul", "clara", "microphone")}
    joint.tell("dana")
    joint.board.deaf = False
    joint.tell("dana")
    assert not joint.board.open and joint.strip_of("paul")["safe"] is False
    assert joint.strip_of("paul")["could_hear"] == []


# --- the end


async def test_nothing_is_written_to_a_closed_session_any_more(joint: House) -> None:
    await joint.ask("miriam", c.CloseSession())
    assert in_order(joint.calls, "append", f"close_case {joint.state.destroy_at}") and not joint.board.open
    length = len(joint.log._entries["session"])
    await joint.join("paul")
    await joint.session.disconnect("dana", joint.connections["dana"])
    joint.clock.wind(3600)
    joint.session.strike()
    await joint.session.catch_up()
    await joint.load_again()
    await joint.join("paul")
    assert len(joint.log._entries["session"]) == length
    frames = joint.frames("paul")
    assert frames[1]["view"]["session"]["state"] == "closed" and all(f["type"] != "fact" for f in frames)


async def test_an_end_that_could_not_be_noted_is_noted_later(joint: House) -> None:
    joint.doors.fails = {"close_case"}
    await joint.ask("miriam", c.CloseSession())
    joint.doors.fails = set()
    joint.calls.clear()
    await joint.session.catch_up()
    await joint.session.catch_up()
    assert joint.calls == [f"close_case {joint.state.destroy_at}"]


async def test_an_end_that_was_not_noted_before_a_crash_is_noted_after_it(joint: House) -> None:
    joint.doors.fails = {"close_case"}
    await joint.ask("miriam", c.CloseSession())
    joint.doors.fails = set()
    await joint.load_again()
    joint.calls.clear()
    await joint.session.catch_up()
    assert joint.calls == [f"close_case {joint.state.destroy_at}"]


# --- after the end


async def test_a_closed_case_goes_on_storage_first_and_open_pages_come_along(joint: House) -> None:
    await joint.ask("miriam", c.CloseSession())
    for seat in ("miriam", "paul", "dana"):
        joint.frames(seat)
    joint.calls.clear()
    assert await joint.ask("miriam", c.NextSession()) == {"number": 2}
    assert in_order(joint.calls, "reopen_case ", "append") and not joint.board.open
    for seat in ("miriam", "paul", "dana"):
        facts = [f["fact"] for f in joint.frames(seat, "fact")]
        views = [fact["view"] for fact in facts if fact["kind"] == "view"]
        assert (views[0]["session"]["state"], views[0]["me"]["where"]) == ("open", "invited")
        assert joint.state.seats[seat].connection == joint.connections[seat]
    text = (joint.state.text_version, joint.state.text_hash)
    for seat in ("miriam", "paul", "dana"):
        await joint.ask(seat, c.Arrive(seat, *text))
    await joint.move({"miriam": "joint", "paul": "joint", "dana": "joint"})
    await joint.settle("miriam", "paul", "dana")
    assert joint.board.hears("dana") == {"miriam", "paul"}


async def test_who_was_away_comes_into_the_next_session_as_into_the_first(joint: House) -> None:
    await joint.ask("miriam", c.CloseSession())
    await joint.session.disconnect("dana", joint.connections["dana"])
    await joint.ask("miriam", c.NextSession())
    assert joint.state.seats["dana"].connection is None
    await joint.join("dana")
    assert joint.frames("dana", "snapshot")[0]["view"]["me"]["where"] == "invited"
    assert joint.state.seats["dana"].connection == joint.connections["dana"]


async def test_a_closed_session_that_was_loaded_goes_on_at_a_new_fence(joint: House) -> None:
    await joint.ask("miriam", c.CloseSession())
    await joint.load_again()
    joint.session._writing.log.fence = 0
    await joint.join("miriam")
    await joint.ask("miriam", c.NextSession())
    assert joint.state.number == 2 and joint.state.seats["miriam"].connection is not None


@pytest.mark.parametrize("broken", ["storage", "log"])
async def test_where_opening_the_next_session_breaks_off_the_case_is_read_anew_and_ends_in_time(
    joint: House, broken: str
) -> None:
    await joint.ask("miriam", c.CloseSession())
    if broken == "storage":
        joint.doors.fails = {"reopen_case"}
    else:
        joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.ask("miriam", c.NextSession())
    assert joint.session.dead and joint.state.closed
    joint.doors.fails = set()
    joint.calls.clear()
    await joint.load_again()
    await joint.session.catch_up()
    assert joint.calls == [f"close_case {joint.state.destroy_at}"]
    await joint.join("miriam")
    assert await joint.ask("miriam", c.NextSession()) == {"number": 2}


async def test_the_next_session_is_opened_once_however_often_it_is_asked(joint: House) -> None:
    await joint.ask("miriam", c.CloseSession())
    asked = [await joint.ask("miriam", c.NextSession(), "k") for _ in range(2)]
    assert asked == [{"number": 2}] * 2 and joint.state.number == 2


async def test_whoever_lost_the_case_does_not_end_it(joint: House) -> None:
    joint.doors.lost = True
    await joint.ask("miriam", c.CloseSession())
    assert joint.session.dead


# --- time


async def test_a_door_opens_when_its_time_has_come() -> None:
    house = await House(policy=POLICY).open()
    await house.arrive("miriam", "paul", "clara")
    await house.move({"paul": "room_a"})
    await house.move({"clara": "room_a"})
    await house.settle("paul", "clara")
    assert house.board.hears("paul") == set()
    house.clock.wind(POLICY.door_ms / 1000)
    await house.session.catch_up()
    house.tell("paul", "clara")
    assert house.board.hears("paul") == {"clara"}


async def test_a_lost_connection_that_could_not_be_written_is_written_later(joint: House) -> None:
    joint.log.failures = 1
    await joint.session.disconnect("miriam", joint.connections["miriam"])
    assert joint.state.seats["miriam"].connection is not None and "miriam" not in joint.board.hears("dana")
    joint.session.strike()
    await joint.session.catch_up()
    assert joint.state.seats["miriam"].connection is None


async def test_a_mediator_who_is_gone_while_the_disk_is_full_leaves_no_opposing_sides_alone(joint: House) -> None:
    joint.log.failures = 3
    await joint.session.disconnect("miriam", joint.connections["miriam"])
    for _ in range(8):
        joint.clock.wind(1.0)
        await joint.session.catch_up()
    assert joint.state.rooms["joint"].paused and not joint.board.open


async def test_a_task_that_does_not_live_keeps_nothing_open(joint: House) -> None:
    joint.session.strike()
    until = joint.board.until
    joint.clock.wind(10)
    assert joint.board.until == until < joint.clock.boot()


async def test_a_loaded_session_has_nobody_connected(joint: House) -> None:
    await joint.load_again()
    assert all(s.connection is None for s in joint.state.seats.values()) and joint.session.connected == 0
    assert joint.state.seats["paul"].room == "joint"


async def test_a_preview_is_for_those_who_may_move_people_now(joint: House) -> None:
    move = c.Move((c.Step("paul", "joint", "room_a"),))
    for stranger in ("paul", "nobody"):
        with pytest.raises(Refused):
            await joint.session.preview(stranger, move)
    seen: dict[str, Any] = await joint.session.preview(OPERATOR, move)
    assert [m["seat"] for m in seen["moves"]] == ["paul"] and joint.calls == []
    undone = await joint.session.preview("miriam", c.Move(undo="v_none"))
    assert undone["refused"] == {"reason": "no_undo", "detail": {}}
    house = await House().open()
    await house.join("miriam")
    with pytest.raises(Refused, match="not_arrived"):
        await house.session.preview("miriam", move)
