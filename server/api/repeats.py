"""A request that is sent twice with the same `Idempotency-Key` opens one session, not two, whichever nodes it comes to.

Moves and closings need no memory here: their key becomes the id of the command, which the log remembers. A new
session has no log yet; so its answer is kept for some minutes (`storage.given_answers`).
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress

from server.errors import Refused, Unavailable
from server.storage.given_answers import GivenAnswers

LOOK_S = 0.05
"""How often it is looked whether another request has made the answer."""


class Repeats:
    """The answers of one installation, by key."""

    def __init__(self, given: GivenAnswers) -> None:
        self._given = given

    async def once(self, key: str, asked: bytes, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The kept answer to this key, or a fresh one. Where another request makes it now, that one is waited for.

        Raises Refused("key_reused") when something else was asked, `Unavailable`, and what `make` raises.
        """
        name, question = hashlib.sha256(key.encode()).digest(), hashlib.sha256(asked).digest()
        while (mark := await self._given.begin(name, question)) is None:
            found = await self._given.find(name)
            if found is not None and found.asked != question:
                raise Refused("key_reused")
            if found is not None and found.answer is not None:
                return found.answer
            await asyncio.sleep(LOOK_S)
        try:
            answer = await make()
        except BaseException:
            with suppress(Unavailable):  # then whoever asks again waits a while
                await self._given.forget(name, mark)
            raise
        await self._given.give(name, mark, answer)
        return answer
