"""Tickets that were used: one that any node gave out opens one socket, on any of them."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.storage.database import Database
from server.storage.moment import db_now
from server.storage.tables import spent_tickets

KEPT_MS = 60_000
"""For so long after its end, by the database's clock, a used ticket is remembered: the nodes' clocks may differ."""


class SpentTickets:
    """The used tickets of one database, by a hash of theirs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spend(self, ticket: bytes, ends: int) -> bool:
        """Use a ticket that is good until `ends` (ms). False where it was used before. Raises `Unavailable`."""
        known = select(spent_tickets.c.ends).where(spent_tickets.c.hash == ticket).with_for_update()

        async def write(connection: AsyncConnection) -> bool:
            await connection.execute(delete(spent_tickets).where(spent_tickets.c.ends < db_now() - KEPT_MS))
            if (await connection.execute(known)).first() is not None:
                return False
            await connection.execute(insert(spent_tickets).values(hash=ticket, ends=ends))
            return True

        return await self._database.write(write)
