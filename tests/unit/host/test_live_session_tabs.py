"""A live session and its tabs: who holds a seat, what a page has shown, and what is asked twice."""

import asyncio

import pytest

from server.errors import NotFound, Refused, Unavailable
from server.host.mailbox import Closed, Mailbox
from server.host.welcome import life_of
from server.session import commands as c
from tests.support.house import House, closed

# --- told, and connections


async def test_after_a_reconnect_the_audience_must_be_shown_anew(joint: House) -> None:
    await joint.session.disconnect("paul", joint.connections["paul"])
    await joint.join("paul")
    joint.board.plug("paul")
    await asyncio.sleep(0)
    assert "paul" not in joint.board.hears("dana") and joint.board.hears("paul") == {"miriam", "dana"}
    joint.tell("paul")
    assert joint.board.hears("dana") == {"miriam", "paul"}


async def test_the_older_tab_is_cut_and_its_late_end_changes_nothing(joint: House) -> None:
    older, box = joint.connections["paul"], joint.boxes["paul"]
    await joint.join("paul")
    assert await closed(box) == Closed(4409, "elsewhere")
    joint.calls.clear()
    await joint.session.disconnect("paul", older)
    assert joint.calls == [] and joint.state.seats["paul"].connection == joint.connections["paul"]


async def test_an_end_that_races_the_newer_tab_leaves_the_newer_tab(joint: House) -> None:
    older, box = joint.connections["paul"], Mailbox()
    name, _ = await asyncio.gather(joint.session.connect("paul", box), joint.session.disconnect("paul", older))
    assert joint.state.seats["paul"].connection == name and box.closed is None
    _, name = await asyncio.gather(
        joint.session.disconnect("paul", name), joint.session.connect("paul", newest := Mailbox())
    )
    assert joint.state.seats["paul"].connection == name and newest.closed is None


async def test_of_two_tabs_at_once_one_holds_the_seat(joint: House) -> None:
    boxes = [Mailbox(), Mailbox()]
    names = await asyncio.gather(*(joint.session.connect("paul", box) for box in boxes))
    assert [box.closed is None for box in boxes] == [False, True]
    assert joint.state.seats["paul"].connection == names[1]


async def test_who_connects_while_something_is_being_written_gets_it_once(joint: House) -> None:
    joint.log.hold()
    slow = joint.asking("miriam", c.Note("joint", "back soon"))
    await joint.log.held()
    coming = asyncio.create_task(joint.join("dana"))
    await asyncio.sleep(0)
    joint.log.let_go()
    await asyncio.gather(slow, coming)
    frames = joint.frames("dana")
    snapshot = next(f for f in frames if f["type"] == "snapshot")
    assert [i["text"] for i in snapshot["items"]] == ["back soon"]
    assert [f for f in frames if f["type"] == "fact" and f["fact"]["kind"] == "noted"] == []
    assert snapshot["number"] == frames[0]["number"] == joint.session._writing.remembered.inboxes["dana"].count


async def test_a_connection_that_cannot_be_written_holds_no_seat(joint: House) -> None:
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.join("paul")
    assert joint.desk.tabs.get("paul") is None and "paul" not in joint.board.hears("dana")
    await joint.session.catch_up()
    assert joint.state.seats["paul"].connection is None
    await joint.join("paul")
    assert joint.state.seats["paul"].connection == joint.connections["paul"]


async def test_a_page_resumes_exactly_or_takes_a_snapshot(joint: House) -> None:
    seen = joint.frames("dana", "fact")[-1]["number"]
    await joint.ask("miriam", c.Note("joint", "one"))
    await joint.ask("miriam", c.Note("joint", "two"))
    await joint.join("dana", life=life_of("session"), seen=seen)
    frames = joint.frames("dana")
    assert frames[0]["recovered"] and [f["type"] for f in frames if f["type"] == "snapshot"] == []
    numbers = [f["number"] for f in frames if f["type"] == "fact"]
    assert numbers == list(range(seen + 1, numbers[-1] + 1)) and frames[0]["number"] <= numbers[-1]
    for stale in ({"life": "session.0", "seen": seen}, {"life": life_of("session"), "seen": 10**6}, {"seen": seen}):
        await joint.join("dana", **stale)
        first, second = joint.frames("dana")[:2]
        assert not first["recovered"] and second["type"] == "snapshot"


async def test_nobody_connects_to_a_seat_that_is_not_there(house: House) -> None:
    with pytest.raises(NotFound):
        await house.session.connect("nobody", Mailbox())


async def test_a_browser_that_lost_the_seat_while_it_was_connecting_stays_outside(joint: House) -> None:
    joint.doors.browsers["paul"] = {"his phone"}
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    replaced = joint.asking("miriam", c.ReplaceLink("paul"))
    late = asyncio.create_task(joint.session.connect("paul", Mailbox(), browser="his phone"))
    await asyncio.sleep(0)
    joint.log.let_go()
    await asyncio.gather(slow, replaced)
    with pytest.raises(NotFound):
        await late
    assert joint.state.seats["paul"].connection is None


