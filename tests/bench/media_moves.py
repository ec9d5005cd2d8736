"""Part 3 of the media bench: a move, from the mediator's click to the last old packet and the first new ones."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

from tests.bench.crowd import Crowd, gather_crowd
from tests.bench.figures import Goal, percentiles
from tests.bench.janus_rooms import lodgers
from tests.bench.media_server import from_its_core, node
from tests.bench.room import moves
from tests.support.server import Server

ROOMS = 10
GUESTS = 39  # and the mediator
NEAR, FAR = 200, 60  # moves
ONE_WAY_S = 0.05
ROUND_MS = 2 * ONE_WAY_S * 1000
ABOUT = (
    f"moves: one session of {GUESTS + 1} seats in {ROOMS} rooms on the whole server; all speak and are seen. From the "
    "mediator's click: `cut`, the last packet of the former room, in either direction; `sound`, the first of the new "
    "one; `frame`, its first whole keyframe. `near`: loopback; `far`: every frame and datagram takes "
    f"{ONE_WAY_S * 1000:g} ms each way, the mediator's too. `janus`: {GUESTS} people who send in as many of its rooms; "
    "one leaves, joins, subscribes and publishes, from its own click (nobody else's has to travel first)."
)
GOALS = {
    "moves.near.sound_ms": (Goal(30.0, "p50"), Goal(60.0, "p95")),
    "moves.near.frame_ms": (Goal(300.0, "p95"),),
    "moves.far.sound_ms": (Goal(2.5 * ROUND_MS, "p95"),),
}


async def figures(crowd: Crowd, name: str, how_many: int) -> dict[str, Any]:
    seen = await moves(crowd, how_many)
    return {f"moves.{name}.{what}_ms": percentiles(values) for what, values in seen.items()}


async def crowded(server: Server) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        crowd = await gather_crowd(stack, server.url, server.key, rooms=ROOMS, seats=GUESTS)
        begin, own = time.monotonic(), time.process_time()
        found = await figures(crowd, "near", NEAR)
        found["moves.load_cpu_share"] = round((time.process_time() - own) / (time.monotonic() - begin), 3)
        crowd.go_far(ONE_WAY_S)
        found |= await figures(crowd, "far", FAR)
        crowd.go_far(0.0)
        return found


async def beside() -> dict[str, Any]:
    """The same in Janus."""
    async with lodgers(GUESTS, ROOMS) as people:
        near, far = await people.changes(NEAR // 2, 0.0), await people.changes(FAR // 2, ONE_WAY_S)
    both = (("near", near), ("far", far))
    return {f"moves.{name}.janus_{what}_ms": percentiles(seen[what]) for name, seen in both for what in seen}


@from_its_core
def measure() -> dict[str, Any]:
    with node() as server:
        found = asyncio.run(crowded(server))
    return found | asyncio.run(beside())
