"""A process that holds only log and host, until it is killed: a hub over a data folder, and no door but one pipe.

Told "<data folder> <path of a socket> <database or ->" on a line of its input, it forks a child, prints "child <pid>",
and the child connects to that socket of the file system and serves lines of JSON there. When the child is dead it
prints "dead" and waits for the next line. Forking spares every child the imports.

    {"make": plan}                 ─► {"made": [session, {name: seat}]}
    {"tab": n, "seat": s, "case": c}   a tab is opened; its first frame is the hello
    {"tab": n, "frame": text}      ─► {"tab": n, "frame": text}, and {"tab": n, "closed": [code, reason]}
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.websockets import WebSocketDisconnect

from server.clock import SystemClock
from server.config import Config
from server.errors import NotFound, Unavailable
from server.eventlog.sql import SqlEventLog
from server.host.hub import Hub
from server.host.mailbox import Mailbox
from server.session.opening import SeatPlan, SessionPlan
from server.signalling.beats import Beats
from server.signalling.connection import Connection
from server.signalling.conversation import Conversation
from server.signalling.messages import Hello
from server.storage.installation import Installation, open_installation

TRY_AGAIN = 1013


class Pipe:
    """A tab's end here: what Starlette's WebSocket is to a connection."""

    def __init__(self, tab: int, out: asyncio.StreamWriter) -> None:
        self.tab = tab
        self.coming: asyncio.Queue[str | None] = asyncio.Queue()
        self._out = out

    async def receive(self) -> dict[str, Any]:
        text = await self.coming.get()
        return {"type": "websocket.disconnect"} if text is None else {"type": "websocket.receive", "text": text}

    async def send_text(self, text: str) -> None:
        if self._out.is_closing():
            raise WebSocketDisconnect
        self._say({"tab": self.tab, "frame": text})
        await self._out.drain()

    async def close(self, code: int, reason: str) -> None:
        self._say({"tab": self.tab, "closed": [code, reason]})

    def _say(self, line: dict[str, Any]) -> None:
        self._out.write(json.dumps(line).encode() + b"\n")


class House:
    """The hub, and the tabs that came through the pipe."""

    def __init__(self, installation: Installation, out: asyncio.StreamWriter) -> None:
        self._clock = SystemClock()
        self._beats = Beats(self._clock, every=1.0)
        self._out = out
        self._pipes: dict[int, Pipe] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.hub = Hub(
            config=Config(data=installation.folder, door_s=0.0),
            clock=self._clock,
            cases=installation.cases,
            links=installation.links,
            files=installation.files,
            log=SqlEventLog(installation.database),
            media=None,
        )

    async def take(self, line: dict[str, Any]) -> None:
        """One line of the pipe."""
        if "make" in line:
            plan = line["make"]
            sides = tuple((side["id"], side["name"]) for side in plan["sides"])
            seats = tuple(SeatPlan(seat["name"], seat["role"], seat["side"]) for seat in plan["seats"])
            made, links = await self.hub.new_session(SessionPlan(plan["title"], sides, seats, plan["text"]))
            told = {"made": [made, {link.name: link.seat for link in links}]}
            self._out.write(json.dumps(told).encode() + b"\n")
        elif "seat" in line:
            pipe = self._pipes[line["tab"]] = Pipe(line["tab"], self._out)
            task = asyncio.create_task(self._live(pipe, line["seat"], line["case"]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._pipes[line["tab"]].coming.put_nowait(line["frame"])

    async def _live(self, pipe: Pipe, seat: str, case: str) -> None:
        conversation, mailbox = Conversation(self._clock.boot()), Mailbox()
        first = await pipe.coming.get()
        if first is None:
            return
        hello = conversation.receive(first, self._clock.boot())
        assert isinstance(hello, Hello)
        try:
            session = await self.hub.session(case)
            name = await session.connect(seat, mailbox, life=hello.life, seen=hello.seen)
        except (NotFound, Unavailable):
            await pipe.close(TRY_AGAIN, "unavailable")
            return
        connection = Connection(
            pipe,  # type: ignore[arg-type]
            conversation,
            session,
            mailbox,
            seat=seat,
            name=name,
            clock=self._clock,
            counts=self.hub.counts,
            origin="",
            translate=lambda text, **_: text,
        )
        try:
            with self._beats.among(connection):
                await connection.run()
        finally:
            await asyncio.shield(session.disconnect(seat, name))


async def keep_house(folder: Path, path: str, database: str) -> None:
    """Serve the pipe until it ends."""
    installation = await open_installation(folder, database)
    come, out = await asyncio.open_unix_connection(path, limit=1 << 24)
    house = House(installation, out)
    await house.hub.start()
    while line := await come.readline():
        await house.take(json.loads(line))


def say(text: str) -> None:
    os.write(1, (text + "\n").encode())


def main() -> None:
    """One child per line of input."""
    for line in sys.stdin:
        folder, path, database = line.split()
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(keep_house(Path(folder), path, database.removeprefix("-")))
            finally:
                os._exit(1)
        say(f"child {child}")
        with suppress(ChildProcessError):
            os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
