"""How soon a session is there again: a case of 50,000 entries, from the disk to a session that can be entered.

With a snapshot, and as many entries behind it as there can be; with half as many; and from the whole log. The database
is closed and opened in between, the file stays in the machine's cache.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import uvloop

from server.clock import SystemClock
from server.config import Config
from server.eventlog.sql import SqlEventLog
from server.host import snapshot
from server.host.case_log import CaseLog
from server.host.hub import Hub
from server.host.replay import Remembered, advance
from server.host.snapshots import EVERY
from server.host.waking import wake
from server.session.codec import Committed, encode
from server.storage.installation import Installation, open_installation
from tests.bench.figures import machine, percentiles, write
from tests.bench.long_case import Talkers

ENTRIES = 50_000
TIMES, TIMES_WHOLE = 20, 2
AT_ONCE = 1_000
CASE = "session"


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Installation, CaseLog]]:
    installation = await open_installation(folder)
    try:
        key = await installation.cases.key(CASE)
        fence = (await installation.cases.find(CASE)).fence
        yield installation, CaseLog(CASE, key, fence, SqlEventLog(installation.database))
    finally:
        await installation.close()


async def filled(folder: Path) -> dict[int, bytes]:
    """Write the case, and return the snapshots that were taken on the way: half as far and as far behind as can be."""
    installation = await open_installation(folder)
    key = await installation.cases.create(CASE, now=1)
    fence = await installation.cases.take(CASE, "bench")
    log = SqlEventLog(installation.database)
    taken: dict[int, bytes] = {}
    remembered: Remembered | None = None
    waiting: list[Committed] = []
    for position, committed in zip(count(1), Talkers().until(ENTRIES), strict=False):
        remembered, _ = advance(remembered, committed)
        waiting.append(committed)
        if position in (ENTRIES - EVERY + 1, ENTRIES - EVERY // 2):
            taken[position] = b"".join(snapshot.encode(remembered))
        if len(waiting) == AT_ONCE or position == ENTRIES:
            first = position - len(waiting) + 1
            sealed = [key.seal(_filled(one), f"{CASE}/{place}") for place, one in enumerate(waiting, first)]
            await log.append(CASE, expected=first - 1, fence=fence, sealed=sealed, at=committed.at)
            waiting.clear()
    await installation.close()
    return taken


def _filled(committed: Committed) -> bytes:
    plain = encode(committed)
    return plain.ljust(-(-len(plain) // 256) * 256)


async def woken(folder: Path, times: int) -> tuple[list[float], list[float], int]:
    """Milliseconds of each time, those of the processor alone, and how many entries were read."""
    values, cpu, behind = [], [], 0
    for _ in range(times):
        async with opened(folder) as (_, case_log):
            begin, spent = time.perf_counter(), time.process_time()
            found = await wake(case_log)
            values.append((time.perf_counter() - begin) * 1000)
            cpu.append((time.process_time() - spent) * 1000)
            assert found is not None and found.remembered.position == ENTRIES
            behind = found.behind
            del found
    return values, cpu, behind


async def by_the_hub(folder: Path) -> float:
    """Milliseconds until the session can be entered: taken, read, swept, and said in its log."""
    async with opened(folder) as (installation, case_log):
        hub = Hub(
            config=Config(),
            clock=SystemClock(),
            cases=installation.cases,
            links=installation.links,
            files=installation.files,
            log=SqlEventLog(installation.database),
            media=None,
        )
        begin = time.perf_counter()
        await hub.session(CASE)
        spent = (time.perf_counter() - begin) * 1000
        await hub.stop()
        return spent


async def holds_up(folder: Path) -> dict[str, Any]:
    """What making a snapshot of it costs, and for how long nothing else has its turn."""
    async with opened(folder) as (_, case_log):
        found = await wake(case_log)
        assert found is not None
        pieces, cpu, made = [], time.process_time(), bytearray()
        begin = time.perf_counter()
        for piece in snapshot.encode(found.remembered.copy()):
            pieces.append((time.perf_counter() - begin) * 1000)
            made += piece
            begin = time.perf_counter()
        spent = (time.process_time() - cpu) * 1000
        begin = time.perf_counter()
        await case_log.keep_snapshot(ENTRIES, bytes(made))
        stored = (time.perf_counter() - begin) * 1000
    return {
        "snapshot.piece_ms": percentiles(pieces),
        "snapshot.cpu_ms": round(spent, 1),
        "snapshot.write_ms": round(stored, 1),
        "snapshot.bytes": len(made),
    }


async def figures(folder: Path) -> dict[str, Any]:
    taken = await filled(folder)
    found: dict[str, Any] = {}
    whole, _, _ = await woken(folder, TIMES_WHOLE)
    for name, position in zip(("wake_ms_most_behind", "wake_ms"), sorted(taken), strict=True):
        async with opened(folder) as (_, case_log):
            await case_log.keep_snapshot(position, taken[position])
        values, cpu, behind = await woken(folder, TIMES)
        found[name] = percentiles(values)
        found[f"{name}.cpu"] = percentiles(cpu)
        found[f"{name}.entries_behind"] = behind
    found["wake_ms_whole_log"] = percentiles(whole)
    found |= await holds_up(folder)
    found["wake_ms_by_the_hub"] = round(await by_the_hub(folder), 1)
    return found


def measure() -> dict[str, Any]:
    """`wake_ms`: with half as many entries behind the snapshot as there can be, which is the usual case."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        data = Path(folder) / "data"
        found = runner.run(figures(data))
    return {"machine": machine(), "entries": ENTRIES, "wake_ms": found.pop("wake_ms"), **found}


if __name__ == "__main__":
    write("waking", measure())
