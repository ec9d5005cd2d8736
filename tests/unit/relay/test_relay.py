"""The rules of the relay, over every relay: local, over one Redis, and over a cluster of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from server.errors import Unavailable
from server.relay.address import read_address
from server.relay.local import LocalRelay
from server.relay.redis import RedisRelay
from server.relay.relay import LARGEST, Overrun, Relay

Make = Callable[..., Awaitable[Relay]]


@pytest.fixture(params=["local", "redis", "cluster"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """Makes relays of one kind, with what bounds a subscriber as named, and closes them."""
    made: list[Relay] = []
    fixture = {"redis": "shared_redis", "cluster": "shared_cluster"}.get(request.param)
    url = request.getfixturevalue(fixture).url if fixture else ""

    async def make(**bounds: Any) -> Relay:
        if not url:
            made.append(LocalRelay(**bounds))
        else:
            relay = RedisRelay(read_address(url), **bounds)
            made.append(relay)
            await relay.open()
        return made[-1]

    yield make
    for relay in made:
        await relay.close()


@pytest.fixture
async def relay(make: Make) -> Relay:
    return await make()


async def test_a_subscriber_gets_what_is_published_in_order(relay: Relay) -> None:
    async with relay.subscribe("t") as messages:
        for number in range(5):
            relay.publish("t", bytes([number]))
        assert [await anext(messages) for _ in range(5)] == [bytes([number]) for number in range(5)]


async def test_every_subscriber_of_the_topic_gets_it_and_nobody_else(relay: Relay) -> None:
    async with relay.subscribe("t") as one, relay.subscribe("t") as two, relay.subscribe("other") as three:
        relay.publish("t", b"a")
        relay.publish("other", b"b")
        assert [await anext(one), await anext(two), await anext(three)] == [b"a", b"a", b"b"]


async def test_nothing_is_kept_for_whoever_comes_later(relay: Relay) -> None:
    relay.publish("t", b"before")
    await relay.settled()
    async with relay.subscribe("t") as messages:
        relay.publish("t", b"after")
        assert await anext(messages) == b"after"
    relay.publish("t", b"between")
    await relay.settled()
    async with relay.subscribe("t") as messages:
        relay.publish("t", b"again")
        assert await anext(messages) == b"again"


async def test_who_leaves_and_comes_back_at_once_gets_what_is_published_then(relay: Relay) -> None:
    for number in range(20):
        async with relay.subscribe("t") as messages:
            relay.publish("t", bytes([number]))
            assert await anext(messages) == bytes([number])


async def test_a_subscriber_that_waits_is_woken(relay: Relay) -> None:
    async with relay.subscribe("t") as messages:
        waiting = asyncio.ensure_future(anext(messages))
        await asyncio.sleep(0)
        relay.publish("t", b"a")
        assert await waiting == b"a"


async def test_a_subscriber_that_stopped_waiting_goes_on_later(relay: Relay) -> None:
    async with relay.subscribe("t") as messages:
        waiting = asyncio.ensure_future(anext(messages))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        relay.publish("t", b"a")
        assert await anext(messages) == b"a"


async def test_closing_ends_every_subscription_after_what_still_waited(relay: Relay) -> None:
    async with relay.subscribe("t") as messages, relay.subscribe("t") as witness:
        relay.publish("t", b"a")
        assert await anext(witness) == b"a"
        await relay.close()
        await relay.close()
        assert [message async for message in messages] == [b"a"]
    with pytest.raises(Unavailable):
        relay.publish("t", b"b")
    with pytest.raises(Unavailable):
        await relay.settled()
    with pytest.raises(Unavailable):
        async with relay.subscribe("t"):
            pass


async def test_a_publisher_never_waits_for_a_subscriber_and_that_one_learns_that_it_missed_something(
    make: Make,
) -> None:
    relay = await make(backlog=3)
    async with relay.subscribe("t") as slow, relay.subscribe("t") as quick:
        for number in range(10):
            relay.publish("t", bytes([number]))
            assert await anext(quick) == bytes([number])
        with pytest.raises(Overrun):
            await anext(slow)
        with pytest.raises(Overrun):
            await anext(slow)


async def test_the_bytes_that_wait_are_bounded_too(make: Make) -> None:
    relay = await make(backlog_bytes=10)
    async with relay.subscribe("t") as messages, relay.subscribe("t") as witness:

        async def publish(data: bytes) -> None:
            relay.publish("t", data)
            assert await anext(witness) == data

        await publish(b"12345")
        await publish(b"12345")
        assert await anext(messages) == b"12345"
        await publish(b"12345")
        assert await anext(messages) == b"12345"
        await publish(b"123456")
        with pytest.raises(Overrun):
            await anext(messages)


async def test_the_largest_message_passes_and_a_larger_one_is_refused(relay: Relay) -> None:
    async with relay.subscribe("t") as messages:
        with pytest.raises(ValueError):
            relay.publish("t", bytes(LARGEST + 1))
        relay.publish("t", bytes(LARGEST))
        assert await anext(messages) == bytes(LARGEST)


async def test_any_bytes_pass_and_topics_may_be_called_anything(relay: Relay) -> None:
    every = bytes(range(256)) + b"\r\n$3\r\n"
    for topic in ("", "two words", "{a}b", "ü\r\n", "*"):
        async with relay.subscribe(topic) as messages:
            relay.publish(topic, every)
            relay.publish(topic, b"")
            assert [await anext(messages), await anext(messages)] == [every, b""]


async def test_many_messages_of_one_turn_arrive_in_order_and_settle(relay: Relay) -> None:
    async with relay.subscribe("a") as a, relay.subscribe("b") as b:
        for number in range(1000):
            relay.publish("a" if number % 2 else "b", number.to_bytes(2, "big"))
        await relay.settled()
        assert [int.from_bytes(await anext(a), "big") for _ in range(500)] == list(range(1, 1000, 2))
        assert [int.from_bytes(await anext(b), "big") for _ in range(500)] == list(range(0, 1000, 2))


async def test_a_relay_that_is_well_is_not_away(relay: Relay) -> None:
    assert relay.away_s is None


async def test_a_local_topic_without_subscribers_costs_nothing() -> None:
    relay = LocalRelay()
    async with relay.subscribe("t"):
        relay.publish("t", b"a")
    assert relay._topics == {}
