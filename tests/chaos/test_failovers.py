"""The master of the relay is killed under its sentinels, again and again, while two nodes share sessions."""

import asyncio
from pathlib import Path

import pytest

from tests.support.fleet import AtWork
from tests.support.nodes import shared
from tests.support.postgres import Postgres
from tests.support.redis import ADMIN, Watched, redis_behind_sentinels
from tests.support.storing import emptied
from tests.support.tally import Tally, how_many

FAULT = "Sentinel failover"


def failed_over(watched: Watched) -> Watched:
    """The master is killed, the replica is chosen, and what was the master follows it."""
    watched.master.kill()
    watched.wait_for_failover()
    watched.master.start()
    watched.master.do("REPLICAOF", "127.0.0.1", str(watched.replica.port), password=ADMIN)
    watched.master.wait_for(lambda info: "master_link_status:up" in info, "INFO", "replication")
    return Watched(watched.replica, watched.master, watched.sentinels)


@pytest.mark.timeout(180 + how_many(FAULT) * 40)
async def test_failovers_of_the_relay_delay_and_lose_nothing(
    tmp_path: Path, postgres: Postgres, at_work: AtWork, tally: Tally
) -> None:
    database = await asyncio.to_thread(emptied, postgres)
    with redis_behind_sentinels(tmp_path, 3) as watched:
        async with at_work(shared(tmp_path, database, watched.url), "one", "two") as (_, company):
            for _ in range(how_many(FAULT)):
                with tally.during(FAULT):
                    watched = await asyncio.to_thread(failed_over, watched)
                    await company.progress(20, each=2)
