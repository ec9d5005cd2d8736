"""The servers of the media bench, each in a process of its own on the second core; the load has the first one."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from tests.bench.media_load import HOST
from tests.support.server import Server, server_process
from tests.support.synthetic import SyntheticSeat

ROOT = Path(__file__).resolve().parents[2]
LOAD, SERVED = 0, 1
"""The core of whoever makes the load, and that of the server."""


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, with all that it starts; a machine with one core has no choice."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core % (os.cpu_count() or 1)})


def from_its_core(measure: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Measure with this process, and what it starts, on the core of the load."""

    @wraps(measure)
    def pinned() -> dict[str, Any]:
        before = os.sched_getaffinity(0)
        pin(os.getpid(), LOAD)
        try:
            return measure()
        finally:
            os.sched_setaffinity(0, before)

    return pinned


class Ours:
    """Our media plane in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.pid = process.pid
        self._process = process

    async def ask(self, *words: str) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(words).encode() + b"\n")
        return json.loads(await self._process.stdout.readline())

    async def publish(self, seat: SyntheticSeat) -> None:
        await self.ask("answer", seat.name, seat.answer(await self.ask("offer", seat.name)))

    subscribe = publish


@asynccontextmanager
async def ours(*words: str, host: str = HOST) -> AsyncIterator[Ours]:
    """The media port and a switchboard alone. `words`: as media_node.py has them."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.media_node", host, *words,
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=1 << 20,
    )  # fmt: skip
    try:
        yield Ours(process)
    finally:
        process.terminate()
        await process.wait()


@contextmanager
def node() -> Iterator[Server]:
    """The whole server as it is installed: pages, sockets, log and media."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"media_host": "127.0.0.1", "media_announce": "127.0.0.1", "log_level": "warning"}
        with server_process(Path(folder) / "data", **given) as server:
            assert server.pid is not None
            pin(server.pid, SERVED)
            yield server
