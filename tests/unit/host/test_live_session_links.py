"""A live session and its links: replaced, revoked, and opened on another device."""

import asyncio

import pytest

from server.errors import NotFound, Refused, Unavailable
from server.host.mailbox import Closed, Mailbox
from server.session import commands as c
from tests.support.cast import FULL_HOUSE
from tests.support.house import House, closed, in_order

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
    assert await joint.session.device_answer(request, "paul") is None
    await joint.ask("paul", c.DeviceAnswered(request, True))
    assert await joint.session.device_answer(request, "paul") is True


async def test_a_partys_other_device_waits_even_where_nobody_is_there(house: House) -> None:
    request = await house.session.ask_device("paul")
    assert await house.session.device_answer(request, "paul") is None


async def test_a_newer_request_replaces_the_older_one(joint: House) -> None:
    older, newer = await joint.session.ask_device("paul"), await joint.session.ask_device("paul")
    assert (
        await joint.session.device_answer(older, "paul") is False
        and await joint.session.device_answer(newer, "paul") is None
    )
    with pytest.raises(Refused, match="unknown_request"):
        await joint.ask("paul", c.DeviceAnswered(older, True))


async def test_only_a_mediator_with_nobody_to_ask_is_let_in_at_once(house: House) -> None:
    assert await house.session.device_answer(await house.session.ask_device("miriam"), "miriam") is True
    await house.arrive("miriam")
    assert await house.session.device_answer(await house.session.ask_device("miriam"), "miriam") is None


async def test_a_mediator_is_asked_for_another_mediator() -> None:
    house = await House(FULL_HOUSE).open()
    await house.arrive("marta")
    request = await house.session.ask_device("miriam")
    assert await house.session.device_answer(request, "miriam") is None
    await house.ask("marta", c.DeviceAnswered(request, False))
    assert await house.session.device_answer(request, "miriam") is False


async def test_a_request_that_nobody_made_is_not_allowed(house: House) -> None:
    assert await house.session.device_answer("d_unknown", "paul") is False
    with pytest.raises(NotFound):
        await house.session.ask_device("nobody")


async def test_no_device_is_asked_for_in_a_closed_session(joint: House) -> None:
    await joint.ask("miriam", c.CloseSession())
    with pytest.raises(NotFound):
        await joint.session.ask_device("paul")
