"""One thing at a time."""

import asyncio
import gc

import pytest

from server.errors import NotFound, Refused
from server.host.turns import Turns, unbroken


async def test_turns_are_taken_in_the_order_in_which_they_were_asked_for() -> None:
    turns, done, gate = Turns(), list[int](), asyncio.Event()

    async def take(n: int) -> None:
        async with turns.take():
            await gate.wait()
            done.append(n)

    tasks = [asyncio.create_task(take(n)) for n in range(4)]
    await asyncio.sleep(0)
    assert not turns.free
    gate.set()
    await asyncio.gather(*tasks)
    assert done == [0, 1, 2, 3] and turns.free


async def test_a_turn_that_fails_or_is_given_up_is_over() -> None:
    turns = Turns()
    with pytest.raises(RuntimeError):
        async with turns.take():
            raise RuntimeError
    async with turns.take():
        waiter = asyncio.create_task(turns.take().__aenter__())
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
    assert turns.free


async def test_work_goes_on_when_nobody_waits_for_it_any_more() -> None:
    gate, done = asyncio.Event(), asyncio.Event()

    async def work() -> int:
        await gate.wait()
        done.set()
        return 7

    caller = asyncio.create_task(unbroken(work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    gate.set()
    async with asyncio.timeout(10):
        await done.wait()


async def test_a_refusal_that_nobody_waits_for_any_more_is_not_complained_of(caplog: pytest.LogCaptureFixture) -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    async def forsaken(error: Exception) -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            begun.set()
            await go_on.wait()
            raise error

        caller = asyncio.create_task(unbroken(work()))
        await begun.wait()
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        go_on.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gc.collect()

    await forsaken(Refused("not_allowed"))
    await forsaken(NotFound("a tab"))
    assert not complaints and not caplog.records
    await forsaken(ValueError("a fault of ours"))
    assert not complaints and "by a fault of the server" in caplog.text
