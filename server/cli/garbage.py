"""Python's search for garbage, kept short. A full one looks at all that is alive, on a busy node for a third of a
second, and nobody hears anybody meanwhile.

What a search leaves is alive. It is set aside then (`gc.freeze`) and not looked at again, so that the next one is
short. What dies of it is freed at once as always, but for what refers to itself in a circle: for that, everything is
looked through once more when nobody is connected, or when too much has been set aside.

Python begins a search when so much more was made than freed. What is sent is kept for repairs, and makes as much new as
it frees: nothing begins, until somebody joins, and then tens of thousands of packets are searched, a microsecond each.
So what is new is looked at all the time, before it is much.
"""

import asyncio
import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

LOOK_SECONDS = 60.0
"""How often it is asked whether everything may be looked through."""
NEW_SECONDS = 0.1
"""How often what is new is looked at. Longer makes each look longer; shorter sets more aside that would soon have been
found to be in a circle.
"""
MORE_MOST = 2_000_000
"""So many more blocks of memory than when everything was looked through, and it is done though people are connected.
More keeps more memory that nobody uses, about 200 bytes each at worst; fewer interrupts people more often.
"""
LITTLE = 10_000
"""So few objects set aside are not looked through, though nobody is connected."""


class Garbage:
    """`anybody` says whether somebody is connected."""

    def __init__(self, anybody: Callable[[], bool]) -> None:
        self._anybody = anybody
        self._blocks = 0  # of memory, when everything was looked through last
        self._aside = 0  # objects set aside since, whether they are still there or not

    def look_through(self) -> None:
        """Everything, now."""
        gc.unfreeze()
        gc.collect()
        self._blocks = sys.getallocatedblocks()
        self._aside = 0

    def look(self) -> None:
        """Look through everything if that harms nobody, or has to be."""
        more = self._aside > MORE_MOST and sys.getallocatedblocks() - self._blocks > MORE_MOST
        if more or (self._aside > LITTLE and not self._anybody()):
            self.look_through()

    def look_at_new(self) -> None:
        """Search what was made since the last time, and set aside what is alive."""
        gc.collect(1)
        self._set_aside()

    def searched(self, phase: str, found: Mapping[str, int]) -> None:
        """Python has searched: what a full search has left is set aside."""
        if phase == "stop" and found["generation"] == 2:
            self._set_aside()

    def _set_aside(self) -> None:
        self._aside += len(gc.get_objects(generation=2))
        gc.freeze()


@contextmanager
def kept_short(anybody: Callable[[], bool]) -> Iterator[Garbage]:
    """Inside, searches for garbage are short."""
    garbage = Garbage(anybody)
    gc.callbacks.append(garbage.searched)
    try:
        garbage.look_through()
        yield garbage
    finally:
        gc.callbacks.remove(garbage.searched)
        gc.unfreeze()


async def look_again(garbage: Garbage) -> None:
    """For as long as the node runs."""
    while True:
        for _ in range(max(1, round(LOOK_SECONDS / NEW_SECONDS))):
            await asyncio.sleep(NEW_SECONDS)
            garbage.look_at_new()
        garbage.look()
