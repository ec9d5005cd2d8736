"""What publishers and subscribers live through when a real Redis fails."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.errors import Unavailable
from server.relay.address import read_address
from server.relay.redis import RedisRelay
from server.relay.relay import Interrupted
from tests.support.redis import (
    PASSWORD,
    USER,
    Cluster,
    RedisServer,
    redis_behind_sentinels,
)
from tests.support.stalls import stalls

PATIENCE_S = 1.5
"""So long Redis may be silent. Shorter makes one test quicker; a machine that stands still for so long makes gaps."""


@asynccontextmanager
async def relays(url: str, count: int = 2) -> AsyncIterator[list[RedisRelay]]:
    made = [RedisRelay(read_address(url), patience_s=PATIENCE_S) for _ in range(count)]
    try:
        for relay in made:
            await relay.open()
        yield made
    finally:
        for relay in made:
            await relay.close()


async def until(fact: Callable[[], bool]) -> None:
    """Let the event loop run until it is so; the test's own time limit ends it."""
    while True:
        if fact():
            return
        await asyncio.sleep(0.001)


async def gone(relay: RedisRelay) -> None:
    await until(lambda: relay.away_s is not None)


async def back(*those: RedisRelay) -> None:
    await until(lambda: all(relay.away_s is None for relay in those))


async def arrives(far: RedisRelay, near: RedisRelay, messages: AsyncIterator[bytes]) -> None:
    """Publish until it has arrived; servers that change places may be away more than once."""
    while True:
        await back(near, far)
        try:
            far.publish("a", b"after")
            await far.settled()
            assert await anext(messages) == b"after"
            return
        except (Unavailable, Interrupted):
            await asyncio.sleep(0)  # a refusal comes at once: without this the relay would never get to notice why


async def off_the_loop(deed: Callable[[], None]) -> None:
    await asyncio.to_thread(deed)


@pytest.mark.parametrize("how", ["restart", "kill"])
async def test_after_a_restart_each_subscriber_is_told_of_the_gap_and_goes_on(redis: RedisServer, how: str) -> None:
    async with relays(redis.url) as (near, far), near.subscribe("a") as a, near.subscribe("a") as a2:
        async with near.subscribe("b") as b:
            far.publish("a", b"before")
            await far.settled()
            assert await anext(a2) == b"before"
            await off_the_loop(redis.stop if how == "restart" else redis.kill)
            await gone(near)
            await off_the_loop(redis.start)
            for messages in (a2, b):
                with pytest.raises(Interrupted):
                    await anext(messages)
            await back(near, far)
            far.publish("a", b"after")
            assert await anext(a) == b"before"  # the gap stands where it was
            with pytest.raises(Interrupted):
                await anext(a)
            assert [await anext(a), await anext(a2)] == [b"after", b"after"]
            far.publish("b", b"after")
            assert await anext(b) == b"after"


async def test_while_redis_is_away_publishing_and_subscribing_are_refused_at_once(redis: RedisServer) -> None:
    async with relays(redis.url) as (near, far), near.subscribe("a") as messages:
        await off_the_loop(redis.kill)
        await gone(far)
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(Unavailable):
            far.publish("a", b"late")
        with pytest.raises(Unavailable):
            await far.settled()
        with pytest.raises(Unavailable):
            async with far.subscribe("b"):
                pass
        assert loop.time() - began < PATIENCE_S / 2
        assert far.away_s is not None and far.away_s >= 0
        await off_the_loop(redis.start)
        await back(near, far)
        with pytest.raises(Interrupted):
            await anext(messages)
        far.publish("a", b"fresh")
        assert await anext(messages) == b"fresh"  # nothing was kept to come late


async def test_what_is_lost_on_the_way_does_not_settle(redis: RedisServer) -> None:
    async with relays(redis.url, 1) as [relay]:
        redis.freeze()
        relay.publish("a", b"a")
        lost = asyncio.create_task(relay.settled())
        await asyncio.sleep(0)
        await off_the_loop(redis.kill)
        with pytest.raises(Unavailable):
            await lost


