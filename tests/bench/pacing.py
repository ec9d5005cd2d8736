"""Messages at an even pace, and the CPU that servers use meanwhile."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.bench.processes import cpu_with_children


async def paced(per_second: float, seconds: float, send: Callable[[int], None]) -> float:
    """Call `send` with 0, 1, 2, … at this pace. Returns how long it took; who is late catches up at once."""
    begin = time.monotonic()
    for number in range(round(per_second * seconds)):
        due = begin + number / per_second
        if (ahead := due - time.monotonic()) > 0:
            await asyncio.sleep(ahead)
        send(number)
    return time.monotonic() - begin


@dataclass
class Meter:
    """Seconds of CPU by the name of a group of processes, since it was made."""

    pids: Mapping[str, list[int]]

    def __post_init__(self) -> None:
        self._begin = self._now()
        self._at = time.monotonic()

    def used(self) -> dict[str, float]:
        now = self._now()
        return {name: now[name] - self._begin[name] for name in now}

    def share_of_a_core(self, name: str) -> float:
        return self.used()[name] / (time.monotonic() - self._at)

    def _now(self) -> dict[str, float]:
        return {name: sum(map(cpu_with_children, pids)) for name, pids in self.pids.items()}
