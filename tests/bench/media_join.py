"""Part 6 of the media bench: what it costs when somebody comes: ICE and DTLS, CPU, memory."""

import asyncio
from typing import Any

from tests.bench.figures import Goal, percentiles
from tests.bench.lines import slope
from tests.bench.media_company import SIX, Company
from tests.bench.media_load import Caller
from tests.bench.media_server import SERVED, from_its_core, node, ours, pin
from tests.bench.processes import cpu_seconds, memory_mb
from tests.support.server import Server

ALONE = 100  # joins at the media plane alone
FIRST, LAST = 8, 32  # sessions between which memory and CPU are measured
FEW = 4  # sessions that come, and then talk, at once
FILL_S = 4.0  # after which the caches of who talks are full
ABOUT = (
    f"join: {FIRST * SIX} to {LAST * SIX} seats in sessions of {SIX} come to the whole server, one after the other. "
    "`cpu_ms`: of the server's process for each, from the link to sound and picture in the room, all that others are "
    f"told of it included; `media_cpu_ms`: offer, ICE and DTLS, at the media plane alone, {ALONE} of them. "
    "`memory_mb_per_seat`: what a seat adds to the process (resident), with its caches full of pictures, by the line "
    "through what was measured after each fourth session."
)
GOALS = {"join.memory_mb_per_seat": (Goal(1.0),)}


async def media_alone() -> float:
    """CPU of the media plane's process for one that connects, in milliseconds."""
    async with ours() as server:
        pin(server.pid, SERVED)
        first, *seats = [Caller(f"seat{i}", keep=0) for i in range(ALONE + 1)]
        await server.subscribe(first)
        await first.connect()
        begin = cpu_seconds(server.pid)
        for seat in seats:
            await server.subscribe(seat)
            await seat.connect()
        spent = cpu_seconds(server.pid) - begin
        for seat in (first, *seats):
            seat.close()
        return round(spent / ALONE * 1000, 2)


async def whole(server: Server) -> dict[str, Any]:
    assert server.pid is not None
    ice, dtls, memory = list[float](), list[float](), list[tuple[float, float]]()
    spent = 0.0
    async with Company(server) as company:
        while len(company.groups) < LAST:
            before, cpu = len(company.groups), cpu_seconds(server.pid)
            await company.grow(before + FEW)
            if before >= FIRST:
                spent += cpu_seconds(server.pid) - cpu
            company.quiet, company.playing = before, before + FEW
            await asyncio.sleep(FILL_S)
            company.playing = 0
            if before >= FIRST:
                memory.append((len(company.groups) * SIX, memory_mb(server.pid)))
        for member in company.members(0, LAST):
            assert member.media is not None
            ice.append(member.media.ice_ms)
            dtls.append(member.media.dtls_ms)
    return {
        "join.ice_ms": percentiles(ice),
        "join.dtls_ms": percentiles(dtls),
        "join.cpu_ms": round(spent / ((LAST - FIRST) * SIX) * 1000, 2),
        "join.memory_mb_per_seat": round(slope(memory), 3),
        "join.memory_mb": round(memory[-1][1], 1),
        "join.seats": LAST * SIX,
    }


@from_its_core
def measure() -> dict[str, Any]:
    with node() as server:
        found = asyncio.run(whole(server))
    return {**found, "join.media_cpu_ms": asyncio.run(media_alone())}
