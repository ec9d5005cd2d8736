"""What holds of every database."""

import asyncio
import gc
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import NotFound
from tests.support.storing import Place, opened


async def test_a_failure_that_nobody_waits_for_any_more_is_nobody_elses_noise(place: Place) -> None:
    """A task that is freed with a failure that nobody saw tells of it wherever the search for garbage comes by."""
    noise: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
    begun, let = asyncio.Event(), asyncio.Event()

    async def fail(connection: AsyncConnection) -> None:
        begun.set()
        await let.wait()
        raise NotFound("x")

    async with opened(place) as installation:
        asking = asyncio.create_task(installation.database.write(fail))
        await begun.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        let.set()
    gc.collect()
    assert noise == []
