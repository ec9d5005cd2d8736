"""kill -9 of a process that holds only log and host, under load, anywhere: while it opens, wakes, writes or tells."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.support.piped import company_in, house
from tests.support.postgres import Postgres
from tests.support.storing import Place, emptied
from tests.support.tally import SEED, Tally, how_many

FAULT = "kill -9 of log and host"
CRASHES = how_many(FAULT)
ROUND = 50
"""Crashes over one database. More makes longer logs, and waking them slower."""
ON_POSTGRES = max(1, CRASHES // 5)


async def crashes(place: Place, scratch: Path, times: int, seed: str, tally: Tally) -> None:
    """So many lives over one database, and what is left of them."""
    chance = Random(seed)
    async with house(place, scratch) as fragile:
        await fragile.start()
        company = await company_in(fragile, 2, seed)
        with tally.replayable(seed, company.journal, scratch):
            async with company.at_work():
                await fragile.kill()
                for _ in range(times):
                    await fragile.life(chance, company)
                    tally.done[FAULT] += 1
                await fragile.start()
            seen = company.seen
            await fragile.kill()
            await company.part()
            await tally.judge(place, company.journal, seen)


def rounds(times: int) -> Iterator[int]:
    """How many crashes in each round."""
    while times > 0:
        yield min(ROUND, times)
        times -= ROUND


@pytest.mark.timeout(120 + CRASHES * 3)
async def test_nothing_is_lost_doubled_mixed_up_or_told_to_others(tmp_path: Path, tally: Tally) -> None:
    for number, times in enumerate(rounds(CRASHES - ON_POSTGRES)):
        scratch = tmp_path / str(number)
        scratch.mkdir()
        await crashes(Place(scratch / "data"), scratch, times, f"{SEED}/sqlite/{number}", tally)


@pytest.mark.timeout(120 + CRASHES * 3)
async def test_nor_where_the_log_is_on_postgresql(tmp_path: Path, postgres: Postgres, tally: Tally) -> None:
    for number, times in enumerate(rounds(ON_POSTGRES)):
        scratch = tmp_path / str(number)
        scratch.mkdir()
        place = Place(scratch / "data", await asyncio.to_thread(emptied, postgres))
        await crashes(place, scratch, times, f"{SEED}/postgres/{number}", tally)
