"""A request that is sent twice with the same `Idempotency-Key` opens one session, not two.

Moves and closings need no memory here: their key becomes the id of the command, which the log remembers. A new
session has no log yet, and its links are shown once; so its answer is kept for a few minutes, in memory only.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.errors import Refused

KEEP_S = 600.0
"""How long an answer is repeated. Longer forgives slower programs, and keeps links in memory longer."""
KEPT_MAX = 100


@dataclass(frozen=True, slots=True)
class _Kept:
    asked: bytes
    ends: float
    answer: bytes


class Repeats:
    """Answers by key. `now` is the boot clock, in seconds."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def once(self, key: str, asked: bytes, now: float, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The kept answer to this key, or a fresh one. Raises Refused("key_reused") when something else was asked."""
        digest = hashlib.sha256(asked).digest()
        async with self._one_at_a_time:
            while self._kept and (next(iter(self._kept.values())).ends < now or len(self._kept) >= KEPT_MAX):
                self._kept.popitem(last=False)
            kept = self._kept.get(key)
            if kept is not None and kept.asked != digest:
                raise Refused("key_reused")
            if kept is None:
                kept = self._kept[key] = _Kept(digest, now + KEEP_S, await make())
            return kept.answer
