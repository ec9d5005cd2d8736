"""Part 4 of the media bench: how many sessions of six one core carries, at most at 70 % of it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.bench.media_company import P360, P720, SIX, Company, Picture, Window
from tests.bench.media_server import from_its_core, node
from tests.support.server import Server

FULL = 0.7  # of a core
NEARLY = 0.05  # as near to it as the last step is to come
FIRST = 3  # sessions to begin with
STEPS = 4  # windows at most
MOST = 48  # sessions that there are
WINDOW_S = 5.0
SETTLE_S = 1.0
BUSY = 0.9  # of its core: then it was the load that had enough
KEPT = 0.99  # of the packets: with fewer the server is beyond what it carries
LOADS: dict[str, Picture | None] = {"sound": None, "p360": P360, "p720": P720}
ABOUT = (
    f"capacity: sessions of {SIX} in one room each on the whole server, everybody speaking (Opus, 32 kbit/s, 20 ms) "
    "and, in `p360` (500 kbit/s) and `p720` (1.5 Mbit/s), seen by the five others, at 25 pictures a second. More of "
    f"them talk until the process uses {FULL:.0%} of a core; `sessions` is read off the line through the two steps "
    "nearest to that in which everything arrived. Who is there and does not talk costs what it costs. `last_tried`: "
    f"where less than {KEPT:.0%} arrived nothing is read off it; then something else had the core, or it is full."
)
GOALS: dict[str, tuple[()]] = {}


@dataclass(frozen=True, slots=True)
class Step:
    sessions: int
    window: Window


def carried(steps: list[Step]) -> list[Step]:
    """Those in which everything arrived."""
    return [step for step in steps if step.window.share >= KEPT]


def at_full(steps: list[Step]) -> float:
    """How many sessions make `FULL`, by the two carried steps that are nearest to it; 0 where there are no two."""
    nearest = sorted(carried(steps), key=lambda step: abs(step.window.cpu - FULL))[:2]
    if len(nearest) < 2:
        return 0.0
    low, high = sorted(nearest, key=lambda step: step.sessions)
    more = (high.window.cpu - low.window.cpu) / (high.sessions - low.sessions)
    return low.sessions + (FULL - low.window.cpu) / more if more > 0 else 0.0


async def raised(company: Company, idle: float) -> list[Step]:
    """Let more and more sessions talk."""
    steps = [Step(0, Window(idle, 0.0, 0, 0, 1.0))]
    wanted = FIRST
    while len(steps) <= STEPS and wanted not in {step.sessions for step in steps}:
        company.playing = 0  # nobody while others come
        await company.grow(wanted)
        company.playing = wanted
        await asyncio.sleep(SETTLE_S)
        step = Step(wanted, await company.window(WINDOW_S))
        if step.window.share < KEPT:  # once more: it may have been others on the machine
            step = Step(wanted, await company.window(WINDOW_S))
        steps.append(step)
        if step.window.share < KEPT or step.window.load_cpu > BUSY:
            break
        if len(steps) > 2 and abs(step.window.cpu - FULL) < NEARLY:
            break
        wanted = max(1, min(MOST, round(at_full(steps))))
    return steps


async def capacities(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = {}
    async with Company(server) as company:
        for name in ("p720", "p360", "sound"):  # most seats last
            company.picture, company.playing = LOADS[name], 0
            await asyncio.sleep(SETTLE_S)
            steps = await raised(company, (await company.window(SETTLE_S * 2)).cpu)
            best, last = carried(steps)[-1], steps[-1].window
            key = f"capacity.{name}"
            found |= {
                f"{key}.sessions": round(at_full(steps), 1),
                f"{key}.measured_at_sessions": best.sessions,
                f"{key}.cpu_share": best.window.cpu,
                f"{key}.load_cpu_share": best.window.load_cpu,
                f"{key}.packets_per_second": best.window.came,
                f"{key}.us_per_packet": round(best.window.cpu / max(1, best.window.came) * 1e6, 2),
                f"{key}.last_tried_sessions": steps[-1].sessions,
                f"{key}.last_tried_kept": round(last.share, 4),
            }
    return found


@from_its_core
def measure() -> dict[str, Any]:
    with node() as server:
        return asyncio.run(capacities(server))
