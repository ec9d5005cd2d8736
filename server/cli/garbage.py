"""Python's search for garbage, kept short. A full one looks at all that is alive, on a busy node for a third of a
second, and nobody hears anybody meanwhile.

What a full search leaves is alive. It is set aside then (`gc.freeze`) and not looked at again, so that the next one is
short. What dies of it is freed at once as always, but for what refers to itself in a circle: for that, everything is
looked through once more when nobody is connected, or when too much has been set aside.
"""

import asyncio
import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

LOOK_SECONDS = 60.0
"""How often it is asked whether everything may be looked through."""
MORE_MOST = 2_000_000
"""So many objects set aside since everything was looked through, and it is done though people are connected. More keeps
more memory that nobody uses, about 200 bytes each at worst; fewer interrupts people more often.
"""


class Garbage:
    """`anybody` says whether somebody is connected."""

    def __init__(self, anybody: Callable[[], bool]) -> None:
        self._anybody = anybody
        self._aside = 0  # when everything was looked through last
        self._more = 0  # set aside since, whether it is still there or not: to count what is there takes long itself

    def look_through(self) -> None:
        """Everything, now."""
        gc.unfreeze()
        gc.collect()
        self._aside = gc.get_freeze_count()
        self._more = 0

    def look(self) -> None:
        """Look through everything if that harms nobody, or has to be."""
        if self._more > MORE_MOST:
            self._more = gc.get_freeze_count() - self._aside
        if self._more and (self._more > MORE_MOST or not self._anybody()):
            self.look_through()

    def set_aside(self, phase: str, found: Mapping[str, int]) -> None:
        """What a full search has left."""
        if phase == "stop" and found["generation"] == 2:
            self._more += len(gc.get_objects(generation=2))
            gc.freeze()


@contextmanager
def kept_short(anybody: Callable[[], bool]) -> Iterator[Garbage]:
    """Inside, searches for garbage are short."""
    garbage = Garbage(anybody)
    gc.callbacks.append(garbage.set_aside)
    try:
        garbage.look_through()
        yield garbage
    finally:
        gc.callbacks.remove(garbage.set_aside)
        gc.unfreeze()


async def look_again(garbage: Garbage) -> None:
    """For as long as the node runs."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        garbage.look()
