"""The order of things in a session: decide, close, write, tell, open."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.errors import NotFound, ProtocolViolation, Refused, Unavailable
from server.host.case_log import LostCase
from server.host.mailbox import Closed, Mailbox
from server.host.welcome import life_of
from server.session import commands as c
from server.session.epochs import mark
from server.session.hearing import Told
from server.session.roles import OPERATOR
from tests.support.cast import FULL_HOUSE, POLICY
from tests.support.house import House, in_order, told_of

JOINT = ("miriam", "paul", "dana")


@pytest.fixture
async def joint(house: House) -> AsyncIterator[House]:
    """Miriam, Paul and Dana hear and see each other in the joint room."""
    await house.together("joint", *JOINT)
    assert house.board.hears("dana") == {"miriam", "paul"}
    house.calls.clear()
    yield house


async def closed(box: Mailbox) -> Closed:
    """How a mailbox ends, whatever waits before."""
    while not isinstance(item := await box.take(), Closed):
        pass
    return item


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


# --- storage fails


async def test_when_writing_fails_the_cut_holds_and_nothing_else_happens(joint: House) -> None:
    before = joint.state
    for seat in JOINT:
        joint.frames(seat)
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.move({"paul": "room_a"})
    assert joint.state is before and all(joint.frames(seat, "fact") == [] for seat in JOINT)
    assert joint.board.hears("dana") == {"miriam"} and joint.board.hears("paul") == set()


async def test_what_is_withheld_is_honest_on_the_strip(joint: House) -> None:
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.move({"paul": "room_a"})
    strip = joint.strip_of("dana")
    assert strip["heard_by"] == ["miriam"] == strip["could_hear"]
    assert strip["coming"] == [{"seat": "paul", "why": "connecting"}]


async def test_a_failed_move_reopens_nothing_whatever_pages_and_browsers_say(joint: House) -> None:
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.move({"paul": "room_a"})
    joint.tell(*JOINT)
    joint.board.plug("paul")
    await joint.ask("paul", c.Switch("camera", False))
    await joint.ask("dana", c.RaiseHand())
    await asyncio.sleep(0)
    assert "paul" not in joint.board.hears("dana") | joint.board.hears("miriam")
    assert joint.board.hears("paul") == set()


async def test_the_retry_of_a_failed_move_succeeds_and_media_flows_there(joint: House) -> None:
    await joint.arrive("clara")
    await joint.together("room_a", "clara")
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.move({"paul": "room_a"})
    await joint.move({"paul": "room_a"})
    await joint.settle("paul", "clara")
    assert joint.board.hears("clara") == {"paul"} and joint.board.hears("paul") == {"clara"}


async def test_after_a_failed_pause_only_a_mediators_arrangement_lets_people_hear_again(joint: House) -> None:
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.ask("miriam", c.Pause())
    assert not joint.board.open
    await joint.arrive("clara")
    await joint.ask("clara", c.Leave())
    await joint.ask("paul", c.Switch("microphone", False))
    await joint.switch_on("paul", "microphone")
    joint.tell(*JOINT)
    assert not joint.board.open
    await joint.ask("miriam", c.Pause())
    await joint.ask("miriam", c.Resume())
    joint.tell(*JOINT)
    assert joint.board.hears("dana") == {"miriam", "paul"}


async def test_a_mute_that_could_not_be_written_mutes_for_those_too_who_come_later(joint: House) -> None:
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.ask("paul", c.Switch("microphone", False))
    await joint.arrive("clara")
    await joint.together("joint", "clara")
    joint.tell(*JOINT)
    for listener in ("dana", "clara"):
        assert "paul" not in joint.board.hears(listener) and "paul" in joint.board.hears(listener, "camera")


async def test_muting_again_and_unmuting_lets_one_be_heard_again(joint: House) -> None:
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.ask("paul", c.Switch("microphone", False))
    await joint.ask("paul", c.Switch("microphone", False))
    await joint.switch_on("paul", "microphone")
    assert joint.board.hears("dana") == {"miriam", "paul"}


async def test_who_could_not_leave_is_not_heard_and_can_step_out(joint: House) -> None:
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.ask("paul", c.Leave())
    assert joint.board.hears("paul") == set() and "paul" not in joint.board.hears("dana")
    await joint.arrive("clara")
    await joint.together("room_a", "clara")
    joint.log.failures = 1
    with pytest.raises(Unavailable):
        await joint.ask("paul", c.Leave())
    await joint.ask("paul", c.StepOut())
    await joint.settle("paul", "clara")
    assert joint.board.hears("clara") == {"paul"}


async def test_a_fault_while_the_views_are_made_writes_nothing_and_leaves_the_links_closed(
    joint: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("a bug of ours")

    with monkeypatch.context() as patched:
        patched.setattr("server.host.live_session.prepare", broken)
        with pytest.raises(RuntimeError):
            await joint.move({"paul": "room_a"})
    assert "append" not in joint.calls and "paul" not in joint.board.hears("dana")
    await joint.move({"paul": "room_a"})
    assert joint.state.seats["paul"].room == "room_a"


# --- a slow disk


async def test_acknowledgements_during_a_pending_append_open_nothing_that_it_takes_away(house: House) -> None:
    await house.together("joint", *JOINT)
    house.desk.told(house.state, "dana", Told("an older one", "joint", 0))
    assert "dana" not in house.board.hears("paul")
    house.log.hold()
    asked = house.asking("miriam", house.a_move({"paul": "room_a"}))
    await house.log.held()
    house.tell(*JOINT)
    house.board.plug("paul")
    await asyncio.sleep(0)
    assert house.board.hears("paul") == set() and house.board.hears("dana") == {"miriam"}
    house.log.let_go()
    await asked
    assert house.board.hears("paul") == set() and house.board.hears("dana") == {"miriam"}


@pytest.mark.parametrize(
    "actor, command",
    [
        ("paul", c.Leave()),
        ("paul", c.StepOut()),
        ("paul", c.Switch("microphone", False)),
        ("miriam", c.Pause()),
        ("miriam", c.Leave()),
        ("miriam", c.CloseSession()),
        ("miriam", c.RevokeLink("paul")),
        ("miriam", c.CloseRoom("joint")),
        ("miriam", c.Move((c.Step("paul", "joint", "room_a"),))),
        (OPERATOR, c.Move((c.Step("paul", "joint", "lobby"),))),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
async def test_what_takes_away_does_not_wait_for_the_slow_disk_of_another(
    joint: House, actor: str, command: c.Command
) -> None:
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    waiting = joint.asking(actor, command)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert "paul" not in joint.board.hears("dana") and joint.calls.count("append") == 1
    joint.tell(*JOINT)
    joint.board.plug("dana")
    await asyncio.sleep(0)
    assert "paul" not in joint.board.hears("dana")
    joint.log.let_go()
    await asyncio.gather(slow, waiting)
    joint.tell(*(s for s in JOINT if joint.state.seats[s].room and s in joint.boxes))
    assert "paul" not in joint.board.hears("dana")


async def test_a_pending_move_does_not_open_the_new_room_to_somebody_who_is_leaving(joint: House) -> None:
    await joint.arrive("clara")
    await joint.together("room_a", "clara")
    joint.log.hold()
    move = joint.asking("miriam", joint.a_move({"paul": "room_a"}))
    await joint.log.held()
    first_gate = joint.log.gate
    asyncio.get_running_loop().call_soon(joint.log.hold)
    leave = joint.asking("paul", c.Leave())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert first_gate is not None
    first_gate.set()  # the move is written; the leaving waits for the disk again
    await move
    await joint.log.held()
    assert joint.state.seats["paul"].room == "room_a"
    joint.tell("paul", "clara")
    await asyncio.sleep(0)
    assert joint.board.hears("paul") == set() and joint.board.hears("clara") == set()
    joint.log.let_go()
    await leave
    assert joint.state.seats["paul"].where == "left"


async def test_who_comes_just_when_one_goes_and_the_next_has_not_begun_does_not_wait_either(joint: House) -> None:
    joint.log.hold()
    first = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    first_gate = joint.log.gate
    assert first_gate is not None
    next_one = joint.asking("miriam", c.OpenRoom("Side talk"))
    for _ in range(3):
        await asyncio.sleep(0)
    joint.log.hold()
    leave = joint.asking("paul", c.Leave())
    first_gate.set()
    await joint.log.held()
    assert not next_one.done() and "paul" not in joint.board.hears("dana") and joint.board.hears("paul") == set()
    joint.log.let_go()
    await asyncio.gather(first, next_one, leave)


async def test_two_that_wait_for_the_same_slow_disk_are_both_closed(joint: House) -> None:
    joint.log.hold()
    slow = joint.asking("miriam", c.OpenRoom("Side talk"))
    paul = joint.asking("paul", c.Switch("camera", False))
    dana = joint.asking("dana", c.Leave())
    await joint.log.held()
    await asyncio.sleep(0)
    assert joint.board.hears("miriam", "camera") == set() and joint.board.hears("dana") == set()
    assert joint.board.hears("miriam") == {"paul"}
    joint.log.let_go()
    await asyncio.gather(slow, paul, dana)
    assert joint.board.hears("miriam") == {"paul"} and joint.board.hears("miriam", "camera") == set()


async def test_what_waited_and_is_refused_after_all_opens_again(joint: House) -> None:
    joint.log.hold()
    slow = joint.asking("miriam", joint.a_move({"dana": "room_b"}))
    await joint.log.held()
    stale = joint.asking("miriam", c.Move((c.Step("dana", "joint", "lobby"),)))
    room = joint.asking("miriam", c.CloseRoom("joint"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not joint.board.open
    joint.log.let_go()
    await slow
    with pytest.raises(Refused, match="stale_move"):
        await stale
    await room
    assert not joint.board.open


async def test_a_refused_waiter_leaves_everybody_as_they_were(joint: House) -> None:
    joint.log.hold()
    slow = joint.asking("dana", c.Leave())
    await joint.log.held()
    other = joint.asking("miriam", joint.a_move({"dana": "lobby"}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    joint.log.let_go()
    await slow
    with pytest.raises(Refused):
        await other
    assert joint.board.hears("miriam") == {"paul"} and joint.board.hears("paul") == {"miriam"}


async def test_what_waited_and_changes_nothing_after_all_opens_again(house: House) -> None:
    await house.arrive("miriam", "paul", "clara")
    await house.together("room_a", "paul", "clara")
    house.log.hold()
    slow = house.asking("miriam", c.OpenRoom("Side talk"))
    await house.log.held()
    stay = house.asking("paul", c.StepOut())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not house.board.open
    house.log.let_go()
    await asyncio.gather(slow, stay)
    assert house.state.seats["paul"].room == "room_a" and house.board.hears("clara") == {"paul"}


async def test_what_waited_and_could_not_be_written_stays_closed(joint: House) -> None:
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    leave = joint.asking("paul", c.Leave())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    joint.log.failures = 2
    joint.log.let_go()
    found = await asyncio.gather(slow, leave, return_exceptions=True)
    assert [type(f) for f in found] == [Unavailable, Unavailable]
    joint.tell(*JOINT)
    assert joint.board.hears("paul") == set() and joint.board.hears("dana") == {"miriam"}


async def test_a_lost_connection_is_cut_before_its_turn_comes(joint: House) -> None:
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    gone = asyncio.create_task(joint.session.disconnect("paul", joint.connections["paul"]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert "drop paul" in joint.calls and "paul" not in joint.board.hears("dana")
    joint.log.let_go()
    await asyncio.gather(slow, gone)


async def test_a_slow_disk_silences_no_room_in_which_nothing_changes(joint: House) -> None:
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    for _ in range(5):
        joint.clock.wind(1.0)
        joint.session.strike()
    assert joint.board.until > joint.clock.boot()
    joint.log.let_go()
    await slow


# --- told, and connections


async def test_an_acknowledgement_of_an_older_connection_counts_for_nothing(joint: House) -> None:
    older = joint.connections["paul"]
    await joint.join("paul")
    joint.board.plug("paul")
    epoch = mark(joint.state.seats["paul"], joint.state.rooms["joint"])
    joint.session.told("paul", older, "joint", epoch)
    assert told_of(joint, "paul") is None and "paul" not in joint.board.hears("dana")


async def test_after_a_reconnect_the_audience_must_be_shown_anew(joint: House) -> None:
    await joint.session.disconnect("paul", joint.connections["paul"])
    await joint.join("paul")
    joint.board.plug("paul")
    await asyncio.sleep(0)
    assert "paul" not in joint.board.hears("dana") and joint.board.hears("paul") == {"miriam", "dana"}
    joint.tell("paul")
    assert joint.board.hears("dana") == {"miriam", "paul"}


@pytest.mark.parametrize("room, epoch", [("room_a", 0), ("nowhere", 0), ("joint", 10**30), ("joint", -1)])
async def test_an_acknowledgement_of_anything_else_is_ignored(joint: House, room: str, epoch: int) -> None:
    before = told_of(joint, "paul")
    joint.session.told("paul", joint.connections["paul"], room, epoch)
    assert told_of(joint, "paul") == before


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
    assert snapshot["number"] == frames[0]["number"] == joint.session._remembered.inboxes["dana"].count


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


async def test_an_answer_to_an_offer_that_was_never_made_is_a_violation(joint: House) -> None:
    with pytest.raises(ProtocolViolation, match="no_offer"):
        await joint.session.media_answer("paul", joint.connections["paul"], "p_other", "sdp")
    with pytest.raises(ProtocolViolation, match="no_offer"):
        await joint.session.media_answer("paul", "c_older", joint.board.offered["paul"], "sdp")
    await joint.session.media_answer("paul", joint.connections["paul"], joint.board.offered["paul"], "sdp")


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


# --- links


async def test_a_replaced_link_is_dead_everywhere_before_it_is_written(joint: House) -> None:
    box = joint.boxes["paul"]
    result = await joint.ask("miriam", c.ReplaceLink("paul"))
    assert result == {"seat": "paul", "link": "secret 1 of paul"}
    assert in_order(joint.calls, "drop paul", "cut_links paul", "new_link paul", "append")
    assert await closed(box) == Closed(4403, "link_replaced") and joint.board.hears("paul") == set()
    await joint.join("paul")
    assert joint.state.seats["paul"].connection == joint.connections["paul"]


async def test_a_revoked_link_is_dead_everywhere_and_the_seat_is_gone(joint: House) -> None:
    box = joint.boxes["paul"]
    assert await joint.ask("miriam", c.RevokeLink("paul")) == {}
    assert await closed(box) == Closed(4403, "link_revoked") and "new_link paul" not in joint.calls
    with pytest.raises(NotFound):
        await joint.join("paul")


@pytest.mark.parametrize("fails", ["cut_links", "new_link", "append"])
async def test_where_it_cannot_be_written_the_seat_is_out_of_reach_until_it_is(joint: House, fails: str) -> None:
    box = joint.boxes["paul"]
    joint.doors.fails = {fails}
    joint.log.failures = int(fails == "append")
    with pytest.raises(Unavailable):
        await joint.ask("miriam", c.ReplaceLink("paul"), "one")
    assert await closed(box) == Closed(4403, "link_replaced") and joint.board.hears("dana") == {"miriam"}
    with pytest.raises(NotFound):
        await joint.join("paul")
    with pytest.raises(NotFound):
        await joint.session.ask_device("paul")
    with pytest.raises(Refused):
        await joint.ask("dana", c.ReplaceLink("paul"))
    with pytest.raises(NotFound):
        await joint.join("paul")
    joint.doors.fails = set()
    assert "link" in await joint.ask("miriam", c.ReplaceLink("paul"), "one")
    await joint.join("paul")


@pytest.mark.parametrize("command", [c.ReplaceLink("paul"), c.RevokeLink("paul")], ids=lambda x: type(x).__name__)
async def test_a_dead_link_does_not_wait_for_the_slow_disk_of_another(joint: House, command: c.Command) -> None:
    box = joint.boxes["paul"]
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    cut = joint.asking("miriam", command)
    late = asyncio.create_task(joint.session.connect("paul", Mailbox()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert box.closed is not None and box.closed.code == 4403 and joint.board.hears("paul") == set()
    joint.log.failures = 2
    joint.log.let_go()
    await asyncio.gather(slow, cut, return_exceptions=True)
    with pytest.raises(NotFound):
        await late
    with pytest.raises(NotFound):
        await joint.join("paul")


async def test_a_repeated_replacement_cuts_nobody_again(joint: House) -> None:
    first = await joint.ask("miriam", c.ReplaceLink("paul"), "one")
    await joint.join("paul")
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    again = asyncio.create_task(joint.session.ask("miriam", c.ReplaceLink("paul"), "one"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    joint.log.let_go()
    await slow
    assert await again == first and joint.boxes["paul"].closed is None


async def test_a_replacement_that_is_refused_when_its_turn_comes_leaves_the_seat_within_reach() -> None:
    house = await House(FULL_HOUSE).open()
    await house.arrive("miriam", "marta", "paul")
    house.log.hold()
    slow = house.asking("marta", c.CloseSession())
    await house.log.held()
    late = house.asking("miriam", c.ReplaceLink("paul"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    house.log.let_go()
    await slow
    with pytest.raises(Refused, match="session_closed"):
        await late
    await house.join("paul")


async def test_a_refused_replacement_cuts_nobody(joint: House) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        await joint.ask("dana", c.ReplaceLink("paul"))
    with pytest.raises(Refused, match="last_mediator"):
        await joint.ask("miriam", c.RevokeLink("miriam"))
    assert joint.calls == [] and joint.board.hears("dana") == {"miriam", "paul"}


async def test_who_replaces_its_own_link_is_given_the_new_one_and_hears_nothing_more(joint: House) -> None:
    box = joint.boxes["miriam"]
    result = await joint.ask("miriam", c.ReplaceLink("miriam"))
    assert "link" in result and box.closed is None and joint.board.hears("miriam") == set()
    box.put({"type": "answer"})
    async with asyncio.timeout(10):
        assert await closed(box) == Closed(4403, "link_replaced")


async def test_who_replaces_its_own_link_while_the_disk_is_busy_is_given_the_new_one_too(joint: House) -> None:
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    own = asyncio.create_task(
        joint.session.ask("miriam", c.ReplaceLink("miriam"), connection=joint.connections["miriam"])
    )
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert joint.board.hears("miriam") == set()
    joint.log.let_go()
    await slow
    assert "link" in await own


async def test_a_replacement_by_a_tab_that_is_cut_meanwhile_leaves_the_seat_within_reach(joint: House) -> None:
    joint.log.hold()
    slow = joint.asking("dana", c.RaiseHand())
    await joint.log.held()
    older = joint.connections["miriam"]
    newer = asyncio.create_task(joint.join("miriam"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    late = asyncio.create_task(joint.session.ask("miriam", c.ReplaceLink("paul"), connection=older))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    joint.log.let_go()
    await asyncio.gather(slow, newer)
    with pytest.raises(NotFound):
        await late
    await joint.join("paul")


async def test_the_link_of_a_new_seat_is_there_before_the_seat_is(joint: House) -> None:
    result = await joint.ask("miriam", c.Invite("Priya Late", "party", "A", ""))
    seat = str(result["seat"])
    assert result["link"] == f"secret 1 of {seat}" and joint.state.seats[seat].where == "invited"
    assert in_order(joint.calls, f"new_link {seat}", "append")


async def test_where_no_link_can_be_made_nobody_is_invited(joint: House) -> None:
    joint.doors.fails = {"new_link"}
    before = joint.state
    with pytest.raises(Unavailable):
        await joint.ask("miriam", c.Invite("Priya Late", "party", "A", ""))
    assert joint.state is before and "append" not in joint.calls


# --- another device


async def test_a_partys_other_device_waits_for_an_answer(joint: House) -> None:
    request = await joint.session.ask_device("paul")
    assert joint.session.device_answer(request) is None
    await joint.ask("paul", c.DeviceAnswered(request, True))
    assert joint.session.device_answer(request) is True


async def test_a_partys_other_device_waits_even_where_nobody_is_there(house: House) -> None:
    request = await house.session.ask_device("paul")
    assert house.session.device_answer(request) is None


async def test_a_newer_request_replaces_the_older_one(joint: House) -> None:
    older, newer = await joint.session.ask_device("paul"), await joint.session.ask_device("paul")
    assert joint.session.device_answer(older) is False and joint.session.device_answer(newer) is None
    with pytest.raises(Refused, match="unknown_request"):
        await joint.ask("paul", c.DeviceAnswered(older, True))


async def test_only_a_mediator_with_nobody_to_ask_is_let_in_at_once(house: House) -> None:
    assert house.session.device_answer(await house.session.ask_device("miriam")) is True
    await house.arrive("miriam")
    assert house.session.device_answer(await house.session.ask_device("miriam")) is None


async def test_a_mediator_is_asked_for_another_mediator() -> None:
    house = await House(FULL_HOUSE).open()
    await house.arrive("marta")
    request = await house.session.ask_device("miriam")
    assert house.session.device_answer(request) is None
    await house.ask("marta", c.DeviceAnswered(request, False))
    assert house.session.device_answer(request) is False


async def test_a_request_that_nobody_made_is_not_allowed(house: House) -> None:
    assert house.session.device_answer("d_unknown") is False
    with pytest.raises(NotFound):
        await house.session.ask_device("nobody")


async def test_no_device_is_asked_for_in_a_closed_session(joint: House) -> None:
    await joint.ask("miriam", c.CloseSession())
    with pytest.raises(NotFound):
        await joint.session.ask_device("paul")


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
            joint.session.preview(stranger, move)
    seen: dict[str, Any] = joint.session.preview(OPERATOR, move)
    assert [m["seat"] for m in seen["moves"]] == ["paul"] and joint.calls == []
    assert joint.session.preview("miriam", c.Move(undo="v_none"))["refused"] == {"reason": "no_undo", "detail": {}}
    house = await House().open()
    await house.join("miriam")
    with pytest.raises(Refused, match="not_arrived"):
        house.session.preview("miriam", move)
