"""Nodes as processes, killed, frozen and started again while people go on: nothing here holds up their event loop."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.support.company import Company
from tests.support.isle import Isle
from tests.support.nodes import Shared
from tests.support.server import READY, ROOT, Server, environment
from tests.support.storing import Place

AtWork = Callable[..., AbstractAsyncContextManager[tuple["Fleet", Company]]]
"""`at_work(common, "one", …)`: these nodes, with people at work on all of them; at the end everything must be as they
noted it. Keywords as for `fleet`.
"""


@dataclass(slots=True)
class Member:
    """One node that runs. `answers`: whether a proxy would send anybody to it."""

    process: asyncio.subprocess.Process
    url: str
    answers: bool = True


class Fleet:
    """The nodes of one installation, by name."""

    def __init__(self, common: Shared, isles: Mapping[str, Isle]) -> None:
        self.common = common
        self.running: dict[str, Member] = {}
        self._isles = isles

    @property
    def place(self) -> Place:
        """Where their common log is read; without a database it is in the folder of the only node."""
        keys = self.common.keys if self.common.database else self.common.folder(next(iter(self.running)))
        return Place(keys, self.common.database)

    def doors(self) -> list[str]:
        return [member.url for member in self.running.values() if member.answers]

    def server(self, name: str) -> Server:
        return Server(self.running[name].url, self.common.folder(name), pid=self.running[name].process.pid)

    async def start(self, name: str, more: Mapping[str, str] | None = None) -> None:
        """Start a node, and return when it answers. `more`: of its environment."""
        folder = self.common.folder(name)
        settings = {"door_s": "0", "media_host": "127.0.0.1", **self.common.settings(name)}
        arguments = ["serve", "--port", "0", "--media-port", "0", "--data", str(folder)]
        with self._errors(name).open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *(self._isles[name].before if name in self._isles else ()),
                sys.executable,
                "-m",
                "server",
                *arguments,
                cwd=ROOT,
                env=environment(**settings) | dict(more or {}),
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
        assert process.stdout is not None
        async for line in process.stdout:
            if line.decode().startswith(READY):
                self.running[name] = Member(process, self._door(name, line.decode().removeprefix(READY).strip()))
                return
        raise AssertionError(f"{name} ended with {await process.wait()}:\n{self.last_words(name)}")

    def _door(self, name: str, url: str) -> str:
        if name not in self._isles:
            return url.rstrip("/")
        self._isles[name].door.lead_to(int(url.rstrip("/").rpartition(":")[2]))
        return self._isles[name].door.url

    def last_words(self, name: str) -> str:
        """What a node complained of."""
        return self._errors(name).read_text()[-3000:]

    def _errors(self, name: str) -> Path:
        """Not in its folder: that disk may be full."""
        return self.common.keys.parent / f"{name}.errors"

    async def kill(self, name: str) -> None:
        member = self.running.pop(name)
        member.process.kill()
        await member.process.wait()

    def freeze(self, name: str) -> None:
        self.running[name].process.send_signal(signal.SIGSTOP)
        self.running[name].answers = False

    def thaw(self, name: str) -> None:
        self.running[name].process.send_signal(signal.SIGCONT)
        self.running[name].answers = True

    async def sessions(self, name: str) -> int:
        """How many sessions live there, as the node's own numbers say."""
        async with httpx2.AsyncClient(trust_env=False, timeout=10) as http:
            text = (await http.get(f"{self.running[name].url}/metrics")).text
        return int(float(next(line.split()[1] for line in text.splitlines() if line.startswith("parley_sessions "))))

    async def owner(self) -> str:
        """A node on which sessions live."""
        while True:
            for name, member in self.running.items():
                if member.answers and await self.sessions(name):
                    return name

    async def stop(self) -> None:
        for name, member in self.running.items():
            member.process.send_signal(signal.SIGCONT)
            member.process.terminate()
            try:
                async with asyncio.timeout(15):
                    await member.process.wait()
            except TimeoutError:
                member.process.kill()
                await member.process.wait()
                raise AssertionError(f"{name} did not end: {self.last_words(name)}") from None
        self.running.clear()


@asynccontextmanager
async def fleet(
    common: Shared, *names: str, isles: Mapping[str, Isle] | None = None, **more: Mapping[str, str]
) -> AsyncIterator[Fleet]:
    """These nodes, each a process of its own, some of them on isles. `more`: of the environment of some, by name."""
    found = Fleet(common, isles or {})
    try:
        async with asyncio.TaskGroup() as tasks:
            for name in names:
                tasks.create_task(found.start(name, more.get(name)))
        yield found
    finally:
        await found.stop()
