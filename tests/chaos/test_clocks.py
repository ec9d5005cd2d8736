"""A node whose clock is wrong does not begin. That one jumps while people work is part of the storms."""

import re
from pathlib import Path

import pytest

from tests.support.false_clock import FalseClock
from tests.support.fleet import Fleet
from tests.support.nodes import Shared
from tests.support.tally import LONG

HOUR = 3600


@pytest.mark.parametrize(("seconds", "direction"), [(HOUR, "ahead of"), (-HOUR, "behind")][: 2 if LONG else 1])
async def test_a_clock_that_is_an_hour_off_is_no_start(
    seconds: int, direction: str, tmp_path: Path, common: Shared
) -> None:
    clock = FalseClock(tmp_path / "clock")
    clock.turn(seconds)
    with pytest.raises(AssertionError) as refused:
        await Fleet(common, {}).start("one", clock.environment)
    sentence = rf"The clock of this machine is (\d+) s {direction} the database's: let both keep the time by NTP\."
    said = re.search(sentence, str(refused.value))
    assert said is not None and abs(int(said[1]) - HOUR) <= 5, refused.value
