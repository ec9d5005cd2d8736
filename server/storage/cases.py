"""Cases: who owns one, its key, when it was closed, and its destruction.

Destruction goes in an order that can be broken off anywhere and begun again: the key first (from then on nothing of
the case can be read, whatever is left), then the rows, then the files, then the free space and the write-ahead log.
Only then is the case no longer due.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Delete, Insert, Row, Update, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import NotFound
from server.storage.database import Database
from server.storage.files import FilePlace
from server.storage.keys import CaseKey, KeyRing
from server.storage.tables import audit, browsers, cases, entries, given_answers, links, snapshots


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

    def __init__(self, database: Database, ring: KeyRing, files: FilePlace) -> None:
        self._database = database
        self._ring = ring
        self._files = files

    async def create(self, case: str, now: int, owner: str | None = None) -> CaseKey:
        """A new case with a fresh key, that `owner` (a node) may take and nobody else, or whoever comes first. Raises
        Unavailable, also when the name is taken.
        """
        key = CaseKey.new()
        await self._write(
            insert(cases).values(id=case, wrapped_key=self._ring.wrap(key, case), created=now, owner=owner)
        )
        return key

    async def key(self, case: str) -> CaseKey:
        """The key of a case. Raises NotFound when there is no such case or its key is destroyed, SealBroken."""
        rows = await self._database.fetch(select(cases.c.wrapped_key).where(cases.c.id == case))
        if not rows or rows[0].wrapped_key is None:
            raise NotFound(case)
        return self._ring.unwrap(rows[0].wrapped_key, case)

    async def take(self, case: str, owner: str) -> int:
        """Make `owner` (a node) the only one who may append to the case: returns the new fence, one more than the last.

        Whoever owned the case before is `Fenced` from here on. Raises NotFound when it is unknown or destroyed.
        """
        return await self._fenced(case, _alive(case).values(fence=cases.c.fence + 1, owner=owner))

    async def close(self, case: str, fence: int, closed_at: int, destroy_at: int) -> None:
        """Say when the case was closed and when its key goes. Raises NotFound when unknown or destroyed, or taken with
        a newer fence: who comes late must not end what has gone on since.
        """
        ours = _alive(case).where(cases.c.fence == fence)
        if not await self._write(ours.values(closed_at=closed_at, destroy_at=destroy_at)):
            raise NotFound(case)

    async def reopen(self, case: str, owner: str, now: int) -> int:
        """Take back that the case was closed, and take it: returns the new fence. From here on no purge finds it.

        Raises NotFound when it is unknown or destroyed, or its time is over at `now`.
        """
        in_time = _alive(case).where(or_(cases.c.destroy_at.is_(None), cases.c.destroy_at > now))
        open_again = in_time.values(closed_at=None, destroy_at=None, fence=cases.c.fence + 1, owner=owner)
        return await self._fenced(case, open_again)

    async def all(self) -> list[Case]:
        """Every case, destroyed ones too, oldest first."""
        return [_case(row) for row in await self._database.fetch(select(cases).order_by(cases.c.created, cases.c.id))]

    async def find(self, case: str) -> Case:
        """What is known of this case. Raises NotFound when it is unknown."""
        rows = await self._database.fetch(select(cases).where(cases.c.id == case))
        if not rows:
            raise NotFound(case)
        return _case(rows[0])

    async def due_for_destruction(self, now: int) -> list[str]:
        """The cases whose time is over at `now`, and those whose destruction was begun and not finished."""
        begun = cases.c.wrapped_key.is_(None)
        due = select(cases.c.id).where(cases.c.swept.is_(False), or_(cases.c.destroy_at <= now, begun))
        return [row.id for row in await self._database.fetch(due.order_by(cases.c.destroy_at, cases.c.id))]

    async def destroy_key(self, case: str, due: int | None = None) -> None:
        """Destroy the key of a case, then its entries, audit, snapshot, links and browsers, the answer that gave the
        links out, its files, then what is left of them.

        With `due` only if its time is over at that moment (still: it may have been reopened since somebody looked), or
        its destruction was begun. May be called again after it failed or was killed at any point. Writers wait while
        the file is rewritten. The fence grows too, so that an owner who does not know yet is `Fenced`. Raises NotFound,
        Unavailable.
        """
        one = update(cases).where(cases.c.id == case)
        opened = select(cases.c.created).where(cases.c.id == case).scalar_subquery()
        still = one if due is None else one.where(or_(cases.c.destroy_at <= due, cases.c.wrapped_key.is_(None)))
        if not await self._write(still.values(wrapped_key=None, fence=cases.c.fence + 1, owner=None)):
            raise NotFound(case)
        await self._write(
            delete(entries).where(entries.c.case_id == case),
            delete(audit).where(audit.c.case_id == case),
            delete(snapshots).where(snapshots.c.case_id == case),
            delete(links).where(links.c.session == case),
            delete(browsers).where(browsers.c.session == case),
            delete(given_answers).where(given_answers.c.since <= opened),  # its, and older ones
        )
        await self._files.destroy(case)
        await self._database.sweep()
        await self._write(one.values(swept=True))

    async def _fenced(self, case: str, taking: Update) -> int:
        """Do this and return the fence that it leaves. Raises NotFound where it touches nothing."""

        async def take(connection: AsyncConnection) -> int | None:
            fence: int | None = (await connection.execute(taking.returning(cases.c.fence))).scalar()
            return fence

        fence = await self._database.write(take)
        if fence is None:
            raise NotFound(case)
        return fence

    async def _write(self, *statements: Insert | Update | Delete) -> int:
        """Do these in one transaction; returns how many rows they touched."""

        async def write(connection: AsyncConnection) -> int:
            return sum([(await connection.execute(statement)).rowcount for statement in statements])

        return await self._database.write(write)


def _case(row: Row[*tuple[Any, ...]]) -> Case:
    return Case(row.id, row.fence, row.owner, row.created, row.closed_at, row.destroy_at, row.wrapped_key is None)


def _alive(case: str) -> Update:
    """A change to a case whose key is not destroyed."""
    return update(cases).where(cases.c.id == case, cases.c.wrapped_key.is_not(None))