async def test_publishing_and_subscribing_go_on_through_restarts_in_order_and_without_doubles(
    redis: RedisServer,
) -> None:
    """Numbers only grow, and where one is missing there was a gap, or the publisher knows that it may be lost."""
    numbers = itertools.count()
    maybe_lost: set[int] = set()
    stop = False

    async def publish(relay: RedisRelay) -> int:
        number = -1
        while not stop:
            number = next(numbers)
            try:
                relay.publish("a", b"%d" % number)
                await relay.settled()
            except Unavailable:
                maybe_lost.add(number)
                await asyncio.sleep(0.001)
        await back(relay)
        relay.publish("a", b"end")
        return number

    async with relays(redis.url) as (near, far), near.subscribe("a") as messages:
        publishing = asyncio.create_task(publish(far))
        got: list[int | None] = []

        async def read() -> None:
            while True:
                try:
                    data = await anext(messages)
                except Interrupted:
                    got.append(None)
                else:
                    if data == b"end":
                        return
                    got.append(int(data))

        reading = asyncio.create_task(read())
        for deed in (redis.restart, redis.kill):
            heard = len(got)
            await until(lambda heard=heard: len(got) > heard + 20)  # type: ignore[misc]
            await off_the_loop(deed)
        await off_the_loop(redis.start)
        await back(near, far)
        heard = len(got)
        await until(lambda: len(got) > heard + 20)
        stop = True
        last = await publishing
        await reading

    heard_numbers = [number for number in got if number is not None]
    assert heard_numbers == sorted(set(heard_numbers))
    assert got.count(None) == 2
    for before, after in itertools.pairwise([-1, *got, last + 1]):
        if before is not None and after is not None:
            assert set(range(before + 1, after)) <= maybe_lost


async def test_a_frozen_redis_holds_nobody_up_and_is_away_after_a_short_silence(redis: RedisServer) -> None:
    async with relays(redis.url) as (near, far), near.subscribe("a") as messages:
        loop = asyncio.get_running_loop()
        redis.freeze()
        began = loop.time()
        far.publish("a", b"into the void")
        assert loop.time() - began < PATIENCE_S / 2
        with pytest.raises(Unavailable):
            await far.settled()
        await gone(near)
        assert loop.time() - began < 3 * PATIENCE_S
        with pytest.raises(Unavailable):
            far.publish("a", b"late")
        redis.thaw()
        await back(near, far)
        with pytest.raises(Interrupted):
            await anext(messages)
        far.publish("a", b"after")
        assert await anext(messages) == b"after"


async def test_a_publisher_that_redis_cannot_keep_up_with_is_refused_and_costs_no_memory(redis: RedisServer) -> None:
    async with relays(redis.url, 1) as [relay]:
        redis.freeze()
        published = 0
        with pytest.raises(Unavailable, match="keep up"):
            for _ in range(4096):  # 256 MiB, in one turn of the event loop
                relay.publish("a", bytes(65536))
                published += 1
        assert published < 512
        redis.thaw()


async def test_a_new_password_is_told_once_and_tried_for_ever(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="server.relay.redis")
    async with relays(redis.url, 1) as [relay], relay.subscribe("a") as messages:
        redis.do("ACL", "SETUSER", USER, "resetpass", ">another")
        redis.do("CLIENT", "KILL", "USER", USER)
        await gone(relay)

        def refused() -> int:
            words = redis.do("ACL", "LOG").split()
            return sum(int(after) for word, after in itertools.pairwise(words) if word == "count")

        await until(lambda: refused() >= 6)
        said = [getattr(line, "reason", line.getMessage()) for line in caplog.records]
        assert said == ["the relay is away", "it refuses the password"]
        redis.do("ACL", "SETUSER", USER, "resetpass", f">{PASSWORD}")
        with pytest.raises(Interrupted):
            await anext(messages)
        await back(relay)
        assert caplog.records[-1].getMessage() == "the relay is back"
        relay.publish("a", b"after")
        assert await anext(messages) == b"after"


