"""The disk of a single house is full for a while: what cannot be written has not happened, and later it has, once."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.company import Company
from tests.support.fleet import AtWork
from tests.support.journal import Answered
from tests.support.nodes import Shared, shared
from tests.support.tally import Tally, how_many

FAULT = "disk full"
DISK = "24m"
"""The log, its write-ahead log and their growth in a round fit in; so does the ballast, until nothing does."""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Shared]:
    """An installation for one node, whose data folder "one" is a small disk of its own. Needs root."""
    common = shared(tmp_path, "", "")
    folder = tmp_path / "one"
    folder.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=700", "tmpfs", str(folder)], check=True)
    try:
        for key in common.keys.iterdir():
            (folder / key.name).write_bytes(key.read_bytes())
            (folder / key.name).chmod(0o600)
        yield common
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(ballast: Path) -> None:
    """Until nothing more fits in."""
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(4096))


async def refused_by_the_disk(company: Company, before: int, ballast: Path) -> None:
    """Somebody was told "not now"; what becomes free meanwhile is filled too."""
    while not any(isinstance(n, Answered) and n.reason == "unavailable" for n in company.journal.notes[before:]):
        fill(ballast)
        company.journal.came_in.clear()
        await company.journal.came_in.wait()


@pytest.mark.timeout(120 + how_many(FAULT) * 60)
async def test_a_full_disk_delays_and_loses_nothing(small: Shared, at_work: AtWork, tally: Tally) -> None:
    ballast = small.folder("one") / "ballast"
    async with at_work(small, "one") as (_, company):
        for _ in range(how_many(FAULT)):
            with tally.during(FAULT):
                before = len(company.journal.notes)
                fill(ballast)
                await refused_by_the_disk(company, before, ballast)
                ballast.unlink()
                await company.progress(each=2)
