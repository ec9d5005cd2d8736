"""A ticket is used once, on whichever node."""

import asyncio
import time

from server.storage.spent_tickets import KEPT_MS, SpentTickets
from tests.support.storing import Place, opened


async def test_a_ticket_is_used_once(place: Place) -> None:
    async with opened(place) as installation:
        spent, ends = SpentTickets(installation.database), time.time_ns() // 10**6 + 30_000
        assert await spent.spend(b"one", ends) and not await spent.spend(b"one", ends)
        assert await spent.spend(b"two", ends)


async def test_of_two_who_come_at_once_one_is_the_first(place: Place) -> None:
    async with opened(place) as installation:
        spent, ends = SpentTickets(installation.database), time.time_ns() // 10**6 + 30_000
        found = await asyncio.gather(*(spent.spend(b"one", ends) for _ in range(4)), return_exceptions=True)
        assert found.count(True) == 1


async def test_what_ended_long_ago_is_forgotten(place: Place) -> None:
    async with opened(place) as installation:
        spent, now = SpentTickets(installation.database), time.time_ns() // 10**6
        assert await spent.spend(b"old", now - KEPT_MS - 10_000) and await spent.spend(b"late", now - 1000)
        await spent.spend(b"new", now + 30_000)
        assert await spent.spend(b"old", now - KEPT_MS - 10_000), "it was forgotten; its own end keeps it from opening"
        assert not await spent.spend(b"late", now - 1000)
