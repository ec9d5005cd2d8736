"""Servers of Debian's packages for a test: started on free ports of loopback, awaited by a fact, ended by their pid."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import environment

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PATIENCE_S = 20.0


def listens(port: int) -> bool:
    """Does somebody listen there?"""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()
    except ConnectionRefusedError:
        return False
    return True


@contextmanager
def program(
    command: Sequence[str | Path], answers: Callable[[], bool], given: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers; what it says when it does not is in the failure."""
    process = subprocess.Popen(
        [str(part) for part in command],
        env={**environment(), **(given or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        end = time.monotonic() + PATIENCE_S
        while not answers():
            assert process.poll() is None and time.monotonic() < end, _said(process)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


def _said(process: subprocess.Popen[bytes]) -> str:
    process.kill()
    return process.communicate()[0].decode(errors="replace")
