"""While it is in doubt who owns a session nobody hears anybody: not from the old owner, and never from two at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from server.host.placing import GATES_SECONDS, LEASE_MS
from tests.support.fleet import Fleet, fleet
from tests.support.nodes import Shared, Spread, spread
from tests.support.postgres import Postgres
from tests.support.scripted import ScriptedSeat
from tests.support.tally import Tally
from tests.support.voice import Voice, heard, speaking

BEFORE, DOUBT, FROZEN, AFTER = range(4)
PATIENCE_S = 40.0
PEOPLE = ("miriam", "paul", "clara")
pytestmark = pytest.mark.timeout(180)


@asynccontextmanager
async def talking(common: Shared) -> AsyncIterator[tuple[Fleet, Spread, Voice, Voice]]:
    """Clara hears Paul, in the private room of their side; their sockets are on the node that is not the owner."""
    async with fleet(common, "one", "two") as nodes:
        async with spread([nodes.server("one")], *PEOPLE) as here:
            owner = await nodes.owner()
            other = next(name for name in nodes.running if name != owner)
            for name in PEOPLE:
                await here[name].move_to(nodes.server(other).url)
            caucus = here.meeting.room("caucus", "A")
            for name in ("paul", "clara"):
                await here.meeting.lead(name, caucus)
            paul, clara = Voice(here["paul"]), Voice(here["clara"])
            try:
                for voice in (paul, clara):
                    await voice.plug_in()
                await heard(paul, clara, BEFORE)
                yield nodes, here, paul, clara
            finally:
                paul.close()
                clara.close()


async def heard_again(nodes: Fleet, here: Spread, paul: Voice, clara: Voice) -> None:
    """Whoever was cut off comes through a door that answers, until Clara hears Paul."""
    known = len(clara.got(AFTER))
    paul.says(AFTER)
    async with asyncio.timeout(PATIENCE_S):
        while len(clara.got(AFTER)) == known:
            for name, voice in (("miriam", None), ("paul", paul), ("clara", clara)):
                if here[name].closed is not None:
                    await come_again(nodes, here[name], voice)
            await speaking(paul, 0.1)


async def come_again(nodes: Fleet, seat: ScriptedSeat, voice: Voice | None) -> None:
    """A page tries until it is let in, and its browser answers the new offer."""
    while True:
        try:
            async with asyncio.timeout(3):
                await seat.move_to(nodes.doors()[0])
            break
        except (AssertionError, TimeoutError, OSError):
            await asyncio.sleep(0.05)  # the pace of a page's tries
    if voice is not None:
        await voice.plug_in()


def from_one_node_at_a_time(clara: Voice) -> bool:
    """Whether the last packet of each browser came before the first of the next."""
    times = [[p.at for p in browser.packets] for browser in clara.browsers]
    return all(max(old) < min(new) for old, new in pairwise(filter(None, times)))


async def an_owner_without_its_database(
    nodes: Fleet, here: Spread, paul: Voice, clara: Voice, postgres: Postgres
) -> None:
    """It closes the gates before its lease is over, and opens them again when it may."""
    postgres.pause()
    try:
        await speaking(paul, GATES_SECONDS)  # the last renewal had begun before the fault
        paul.says(DOUBT)
        await speaking(paul, LEASE_MS / 1000)
        await clara.browsers[0].barrier()  # the server has read all of it
    finally:
        postgres.resume()
    await heard_again(nodes, here, paul, clara)
    assert not clara.got(DOUBT)


async def a_frozen_owner(nodes: Fleet, here: Spread, paul: Voice, clara: Voice) -> None:
    """It forwards nothing of what came meanwhile, nor ever again."""
    owner = await nodes.owner()
    nodes.freeze(owner)
    paul.says(FROZEN)
    await speaking(paul, LEASE_MS / 1000 + 0.5)  # the fault: these packets wait at the frozen node's port
    nodes.thaw(owner)
    before = len(clara.browsers)
    await paul.seat.gone()
    nodes.running[owner].answers = False
    await heard_again(nodes, here, paul, clara)
    assert not clara.got(FROZEN)
    assert len(clara.browsers) > before


async def test_while_it_is_in_doubt_who_owns_a_session_nobody_hears_anybody(
    common: Shared, postgres: Postgres, tally: Tally
) -> None:
    async with talking(common) as (nodes, here, paul, clara):
        with tally.during("PostgreSQL paused or killed"):
            await an_owner_without_its_database(nodes, here, paul, clara, postgres)
        with tally.during("owner frozen beyond its lease"):
            await a_frozen_owner(nodes, here, paul, clara)
        assert from_one_node_at_a_time(clara)
