"""A process that appends until it is killed, for the test of crashes.

Told "<data folder> <seed>" on a line of its input, it forks a child, prints "child <pid>", and the child appends to
the case "c" without end, printing "ack <position>" after each append that returned. When the child is dead it prints
"dead" and waits for the next line. Forking spares every child the imports, so that a thousand crashes take minutes
and not an hour.
"""

import asyncio
import os
import random
import sys
from pathlib import Path

from server.eventlog.sql import SqlEventLog
from server.storage.installation import open_installation


def say(text: str) -> None:
    os.write(1, (text + "\n").encode())  # one write, so that a kill leaves no half line behind


async def append_for_ever(folder: Path, seed: int) -> None:
    """Append batches of 1 to 3 entries: each entry says its position, the last position of its batch and the seed."""
    chance = random.Random(seed)
    installation = await open_installation(folder)
    log, key = SqlEventLog(installation.database), await installation.cases.key("c")
    fence = await installation.cases.take("c", f"child {seed}")
    last = len(await log.read("c"))
    while True:
        end = last + chance.randint(1, 3)
        sealed = [key.seal(f"{place} {end} {seed}".encode(), f"c/{place}") for place in range(last + 1, end + 1)]
        last = await log.append("c", expected=last, fence=fence, sealed=sealed, at=seed, command=f"{seed}/{end}")
        say(f"ack {last}")


def main() -> None:
    """Serve one crash per line of input."""
    for line in sys.stdin:
        folder, _, seed = line.strip().rpartition(" ")
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(append_for_ever(Path(folder), int(seed)))
            finally:
                os._exit(1)
        say(f"child {child}")
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
