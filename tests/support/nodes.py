"""Several nodes over one database and one Redis, each a server of its own: in this event loop, or as processes."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from server.storage.keys import MASTER_KEY, OPERATOR_KEY, make_master_key, make_operator_key
from tests.support.meeting import Meeting, open_session
from tests.support.scripted import Browser, ScriptedSeat
from tests.support.server import Server, ready_line, serving, started


@dataclass(frozen=True, slots=True)
class Shared:
    """What the nodes have in common: a database, a relay, and the keys, which lie in `keys`."""

    keys: Path
    database: str
    redis: str

    def folder(self, name: str) -> Path:
        """A data folder for a node, with the common keys."""
        folder = self.keys.parent / name
        if not folder.exists():
            folder.mkdir(mode=0o700)
            for key in (MASTER_KEY, OPERATOR_KEY):
                shutil.copy2(self.keys / key, folder / key)
        return folder

    def settings(self, name: str) -> dict[str, Any]:
        return {"database": self.database, "redis": self.redis, "node": name}


def shared(folder: Path, database: str, redis: str) -> Shared:
    """Make the keys that all nodes are to have."""
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    make_master_key(keys)
    make_operator_key(keys)
    return Shared(keys, database, redis)


@asynccontextmanager
async def node(common: Shared, name: str, **settings: Any) -> AsyncIterator[Server]:
    """A node in this event loop."""
    async with serving(common.folder(name), **common.settings(name), **settings) as server:
        yield server


@asynccontextmanager
async def nodes(common: Shared, *names: str, **settings: Any) -> AsyncIterator[list[Server]]:
    """Several in this event loop."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(node(common, name, **settings)) for name in names]


@contextmanager
def node_process(common: Shared, name: str, **settings: str) -> Iterator[Server]:
    """A node as a process of its own."""
    folder = common.folder(name)
    with started(folder, **common.settings(name), **settings) as process:
        yield Server(ready_line(process), folder, pid=process.pid)


@contextmanager
def node_processes(common: Shared, *names: str, **settings: str) -> Iterator[list[Server]]:
    """Several, each a process of its own."""
    with ExitStack() as stack:
        yield [stack.enter_context(node_process(common, name, **settings)) for name in names]


@dataclass(slots=True)
class Spread:
    """A meeting whose people came through different nodes."""

    meeting: Meeting
    at: dict[str, Server] = field(default_factory=dict)

    def __getitem__(self, name: str) -> ScriptedSeat:
        return self.meeting[name]


async def enter_at(server: Server, link: str) -> ScriptedSeat:
    """A fresh browser that opens a link on this node, and its socket."""
    browser = Browser(server.url)
    seat = ScriptedSeat(browser, await browser.join(link))
    await seat.open()
    return seat


@asynccontextmanager
async def spread(servers: list[Server], *present: str) -> AsyncIterator[Spread]:
    """A session with these people connected and past the join screen, each through the next node."""
    here = Spread(await open_session(servers[0]))
    around = cycle(servers)
    async with AsyncExitStack() as stack:
        for name in present:
            server = next(around)
            seat = await enter_at(server, here.meeting.links[name])
            here.meeting.seats[name] = await stack.enter_async_context(seat)
            here.at[name] = server
            await seat.arrive()
        yield here


async def owner_of(servers: list[Server], session: str) -> Server:
    """The node (of this event loop) on which a session lives."""
    for server in servers:
        assert server.app is not None
        if session in {live.id for live in server.app.state.hub.living()}:
            return server
    raise AssertionError("the session lives nowhere")
