"""The log in an SQL database: SQLite or PostgreSQL, the same statements for both; but an append, which every command
waits for, is one statement on PostgreSQL where nothing stands in the way (`one_statement`), and on SQLite one way to
the thread that writes (`one_hop`).

The tables belong to `storage`, which makes and migrates them; here stand only the columns that the log touches (a test
holds the two together). The row of the case is locked first, so appends of one case queue up behind each other: on
SQLite by BEGIN IMMEDIATE, on PostgreSQL by SELECT … FOR UPDATE.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import (
    BigInteger,
    Executable,
    Integer,
    LargeBinary,
    Row,
    Text,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    table,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import NotFound
from server.eventlog.log import Conflict, Entry, Fenced, Line, Repeated, Snapshot, check_asked
from server.eventlog.one_hop import Append, append_all
from server.eventlog.one_statement import APPEND, values_of

S = TypeVar("S")
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
audit = table(
    "audit",
    column("case_id", Text),
    column("position", Integer),
    column("sealed", LargeBinary),
    column("chain", LargeBinary),
)
snapshots = table(
    "snapshots",
    column("case_id", Text),
    column("position", Integer),
    column("sealed", LargeBinary),
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
_lines_behind = (
    select(audit.c.position, audit.c.sealed, audit.c.chain)
    .where(audit.c.case_id == bindparam("case"), audit.c.position > bindparam("after"))
    .order_by(audit.c.position)
)
_last_line = (
    select(audit.c.position, audit.c.sealed, audit.c.chain)
    .where(audit.c.case_id == bindparam("case"))
    .order_by(audit.c.position.desc())
    .limit(1)
)
_write_line = insert(audit)
_snapshot = select(snapshots.c.position, snapshots.c.sealed).where(snapshots.c.case_id == bindparam("case"))
_snapshot_at = select(snapshots.c.position).where(snapshots.c.case_id == bindparam("case"))
_drop_snapshot = delete(snapshots).where(snapshots.c.case_id == bindparam("case"))
_keep_snapshot = insert(snapshots)


class Transactions(Protocol):
    """What the log needs of a database; `storage.database.Database` is one. Both raise `Unavailable`."""

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a transaction: on the disk when this returns, undone when `work` raises."""
        ...

    async def fetch(
        self, wanted: Executable, values: Mapping[str, object] | None = None
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        """The rows that one SELECT finds."""
        ...

    async def one_row(self, statement: str, *values: object) -> Sequence[Any] | None:
        """The row that this statement of PostgreSQL's answers in a transaction of its own; its first column is the
        number of that. None where nothing was written: it collides, or this is no PostgreSQL.
        """
        ...

    async def in_group(self, work: Callable[[sqlite3.Connection, Sequence[S]], Sequence[T]], thing: S) -> T | None:
        """Write `thing` together with whatever of its kind waits: what `work` returned for it. It writes all that it is
        given, or raises and writes nothing; then each is tried alone. None where this is no SQLite.
        """
        ...


class SqlEventLog:
    """The log of every case in one database."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def append(
        self,
        case: str,
        *,
        expected: int,
        fence: int,
        sealed: Sequence[bytes],
        at: int,
        command: str | None = None,
        line: Line | None = None,
    ) -> int:
        check_asked(expected, sealed, line)
        row = await self._database.one_row(APPEND, *values_of(case, fence, expected, command, sealed, at, line))
        if row is not None and row[1]:
            return expected + len(sealed)
        append = Append(case, fence, expected, command, sealed, at, line)
        position = await self._database.in_group(append_all, append)
        if position is not None:
            return position
        rows = [
            {"case_id": case, "position": position, "sealed": data, "at": at, "command": None}
            for position, data in enumerate(sealed, expected + 1)
        ]
        rows[-1]["command"] = command
        asked = {"case": case, "command": command}

        async def write(connection: AsyncConnection) -> int:
            await _check_owner(connection, case, fence)
            end, before = (await connection.execute(_end_and_position_of, asked)).one()
            if before is not None:
                raise Repeated(before)
            if end != expected:
                raise Conflict(case)
            await connection.execute(_append, rows)
            if line is not None:
                row = {"case_id": case, "position": line.position, "sealed": line.sealed, "chain": line.chain}
                await connection.execute(_write_line, row)
            return expected + len(rows)

        return await self._database.write(write)

    async def read(self, case: str, after: int = 0, most: int | None = None) -> list[Entry]:
        rows = await self._database.fetch(_behind.limit(most), {"case": case, "after": after})
        return [Entry(case, position, bytes(sealed), at) for position, sealed, at in rows]

    async def position_of(self, case: str, command: str) -> int | None:
        rows = await self._database.fetch(_position_of, {"case": case, "command": command})
        return rows[0][0] if rows else None

    async def lines(self, case: str, after: int = 0, most: int | None = None) -> list[Line]:
        rows = await self._database.fetch(_lines_behind.limit(most), {"case": case, "after": after})
        return [Line(position, bytes(sealed), bytes(chain)) for position, sealed, chain in rows]

    async def last_line(self, case: str) -> Line | None:
        rows = await self._database.fetch(_last_line, {"case": case})
        return Line(rows[0].position, bytes(rows[0].sealed), bytes(rows[0].chain)) if rows else None

    async def keep_snapshot(self, case: str, *, fence: int, snapshot: Snapshot) -> None:
        async def write(connection: AsyncConnection) -> None:
            await _check_owner(connection, case, fence)
            kept = (await connection.execute(_snapshot_at, {"case": case})).scalar()
            if kept is not None and kept > snapshot.position:
                return
            await connection.execute(_drop_snapshot, {"case": case})
            row = {"case_id": case, "position": snapshot.position, "sealed": snapshot.sealed}
            await connection.execute(_keep_snapshot, row)

        await self._database.write(write)

    async def snapshot(self, case: str) -> Snapshot | None:
        rows = await self._database.fetch(_snapshot, {"case": case})
        return Snapshot(rows[0].position, bytes(rows[0].sealed)) if rows else None


async def _check_owner(connection: AsyncConnection, case: str, fence: int) -> None:
    """Raises `NotFound`, `Fenced`. Locks the case until the end of the transaction."""
    current = (await connection.execute(_fence, {"case": case})).scalar()
    if current is None:
        raise NotFound(case)
    if current != fence:
        raise Fenced(case)
