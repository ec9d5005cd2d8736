"""Tickets that were used: one that any node gave out opens one socket, on any of them."""

from sqlalchemy import delete, text

from server.storage.database import Database
from server.storage.moment import db_now
from server.storage.tables import spent_tickets

KEPT_MS = 60_000
"""For so long after its end, by the database's clock, a used ticket is remembered: the nodes' clocks may differ."""

_SPEND = text("INSERT INTO spent_tickets (hash, ends) VALUES (:hash, :ends) ON CONFLICT DO NOTHING")


class SpentTickets:
    """The used tickets of one database, by a hash of theirs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._next_look = 0  # tickets that end then or later are a reason to look for old ones

    async def spend(self, ticket: bytes, ends: int) -> bool:
        """Use a ticket that is good until `ends` (ms). False where it was used before. Raises `Unavailable`: then it
        may be used up, and the page asks for another.
        """
        if ends >= self._next_look:
            self._next_look = ends + KEPT_MS // 2
            await self._database.once(delete(spent_tickets).where(spent_tickets.c.ends < db_now() - KEPT_MS))
        return bool(await self._database.once(_SPEND, {"hash": ticket, "ends": ends}))
