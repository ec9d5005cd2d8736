"""A node is killed, frozen or emptied: its sessions go on elsewhere, and everybody comes back to the same place."""

import asyncio
import os
import signal
from collections.abc import Iterator

import httpx2
import pytest

from tests.support.nodes import Shared, Spread, node_processes, spread
from tests.support.scripted import PATIENCE_S
from tests.support.server import Server

EVERYBODY = ("miriam", "paul", "clara", "dana")
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def two(common: Shared) -> Iterator[list[Server]]:
    with node_processes(common, "one", "two") as servers:
        yield servers


async def owner_and_other(servers: list[Server], session: str) -> tuple[Server, Server]:
    """On which node a session lives, as the nodes' own numbers say."""
    loaded = [await number(server, "parley_sessions") for server in servers]
    owner = servers[loaded.index(1.0)]
    return owner, next(server for server in servers if server is not owner)


async def number(server: Server, name: str) -> float:
    """One of the numbers that a node shows."""
    async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        text = (await http.get(f"{server.url}/metrics")).text
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith(f"{name} ")))


async def come_again(here: Spread, server: Server) -> None:
    """Everybody's page tries until it is let in, as pages do."""
    async with asyncio.timeout(PATIENCE_S * 4):  # a busy machine; that it takes no longer than it may is not asked here
        for name in EVERYBODY:
            while True:
                try:
                    await here[name].move_to(server.url)
                    break
                except AssertionError:
                    await asyncio.sleep(0.05)  # the pace of a page's tries; what is waited for is being let in


async def all_is_as_it_was(here: Spread, caucus: str) -> None:
    """Side A is in its private room and goes on talking; the other side hears nothing of it."""
    paul, clara = here["paul"], here["clara"]
    await paul.seeing(lambda v: v["room"] is not None and v["room"]["id"] == caucus)
    await paul.seeing(lambda v: clara.seat in {m["seat"] for m in v["room"]["members"]})
    await paul.do("say", room=caucus, epoch=paul.view["room"]["epoch"], text="Still here.")
    await clara.got(lambda f: f["type"] == "fact" and f["fact"].get("text") == "Still here.")
    assert [w["text"] for w in clara.words if "text" in w].count("Before.") == 1
    assert not [f for f in here["dana"].frames if "Still here" in str(f) or "Before." in str(f)]


async def in_caucus(here: Spread) -> str:
    caucus = here.meeting.room("caucus", "A")
    for name in ("paul", "clara"):
        await here.meeting.lead(name, caucus)
    paul, clara = here["paul"], here["clara"]
    await paul.seeing(lambda v: clara.seat in {m["seat"] for m in v["room"]["members"]})
    await paul.do("say", room=caucus, epoch=paul.view["room"]["epoch"], text="Before.")
    return caucus


async def test_a_killed_node_loses_nothing_and_nobody(two: list[Server]) -> None:
    async with spread(two, *EVERYBODY) as here:
        caucus = await in_caucus(here)
        owner, other = await owner_and_other(two, here.meeting.session)
        os.kill(owner.pid or 0, signal.SIGKILL)
        await come_again(here, other)
        await all_is_as_it_was(here, caucus)


async def test_a_frozen_node_finds_that_it_owns_nothing_any_more(two: list[Server]) -> None:
    async with spread(two, *EVERYBODY) as here:
        caucus = await in_caucus(here)
        owner, other = await owner_and_other(two, here.meeting.session)
        os.kill(owner.pid or 0, signal.SIGSTOP)
        try:
            await come_again(here, other)
        finally:
            os.kill(owner.pid or 0, signal.SIGCONT)
        await all_is_as_it_was(here, caucus)
        async with asyncio.timeout(PATIENCE_S):
            while await number(owner, "parley_sessions"):  # each answer takes its time; no other pause is needed
                pass
        await here["paul"].do("raise_hand")
        await here["clara"].seeing(lambda v: any(m["hand"] for m in v["room"]["members"]))


async def test_a_drained_node_has_nothing_left_and_takes_nothing(two: list[Server]) -> None:
    async with spread(two, *EVERYBODY) as here:
        caucus = await in_caucus(here)
        owner, other = await owner_and_other(two, here.meeting.session)
        async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
            shown = {"authorization": f"Bearer {owner.key}"}
            done = (await http.post(f"{owner.url}/api/v1/drain", headers=shown)).json()
            assert done == {"draining": True, "left": 0}
            assert (await http.get(f"{owner.url}/readyz")).status_code == 503
        await come_again(here, other)
        await all_is_as_it_was(here, caucus)
        assert await number(other, "parley_sessions") == 1
