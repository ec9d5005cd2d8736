"""How everybody's line is, in a live session: told to mediators, when it changes, and once a second at most."""

from dataclasses import asdict, replace

from server.host.qualities import SHOW_SECONDS
from server.session import commands as c
from server.session.quality import Quality
from tests.support.house import House
from tests.support.lines import GOOD, POOR


def say(house: House, seat: str, quality: Quality) -> None:
    house.session.asides.quality(seat, house.connections[seat], quality)


def strike(house: House, seconds: float = SHOW_SECONDS) -> None:
    house.clock.wind(seconds)
    house.session.strike()


def told(house: House, seat: str) -> list[dict[str, object]]:
    """What this seat is told of lines, taken out."""
    return [frame["seats"] for frame in house.frames(seat, "quality")]


async def test_the_mediator_is_told_and_nobody_else(joint: House) -> None:
    say(joint, "paul", POOR)
    strike(joint)
    assert told(joint, "miriam") == [{"paul": asdict(POOR)}]
    assert told(joint, "paul") == told(joint, "dana") == []


async def test_the_mediator_is_told_of_people_in_other_rooms_and_of_who_waits(joint: House) -> None:
    await joint.arrive("clara")
    await joint.move({"paul": "room_a"})
    say(joint, "paul", POOR)
    say(joint, "clara", GOOD)
    strike(joint)
    assert told(joint, "miriam")[-1] == {"paul": asdict(POOR), "clara": asdict(GOOD)}


async def test_it_is_not_written_and_not_numbered(joint: House) -> None:
    position, count = joint.session.position, joint.session._writing.remembered.inboxes["miriam"].count
    say(joint, "paul", POOR)
    strike(joint)
    assert (joint.session.position, joint.session._writing.remembered.inboxes["miriam"].count) == (position, count)


async def test_what_has_not_changed_is_not_told_again(joint: House) -> None:
    for _ in range(3):
        say(joint, "paul", POOR)
        strike(joint)
    assert len(told(joint, "miriam")) == 1
    await joint.ask("dana", c.RaiseHand())
    strike(joint)
    assert told(joint, "miriam") == []


async def test_a_page_that_says_something_all_the_time_is_heard_once_a_second(joint: House) -> None:
    seen = []
    for number in range(40):
        say(joint, "paul", replace(POOR, trip=number))
        strike(joint, 0.05)
        seen += told(joint, "miriam")
    assert len(seen) in (2, 3), "of two seconds"
    strike(joint)
    assert told(joint, "miriam") == [{"paul": asdict(replace(POOR, trip=39))}]


async def test_who_has_not_come_in_is_told_of_only_once_they_have(joint: House) -> None:
    await joint.join("clara")
    say(joint, "clara", POOR)
    strike(joint)
    assert told(joint, "miriam") == []
    state = joint.state
    await joint.ask("clara", c.Arrive("Clara", state.text_version, state.text_hash))
    strike(joint)
    assert told(joint, "miriam") == [{"clara": asdict(POOR)}]


async def test_a_lost_connection_takes_its_line_along(joint: House) -> None:
    say(joint, "paul", POOR)
    strike(joint)
    await joint.session.disconnect("paul", joint.connections["paul"])
    await joint.join("paul")
    strike(joint)
    assert told(joint, "miriam")[-1] == {}


async def test_a_tab_that_was_cut_says_nothing_more(joint: House) -> None:
    older = joint.connections["paul"]
    await joint.join("paul")
    joint.session.asides.quality("paul", older, POOR)
    strike(joint)
    assert told(joint, "miriam") == []


async def test_a_mediator_who_comes_again_is_told_anew(joint: House) -> None:
    say(joint, "paul", POOR)
    strike(joint)
    await joint.join("miriam")
    strike(joint)
    assert told(joint, "miriam") == [{"paul": asdict(POOR)}]


async def test_whoever_mediates_no_more_is_told_no_more(joint: House) -> None:
    await joint.ask("miriam", c.Leave())
    joint.frames("miriam")
    say(joint, "paul", POOR)
    strike(joint)
    assert told(joint, "miriam") == []
