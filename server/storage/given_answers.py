"""Answers that were given to programs, kept for a while: whoever asks the same again, on any node, gets the same.

An answer holds links, so it is sealed, under a key that every node has; what asked for it is known by a hash.
"""

from typing import NamedTuple

from sqlalchemy import and_, delete, or_, select, text, update

from server.clock import Clock
from server.storage.database import Database
from server.storage.keys import CaseKey
from server.storage.tables import given_answers as table

KEEP_MS = 600_000
"""How long an answer is repeated. Longer forgives slower programs, and keeps links longer."""
MAKING_MS = 30_000
"""How long a node may take to make one. Who asks meanwhile waits for it; afterwards that node counts as lost. Shorter
makes a second session where the database is slow; longer lets a program wait for a node that is no more.
"""

_BEGIN = text("INSERT INTO given_answers (key, asked, since) VALUES (:key, :asked, :since) ON CONFLICT DO NOTHING")


class Given(NamedTuple):
    """`asked`: a hash of what it answers. `answer` is None while it is being made."""

    asked: bytes
    answer: bytes | None


class GivenAnswers:
    """The answers of one database. Keys and questions are hashes. Every method raises `Unavailable`."""

    def __init__(self, database: Database, seal: CaseKey, clock: Clock) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock

    async def begin(self, key: bytes, asked: bytes) -> int | None:
        """Be the one who makes the answer to this key: the mark of that, for `give` and `forget`. None where there is
        one, or somebody else makes it (`find`). What was kept long enough is forgotten.
        """
        now = self._clock.wall()
        lost = and_(table.c.sealed.is_(None), table.c.since < now - MAKING_MS)
        await self._database.once(delete(table).where(or_(table.c.since < now - KEEP_MS, lost)))
        began = await self._database.once(_BEGIN, {"key": key, "asked": asked, "since": now})
        return now if began else None

    async def find(self, key: bytes) -> Given | None:
        """What is known of this key."""
        rows = await self._database.fetch(select(table.c.asked, table.c.sealed).where(table.c.key == key))
        for asked, sealed in rows:
            return Given(asked, None if sealed is None else self._seal.open(sealed, _place(key)))
        return None

    async def give(self, key: bytes, mark: int, answer: bytes) -> None:
        """Keep the answer that was made."""
        made = update(table).where(table.c.key == key, table.c.since == mark)
        await self._database.once(made.values(sealed=self._seal.seal(answer, _place(key))))

    async def forget(self, key: bytes, mark: int) -> None:
        """None could be made: the next one who asks tries anew."""
        await self._database.once(delete(table).where(table.c.key == key, table.c.since == mark))


def _place(key: bytes) -> str:
    return f"answer/{key.hex()}"
