"""The log in an SQL database: SQLite now, PostgreSQL later, the same statements for both.

The tables belong to `storage`, which makes and migrates them; here stand only the columns that the log touches (a test
holds the two together). The row of the case is locked first, so appends of one case queue up behind each other: on
SQLite by BEGIN IMMEDIATE, on PostgreSQL by SELECT … FOR UPDATE.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import BigInteger, Integer, LargeBinary, Text, bindparam, column, func, insert, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import NotFound
from server.eventlog.log import Conflict, Entry, Fenced, Repeated

T = TypeVar("T")

cases = table("cases", column("id", Text), column("fence", Integer), column("wrapped_key", LargeBinary))
entries = table(
    "entries",
    column("case_id", Text),
    column("position", Integer),
    column("sealed", LargeBinary),
    column("at", BigInteger),
    column("command", Text),  # on the last entry of the append that carried it, else NULL
)


# Built once: building a statement costs more than asking it. The case is locked by a statement of its own, since
# PostgreSQL must look at the entries again after it waited for the lock.
_fence = (
    select(cases.c.fence).where(cases.c.id == bindparam("case"), cases.c.wrapped_key.is_not(None)).with_for_update()
)
_position_of = select(entries.c.position).where(
    entries.c.case_id == bindparam("case"), entries.c.command == bindparam("command", type_=Text)
)
_end_and_position_of = select(
    select(func.coalesce(func.max(entries.c.position), 0))
    .where(entries.c.case_id == bindparam("case"))
    .scalar_subquery(),
    _position_of.scalar_subquery(),
)
_behind = (
    select(entries.c.position, entries.c.sealed, entries.c.at)
    .where(entries.c.case_id == bindparam("case"), entries.c.position > bindparam("after"))
    .order_by(entries.c.position)
)
_append = insert(entries)


class Transactions(Protocol):
    """What the log needs of a database; `storage.database.Database` is one. Both raise `Unavailable`."""

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a transaction: on the disk when this returns, undone when `work` raises."""
        ...

    async def read(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a transaction that sees one moment and writes nothing."""
        ...


class SqlEventLog:
    """The log of every case in one database."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def append(
        self, case: str, *, expected: int, fence: int, sealed: Sequence[bytes], at: int, command: str | None = None
    ) -> int:
        if not sealed:
            raise ValueError("nothing to append")
        rows = [
            {"case_id": case, "position": position, "sealed": data, "at": at, "command": None}
            for position, data in enumerate(sealed, expected + 1)
        ]
        rows[-1]["command"] = command
        asked = {"case": case, "command": command}

        async def write(connection: AsyncConnection) -> int:
            current = (await connection.execute(_fence, {"case": case})).scalar()
            if current is None:
                raise NotFound(case)
            if current != fence:
                raise Fenced(case)
            end, before = (await connection.execute(_end_and_position_of, asked)).one()
            if before is not None:
                raise Repeated(before)
            if end != expected:
                raise Conflict(case)
            await connection.execute(_append, rows)
            return expected + len(rows)

        return await self._database.write(write)

    async def read(self, case: str, after: int = 0) -> list[Entry]:
        async def read(connection: AsyncConnection) -> list[Entry]:
            rows = await connection.execute(_behind, {"case": case, "after": after})
            return [Entry(case, position, bytes(sealed), at) for position, sealed, at in rows]

        return await self._database.read(read)

    async def position_of(self, case: str, command: str) -> int | None:
        async def read(connection: AsyncConnection) -> int | None:
            found: int | None = (await connection.execute(_position_of, {"case": case, "command": command})).scalar()
            return found

        return await self._database.read(read)
