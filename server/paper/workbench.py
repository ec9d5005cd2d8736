"""A process in which a stranger's bytes are decoded, or paper is made. It is started for one job and then gone.

Before it reads anything it takes from itself what it does not need: memory, time, the writing of files; and before it
reads what came from outside, all further files and sockets (none can be opened any more), and the rights of root.

On its input: one line of JSON that says what to do, then the bytes. On its output: for each page one line of JSON and
the page's bytes; at the end a line that says how it went. `workshop` is the other end.
"""

import contextlib
import ctypes
import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

from server.errors import Refused
from server.paper.kinds import PDF, SVG, kind_of
from server.paper.limits import Limits

MEMORY = 1_600_000_000  # bytes of address space for decoding: forty million pixels several times over
PAPER_MEMORY = 6_000_000_000  # bytes of address space for typesetting: threads reserve much that they never touch
CPU_S = 90  # seconds of computing. Two hundred pages take a third of it on a slow machine.
NOBODY = 65_534
_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4  # of prctl(2)


def main() -> None:
    """Do the one job that stands on the input."""
    job = json.loads(sys.stdin.buffer.readline(65_536))
    with contextlib.suppress(BrokenPipeError):
        try:
            _JOBS[job["job"]](job)
        except Refused as refused:
            _say({"refused": refused.reason, "detail": refused.detail})
        except MemoryError:
            _say({"refused": "file_too_large", "detail": {}})
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    os._exit(0)  # nothing that a library registered for the end may run any more


def _take_in(job: dict[str, Any]) -> None:
    _bound(MEMORY)
    from server.paper import documents, pictures

    pictures.warm_up()
    documents.warm_up()
    _close_the_doors()
    limits = Limits(**job["limits"])
    data = sys.stdin.buffer.read(limits.size + 1)
    kind = kind_of(data)
    if kind is None:
        raise Refused("file_type")
    if kind == PDF:
        for page, number in documents.pages_of(data, limits):
            _say({"type": page.type, "width": page.width, "height": page.height, "of": number}, page.data)
    else:
        page = pictures.encoded_anew(data, kind, limits)
        _say({"type": page.type, "width": page.width, "height": page.height, "of": 1}, page.data)
    _say({"done": kind})


def _print(job: dict[str, Any]) -> None:
    _bound(PAPER_MEMORY)
    from server.paper import sheets
    from server.paper.board_paper import printed
    from server.paper.order import Order

    order, form = Order(**json.loads(sys.stdin.buffer.read())), str(job["form"])
    drawn = sheets.apart(order) if form == PDF else sheets.together(order)
    paper = drawn[0][1].encode() if form == SVG else printed(drawn, form, order.title, order.language)
    _say({"type": form, "width": 0, "height": 0, "of": 1}, paper)
    _say({"done": form})


_JOBS: dict[str, Callable[[dict[str, Any]], None]] = {"take_in": _take_in, "print": _print}


def _say(line: dict[str, Any], data: bytes = b"") -> None:
    out = sys.stdout.buffer
    out.write(json.dumps({**line, "length": len(data)}).encode() + b"\n")
    out.write(data)
    out.flush()


def _bound(memory: int) -> None:
    """Memory, time, no core dumps, no bytes into any file, no new rights by running something."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # not every system knows each of them
            resource.setrlimit(what, (most, most))
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.prctl(_DUMPABLE, 0, 0, 0, 0)


def _close_the_doors() -> None:
    """From here on no file and no socket can be opened, and root is nobody."""
    for handle in os.listdir("/dev/fd") if os.path.isdir("/dev/fd") else ():
        if int(handle) > 2:
            with contextlib.suppress(OSError):
                os.close(int(handle))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
