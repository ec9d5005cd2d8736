"""Files of cases in the database, where there is no folder that all nodes share: a row for each page.

A row belongs to a case that is there, so nothing can lie about that belongs to none; and none is written for a case
whose key is destroyed.
"""

from collections.abc import Collection
from itertools import islice

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import NotFound
from server.storage.database import Database
from server.storage.tables import cases, file_pages

AT_ONCE = 1000  # names in one statement; PostgreSQL takes 32,767

_alive = (
    select(cases.c.id).where(cases.c.id == bindparam("case"), cases.c.wrapped_key.is_not(None)).with_for_update()
)  # so that a destruction waits until the page is there, and takes it too
_one = file_pages.c.case_id == bindparam("case"), file_pages.c.name == bindparam("page")


class FileTable:
    """The files of all cases in one database: a `files.FilePlace`. All methods raise `Unavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, case: str, name: str, sealed: bytes) -> None:
        """Store a page. Raises `NotFound` when there is no such case (any more)."""

        async def put(connection: AsyncConnection) -> None:
            if (await connection.execute(_alive, {"case": case})).first() is None:
                raise NotFound(case)
            await connection.execute(delete(file_pages).where(*_one), {"case": case, "page": name})
            await connection.execute(insert(file_pages).values(case_id=case, name=name, sealed=sealed))

        await self._database.write(put)

    async def get(self, case: str, name: str) -> bytes:
        """A page. Raises `NotFound`."""
        wanted = select(file_pages.c.sealed).where(*_one)
        found = await self._database.fetch(wanted, {"case": case, "page": name})
        if not found:
            raise NotFound(name)
        return bytes(found[0].sealed)

    async def remove(self, case: str, names: Collection[str]) -> None:
        """Remove these, if they are there."""

        async def remove(connection: AsyncConnection) -> None:
            rest = iter(names)
            while some := list(islice(rest, AT_ONCE)):
                await connection.execute(
                    delete(file_pages).where(file_pages.c.case_id == case, file_pages.c.name.in_(some))
                )

        await self._database.write(remove)

    async def keep_only(self, case: str, names: Collection[str]) -> None:
        """Remove all but these."""
        wanted = select(file_pages.c.name).where(file_pages.c.case_id == case)
        here = [row.name for row in await self._database.fetch(wanted)]
        await self.remove(case, [name for name in here if name not in names])

    async def destroy(self, case: str) -> None:
        """Remove all files of a case."""

        async def destroy(connection: AsyncConnection) -> None:
            await connection.execute(delete(file_pages).where(file_pages.c.case_id == case))

        await self._database.write(destroy)
