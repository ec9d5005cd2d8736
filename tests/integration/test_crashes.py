"""A process that appends is killed at any moment: nothing that was acknowledged is lost, and there is no gap.

20 crashes in `make test`; the environment variable PARLEY_CRASHES says how many (1,000 in `make prove`).
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from server.eventlog.sql import SqlEventLog
from tests.support.storing import opened

CRASHES = int(os.environ.get("PARLEY_CRASHES", "20"))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def appender() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.appender"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()


def crash(stdin: IO[str], stdout: IO[str], folder: Path, seed: int, chance: random.Random) -> list[int]:
    """Let a child append, kill it at a random moment, and return what it had acknowledged."""
    stdin.write(f"{folder} {seed}\n")
    stdin.flush()
    child = 0
    acknowledged: list[int] = []
    wanted, spin = chance.randint(0, 12), chance.uniform(0, 0.006)
    for line in stdout:
        word, _, number = line.strip().partition(" ")
        if word == "child":
            child = int(number)
        elif word == "ack":
            acknowledged.append(int(number))
        elif word == "dead":
            break
        if child and len(acknowledged) == wanted:
            moment = time.perf_counter() + spin  # the crash itself, not a wait: it falls anywhere in the next append
            while time.perf_counter() < moment:
                pass
            os.kill(child, signal.SIGKILL)
            child = 0  # once
    assert len(acknowledged) >= wanted
    return acknowledged


@pytest.mark.timeout(60 + CRASHES * 2)
async def test_nothing_acknowledged_is_lost_by_a_crash(tmp_path: Path, appender: subprocess.Popen[str]) -> None:
    folder, chance = tmp_path / "data", random.Random(20)
    assert appender.stdin and appender.stdout
    async with opened(folder) as installation:
        key = await installation.cases.create("c", now=1)
    before = 0
    for seed in range(CRASHES):
        acknowledged = crash(appender.stdin, appender.stdout, folder, seed, chance)
        async with opened(folder) as installation:
            log = SqlEventLog(installation.database)
            entries = await log.read("c", after=before)
            commands = [await log.position_of("c", f"{seed}/{position}") for position in acknowledged]
        positions = [entry.position for entry in entries]
        assert positions == list(range(before + 1, before + 1 + len(entries))), "a gap, or out of order"
        assert set(acknowledged) <= set(positions), "something acknowledged is lost"
        assert commands == acknowledged
        ends = set()
        for entry in entries:
            place, end, by = key.open(entry.sealed, f"c/{entry.position}").split()
            assert (int(place), int(by)) == (entry.position, seed)
            ends.add(int(end))
        assert ends <= set(positions), "half a batch was kept"
        assert len(ends - set(acknowledged)) <= 1, "more than the one append that was under way"
        before += len(entries)
    assert before > 0
