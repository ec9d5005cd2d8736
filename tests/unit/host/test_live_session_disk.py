"""A live session whose disk is slow, full or gone: what takes away never waits for it."""

import asyncio

import pytest

from server.errors import Refused, Unavailable
from server.session import commands as c
from server.session.hearing import Told
from server.session.roles import OPERATOR
from tests.support.house import House

JOINT = ("miriam", "paul", "dana")


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
        patched.setattr("server.host.writing.prepare", broken)
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
