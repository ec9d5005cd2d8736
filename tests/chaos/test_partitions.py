"""One way of a wire is cut: a node hears its database and is not heard, or is heard and hears nothing; so with Redis.

Each node is on an isle of its own; people reach it by a door that no cut touches. Whoever is cut off is soon owner of
nothing, the other node goes on, and everybody is served through it while the cut lasts.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random

import pytest

from server.host.placing import LEASE_MS
from tests.support.fleet import AtWork
from tests.support.isle import NETWORK, Isle, isle
from tests.support.namespace import HERE, own_network
from tests.support.nodes import Shared, shared
from tests.support.postgres import Postgres, postgres_server
from tests.support.redis import RedisServer, redis_server
from tests.support.storing import emptied
from tests.support.tally import SEED, Tally, how_many

FAULT = "one-way partition"


@dataclass(slots=True)
class Sea:
    """Two isles, and the servers that they reach."""

    isles: dict[str, Isle]
    postgres: Postgres
    redis: RedisServer
    folder: Path

    async def common(self) -> Shared:
        database = await asyncio.to_thread(emptied, self.postgres)
        return shared(self.folder, database.replace("127.0.0.1", HERE), self.redis.url.replace("127.0.0.1", HERE))

    def cuts(self, chance: Random) -> Iterator[tuple[Isle, int, bool]]:
        """Both servers and both directions in turn, at either node."""
        there, back = (self.postgres.port, True), (self.postgres.port, False)
        for port, outwards in cycle((there, (self.redis.port, False), back, (self.redis.port, True))):
            yield chance.choice(list(self.isles.values())), port, outwards


@pytest.fixture
def sea(tmp_path: Path) -> Iterator[Sea]:
    with ExitStack() as stack:
        stack.enter_context(own_network())
        postgres = stack.enter_context(postgres_server(("listen_addresses = '*'",)))
        with (postgres.folder / "data" / "pg_hba.conf").open("a") as who_may:
            who_may.writelines(f"host all all {where} trust\n" for where in (NETWORK, f"{HERE}/32"))
        postgres.ask("SELECT pg_reload_conf()")
        redis = stack.enter_context(redis_server(tmp_path, "--bind", "0.0.0.0"))
        isles = {name: stack.enter_context(isle(number)) for number, name in enumerate(("one", "two"), 1)}
        yield Sea(isles, postgres, redis, tmp_path)


@pytest.mark.timeout(180 + how_many(FAULT) * 60)
async def test_whoever_is_cut_off_in_one_direction_is_owner_of_nothing_and_nothing_is_lost(
    sea: Sea, at_work: AtWork, tally: Tally
) -> None:
    cuts = sea.cuts(Random(f"{SEED}/partitions"))
    async with at_work(await sea.common(), "one", "two", isles=sea.isles) as (_, company):
        for _ in range(how_many(FAULT)):
            with tally.during(FAULT):
                place, port, outwards = next(cuts)
                place.cut(port, outwards)
                try:
                    await asyncio.sleep(LEASE_MS / 1000)  # the fault itself
                    await company.progress(each=1)
                finally:
                    place.mend()
                await company.progress(20, each=1)
