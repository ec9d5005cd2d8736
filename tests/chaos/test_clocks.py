"""A machine's clock is set by hours while people work on it; and a node whose clock is wrong does not begin."""

import re
from pathlib import Path
from random import Random

import pytest

from tests.support.false_clock import FalseClock
from tests.support.fleet import AtWork
from tests.support.nodes import Shared
from tests.support.tally import SEED, Tally, how_many

FAULT = "clock jump"
HOUR = 3600


@pytest.mark.timeout(180 + how_many(FAULT) * 20)
async def test_a_clock_that_jumps_by_hours_disturbs_nobody_and_is_no_start(
    tmp_path: Path, common: Shared, at_work: AtWork, tally: Tally
) -> None:
    chance, clock = Random(f"{SEED}/clocks"), FalseClock(tmp_path / "clock")
    async with at_work(common, "one", "two", two=clock.environment) as (nodes, company):
        for number in range(how_many(FAULT)):
            with tally.during(FAULT):
                clock.turn((1, -1)[number % 2] * chance.randint(1, 12) * HOUR)
                await company.progress(chance.randint(10, 40), each=2)
        clock.turn(HOUR)
        with pytest.raises(AssertionError) as refused:
            await nodes.start("three", clock.environment)
        sentence = r"The clock of this machine is (\d+) s ahead of the database's: let both keep the time by NTP\."
        said = re.search(sentence, str(refused.value))
        assert said is not None and abs(int(said[1]) - HOUR) <= 5, refused.value
