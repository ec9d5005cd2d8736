"""The relay that an installation asks for, or one sentence that says what to do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop

from server.errors import BrokenInstallation
from server.relay.local import LocalRelay
from server.relay.opening import open_relay
from tests.support.certificate import write_certificate
from tests.support.ports import free_port
from tests.support.redis import (
    PASSWORD,
    RIGHTS,
    USER,
    Cluster,
    RedisServer,
    redis_behind_sentinels,
    redis_server,
)


async def complaint(url: str) -> str:
    with pytest.raises(BrokenInstallation) as caught:
        await open_relay(url)
    said = str(caught.value)
    assert said.endswith(".") and PASSWORD not in said
    return said


async def works(url: str) -> bool:
    relay = await open_relay(url)
    try:
        async with relay.subscribe("t") as messages:
            relay.publish("t", b"a")
            return await anext(messages) == b"a"
    finally:
        await relay.close()


async def test_without_an_address_the_relay_stays_in_this_process() -> None:
    assert isinstance(await open_relay(""), LocalRelay)


async def test_each_kind_of_address_leads_to_a_relay(
    shared_redis: RedisServer, shared_cluster: Cluster, tmp_path: Path
) -> None:
    assert await works(shared_redis.url)
    assert await works(shared_cluster.url)
    with redis_behind_sentinels(tmp_path, sentinels=3) as watched:
        assert await works(watched.url)


async def test_a_user_with_no_more_rights_than_needed_suffices(shared_redis: RedisServer) -> None:
    assert f"user {USER} " in shared_redis.do("ACL", "LIST")
    for command in (["GET", "key"], ["CONFIG", "GET", "*"], ["EVAL", "return 1", "0"], ["KEYS", "*"]):
        assert "no permissions" in shared_redis.do("ACL", "DRYRUN", USER, *command)
    assert await works(shared_redis.url)


def test_it_works_on_the_event_loop_of_the_server_too(shared_redis: RedisServer) -> None:
    assert uvloop.run(works(shared_redis.url))


async def test_two_installations_on_one_redis_do_not_hear_each_other(shared_redis: RedisServer) -> None:
    one, other = await open_relay(shared_redis.url), await open_relay(shared_redis.url[:-1] + "1")
    async with one.subscribe("t") as messages:
        other.publish("t", b"theirs")
        await other.settled()
        one.publish("t", b"ours")
        assert await anext(messages) == b"ours"
    await one.close()
    await other.close()


async def test_a_wrong_password_or_none(shared_redis: RedisServer) -> None:
    port = shared_redis.port
    assert "refuses the user or the password" in await complaint(f"redis://{USER}:wrong@127.0.0.1:{port}")
    assert "refuses the user or the password" in await complaint(f"redis://127.0.0.1:{port}")


@pytest.mark.parametrize("missing", ["info", "publish", "subscribe", "unsubscribe", "ping", "topics"])
async def test_missing_rights(redis: RedisServer, missing: str) -> None:
    redis.do("ACL", "SETUSER", USER, *(["resetchannels"] if missing == "topics" else [f"-{missing}"]))
    said = await complaint(redis.url)
    assert "ACL SETUSER" in said and "&parley:*" in said


async def test_the_rights_that_the_sentence_names_are_enough(redis: RedisServer) -> None:
    redis.do("ACL", "SETUSER", USER, "reset", "on", f">{PASSWORD}")
    rights = (await complaint(redis.url)).rpartition("give it ")[2].removesuffix(".").split()
    assert set(rights) <= set(RIGHTS)
    redis.do("ACL", "SETUSER", USER, *rights)
    assert await works(redis.url)


async def test_nothing_listens() -> None:
    port = free_port()
    for url in (f"redis://127.0.0.1:{port}", f"redis+cluster://127.0.0.1:{port}"):
        assert f"No Redis answers at 127.0.0.1:{port}" in await complaint(url)
    assert "No sentinel at" in await complaint(f"redis+sentinel://127.0.0.1:{port}/parley")


async def test_sentinels_that_do_not_know_the_name(tmp_path: Path) -> None:
    with redis_behind_sentinels(tmp_path) as watched:
        assert "names a master called other" in await complaint(watched.url.replace("/parley?", "/other?"))


async def test_no_cluster(shared_redis: RedisServer) -> None:
    said = await complaint(f"redis+cluster://{USER}:{PASSWORD}@127.0.0.1:{shared_redis.port}")
    assert "no cluster that works" in said


async def test_a_replica(tmp_path: Path) -> None:
    with redis_behind_sentinels(tmp_path) as watched:
        assert "is a replica" in await complaint(watched.replica.url)


async def test_a_redis_that_throws_keys_away(redis: RedisServer) -> None:
    redis.do("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    assert await works(redis.url)  # without a limit it throws nothing away
    redis.do("CONFIG", "SET", "maxmemory", "100mb")
    assert "set maxmemory-policy to noeviction" in await complaint(redis.url)
    redis.do("CONFIG", "SET", "maxmemory-policy", "noeviction")
    assert await works(redis.url)


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[int]:
    """Something at a port that gives this answer, whatever it is asked."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(answer)
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    gone = asyncio.Event()
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await gone.wait()


@pytest.mark.parametrize(
    "answer",
    [
        b"-ERR unknown command `HELLO`, with args beginning with: `3`\r\n",
        b"%2\r\n$7\r\nversion\r\n$6\r\n6.2.14\r\n$4\r\nrole\r\n$6\r\nmaster\r\n",
    ],
    ids=["5", "6.2"],
)
async def test_a_redis_that_is_too_old(answer: bytes) -> None:
    async with answering(answer) as port:
        assert "install Redis 7.0 or newer" in await complaint(f"redis://127.0.0.1:{port}")


async def test_something_that_is_no_redis() -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert "No Redis answers" in await complaint(f"redis://127.0.0.1:{port}")


async def test_tls(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path, "localhost")
    port = free_port()
    options = ("--tls-port", str(port), "--tls-cert-file", str(certificate), "--tls-key-file", str(key))
    with redis_server(tmp_path, *options, "--tls-auth-clients", "no"):
        url = f"rediss://{USER}:{PASSWORD}@localhost:{port}"
        assert await works(f"{url}?ca={certificate}")
        assert "cannot be trusted over TLS" in await complaint(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://host", "it must begin with"),
        ("redis+other://host", "it must begin with"),
        ("redis://", "a host is missing"),
        ("redis://host:99999", "a host or its port"),
        ("redis://a,b", "one host"),
        ("redis://host/first", "a whole number"),
        ("redis://host/1?db=2", "named twice"),
        ("redis://host?colour=red", "after the question mark"),
        ("redis://host?ca=/nowhere", "a readable file"),
        (f"redis://user:{PASSWORD}#1@host", "%23"),
        ("redis+sentinel://host", "the name that the sentinels"),
        ("redis+cluster://host/1", "no databases"),
    ],
)
async def test_an_address_that_makes_no_sense(url: str, why: str) -> None:
    said = await complaint(url)
    assert "PARLEY_REDIS makes no sense" in said and why in said
