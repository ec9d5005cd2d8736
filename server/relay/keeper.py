"""Keeping one line open for ever: a new one whenever it is lost, sooner at first, then once a second."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from server.errors import Unavailable
from server.relay.line import Line

FIRST_S = 0.05  # before the second attempt. Shorter follows a restart sooner, and knocks harder.
LONGEST_S = 1.0  # between later ones


class Keeper:
    """Holds `line`, None while there is none.

    `dial` opens one; `welcome` makes it ready for use and may fail as well. `changed` is called whenever there is a
    line, there is none any more, or an attempt has failed, with the error of that.
    """

    def __init__(
        self,
        dial: Callable[[], Awaitable[Line]],
        welcome: Callable[[Line], Awaitable[None]],
        changed: Callable[[Exception | None], None],
        patience_s: float,
    ) -> None:
        self.line: Line | None = None
        self._dial = dial
        self._welcome = welcome
        self._changed = changed
        self._patience_s = patience_s
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """The first line. Raises what hindered it; otherwise the line is kept from now on."""
        line = await self._open()
        self._task = asyncio.create_task(self._keep(line))

    def start_later(self) -> None:
        """Keep a line from now on, however long the first one takes."""
        self._task = asyncio.create_task(self._keep(None))

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self.line is not None:
            await self.line.close()
            self.line = None

    async def _keep(self, line: Line | None) -> None:
        pause = FIRST_S
        while True:
            if line is not None:
                pause = FIRST_S
                await asyncio.shield(line.lost)
                self.line = line = None
                self._changed(None)
            try:
                line = await self._open()
            except Exception as error:  # whatever it is, trying again is all there is to do
                self._changed(error)
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # so that not all nodes knock at once
                pause = min(2 * pause, LONGEST_S)

    async def _open(self) -> Line:
        async with asyncio.timeout(self._patience_s):
            line = await self._dial()
        try:
            async with asyncio.timeout(self._patience_s):
                await self._welcome(line)
        except BaseException:
            await line.close()
            raise
        if not line.open:
            raise Unavailable("the relay is away")
        self.line = line
        self._changed(None)
        return line
