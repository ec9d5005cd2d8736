"""The rules of the relay, over every relay."""

import asyncio

import pytest

from server.errors import Unavailable
from server.relay.local import LocalRelay
from server.relay.relay import Overrun, Relay


@pytest.fixture
def relay() -> Relay:
    return LocalRelay()


async def test_a_subscriber_gets_what_is_published_in_order(relay: Relay) -> None:
    async with relay.subscribe("t") as messages:
        for number in range(5):
            await relay.publish("t", bytes([number]))
        assert [await anext(messages) for _ in range(5)] == [bytes([number]) for number in range(5)]


async def test_every_subscriber_of_the_topic_gets_it_and_nobody_else(relay: Relay) -> None:
    async with relay.subscribe("t") as one, relay.subscribe("t") as two, relay.subscribe("other") as three:
        await relay.publish("t", b"a")
        await relay.publish("other", b"b")
        assert [await anext(one), await anext(two), await anext(three)] == [b"a", b"a", b"b"]


async def test_nothing_is_kept_for_whoever_comes_later(relay: Relay) -> None:
    await relay.publish("t", b"before")
    async with relay.subscribe("t") as messages:
        await relay.publish("t", b"after")
        assert await anext(messages) == b"after"
    await relay.publish("t", b"between")
    async with relay.subscribe("t") as messages:
        await relay.publish("t", b"again")
        assert await anext(messages) == b"again"


async def test_a_subscriber_that_waits_is_woken(relay: Relay) -> None:
    async with relay.subscribe("t") as messages:
        waiting = asyncio.ensure_future(anext(messages))
        await asyncio.sleep(0)
        await relay.publish("t", b"a")
        assert await waiting == b"a"


async def test_closing_ends_every_subscription_after_what_still_waited(relay: Relay) -> None:
    async with relay.subscribe("t") as messages:
        await relay.publish("t", b"a")
        await relay.close()
        await relay.close()
        assert [message async for message in messages] == [b"a"]
    with pytest.raises(Unavailable):
        await relay.publish("t", b"b")
    with pytest.raises(Unavailable):
        async with relay.subscribe("t"):
            pass


async def test_a_publisher_never_waits_for_a_subscriber_and_that_one_learns_that_it_missed_something() -> None:
    relay = LocalRelay(backlog=3)
    async with relay.subscribe("t") as slow, relay.subscribe("t") as quick:
        for number in range(10):
            await relay.publish("t", bytes([number]))
            assert await anext(quick) == bytes([number])
        with pytest.raises(Overrun):
            await anext(slow)
        with pytest.raises(Overrun):
            await anext(slow)


async def test_the_bytes_that_wait_are_bounded_too() -> None:
    relay = LocalRelay(backlog_bytes=10)
    async with relay.subscribe("t") as messages:
        await relay.publish("t", b"12345")
        await relay.publish("t", b"12345")
        assert await anext(messages) == b"12345"
        await relay.publish("t", b"12345")
        assert await anext(messages) == b"12345"
        await relay.publish("t", b"123456")
        with pytest.raises(Overrun):
            await anext(messages)


async def test_a_topic_without_subscribers_costs_nothing() -> None:
    relay = LocalRelay()
    async with relay.subscribe("t"):
        await relay.publish("t", b"a")
    assert relay._topics == {}
