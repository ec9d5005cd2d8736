"""A real server for a test: as a process of its own, or inside the test's own event loop.

Both start on free ports over a fresh data folder, with the door's beat set to 0 unless a test asks for one.
"""

import asyncio
import io
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from server.app import Parley, open_app
from server.cli.main import main
from server.cli.serving import listen, uvicorn_settings
from server.clock import Clock
from server.config import Config
from server.signalling.socket import Pulse
from server.storage.keys import find_operator_key

READY = "Parley is ready at "
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30
QUICK = Pulse(ping_every_s=0.05)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server answers. `url` has no slash at its end."""

    url: str
    data: Path
    app: Parley | None = None
    pid: int | None = None

    @property
    def key(self) -> str:
        """The operator's key."""
        key = find_operator_key(self.data)
        assert key is not None
        return key


@asynccontextmanager
async def serving(
    folder: Path, *, clock: Clock | None = None, pulse: Pulse = QUICK, **settings: Any
) -> AsyncIterator[Server]:
    """A server in this event loop; `settings` are fields of Config."""
    config = Config(**{"data": folder, "port": 0, "media_port": 0, "door_s": 0.0, **settings})
    async with open_app(config, clock=clock, pulse=pulse) as app:
        sock = listen(config.host, config.port)
        sock.listen()  # who comes before uvicorn does waits for it
        server = uvicorn.Server(uvicorn_settings(config, app))
        task = asyncio.create_task(server.serve(sockets=[sock]))
        try:
            scheme = "https" if config.tls else "http"
            yield Server(f"{scheme}://127.0.0.1:{sock.getsockname()[1]}", folder, app)
        finally:
            server.should_exit = True
            await task
            sock.close()


@contextmanager
def server_process(folder: Path, *options: str, **settings: str) -> Iterator[Server]:
    """`python -m server serve` as a process; `settings` become PARLEY_ names. Stopped by its pid."""
    with started(folder, *options, **settings) as process:
        url = ready_line(process)
        yield Server(url, folder, pid=process.pid)


@contextmanager
def started(folder: Path, *options: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """The process alone, for tests of what happens before it is ready."""
    arguments = ["serve", "--port", "0", "--media-port", "0", "--data", str(folder), *options]
    process = subprocess.Popen(
        [sys.executable, "-m", "server", *arguments],
        cwd=ROOT,
        env=environment(**{"door_s": "0", **settings}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def ready_line(process: subprocess.Popen[str]) -> str:
    """Waits for the line that says where it answers; fails with all that it said when it dies first."""
    assert process.stdout is not None and process.stderr is not None
    for line in process.stdout:
        if line.startswith(READY):
            return line.removeprefix(READY).strip().rstrip("/")
    raise AssertionError(f"the server ended with {process.wait()} before it was ready:\n{process.stderr.read()}")


def environment(**settings: str) -> dict[str, str]:
    """This environment without anybody's settings, and with these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    return clean | {f"PARLEY_{name.upper()}": value for name, value in settings.items()}


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    status: int
    stdout: str
    stderr: str


def run(*arguments: str, **settings: str) -> Done:
    """One command of the command line, in this process: a process of its own costs a second or more to start."""
    out, errors = io.StringIO(), io.StringIO()
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment(**settings))
    status = 0
    try:
        with redirect_stdout(out), redirect_stderr(errors):
            main(arguments)
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else 1
    finally:
        os.environ.clear()
        os.environ.update(before)
        logging.captureWarnings(False)
    return Done(status, out.getvalue(), errors.getvalue())
