"""What only SQLite's doors do."""

import asyncio
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.storage.sqlite import POOL
from server.storage.tables import cases
from tests.support.storing import opened


async def test_a_select_alone_waits_for_no_transaction(tmp_path: Path) -> None:
    """Whoever comes in asks three times; as many transactions as there may be are under way."""
    async with opened(tmp_path / "data") as kept:
        await kept.cases.create("c", now=1)
        begun, go_on = asyncio.Semaphore(0), asyncio.Event()

        async def looking_on(connection: AsyncConnection) -> None:
            await connection.execute(select(cases.c.id))
            begun.release()
            await go_on.wait()

        transactions = [asyncio.create_task(kept.database.read(looking_on)) for _ in range(POOL)]
        for _ in transactions:
            await begun.acquire()
        found = await kept.database.fetch(select(cases.c.id).where(cases.c.id == "c"))
        go_on.set()
        await asyncio.gather(*transactions)
        assert [row.id for row in found] == ["c"]
