"""A full house in one room: everybody hears everybody, and what that costs the host (said, never judged).

`pytest -s` shows the figures: microseconds of processor time with a board that does nothing.
"""

import asyncio
import sys
import time

from server.session import commands as c
from server.session.opening import SeatPlan, SessionPlan
from tests.support.cast import NO_DOORS
from tests.support.house import House

SEATS = 40
PLAN = SessionPlan(
    "Full house",
    (("A", "East"), ("B", "West")),
    (
        SeatPlan("Miriam", "mediator"),
        *(SeatPlan(f"Person{n}", "party", "AB"[n % 2]) for n in range(1, SEATS)),
    ),
)


class Meter:
    """Processor time of a block, by name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.began = time.process_time()

    def __exit__(self, *_: object) -> None:
        sys.stdout.write(f"{self.name}: {(time.process_time() - self.began) * 1e6:,.0f} µs\n")


async def acknowledge(house: House, people: list[str]) -> None:
    """Each page says so in a frame of its own."""
    for seat in people:
        house.tell(seat)
        await asyncio.sleep(0)


async def test_forty_people_in_one_room_hear_each_other() -> None:
    policy = type(NO_DOORS)(0, 30_000, 5_000, 7, SEATS)
    house = await House(PLAN, policy).open()
    people = list(house.state.seats)
    await house.arrive(*people)
    side = str((await house.ask("miriam", c.OpenRoom("Hall")))["room"])
    await house.move({seat: "joint" for seat in people})
    await house.settle(*people)
    assert all(house.board.hears(seat) == set(people) - {seat} for seat in people)

    with Meter("one mute with 40 seats"):
        await house.ask("person7", c.Switch("microphone", False))
    assert "person7" not in house.board.hears("miriam")
    with Meter("one move of 40 seats"):
        await house.move({seat: side for seat in people})
    assert not house.board.open
    with Meter("40 acknowledgements"):
        await acknowledge(house, people)
    with Meter("40 strips"):
        house.strip_of("miriam")
    for seat in people:  # with nobody new to hear them, microphones and cameras stay as they were
        assert house.board.hears(seat) == set(people) - {seat, "person7"}
        assert house.board.hears(seat, "camera") == set(people) - {seat}
        numbers = [f["number"] for f in house.frames(seat, "fact")]
        assert numbers == list(range(numbers[0], house.session._writing.remembered.inboxes[seat].count + 1))
