"""The test's end of `housemate`: a house that is started and killed, and browsers that reach it by a pipe."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import IO, Any

from websockets.exceptions import ConnectionClosedError

from tests.support.company import BACK_S, Company, Person
from tests.support.journal import Journal
from tests.support.meeting import PLAN
from tests.support.scripted import Browser, Frame
from tests.support.server import ROOT
from tests.support.storing import Place


class PipeSocket:
    """What a page has of its socket, over the pipe."""

    def __init__(self, tab: int, out: asyncio.StreamWriter) -> None:
        self.close_code: int | None = None
        self.close_reason = ""
        self.transport = self
        self._tab = tab
        self._out = out
        self._coming: asyncio.Queue[str | None] = asyncio.Queue()

    def came(self, line: Frame) -> None:
        if "closed" in line:
            self.close_code, self.close_reason = line["closed"]
            self._coming.put_nowait(None)
        else:
            self._coming.put_nowait(line["frame"])

    async def send(self, text: str) -> None:
        if self.close_code is not None or self._out.is_closing():
            raise ConnectionClosedError(None, None)
        self._out.write(json.dumps({"tab": self._tab, "frame": text}).encode() + b"\n")

    def abort(self) -> None:
        """The page is gone, or the house."""
        if self.close_code is None:
            self.close_code = 1006
            if not self._out.is_closing():
                self._out.write(json.dumps({"tab": self._tab, "frame": None}).encode() + b"\n")
        self._coming.put_nowait(None)

    async def close(self) -> None:
        self.abort()

    def __aiter__(self) -> "PipeSocket":
        return self

    async def __anext__(self) -> str:
        text = await self._coming.get()
        if text is None:
            raise StopAsyncIteration
        return text


class House:
    """At most one child lives at a time, over one folder and one database."""

    def __init__(self, process: asyncio.subprocess.Process, place: Place, path: Path, errors: Path) -> None:
        self.place = place
        self.frames = 0
        """That came out of the child that lives."""
        self._process = process
        self._path = path
        self._errors = errors
        self._child: int | None = None
        self._out: asyncio.StreamWriter | None = None
        self._sockets: dict[int, PipeSocket] = {}
        self._tabs = count(1)
        self._news = asyncio.Condition()
        self._made: asyncio.Queue[list[Any]] = asyncio.Queue()

    # --- its life

    async def start(self) -> None:
        """Fork a child, and return when it is forked; what it does from there on may be broken off anywhere."""
        assert self._process.stdin is not None and self._child is None
        self.frames = 0
        database = self.place.database or "-"
        self._process.stdin.write(f"{self.place.folder} {self._path} {database}\n".encode())
        word, _, number = (await self._line()).partition(" ")
        assert word == "child", word
        self._child = int(number)

    async def kill(self) -> None:
        """kill -9, and return when it is dead."""
        assert self._child is not None
        os.kill(self._child, signal.SIGKILL)
        assert await self._line() == "dead"
        self._child = None
        self._ended()

    async def life(self, chance: Random, company: Company) -> None:
        """A child that is killed: while it opens its house, after some frames, or after everybody has got on; and then
        anywhere in what follows.
        """
        await self.start()
        which = chance.random()
        if which < 0.15:
            await asyncio.sleep(chance.uniform(0, 0.15))  # the crash itself, not a wait
        elif which < 0.9:
            await self.after(chance.randint(0, 90))
        else:
            await company.progress(each=1)
        moment = time.perf_counter() + chance.uniform(0, 0.006)
        while time.perf_counter() < moment:
            pass
        await self.kill()

    async def after(self, frames: int) -> None:
        """Until so many frames have come out of this child."""
        async with self._news, asyncio.timeout(BACK_S):
            await self._news.wait_for(lambda: self.frames >= frames)

    async def _line(self) -> str:
        assert self._process.stdout is not None
        line = (await self._process.stdout.readline()).decode().strip()
        assert line, f"the house fell down: {self._errors.read_text()}"
        return line

    # --- the pipe

    async def connected(self, come: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        """A child has come."""
        self._out = out
        async with self._news:
            self._news.notify_all()
        try:
            while text := await come.readline():
                line = json.loads(text)
                if "made" in line:
                    self._made.put_nowait(line["made"])
                elif line["tab"] in self._sockets:
                    self._sockets[line["tab"]].came(line)
                async with self._news:
                    self.frames += 1
                    self._news.notify_all()
        except (ConnectionError, ValueError, asyncio.IncompleteReadError):
            pass  # killed in the middle of a line
        finally:
            out.close()
            if self._out is out:
                self._ended()

    def _ended(self) -> None:
        self._out = None
        for socket in self._sockets.values():
            socket.abort()
        self._sockets.clear()

    def dial(self, seat: str, case: str) -> PipeSocket:
        """A tab is opened. Raises OSError while there is nobody."""
        if self._out is None or self._out.is_closing():
            raise ConnectionRefusedError
        tab = next(self._tabs)
        socket = self._sockets[tab] = PipeSocket(tab, self._out)
        self._out.write(json.dumps({"tab": tab, "seat": seat, "case": case}).encode() + b"\n")
        return socket

    async def made(self) -> tuple[str, dict[str, str]]:
        """A new session: its case, and seats by name. The child must live."""
        async with self._news, asyncio.timeout(BACK_S):
            await self._news.wait_for(lambda: self._out is not None)
        assert self._out is not None
        self._out.write(json.dumps({"make": PLAN}).encode() + b"\n")
        case, seats = await self._made.get()
        return case, seats


class PipeBrowser(Browser):
    """Neither cookies nor tickets: the pipe knows who is who."""

    def __init__(self, house: House, case: str) -> None:
        self.url = ""
        self.http: Any = SimpleNamespace(base_url="", headers={}, aclose=_nothing)
        self._house = house
        self._case = case

    async def ticket(self, seat: str) -> str:
        return "none"

    async def dial(self, seat: str, **_: Any) -> Any:
        return self._house.dial(seat, self._case)


async def _nothing() -> None:
    return None


@asynccontextmanager
async def house(place: Place, scratch: Path) -> AsyncIterator[House]:
    """A house without a child yet. `scratch`: a folder for its pipe and its last words."""
    path, errors = scratch / "pipe", scratch / "errors"
    with errors.open("ab") as out:
        process = await _forker(out)
    it = House(process, place, path, errors)
    server = await asyncio.start_unix_server(it.connected, path, limit=1 << 24)
    try:
        yield it
    finally:
        if it._child is not None:
            await it.kill()
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        server.close()
        path.unlink(missing_ok=True)


async def _forker(errors: IO[bytes]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.support.housemate")
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=errors)


PATIENCE_S = 600.0
"""How long somebody tries, of whose house every life is cut short."""


async def company_in(house: House, sessions: int, seed: str) -> Company:
    """People with seats in new sessions of a house that lives."""
    company = Company(Journal())
    for number in range(sessions):
        case, seats = await house.made()
        for name, seat in seats.items():
            chance = Random(f"{seed}/{number}/{name}")
            browser = PipeBrowser(house, case)
            person = Person(browser, seat, case, company.journal, chance, lambda: [""], pace=0.0)
            person.patience = PATIENCE_S
            company.people.append(person)
    return company
