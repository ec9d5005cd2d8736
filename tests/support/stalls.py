"""How long the machine has kept this event loop from running: a limit of real time allows that much more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

LOOK_S = 0.02


class Stalls:
    """`seconds`: of all pauses together, beyond what the loop itself asked for."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(LOOK_S)
            self.seconds += loop.time() - before - LOOK_S


@asynccontextmanager
async def stalls() -> AsyncIterator[Stalls]:
    """Of what happens within."""
    found = Stalls()
    watching = asyncio.create_task(found.watch())
    try:
        yield found
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
