"""One message to the others in a room whose eight seats are spread over two server processes: ours, and two peers.

The same load for each: `SESSIONS` rooms, one message a second in each, every seat in its turn. Ours twice: a pointer on
the board, which is never written (`ours_ephemeral`), and a message that is in PostgreSQL before anybody gets it
(`ours_durable`). Read and sent by the same client, in the process of the bench.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from server.host.glances import KEPT_SECONDS
from tests.bench.figures import percentiles
from tests.bench.pacing import Meter, paced
from tests.bench.sitting import SEATS, House, Marks
from tests.bench.socketio_peers import NAMES, Client, peer
from tests.support.redis import redis_server

BYTES = 300
WARM_UP_S = 2.0


async def run(
    sessions: int,
    seconds: float,
    pids: Mapping[str, list[int]],
    marks: Marks,
    send: Callable[[int, int], None],
    to: int,
) -> dict[str, Any]:
    """`send(session, seat)` sends a message that comes to `to` seats. `pids["servers"]` are the two processes."""

    def next_one(number: int) -> None:
        send(number % sessions, number // sessions % SEATS)

    await paced(sessions, WARM_UP_S, next_one)
    await marks.all_there(to)
    resting = Meter(pids)
    await asyncio.sleep(seconds / 2)
    at_rest = resting.share_of_a_core("servers")
    marks.forget()
    meter = Meter(pids)
    passed = await paced(sessions, seconds, next_one)
    await marks.all_there(to)
    used, delivered = meter.used(), marks.delivered()
    times = percentiles(marks.each_ms())
    return {
        "cpu_us": _us(used["servers"], delivered),
        **{f"{name}_cpu_us": _us(used[name], delivered) for name in used if name != "servers"},
        "cpu_us_beyond_rest": _us(used["servers"] - at_rest * passed, delivered),
        "at_rest_share_of_a_core": round(at_rest, 3),
        "p50_ms": times["p50"],
        "p99_ms": times["p99"],
        "deliveries": delivered,
        "deliveries_per_second": round(delivered / passed),
    }


def _us(seconds: float, deliveries: int) -> float:
    return round(seconds / deliveries * 1e6, 1)


async def ours(house: House, pids: Mapping[str, list[int]], seconds: float) -> dict[str, Any]:
    """`house` is full."""
    sessions = len(house.sittings)

    def point(session: int, seat: int) -> None:
        house.sittings[session].tabs[seat].point()

    def message(session: int, seat: int) -> None:
        house.sittings[session].tabs[seat].message(BYTES)

    ephemeral = await run(sessions, seconds, pids, house.marks, point, SEATS - 1)
    ephemeral["bytes_of_a_frame"] = house.sittings[0].tabs[0].bytes
    house.marks.forget()
    await asyncio.sleep(KEPT_SECONDS + 1.0)  # everybody is told that the pointers have gone: not what is measured next
    durable = await run(sessions, seconds, pids, house.marks, message, SEATS)
    durable["bytes_of_a_frame"] = house.sittings[0].tabs[0].bytes
    return {"ours_ephemeral": ephemeral, "ours_durable": durable}


async def theirs(urls: list[str], pids: Mapping[str, list[int]], sessions: int, seconds: float) -> dict[str, Any]:
    """The same with a peer."""
    marks = Marks()
    rooms = [[Client(f"room-{n}", marks) for _ in range(SEATS)] for n in range(sessions)]
    for room in rooms:
        await asyncio.gather(*(client.open(urls[i % 2]) for i, client in enumerate(room)))

    def message(session: int, seat: int) -> None:
        rooms[session][seat].message(BYTES)

    found = await run(sessions, seconds, pids, marks, message, SEATS - 1)
    for room in rooms:
        for client in room:
            if client.wire is not None:
                client.wire.cut()
    return found | {"bytes_of_a_frame": rooms[0][0].bytes}


def measure_peers(folder: Path, sessions: int, seconds: float) -> dict[str, Any]:
    """Both peers, one after the other, each with a Redis of its own."""
    figures = {}
    for name in NAMES:
        with ExitStack() as stack:
            redis = stack.enter_context(redis_server(folder))
            running = stack.enter_context(peer(name, redis))
            pids = {"servers": [pid for _, pid in running], "redis": [redis.pid]}
            figures[name] = _run(theirs([url for url, _ in running], pids, sessions, seconds))
    return figures


def _run(work: Any) -> Any:
    import uvloop

    return uvloop.run(work)