async def test_a_browser_that_holds_the_seat_gets_in(joint: House) -> None:
    joint.doors.browsers["paul"] = {"his phone"}
    await joint.join("paul", browser="his phone")
    assert joint.state.seats["paul"].connection == joint.connections["paul"]


async def test_a_tab_that_was_cut_has_no_say_any_more(joint: House) -> None:
    older = joint.connections["miriam"]
    await joint.session.ask("miriam", c.RaiseHand(), connection=older)
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    newer = asyncio.create_task(joint.join("miriam"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    late = asyncio.create_task(joint.session.ask("miriam", c.Pause(), connection=older))
    await asyncio.sleep(0)
    joint.log.let_go()
    await asyncio.gather(slow, newer)
    with pytest.raises(NotFound):
        await late
    with pytest.raises(NotFound):
        await joint.session.ask("miriam", c.Pause(), "one", connection=older)
    assert not joint.state.paused and "paul" in joint.board.hears("dana")


# --- repeats


async def test_a_repeated_id_gets_the_stored_answer_even_from_the_log(house: House) -> None:
    await house.arrive("miriam")
    first = await house.ask("miriam", c.OpenRoom("Side talk"), "one")
    assert await house.ask("miriam", c.OpenRoom("Side talk"), "one") == first
    await house.load_again()
    assert await house.ask("miriam", c.OpenRoom("Side talk"), "one") == first
    assert len(house.state.rooms) == 5


async def test_an_id_belongs_to_the_one_who_used_it(joint: House) -> None:
    await joint.ask("miriam", c.OpenRoom("Side talk"), "one")
    assert await joint.ask("paul", c.RaiseHand(), "one") == {}
    assert joint.state.seats["paul"].hand is not None


async def test_a_refused_id_gets_the_same_refusal_even_when_it_would_be_allowed_now(joint: House) -> None:
    with pytest.raises(Refused, match="not_paused"):
        await joint.ask("miriam", c.Resume(), "one")
    await joint.ask("miriam", c.Pause())
    with pytest.raises(Refused, match="not_paused"):
        await joint.ask("miriam", c.Resume(), "one")


async def test_an_id_that_changed_nothing_does_not_change_anything_later_either(joint: House) -> None:
    assert await joint.ask("paul", c.LowerHand(), "one") == {}
    await joint.ask("paul", c.RaiseHand())
    assert await joint.ask("paul", c.LowerHand(), "one") == {}
    assert joint.state.seats["paul"].hand is not None


async def test_an_id_that_could_not_be_written_may_be_tried_again(joint: House) -> None:
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.ask("miriam", c.OpenRoom("Side talk"), "one")
    assert "room" in await joint.ask("miriam", c.OpenRoom("Side talk"), "one")


async def test_the_same_id_twice_at_once_has_one_effect(joint: House) -> None:
    joint.log.hold()
    both = [asyncio.create_task(joint.session.ask("miriam", c.OpenRoom("x"), "one")) for _ in range(2)]
    await joint.log.held()
    joint.log.let_go()
    one, other = await asyncio.gather(*both)
    assert one == other and len(joint.state.rooms) == 5


async def test_nobody_can_push_out_somebody_elses_answers(joint: House) -> None:
    with pytest.raises(Refused):
        await joint.ask("miriam", c.Resume(), "one")
    for n in range(600):
        await joint.ask("paul", c.LowerHand(), f"id {n}")
    await joint.ask("miriam", c.Pause())
    with pytest.raises(Refused, match="not_paused"):
        await joint.ask("miriam", c.Resume(), "one")


async def test_a_caller_who_is_cancelled_does_not_break_the_command(joint: House) -> None:
    joint.log.hold()
    asked = joint.asking("miriam", joint.a_move({"paul": "room_a"}))
    await joint.log.held()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    joint.log.let_go()
    await joint.ask("miriam", c.OpenRoom("Side talk"))
    assert joint.state.seats["paul"].room == "room_a"


async def test_a_caller_who_gives_up_asking_for_a_device_does_not_break_the_session(joint: House) -> None:
    joint.log.hold()
    asked = asyncio.create_task(joint.session.ask_device("paul"))
    await joint.log.held()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    joint.log.let_go()
    await joint.ask("miriam", c.OpenRoom("Side talk"))
    assert len(joint.state.devices) == 1 and not joint.session.dead


async def test_only_mediators_are_told_that_the_other_nodes_cannot_be_reached(joint: House) -> None:
    for away in (False, True, True, False):
        joint.session.tell_mediators(away)
    assert [f["others_away"] for f in joint.frames("miriam", "service")] == [False]
    joint.session.tell_mediators(True)
    assert [f["others_away"] for f in joint.frames("miriam", "service")] == [True]
    assert joint.frames("paul", "service") == [] == joint.frames("dana", "service")
