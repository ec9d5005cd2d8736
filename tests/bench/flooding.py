"""One seat that sends 10,000 frames a second and one that never reads, while the others go on talking.

The flooder is thrown out again and again and comes back at once, as often as the server lets it. The other one says
that it is alive and takes nothing: its side of the connection holds a few kilobytes, then everything waits on ours.
"""

import asyncio
import socket
import time
from typing import Any

from tests.bench.fanout import BYTES
from tests.bench.figures import percentiles
from tests.bench.pacing import paced
from tests.bench.processes import memory_mb
from tests.bench.sitting import PATIENCE_S, SEATS, House, Marks, Tab
from tests.support.server import Server

SESSIONS = 10
PER_SECOND = 10_000
BURST = 100  # frames that the flooder writes at once
POINT = {"type": "board.point", "x": None, "y": None, "layer": None}


async def flood(tab: Tab, end: float) -> tuple[int, int]:
    """How many frames were sent, and how often the server hung up."""
    sent = hung_up = 0
    due = time.monotonic()
    while time.monotonic() < end:
        if tab.gone:
            hung_up += 1
            await tab.come_again(tab.server, end + PATIENCE_S)
            due = time.monotonic()
        for _ in range(BURST):
            tab.say(POINT)
        sent += BURST
        due += BURST / PER_SECOND
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    return sent, hung_up


async def never_read(tab: Tab, end: float) -> int:
    """How often it was closed."""
    closed = 0
    while time.monotonic() < end:
        if tab.gone:
            closed += 1
            await tab.come_again(tab.server, end + PATIENCE_S)
        assert tab.wire is not None and tab.wire.transport is not None
        transport = tab.wire.transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        transport.pause_reading()
        for _ in range(20):
            tab.say({"type": "pong"})  # it is alive, it only does not read
            await asyncio.sleep(0.1)
            if transport.is_closing():
                break
    return closed


async def measure(server: Server, seconds: float, sessions: int = SESSIONS) -> dict[str, Any]:
    """Every session but the flooder's and the deaf one's is measured, and the others in theirs too."""
    assert server.pid is not None
    house = House([server])
    await house.grow(sessions)
    flooder, deaf = house.sittings[0].tabs[-1], house.sittings[0].tabs[-2]
    quiet_ones = [s.tabs if n else s.tabs[:-2] for n, s in enumerate(house.sittings)]
    flooder.marks = deaf.marks = Marks()  # what comes to these two is not counted
    marks = house.marks

    def send(number: int) -> None:
        tabs = quiet_ones[number % sessions]
        tabs[number // sessions % len(tabs)].message(BYTES)

    await paced(sessions * 2, 2.0, send)
    await marks.all_there(SEATS - 2)
    before = memory_mb(server.pid)
    marks.forget()
    end = time.monotonic() + seconds
    ill = asyncio.gather(flood(flooder, end), never_read(deaf, end))
    await paced(sessions * 2, seconds, send)
    await marks.all_there(SEATS - 2)
    found = percentiles(marks.each_ms())
    (sent, hung_up), _ = await ill
    after = memory_mb(server.pid)
    house.close()
    return {
        "flood.p99_ms": found["p99"],
        "flood.p50_ms": found["p50"],
        "flood.memory_growth_mb": round(after - before, 1),
        "flood.frames_sent_per_second": round(sent / seconds),
        "flood.thrown_out": hung_up,
        "flood.others_lost": sum(tab.gone for tabs in quiet_ones for tab in tabs),
    }
