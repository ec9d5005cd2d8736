"""Two nodes, their Redis, their PostgreSQL and their clocks are broken one after the other, in any order, while people
of both nodes work in sessions of both. Whatever happens, everybody comes back, and what they noted is in the log.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from server.host.placing import LEASE_MS
from tests.support.company import Company
from tests.support.false_clock import FalseClock
from tests.support.fleet import AtWork, Fleet
from tests.support.nodes import Shared
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.tally import LONG, SEED, Tally, how_many

BEYOND_THE_LEASE_S = LEASE_MS / 1000 + 0.5
FROZEN_S = 10.0 if LONG else BEYOND_THE_LEASE_S
ROUND = 20
"""Faults over one database. More makes longer logs, and everything slower."""


@dataclass(slots=True)
class Storm:
    """What there is to be broken, and who must not mind."""

    nodes: Fleet
    company: Company
    redis: RedisServer
    postgres: Postgres
    clock: FalseClock
    chance: Random

    async def kill_a_node(self) -> None:
        victim = self.chance.choice(sorted(self.nodes.running))
        await self.nodes.kill(victim)
        await self.company.progress(each=1)
        self.clock.turn(0)  # nobody begins with a wrong one
        await self.nodes.start(victim, self.clock.environment if victim == "two" else None)

    async def freeze_an_owner(self) -> None:
        frozen = await self.nodes.owner()
        self.nodes.freeze(frozen)
        await asyncio.sleep(FROZEN_S)  # the fault itself: somebody else owns everything by then
        self.nodes.thaw(frozen)

    async def restart_redis(self) -> None:
        """In good order, or at once; what comes meanwhile waits a moment longer."""
        await asyncio.to_thread(self.chance.choice((self.redis.stop, self.redis.kill)))
        if self.chance.random() < 0.5:
            await self.company.progress(3)  # whoever is on the owner's node does not even notice
        await asyncio.to_thread(self.redis.start)

    async def lose_the_database(self) -> None:
        """Frozen for longer than any lease, or gone as in a power cut."""
        if self.chance.random() < 0.5:
            self.postgres.pause()
            await asyncio.sleep(BEYOND_THE_LEASE_S)  # the fault itself
            self.postgres.resume()
        else:
            self.postgres.kill()
            self.postgres.start()

    async def turn_a_clock(self) -> None:
        """Of the machine of one node, by hours, forwards or backwards."""
        self.clock.turn(self.chance.choice((1, -1)) * self.chance.randint(1, 12) * 3600)


FAULTS: dict[str, Callable[[Storm], Awaitable[None]]] = {
    "kill -9 of a node of two": Storm.kill_a_node,
    "owner frozen beyond its lease": Storm.freeze_an_owner,
    "Redis restarted": Storm.restart_redis,
    "PostgreSQL paused or killed": Storm.lose_the_database,
    "clock jump": Storm.turn_a_clock,
}


def schedule(seed: str) -> Iterator[list[str]]:
    """All faults that are asked for, in an order that the seed decides, a round at a time."""
    faults = [fault for fault in FAULTS for _ in range(how_many(fault))]
    Random(seed).shuffle(faults)
    for first in range(0, len(faults), ROUND):
        yield faults[first : first + ROUND]


@pytest.mark.timeout(180 + sum(how_many(fault) for fault in FAULTS) * 40)
@pytest.mark.parametrize("faults", list(schedule(f"{SEED}/storms")), ids=lambda faults: f"{len(faults)}")
async def test_people_go_on_through_a_storm(
    faults: list[str],
    common: Shared,
    at_work: AtWork,
    redis: RedisServer,
    postgres: Postgres,
    tally: Tally,
    tmp_path: Path,
) -> None:
    clock = FalseClock(tmp_path / "clock")
    async with at_work(common, "one", "two", two=clock.environment) as (nodes, company):
        storm = Storm(nodes, company, redis, postgres, clock, Random(f"{SEED}/{faults}"))
        for fault in faults:
            with tally.during(fault):
                await FAULTS[fault](storm)
                await company.progress(storm.chance.randint(5, 30), each=1)
