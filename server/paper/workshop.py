"""Where foreign files are taken in and paper is made: at most two workbenches at a time, each a process of its own.

What comes back from a workbench is believed as little as what went in: bounds and kinds are checked once more here.
"""

import asyncio
import contextlib
import importlib.util
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from server.errors import Refused, Unavailable
from server.paper.kinds import KEPT, PDF, PICTURES, PNG, SVG, kind_of
from server.paper.limits import Limits
from server.paper.order import Order
from server.paper.page import Page

BENCHES = 2  # at once. More is faster for many and takes the machine from sound and pictures.
WALL_S = 180.0  # seconds that one file may take, whatever it does meanwhile
PAPER_WALL_S = 60.0
PAGE_BYTES = 160_000_000  # of one page as it comes back; a drawing of forty million pixels that cannot be packed
ALL_BYTES = 400_000_000  # of all pages of one file
LINE = 4096  # bytes of the line that comes before a page

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("PIL", "pypdfium2", "pypdfium2_raw", "typst")
_BOOT = "import sys; sys.path[:0] = sys.argv[1:]; from server.paper.workbench import main; main()"
NO_PAPER = "the board could not be put on paper"
REASONS = frozenset({"file_type", "file_broken", "file_locked", "file_too_large", "too_many_pages"})


class Workshop:
    """The workbenches of this process."""

    def __init__(self, benches: int = BENCHES) -> None:
        self._free = asyncio.Semaphore(benches)
        self._running: set[asyncio.subprocess.Process] = set()

    async def take_in(self, data: bytes, limits: Limits) -> AsyncGenerator[Page, None]:
        """The pages of a foreign file, each as a picture of our own making, one after the other.

        The last thing that is yielded is followed by the end only when all went well. Raises `Refused` (file_empty,
        file_type, file_broken, file_locked, file_too_large, too_many_pages), at any time; `Unavailable`.
        """
        if not data:
            raise Refused("file_empty")
        if len(data) > limits.size:
            raise Refused("file_too_large", most=limits.size)
        if kind_of(data) is None:
            raise Refused("file_type")
        async with self._bench({"job": "take_in", "limits": asdict(limits)}, data, WALL_S) as lines:
            async for page in _pages(lines, limits):
                yield page

    async def printed(self, order: Order, form: str) -> bytes:
        """A board on paper: application/pdf (a page for each sheet), image/png or image/svg+xml (all in one picture).

        Drawing a large board takes seconds, so all of it is done at the workbench. Raises `Unavailable`.
        """
        given = await asyncio.to_thread(lambda: json.dumps(asdict(order)).encode())
        try:
            async with self._bench({"job": "print", "form": form}, given, PAPER_WALL_S) as out:
                line = await _line(out)
                length = line.get("length")
                if line.get("type") != form or not isinstance(length, int) or not 0 < length <= PAGE_BYTES:
                    raise Unavailable(NO_PAPER)
                paper = await out.readexactly(length)
        except (Refused, asyncio.IncompleteReadError):
            raise Unavailable(NO_PAPER) from None
        if not (paper.startswith(b"<svg ") if form == SVG else form in (PDF, PNG) and kind_of(paper) == form):
            raise Unavailable(NO_PAPER)
        return paper

    async def close(self) -> None:
        """End what still runs."""
        for process in list(self._running):
            _kill(process)
            await process.wait()

    @asynccontextmanager
    async def _bench(self, job: dict[str, Any], data: bytes, seconds: float) -> AsyncIterator[asyncio.StreamReader]:
        """What a workbench says about this job. However this ends, the process is gone afterwards."""
        async with self._free:
            process = await _started()
            self._running.add(process)
            assert process.stdin is not None and process.stdout is not None
            feeding = asyncio.create_task(_feed(process.stdin, json.dumps(job).encode() + b"\n", data))
            try:
                async with asyncio.timeout(seconds):
                    yield process.stdout
            except TimeoutError:
                raise Refused("file_too_large") from None
            finally:
                feeding.cancel()
                _kill(process)
                await asyncio.gather(feeding, return_exceptions=True)
                await process.wait()
                self._running.discard(process)


async def _started() -> asyncio.subprocess.Process:
    """A Python of its own: isolated, without anybody's settings, with the few folders that it needs to import from."""
    folders = {
        str(Path(spec.origin).parent.parent)
        for spec in map(importlib.util.find_spec, LIBRARIES)
        if spec and spec.origin
    }
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-S", "-B", "-c", _BOOT, str(ROOT), *sorted(folders)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # what a decoder says of a file may hold what is in it
            env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
            cwd="/",
            start_new_session=True,
            limit=1 << 20,
        )
    except OSError as error:
        raise Unavailable(f"no process could be started: {error.strerror}") from error


async def _feed(into: asyncio.StreamWriter, head: bytes, data: bytes) -> None:
    with contextlib.suppress(OSError):  # it has ended already, and said why
        into.write(head)
        into.write(data)
        await into.drain()
        into.close()
        await into.wait_closed()


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


async def _line(out: asyncio.StreamReader) -> dict[str, Any]:
    """The next line of a workbench. Raises `Refused`: what it says, and file_broken when it fell silent."""
    try:
        raw = await out.readline()
        line = json.loads(raw) if len(raw) <= LINE else None
    except ValueError:
        line = None
    if not isinstance(line, dict):
        raise Refused("file_broken")
    if "refused" in line:
        reason = str(line["refused"])
        raise Refused(reason if reason in REASONS else "file_broken", **_numbers(line.get("detail")))
    return line


def _numbers(detail: object) -> dict[str, object]:
    known = detail if isinstance(detail, dict) else {}
    return {name: known[name] for name in ("pages", "width", "height", "most") if isinstance(known.get(name), int)}


async def _pages(out: asyncio.StreamReader, limits: Limits) -> AsyncIterator[Page]:
    number, total, of = 0, 0, 0
    while True:
        line = await _line(out)
        if "done" in line:
            if line["done"] not in PICTURES | {PDF} or number == 0 or number != of:
                raise Refused("file_broken")
            return
        length, width, height = (line.get(name) for name in ("length", "width", "height"))
        of = line.get("of", 0)
        if not all(isinstance(value, int) and value > 0 for value in (length, width, height, of)):
            raise Refused("file_broken")
        assert isinstance(length, int) and isinstance(width, int) and isinstance(height, int)
        number, total = number + 1, total + length
        if length > PAGE_BYTES or total > ALL_BYTES:
            raise Refused("file_too_large")
        if number > of or of > limits.pages:
            raise Refused("too_many_pages", most=limits.pages)
        try:
            data = await out.readexactly(length)
        except asyncio.IncompleteReadError:
            raise Refused("file_broken") from None
        if kind_of(data) not in KEPT:
            raise Refused("file_broken")
        yield Page(data, str(kind_of(data)), width, height)
