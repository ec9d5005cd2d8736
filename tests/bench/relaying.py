"""What a message through the relay costs: CPU microseconds of the process that publishes and of the one that receives.

Run `python -m tests.bench.relaying`; it starts a Redis of its own and prints one JSON object.
Publisher and subscriber are processes of their own, so that each one's CPU is its own; so is Redis. Messages of 300
bytes go out in batches, each within one turn of the event loop, round-robin over the topics, each topic with one reader
that waits for the next message as a caller of the relay does. With `redis-py` after the command the same is done with
redis-py's own pipeline and pub/sub reader, for comparison.
"""

import asyncio
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvloop

from server.relay.address import read_address
from server.relay.redis import RedisRelay
from tests.bench.processes import cpu_seconds
from tests.support.redis import redis_server

BYTES = 300
MESSAGES = 20_000
BATCHES = (1, 10, 100)  # messages that are published in one turn
TOPICS = (1, 10, 100)
PATIENCE_S = 60
AHEAD = 500  # messages on the way at most, below what a subscriber may have waiting


def cpu() -> float:
    """Seconds of CPU of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def publish(url: str, topics: int, batch: int, pipe: Connection) -> float:
    """Publish all; give CPU microseconds per message. The subscriber says through `pipe` how far it is."""
    relay = RedisRelay(read_address(url))
    await relay.open()
    names = [f"node-{number}" for number in range(topics)]
    data = bytes(BYTES)
    begin, sent, heard = cpu(), 0, 0
    while sent < MESSAGES:
        for number in range(sent, min(sent + batch, MESSAGES)):
            relay.publish(names[number % topics], data)
        sent += batch
        await relay.settled()
        while sent - heard > AHEAD:
            heard = pipe.recv()
    used = cpu() - begin
    await relay.close()
    return used / MESSAGES * 1e6


async def receive(url: str, topics: int, batch: int, pipe: Connection) -> float:
    """Read all; give CPU microseconds per message."""
    relay = RedisRelay(read_address(url), patience_s=5)
    await relay.open()
    got = 0
    done = asyncio.Event()

    async def read(messages: Any) -> None:
        nonlocal got
        async for _ in messages:
            got += 1
            if got % 100 == 0:
                pipe.send(got)
            if got == MESSAGES:
                done.set()

    async with AsyncExitStack() as stack:
        entered = [await stack.enter_async_context(relay.subscribe(f"node-{number}")) for number in range(topics)]
        readers = [asyncio.create_task(read(messages)) for messages in entered]
        pipe.send(0)
        begin = cpu()
        await done.wait()
        used = cpu() - begin
        await relay.close()
        await asyncio.gather(*readers)
    return used / MESSAGES * 1e6


async def publish_peer(url: str, topics: int, batch: int, pipe: Connection) -> float:
    """The same with redis-py."""
    from redis.asyncio import Redis

    client = Redis.from_url(url)
    names = [f"node-{number}" for number in range(topics)]
    data = bytes(BYTES)
    begin, sent, heard = cpu(), 0, 0
    while sent < MESSAGES:
        pipeline: Any = client.pipeline(transaction=False)
        for number in range(sent, min(sent + batch, MESSAGES)):
            pipeline.publish("parley:0:" + names[number % topics], data)
        sent += batch
        await pipeline.execute()
        while sent - heard > AHEAD:
            heard = pipe.recv()
    used = cpu() - begin
    await client.aclose()
    return used / MESSAGES * 1e6


async def receive_peer(url: str, topics: int, batch: int, pipe: Connection) -> float:
    """The same with redis-py's reader, and with a queue for each topic as the relay must have."""
    from redis.asyncio import Redis

    client = Redis.from_url(url)
    listening: Any = client.pubsub()
    queues: dict[bytes, asyncio.Queue[bytes]] = {
        f"parley:0:node-{number}".encode(): asyncio.Queue(1024) for number in range(topics)
    }
    await listening.subscribe(*queues)
    for _ in range(topics):
        await listening.get_message(timeout=5)
    got = 0
    done = asyncio.Event()

    async def read(queue: asyncio.Queue[bytes]) -> None:
        nonlocal got
        while True:
            await queue.get()
            got += 1
            if got % 100 == 0:
                pipe.send(got)
            if got == MESSAGES:
                done.set()

    async def dispatch() -> None:
        async for message in listening.listen():
            queues[message["channel"]].put_nowait(message["data"])

    tasks = [asyncio.create_task(read(queue)) for queue in queues.values()] + [asyncio.create_task(dispatch())]
    pipe.send(0)
    begin = cpu()
    await done.wait()
    used = cpu() - begin
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await listening.aclose()
    await client.aclose()
    return used / MESSAGES * 1e6


def _run(deed: Callable[..., Any], url: str, topics: int, batch: int, progress: Connection, out: Connection) -> None:
    out.send(uvloop.run(deed(url, topics, batch, progress)))


def _next(pipe: Connection) -> Any:
    if not pipe.poll(PATIENCE_S):
        raise TimeoutError("a process of the bench says nothing")
    return pipe.recv()


def once(url: str, topics: int, batch: int, peer: bool) -> tuple[float, float, float]:
    """CPU µs per message published and received, and messages per second."""
    spawn = multiprocessing.get_context("spawn")
    heard, says = spawn.Pipe(duplex=False)
    answers = [spawn.Pipe(duplex=False) for _ in range(2)]
    deeds = (receive_peer, publish_peer) if peer else (receive, publish)
    receiver = spawn.Process(target=_run, args=(deeds[0], url, topics, batch, says, answers[0][1]))
    receiver.start()
    _next(heard)  # it listens
    publisher = spawn.Process(target=_run, args=(deeds[1], url, topics, batch, heard, answers[1][1]))
    begin = time.monotonic()
    publisher.start()
    received, published = (_next(answer[0]) for answer in answers)
    seconds = time.monotonic() - begin
    receiver.join()
    publisher.join()
    return published, received, MESSAGES / seconds


def measure(url: str = "", peer: bool = False) -> dict[str, float]:
    """µs of CPU per message, by topics and batch, of the publisher and of the subscriber, and of Redis for both."""
    result: dict[str, float] = {"bytes": BYTES, "messages": MESSAGES}
    with ExitStack() as stack:
        pid = None
        if not url:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            server = stack.enter_context(redis_server(folder))
            url, pid = server.url, server.pid
        for topics in TOPICS:
            for batch in BATCHES:
                before = cpu_seconds(pid) if pid else 0.0
                published, received, _ = once(url, topics, batch, peer)
                name = f"{topics}_topics_batch_{batch}"
                result[f"{name}_us_per_published"] = round(published, 2)
                result[f"{name}_us_per_received"] = round(received, 2)
                if pid:
                    result[f"{name}_us_of_redis"] = round((cpu_seconds(pid) - before) / MESSAGES * 1e6, 2)
    return result


if __name__ == "__main__":
    print(json.dumps(measure(peer=sys.argv[1:] == ["redis-py"]), indent=2))
