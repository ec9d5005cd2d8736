"""What widens a limit of real time: the machine's pauses, and no work of our own."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.support.stalls import stalls

PAUSE_S = 0.5
ROUGHLY_S = 0.1
WATCH = """
from tests.support.stalls import stalls
with stalls() as machine:
    print("watching", flush=True)
    input()
print(machine.seconds)
"""


async def test_a_loop_that_is_kept_busy_by_what_runs_in_it_is_no_stall() -> None:
    with stalls() as machine:
        await asyncio.sleep(0)
        began, used = time.monotonic(), time.process_time()
        while time.monotonic() - began < PAUSE_S:
            pass
        away = time.monotonic() - began - (time.process_time() - used)  # somebody else had the processor
        await asyncio.sleep(ROUGHLY_S)
    assert machine.seconds < away + PAUSE_S / 2


def test_a_process_that_was_kept_from_running_has_stood_still() -> None:
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", WATCH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as watching:
        assert watching.stdout is not None and watching.stdout.readline() == "watching\n"
        os.kill(watching.pid, signal.SIGSTOP)
        time.sleep(PAUSE_S)
        os.kill(watching.pid, signal.SIGCONT)
        said, _ = watching.communicate("\n")
    assert float(said) > PAUSE_S - ROUGHLY_S
