"""Cases: who owns one, its key, when it was closed, and its destruction.

Destruction goes in an order that can be broken off anywhere and begun again: the key first (from then on nothing of
the case can be read, whatever is left), then the rows, then the free space and the write-ahead log. Only then is the
case no longer due.
"""

from dataclasses import dataclass

from sqlalchemy import delete, insert, or_, select, update

from server.errors import NotFound
from server.storage.database import Database
from server.storage.keys import CaseKey, KeyRing
from server.storage.tables import browsers, cases, entries, links


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a case without its key. Times are milliseconds since 1970."""

    id: str
    fence: int
    owner: str | None
    created: int
    closed_at: int | None
    destroy_at: int | None
    destroyed: bool


class Cases:
    """The cases of one database."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    async def create(self, case: str, now: int) -> CaseKey:
        """A new case with a fresh key, owned by nobody yet. Raises Unavailable, also when the name is taken."""
        key = CaseKey.new()
        async with self._database.writing() as connection:
            await connection.execute(insert(cases).values(id=case, wrapped_key=self._ring.wrap(key, case), created=now))
        return key

    async def key(self, case: str) -> CaseKey:
        """The key of a case. Raises NotFound when there is no such case or its key is destroyed, SealBroken."""
        async with self._database.reading() as connection:
            wrapped = (await connection.execute(select(cases.c.wrapped_key).where(cases.c.id == case))).scalar()
        if wrapped is None:
            raise NotFound(case)
        return self._ring.unwrap(wrapped, case)

    async def take(self, case: str, owner: str) -> int:
        """Make `owner` (a node) the only one who may append to the case: returns the new fence, one more than the last.

        Whoever owned the case before is `Fenced` from here on. Raises NotFound when it is unknown or destroyed.
        """
        async with self._database.writing() as connection:
            fence: int | None = (
                await connection.execute(
                    update(cases)
                    .where(cases.c.id == case, cases.c.wrapped_key.is_not(None))
                    .values(fence=cases.c.fence + 1, owner=owner)
                    .returning(cases.c.fence)
                )
            ).scalar()
        if fence is None:
            raise NotFound(case)
        return fence

    async def close(self, case: str, closed_at: int, destroy_at: int) -> None:
        """Say when the case was closed and when its key goes. Raises NotFound when unknown or destroyed."""
        async with self._database.writing() as connection:
            done = await connection.execute(
                update(cases)
                .where(cases.c.id == case, cases.c.wrapped_key.is_not(None))
                .values(closed_at=closed_at, destroy_at=destroy_at)
            )
        if done.rowcount == 0:
            raise NotFound(case)

    async def all(self) -> list[Case]:
        """Every case, destroyed ones too, oldest first."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(cases).order_by(cases.c.created, cases.c.id))).all()
        return [
            Case(row.id, row.fence, row.owner, row.created, row.closed_at, row.destroy_at, row.wrapped_key is None)
            for row in rows
        ]

    async def due_for_destruction(self, now: int) -> list[str]:
        """The cases whose time is over at `now`, and those whose destruction was begun and not finished."""
        wanted = (
            select(cases.c.id)
            .where(cases.c.swept.is_(False), or_(cases.c.destroy_at <= now, cases.c.wrapped_key.is_(None)))
            .order_by(cases.c.destroy_at)
        )
        async with self._database.reading() as connection:
            return list((await connection.execute(wanted)).scalars())

    async def destroy_key(self, case: str) -> None:
        """Destroy the key of a case, then its entries, links and browsers, then what the file still holds of them.

        May be called again after it failed or was killed at any point. Writers wait while the file is rewritten. The
        fence grows too, so that an owner who does not know yet is `Fenced`. Raises NotFound, Unavailable.
        """
        async with self._database.writing() as connection:
            gone = await connection.execute(
                update(cases).where(cases.c.id == case).values(wrapped_key=None, fence=cases.c.fence + 1, owner=None)
            )
        if gone.rowcount == 0:
            raise NotFound(case)
        async with self._database.writing() as connection:
            await connection.execute(delete(entries).where(entries.c.case_id == case))
            await connection.execute(delete(links).where(links.c.session == case))
            await connection.execute(delete(browsers).where(browsers.c.session == case))
        await self._database.sweep()
        async with self._database.writing() as connection:
            await connection.execute(update(cases).where(cases.c.id == case).values(swept=True))
