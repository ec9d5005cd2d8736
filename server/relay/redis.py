"""The relay between several nodes: Redis pub/sub, on one server, behind sentinels, or sharded over a cluster.

Nothing is stored in Redis. Each server has a `Post` with two lines; this file knows which topic belongs to which post,
follows the masters when they change, and says whether the relay is away.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from server.errors import Unavailable
from server.relay.address import Address, Host
from server.relay.complaint import reason
from server.relay.dialling import Dialler
from server.relay.finding import Master, finder
from server.relay.keeper import FIRST_S
from server.relay.line import Rejection
from server.relay.post import SHARDED, WHOLE, Post, leave
from server.relay.relay import BACKLOG, BACKLOG_BYTES, check_size
from server.relay.subscription import Subscription

PATIENCE_S = 1.0  # of silence, after which Redis is away. Shorter notices sooner, longer rides out a busy server.
_LOOK_AWAY_S = 0.5  # between two looks for the masters while something is away
_MOVED = ("MOVED", "CLUSTERDOWN", "READONLY")

_log = logging.getLogger(__name__)


class RedisRelay:
    """`patience_s`: how long Redis may be silent. `backlog` and `backlog_bytes` bound what waits for one subscriber."""

    def __init__(
        self,
        address: Address,
        *,
        patience_s: float = PATIENCE_S,
        backlog: int = BACKLOG,
        backlog_bytes: int = BACKLOG_BYTES,
    ) -> None:
        self._prefix = address.prefix
        self._dialler = Dialler(address.username, address.password, address.certificates())
        self._finder = finder(address, patience_s)
        self._sharded = address.kind == "cluster"
        self._patience_s = patience_s
        self._backlog = backlog
        self._backlog_bytes = backlog_bytes
        self._posts: dict[Host, Post] = {}
        self._by_slot: list[Post | None] = [None] * (REDIS_CLUSTER_HASH_SLOTS if self._sharded else 1)
        self._subscriptions: set[Subscription] = set()
        self._look: asyncio.Event = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._lost_at: float | None = None
        self._told: set[str] = set()
        self._opened = self._closed = False

    async def open(self) -> None:
        """Find the servers and open every line. Raises what hinders it, in the words of `dialling` and `finding`."""
        async with asyncio.timeout(10 * self._patience_s):
            masters = await self._finder.masters()
        for master in masters:
            post = self._posts[master.host] = self._post(master.host)
            await post.open()
        self._assign(masters)
        for post in self._posts.values():
            await post.check_memory()
        name = self._prefix + b"probe"
        await self._post_of(name).check_rights(name)
        self._opened = True
        self._changed(None)
        if self._finder.look_s is not None:
            self._watch = asyncio.create_task(self._follow(self._finder.look_s))

    @property
    def away_s(self) -> float | None:
        return None if self._lost_at is None else asyncio.get_running_loop().time() - self._lost_at

    def publish(self, topic: str, data: bytes) -> None:
        check_size(data)
        name = self._prefix + topic.encode()
        self._post_of(name).publish(name, data)

    async def settled(self) -> None:
        self._check_open()
        if len(self._posts) == 1:
            await next(iter(self._posts.values())).settled()
        else:
            await asyncio.gather(*(post.settled() for post in self._posts.values()))

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        name = self._prefix + topic.encode()
        subscription = Subscription(self._backlog, self._backlog_bytes)
        entry = await self._post_of(name).join(name, subscription)
        self._subscriptions.add(subscription)
        try:
            if self._closed:
                raise Unavailable("the relay is closed")
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
            leave(entry, subscription)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for subscription in self._subscriptions:
            subscription.end()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
        for post in self._posts.values():
            await post.close()
        await self._finder.close()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("the relay is closed")

    # Which server

    def _post(self, host: Host) -> Post:
        words = SHARDED if self._sharded else WHOLE
        return Post(
            host,
            self._dialler,
            words,
            self._patience_s,
            changed=self._changed,
            rejected=self._rejected,
            moved=self._look.set,
        )

    def _post_of(self, name: bytes) -> Post:
        self._check_open()
        post = self._by_slot[self._slot(name)]
        if post is None:
            raise Unavailable("no server of the cluster takes this topic")
        return post

    def _slot(self, name: bytes) -> int:
        return key_slot(name) if self._sharded else 0

    def _assign(self, masters: list[Master]) -> None:
        for slot in range(len(self._by_slot)):
            self._by_slot[slot] = None
        for master in masters:
            for first, last in master.slots or ((0, 0),):
                self._by_slot[first : last + 1] = [self._posts[master.host]] * (last + 1 - first)

    async def _follow(self, look_s: float) -> None:
        """Keep up with who the masters are."""
        pause = FIRST_S
        while True:
            await asyncio.sleep(FIRST_S)  # a burst of reasons to look is one reason
            with suppress(TimeoutError):
                async with asyncio.timeout(look_s if self._lost_at is None else pause):
                    await self._look.wait()
            self._look.clear()
            try:
                await self._arrange(await self._finder.masters())
            except Exception as error:  # whatever it is, looking again is all there is to do
                self._tell(error)
            pause = FIRST_S if self._lost_at is None else min(2 * pause, _LOOK_AWAY_S)

    async def _arrange(self, masters: list[Master]) -> None:
        """Let every topic be where its master is now."""
        hosts = {master.host for master in masters}
        for host in hosts - self._posts.keys():
            self._posts[host] = self._post(host)
            self._posts[host].open_later()
        self._assign(masters)
        for topic in [topic for post in self._posts.values() for topic in post.topics.values()]:
            target = self._by_slot[self._slot(topic.name)]
            if target is not None and (target is not topic.post or target.deaf_to(topic)):
                topic.post.give_up(topic)
                target.adopt(topic)
        for host in self._posts.keys() - hosts:
            if not self._posts[host].topics:  # topics whose slots nobody serves wait where they were
                await self._posts.pop(host).close()
        self._changed(None)

    # What is told

    def _rejected(self, error: Rejection) -> None:
        if error.code in _MOVED:
            self._look.set()
        else:
            self._tell(error)

    def _changed(self, error: Exception | None) -> None:
        if not self._opened or self._closed:
            return
        away = any(post.away for post in self._posts.values()) or None in self._by_slot
        if away and self._lost_at is None:
            self._lost_at = asyncio.get_running_loop().time()
            self._look.set()
            _log.warning("the relay is away")
        elif not away and self._lost_at is not None:
            self._lost_at = None
            self._told.clear()
            _log.warning("the relay is back")
        if error is not None:
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        """Why, once for each reason until the relay is back."""
        why = reason(error)
        if why not in self._told:
            self._told.add(why)
            _log.warning("the relay is out of reach", extra={"reason": why})
