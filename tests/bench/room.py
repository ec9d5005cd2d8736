"""The room, measured on loopback with a real server in a process of its own: moves, joining, cost of forwarding.

Click: the mediator's command is sent. Cut: the last old packet at a receiving socket, in either direction. Link: Enter
pressed by a seat that is already admitted.
"""

import asyncio
import random
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from tests.bench.crowd import Crowd, Guest, gather_crowd, wait
from tests.bench.figures import machine, percentiles, write
from tests.bench.joining import links_to_first_frames
from tests.bench.processes import cpu_seconds
from tests.browser.conftest import LOOPBACK
from tests.support.server import server_process

MOVES = 200
SEATS = 12
ROOMS = 4
STEADY_S = 10.0
DOOR_S = 3.0


async def one_move(crowd: Crowd, guest: Guest, to: str) -> dict[str, float]:
    """Milliseconds from the click to the cut, to the first sound and the first whole picture of the new room."""
    old = crowd.with_(crowd.place[guest.seat], but=guest)
    new = crowd.with_(to, but=guest)
    crowd.watch((guest, *old, *new))
    for each in (guest, *old, *new):
        each.arrivals.clear()
    click = await crowd.move(guest, to)
    await wait(lambda: all(n.seat in guest.arrivals.first_sound for n in new), "sound of the new room")
    await wait(lambda: all(n.seat in guest.arrivals.first_frame for n in new), "a picture of the new room")
    lasts = [guest.arrivals.last.get(o.seat, click) for o in old]
    lasts += [o.arrivals.last.get(guest.seat, click) for o in old]
    found = {"cut": max([*lasts, click]) - click}
    if new:
        found["sound"] = min(guest.arrivals.first_sound[n.seat] for n in new) - click
        found["frame"] = min(guest.arrivals.first_frame[n.seat] for n in new) - click
    await guest.unmute()
    await wait(lambda: all(guest.seat in n.arrivals.first_sound for n in new), "the newcomer's sound")
    return {name: seconds * 1000 for name, seconds in found.items()}


async def moves(crowd: Crowd, how_many: int) -> dict[str, list[float]]:
    """What so many moves took, by what came about, in milliseconds."""
    draw = random.Random(7)
    seen: dict[str, list[float]] = {"cut": [], "sound": [], "frame": []}
    for _ in range(how_many):
        guest = draw.choice([g for g in crowd.guests if len(crowd.with_(crowd.place[g.seat], but=g)) >= 1])
        rooms = [r for r in crowd.rooms if r != crowd.place[guest.seat] and 1 <= len(crowd.with_(r, but=guest)) <= 5]
        for name, value in (await one_move(crowd, guest, draw.choice(rooms))).items():
            seen[name].append(value)
    return seen


async def forwarding(crowd: Crowd, pid: int) -> dict[str, Any]:
    """CPU of the server per packet that it sends, its receiving and everything else included, in steady state."""
    await asyncio.sleep(1.0)
    packets, cpu, begin = sum(g.media.seen for g in crowd.guests), cpu_seconds(pid), time.monotonic()
    await asyncio.sleep(STEADY_S)
    sent = sum(g.media.seen for g in crowd.guests) - packets
    spent, passed = cpu_seconds(pid) - cpu, time.monotonic() - begin
    return {
        "forward.cpu_us_per_packet": round(spent / sent * 1e6, 2),
        "forward.packets_per_second": round(sent / passed),
        "forward.cpu_share_of_a_core": round(spent / passed, 3),
    }


async def crowded(pid: int, url: str, key: str) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        crowd = await gather_crowd(stack, url, key, rooms=ROOMS, seats=SEATS)
        seen = await moves(crowd, MOVES)
        figures = {
            "move.click_to_cut_ms": percentiles(seen["cut"]),
            "move.click_to_first_audio_ms": percentiles(seen["sound"]),
            "move.click_to_first_frame_ms": percentiles(seen["frame"]),
        }
        return figures | await forwarding(crowd, pid)


async def doors(url: str, key: str) -> dict[str, Any]:
    """What the beat at the door of an occupied private room adds: the click to the first sound with it."""
    async with AsyncExitStack() as stack:
        crowd = await gather_crowd(stack, url, key, rooms=2, seats=4)
        values = []
        for i in range(5):
            guest = crowd.guests[i % 2]
            here = crowd.place[guest.seat]
            values.append((await one_move(crowd, guest, next(r for r in crowd.rooms if r != here)))["sound"])
        return {"door.click_to_first_audio_ms": percentiles(values), "door.beat_ms": DOOR_S * 1000}


def measure() -> dict[str, Any]:
    figures: dict[str, Any] = {"machine": machine(), "seats": SEATS, "rooms": ROOMS}
    with tempfile.TemporaryDirectory() as folder:
        with server_process(Path(folder) / "moves", **LOOPBACK) as server:
            assert server.pid is not None
            figures |= asyncio.run(crowded(server.pid, server.url, server.key))
        with server_process(Path(folder) / "doors", **LOOPBACK, door_s=str(DOOR_S)) as server:
            figures |= asyncio.run(doors(server.url, server.key))
        with server_process(Path(folder) / "links", **LOOPBACK) as server:
            figures |= links_to_first_frames(server.url, server.key)
    return figures


if __name__ == "__main__":
    write("room", measure())
