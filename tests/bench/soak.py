"""`make bench-soak`: half an hour (`PARLEY_SOAK_MINUTES`) of people who come, are moved and leave. What is left of it?

Counts are those of the server's process while nobody is there: before, when everybody has been there once, and at the
end. Memory is looked at all the while, and its slope is that of the second half: before that, caches and memories that
are bounded have filled.
"""

import asyncio
import os
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.bench.crowd import PATIENCE_S, Crowd, Guest, gather_crowd
from tests.bench.figures import Goal, judged, machine
from tests.bench.lines import slope
from tests.bench.media_server import from_its_core, node
from tests.bench.processes import cpu_seconds, memory_mb
from tests.support.server import Server

MINUTES = "PARLEY_SOAK_MINUTES"
SEATS, ROOMS = 12, 4
FRAMES = 5  # pictures a second: little, for this runs beside other things
ACT_S = 0.5
LOOK_S = 5.0
KEPT_S = 7.0  # longer than the server keeps a connection on which nothing is asked
ABOUT = (
    f"soak: {SEATS} people in {ROOMS} rooms of the whole server, with sound and pictures, everything encrypted; every "
    f"{ACT_S:g} s somebody is moved, leaves (half of them without a goodbye) or comes again. `tasks_left` and "
    "`descriptors_left`: what the process has at the end more than before, both times with nobody there."
)
GOALS = {"soak.tasks_left": Goal(0.0), "soak.descriptors_left": Goal(0.0)}


@dataclass(frozen=True, slots=True)
class Counts:
    """What the process has now."""

    tasks: int
    descriptors: int

    @classmethod
    async def now(cls, server: Server) -> "Counts":
        async with httpx2.AsyncClient(base_url=server.url, trust_env=False, timeout=PATIENCE_S) as http:
            lines = (await http.get("/metrics")).text.splitlines()
        numbers = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return cls(round(float(numbers["parley_tasks"])), round(float(numbers["process_open_fds"])))


async def at_rest(server: Server, most: Counts | None = None) -> Counts:
    """The counts once they are no more than `most`, or what they are in the end. Without `most`: once they have been
    the same for as long as the server keeps an idle connection.
    """
    found, since = await Counts.now(server), time.monotonic()
    end = since + 4 * KEPT_S
    while time.monotonic() < end:
        if most is not None and found.tasks <= most.tasks and found.descriptors <= most.descriptors:
            break
        if most is None and time.monotonic() > since + KEPT_S:
            break
        await asyncio.sleep(0.5)
        now = await Counts.now(server)
        if now != found:
            found, since = now, time.monotonic()
    return found


@dataclass
class Lives:
    """What the crowd does; `done` counts it."""

    crowd: Crowd
    draw: random.Random
    away: list[Guest]
    done: dict[str, int]

    async def act(self) -> None:
        """Somebody is moved, leaves or comes again; returns when that is seen."""
        for page in (self.crowd.mediator, *(guest.wire for guest in self.crowd.guests)):
            page.frames.clear()  # half an hour of them would fill this process
        here = [guest for guest in self.crowd.guests if guest not in self.away]
        chance = self.draw.random()
        if self.away and chance < 0.2:
            guest = self.away.pop(self.draw.randrange(len(self.away)))
            await guest.come_again()
            self.done["came"] += 1
        elif len(here) > 2 and chance < 0.4:
            guest = self.draw.choice(here)
            self.away.append(guest)
            await guest.leave(goodbye=self.draw.random() < 0.5)
            self.done["left"] += 1
        else:
            guest = self.draw.choice(here)
            await self.crowd.move(guest, self.draw.choice(self._other_rooms(guest)))
            await guest.wire.seeing(lambda view: view["room"]["id"] == self.crowd.place[guest.seat])
            await guest.unmute()
            self.done["moved"] += 1

    async def all_leave(self) -> None:
        for guest in self.crowd.guests:
            if guest not in self.away:
                self.away.append(guest)
                await guest.leave(goodbye=True)
        await self.crowd.mediator.close()

    async def all_come(self) -> None:
        await self.crowd.mediator.open(resume=False)
        while self.away:
            await self.away.pop().come_again()

    def _other_rooms(self, guest: Guest) -> list[str]:
        return [room for room in self.crowd.rooms if room != self.crowd.place[guest.seat]]


async def lived(server: Server, minutes: float, act_s: float) -> dict[str, Any]:
    assert server.pid is not None
    memory: list[tuple[float, float]] = []
    async with AsyncExitStack() as stack:
        crowd = await gather_crowd(stack, server.url, server.key, rooms=ROOMS, seats=SEATS)
        crowd.watch(())
        lives = Lives(crowd, random.Random(7), [], {"moved": 0, "left": 0, "came": 0})
        await lives.all_leave()
        before = await at_rest(server)
        await lives.all_come()
        begin, cpu, looked = time.monotonic(), cpu_seconds(server.pid), 0.0
        while (passed := time.monotonic() - begin) < minutes * 60:
            await lives.act()
            if passed >= looked:
                memory.append((passed / 3600, memory_mb(server.pid)))
                looked += LOOK_S
            await asyncio.sleep(act_s)
        used = (cpu_seconds(server.pid) - cpu) / (time.monotonic() - begin)
        await lives.all_leave()
        after = await at_rest(server, before)
    half = memory[len(memory) // 2 :]
    return {
        "soak.minutes": round(passed / 60, 1),
        **{f"soak.{what}": times for what, times in lives.done.items()},
        "soak.cpu_share": round(used, 3),
        "soak.memory_mb_at_first": round(memory[0][1], 1),
        "soak.memory_mb_in_the_end": round(memory[-1][1], 1),
        "soak.memory_mb_per_hour": round(slope(half), 2) if len(half) > 1 else 0.0,
        "soak.tasks_before": before.tasks,
        "soak.tasks_left": after.tasks - before.tasks,
        "soak.descriptors_before": before.descriptors,
        "soak.descriptors_left": after.descriptors - before.descriptors,
    }


def measured(server: Server, minutes: float, act_s: float = ACT_S) -> dict[str, Any]:
    """The figures of so many minutes at this server; `act_s` is the pause between two deeds, in seconds."""
    Guest.frames = FRAMES
    return asyncio.run(lived(server, minutes, act_s))


@from_its_core
def measure() -> dict[str, Any]:
    """As long as the environment says."""
    with node() as server:
        found = measured(server, float(os.environ.get(MINUTES, "30")))
    return judged({"about": ABOUT, "machine": machine(), **found}, GOALS)