async def test_rights_that_are_taken_away_are_told_and_refused(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with relays(redis.url, 1) as [relay]:
        redis.do("ACL", "SETUSER", USER, "-publish", "-subscribe")
        relay.publish("a", b"a")
        with pytest.raises(Unavailable):
            await relay.settled()
        with pytest.raises(Unavailable):
            async with relay.subscribe("a"):
                pass
        assert [getattr(line, "reason", "") for line in caplog.records] == ["rights are missing"]


async def test_a_process_that_reads_too_slowly_is_cut_off_by_redis_and_told_so(redis: RedisServer) -> None:
    redis.do("CONFIG", "SET", "client-output-buffer-limit", "pubsub 65536 0 0")
    async with relays(redis.url) as (slow, far), slow.subscribe("a") as messages:
        line = slow._posts[read_address(redis.url).hosts[0]].ear.line
        assert line is not None
        line.pause(reading=False)
        cut = False
        while not cut:
            for _ in range(16):
                far.publish("a", bytes(65536))
            await far.settled()
            cut = "sub=1" not in redis.do("CLIENT", "LIST", "TYPE", "pubsub")
        line.pause(reading=True)
        missed = False
        while not missed:
            try:
                await anext(messages)
            except Interrupted:
                missed = True
        await back(slow)
        far.publish("a", b"after")
        assert await anext(messages) == b"after"


async def test_a_failover_is_followed_soon_after_the_sentinels_decided(tmp_path: Path) -> None:
    with redis_behind_sentinels(tmp_path) as watched:
        async with relays(watched.url) as (near, far), near.subscribe("a") as messages:
            await off_the_loop(watched.master.kill)
            await gone(near)
            await off_the_loop(watched.wait_for_failover)
            decided = asyncio.get_running_loop().time()
            with stalls() as machine:
                with pytest.raises(Interrupted):
                    await anext(messages)
                await back(near, far)
            assert asyncio.get_running_loop().time() - decided < 2 + machine.seconds
            await arrives(far, near, messages)


async def test_a_master_that_lives_on_is_left_for_the_one_that_the_sentinels_name(tmp_path: Path) -> None:
    with redis_behind_sentinels(tmp_path) as watched:
        async with relays(watched.url) as (near, far), near.subscribe("a") as messages:
            while watched.sentinels[0].do("SENTINEL", "FAILOVER", "parley", password="") != "OK":
                pass
            with pytest.raises(Interrupted):
                await anext(messages)
            await until(lambda: {host.port for relay in (near, far) for host in relay._posts} == {watched.replica.port})
            await arrives(far, near, messages)


async def test_a_slot_that_moves_to_another_server_takes_its_subscribers_along(shared_cluster: Cluster) -> None:
    async with relays(shared_cluster.url) as (near, far), near.subscribe("a") as messages, near.subscribe("b") as other:
        home = shared_cluster.server_of("parley:0:a")
        assert shared_cluster.server_of("parley:0:b") is not home
        target = next(server for server in shared_cluster.servers if server is not home)
        await off_the_loop(lambda: shared_cluster.move_slot("parley:0:a", target))
        with pytest.raises(Interrupted):
            await anext(messages)
        assert "parley:0:a" in target.do("PUBSUB", "SHARDCHANNELS")
        moved = {host.port: host for host in far._posts}[target.port]
        await until(lambda: far._post_of(b"parley:0:a").host == moved)
        far.publish("a", b"after")
        far.publish("b", b"as before")
        assert [await anext(messages), await anext(other)] == [b"after", b"as before"]
        assert near.away_s is None


async def test_a_part_of_a_cluster_that_is_away_leaves_the_other_parts_in_order(shared_cluster: Cluster) -> None:
    async with relays(shared_cluster.url) as (near, far), near.subscribe("a") as lost, near.subscribe("b") as kept:
        home = shared_cluster.server_of("parley:0:a")
        assert shared_cluster.server_of("parley:0:b") is not home
        await off_the_loop(home.kill)
        await gone(near)
        await gone(far)
        far.publish("b", b"still")
        assert await anext(kept) == b"still"
        with pytest.raises(Unavailable):
            far.publish("a", b"late")
        await off_the_loop(home.start)
        with pytest.raises(Interrupted):
            await anext(lost)
        for server in shared_cluster.servers:
            server.wait_for(lambda info: "cluster_state:ok" in info, "CLUSTER", "INFO")
