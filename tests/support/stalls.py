"""How long the machine has kept this process from running: a limit of real time allows that much more.

A thread of its own asks, not the event loop: where the server runs in a loop of the tests, a server that keeps the loop
busy would otherwise widen the very limit that it breaks.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

LOOK_S = 0.02
SLIGHT_S = 0.02  # more than that, or it is no stall: the thread waits for its turn in this process, 5 ms at a time


class Stalls:
    """`seconds`: of all pauses together, beyond what the thread itself asked for."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.is_set():
            before = time.monotonic()
            time.sleep(LOOK_S)
            more = time.monotonic() - before - LOOK_S
            if more > SLIGHT_S:
                self.seconds += more

    def end(self) -> None:
        """Returns when nothing is added any more."""
        self._over.set()
        self._thread.join()


@contextmanager
def stalls() -> Iterator[Stalls]:
    """Of what happens within."""
    found = Stalls()
    try:
        yield found
    finally:
        found.end()
