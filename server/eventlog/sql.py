"""The log in an SQL database: SQLite now, PostgreSQL later, the same statements for both.

The tables belong to `storage`, which makes and migrates them; here stand only the columns that the log touches (a test
holds the two together). The row of the case is locked first, so appends of one case queue up behind each other: on
SQLite by BEGIN IMMEDIATE, on PostgreSQL by SELECT … FOR UPDATE.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy import BigInteger, Integer, LargeBinary, Select, Text, column, func, insert, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import NotFound
from server.eventlog.log import Conflict, Entry, Fenced, Repeated

cases = table("cases", column("id", Text), column("fence", Integer), column("wrapped_key", LargeBinary))
entries = table(
    "entries",
    column("case_id", Text),
    column("position", Integer),
    column("sealed", LargeBinary),
    column("at", BigInteger),
    column("command", Text),  # on the last entry of the append that carried it, else NULL
)


class Transactions(Protocol):
    """What the log needs of a database: `storage.database.Database` is one. Both raise `Unavailable`."""

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that may write; on the disk when the block ends, undone when the block raises."""
        ...

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that sees one moment and writes nothing."""
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
        last = expected + len(sealed)
        rows = [
            {"case_id": case, "position": position, "sealed": data, "at": at, "command": None}
            for position, data in enumerate(sealed, expected + 1)
        ]
        rows[-1]["command"] = command
        owner = select(cases.c.fence).where(cases.c.id == case, cases.c.wrapped_key.is_not(None)).with_for_update()
        async with self._database.writing() as connection:
            current = (await connection.execute(owner)).scalar()
            if current is None:
                raise NotFound(case)
            if current != fence:
                raise Fenced(case)
            # A second statement on purpose: PostgreSQL must look again after it waited for the lock on the case.
            end, before = (await connection.execute(_end_and_command(case, command))).one()
            if before is not None:
                raise Repeated(before)
            if end != expected:
                raise Conflict(case)
            await connection.execute(insert(entries), rows)
        return last

    async def read(self, case: str, after: int = 0) -> list[Entry]:
        wanted = (
            select(entries.c.position, entries.c.sealed, entries.c.at)
            .where(entries.c.case_id == case, entries.c.position > after)
            .order_by(entries.c.position)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        return [Entry(case, position, bytes(sealed), at) for position, sealed, at in rows]

    async def position_of(self, case: str, command: str) -> int | None:
        async with self._database.reading() as connection:
            position: int | None = (await connection.execute(_position_of(case, command))).scalar()
        return position


def _position_of(case: str, command: str | None) -> Select[int | None]:
    return select(entries.c.position).where(
        entries.c.case_id == case, entries.c.command == command, entries.c.command.is_not(None)
    )


def _end_and_command(case: str, command: str | None) -> Select[int, int | None]:
    end = select(func.coalesce(func.max(entries.c.position), 0)).where(entries.c.case_id == case)
    return select(end.scalar_subquery(), _position_of(case, command).scalar_subquery())
