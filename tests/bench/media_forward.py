"""Part 1 of the media bench: what forwarding costs, ours beside Debian's Janus and beside the floor in C."""

import asyncio
import socket
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.figures import Goal
from tests.bench.janus import janus
from tests.bench.media_load import (
    BODY,
    FRAMES,
    HOST,
    PACKETS,
    PROFILE,
    Forwarding,
    Show,
    Sink,
    keep_reading,
    received,
)
from tests.bench.media_server import SERVED, from_its_core, ours, pin
from tests.bench.processes import cpu_seconds

RECEIVERS = (10, 40)
WINDOWS = 5
WINDOW_S = 3.0
DESCRIPTOR = 4  # bytes of VP8's in front of the body; one more begins the frame
ABOUT = (
    f"forward: CPU µs of the server's process per packet that receivers got; one sender of {FRAMES * PACKETS} packets "
    f"a second, 1 kB each, in frames of {PACKETS}; {PROFILE}; median of {WINDOWS} windows of {WINDOW_S:g} s. "
    "`ours`: the media port and the switchboard in a process of their own. `janus`: Debian's janus, VideoRoom, "
    "ICE-lite. `floor`: floor.c, AES-GCM and sendmmsg alone at the same pace, without receiving."
)
GOALS = {
    "forward.10.ours_by_janus": Goal(0.3),
    "forward.40.ours_by_janus": Goal(0.3),
    "forward.10.ours_by_floor": Goal(2.0),
    "forward.40.ours_by_floor": Goal(1.6),
}


async def cost(pid: int, sinks: Sequence[Sink]) -> float:
    """CPU µs of the process per packet that came, over some windows."""
    found = []
    for _ in range(WINDOWS):
        packets, spent = received(sinks), cpu_seconds(pid)
        await asyncio.sleep(WINDOW_S)
        packets, spent = received(sinks) - packets, cpu_seconds(pid) - spent
        wanted = FRAMES * PACKETS * WINDOW_S * len(sinks)
        assert packets > 0.95 * wanted, f"only {packets} of {wanted:.0f} packets came: the machine is too busy"
        found.append(spent / packets * 1e6)
    return round(statistics.median(found), 2)


async def forwarding(server: Forwarding, receivers: int) -> float:
    """The cost of one sender and so many receivers at a server."""
    pin(server.pid, SERVED)
    show = Show()
    try:
        await show.gather(server, receivers)
        pin(server.pid, SERVED)  # threads that came with the peers
        await asyncio.sleep(1)
        found = await cost(server.pid, show.sinks)
        show.check_samples()
        return found
    finally:
        show.close()


def compiled(folder: Path) -> Path:
    """floor.c, by Debian's compiler against Debian's OpenSSL."""
    binary = folder / "floor"
    words = ["gcc", "-O2", "-Wall", "-o", str(binary), str(Path(__file__).with_name("floor.c")), "-lcrypto"]
    subprocess.run(words, check=True)
    return binary


async def floor(binary: Path, receivers: int) -> float:
    """The cost of floor.c with so many receivers."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(receivers)]
    for each in sockets:
        each.setblocking(False)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        each.bind((HOST, 0))
    sinks = [Sink(each) for each in sockets]
    size, seconds = BODY + DESCRIPTOR + 1, int(WINDOWS * WINDOW_S) + 5
    numbers = [str(number) for number in (FRAMES, PACKETS, size, seconds, *(s.getsockname()[1] for s in sockets))]
    reading = asyncio.create_task(keep_reading(sinks))
    process = await asyncio.create_subprocess_exec(str(binary), HOST, *numbers)
    try:
        pin(process.pid, SERVED)
        await asyncio.sleep(1)
        return await cost(process.pid, sinks)
    finally:
        process.terminate()
        await process.wait()
        reading.cancel()
        for each in sockets:
            each.close()


async def compare(binary: Path) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for receivers in RECEIVERS:
        async with ours() as server:
            figures[f"forward.{receivers}.ours_us"] = await forwarding(server, receivers)
            dropped = {k: v for k, v in (await server.ask("counts")).items() if k.startswith(("unsent", "flood"))}
            assert not dropped, dropped
        with tempfile.TemporaryDirectory() as configuration:
            async with janus(Path(configuration)) as other:
                figures[f"forward.{receivers}.janus_us"] = await forwarding(other, receivers)
        figures[f"forward.{receivers}.floor_us"] = await floor(binary, receivers)
        mine = figures[f"forward.{receivers}.ours_us"]
        for name in ("janus", "floor"):
            figures[f"forward.{receivers}.ours_by_{name}"] = round(mine / figures[f"forward.{receivers}.{name}_us"], 3)
    return figures


@from_its_core
def measure() -> dict[str, Any]:
    """Forwarding, at 10 and at 40 receivers."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(compare(compiled(Path(folder))))
