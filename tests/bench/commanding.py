"""One command (`say`, 300 bytes) until all eight seats have what it said: in 1, 50 and 200 sessions.

Each session says something once a second, its seats in turn. Then, at full load, every session has always one command
under way: how many does a core carry? Memory: what each further connection with its share of a session adds.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from tests.bench.fanout import BYTES
from tests.bench.figures import percentiles
from tests.bench.pacing import Meter, paced
from tests.bench.processes import memory_mb
from tests.bench.sitting import SEATS, House
from tests.support.server import Server

ALONE_PER_S = 20.0  # commands a second where there is one session only, so that enough are counted
FULL_SESSIONS = 50


async def at_a_pace(house: House, seconds: float) -> dict[str, float]:
    """Milliseconds until the last seat has it."""
    sessions, marks = len(house.sittings), house.marks
    per_second = float(sessions) if sessions > 1 else ALONE_PER_S

    def send(number: int) -> None:
        house.sittings[number % sessions].tabs[number // sessions % SEATS].message(BYTES)

    await paced(per_second, 1.0, send)
    await marks.all_there(SEATS)
    marks.forget()
    await paced(per_second, seconds, send)
    await marks.all_there(SEATS)
    found = percentiles(marks.last_ms())
    marks.forget()
    return found


async def at_full_load(house: House, pids: Mapping[str, list[int]], seconds: float) -> dict[str, Any]:
    """Commands a second, and per second of CPU of the nodes."""
    end, done = time.monotonic() + seconds, count()

    async def go_on(number: int) -> None:
        tabs = house.sittings[number].tabs
        for turn in count():
            if time.monotonic() > end:
                return
            tab = tabs[turn % SEATS]
            room = tab.view["room"]
            text = f"{house.marks.send()} ".ljust(BYTES, "x")
            await tab.do("say", room=room["id"], epoch=room["epoch"], text=text)
            next(done)

    meter, begin = Meter(pids), time.monotonic()
    await asyncio.gather(*(go_on(n) for n in range(min(FULL_SESSIONS, len(house.sittings)))))
    commands, passed, used = next(done), time.monotonic() - begin, meter.used()
    house.marks.forget()
    return {
        "commands_per_second": round(commands / passed),
        "commands_per_second_per_core": round(commands / used["servers"]),
    }


async def measure(
    servers: Sequence[Server], pids: Mapping[str, list[int]], sizes: Sequence[int], seconds: float
) -> dict[str, Any]:
    """With more and more sessions on these servers."""
    house = House(servers)
    figures: dict[str, Any] = {}
    memory: list[tuple[int, float]] = []
    for sessions in sizes:
        await house.grow(sessions)
        memory.append((sessions * SEATS, sum(map(memory_mb, pids["servers"]))))
        figures[f"to_all_seats_ms.{sessions}_sessions"] = await at_a_pace(house, seconds)
    figures |= await at_full_load(house, pids, seconds)
    (few, little), (many, much) = memory[-2:]
    figures["memory_kb_per_connection"] = round((much - little) * 1024 / (many - few), 1)
    figures["sockets_lost"] = house.lost()
    house.close()
    return figures
