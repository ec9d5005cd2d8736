"""Finding the servers to publish on: the one of the address, the one that sentinels name, a cluster's masters."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from server.errors import Unavailable
from server.relay.address import Address, Host
from server.relay.line import Rejection

LOOK_S = 1.0  # between two looks at who the master is. A server that was cut off with us does not tell us itself.


class NotFoundThere(Unavailable):
    """Sentinels or servers answer, and know of no such master or cluster."""


class Silent(Unavailable):
    """None of the sentinels or servers answers."""


@dataclass(frozen=True, slots=True)
class Master:
    """A server to publish on, and the slots of a cluster that are its: first and last of each range."""

    host: Host
    slots: tuple[tuple[int, int], ...] = ()


class Finder(Protocol):
    """Knows where the masters are now."""

    look_s: float | None  # seconds from one look to the next; None: they never change

    async def masters(self) -> list[Master]:
        """Raises `NotFoundThere`, `Silent`, or `Rejection` when a server refuses us."""
        ...

    async def close(self) -> None: ...


def finder(address: Address, patience_s: float) -> Finder:
    if address.kind == "one":
        return TheOne(address)
    return BySentinels(address, patience_s) if address.kind == "sentinel" else ByCluster(address, patience_s)


class TheOne:
    """The address names the server."""

    look_s: float | None = None

    def __init__(self, address: Address) -> None:
        self._host = address.hosts[0]

    async def masters(self) -> list[Master]:
        return [Master(self._host)]

    async def close(self) -> None:
        pass


class BySentinels:
    """Any sentinel that answers says who the master is."""

    look_s: float | None = LOOK_S

    def __init__(self, address: Address, patience_s: float) -> None:
        options = _options(address, patience_s)
        options |= {"username": address.sentinel_username or None, "password": address.sentinel_password or None}
        self._service = address.service
        self._sentinel = Sentinel([(h.name, h.port) for h in address.hosts], sentinel_kwargs=options)  # type: ignore[no-untyped-call]

    async def masters(self) -> list[Master]:
        sentinels = self._sentinel.sentinels
        for sentinel in list(sentinels):
            with suppress(RedisError, OSError):
                # Unlike redis-py's discover_master it names the new master as soon as it is chosen.
                found: Any = await sentinel.sentinel_get_master_addr_by_name(self._service)
                if found is not None:
                    sentinels.remove(sentinel)
                    sentinels.insert(0, sentinel)  # whoever answers is asked first the next time
                    return [Master(Host(found[0], int(found[1])))]
        raise NotFoundThere("no sentinel names a master")

    async def close(self) -> None:
        await self._sentinel.aclose()


class ByCluster:
    """Any server of the cluster that answers says which slots are whose."""

    look_s: float | None = LOOK_S

    def __init__(self, address: Address, patience_s: float) -> None:
        self._named = address.hosts
        self._options = _options(address, patience_s)
        self._options |= {"username": address.username or None, "password": address.password or None}
        self._masters: list[Master] = []
        self._asked: tuple[Host, Redis] | None = None  # whoever answered last is asked first

    async def masters(self) -> list[Master]:
        last = [self._asked[0]] if self._asked else []
        refused: Exception | None = None
        for host in dict.fromkeys([*last, *(master.host for master in self._masters), *self._named]):
            try:
                self._masters = _masters(host, await self._ask(host))
                return self._masters
            except NotFoundThere as error:
                refused = error
            except AuthenticationError:  # redis-py's errors end here
                refused = Rejection("WRONGPASS")
            except NoPermissionError:
                refused = Rejection("NOPERM")
            except ResponseError:
                refused = NotFoundThere("this is no cluster")
            except (RedisError, OSError):
                pass
            await self.close()
        raise refused or Silent("no server of the cluster answers")

    async def _ask(self, host: Host) -> list[Any]:
        if self._asked is None or self._asked[0] != host:
            await self.close()
            self._asked = host, Redis(host=host.name, port=host.port, **self._options)
        client: Any = self._asked[1]
        return cast("list[Any]", await client.execute_command("CLUSTER SLOTS"))

    async def close(self) -> None:
        if self._asked is not None:
            asked, self._asked = self._asked, None
            await asked[1].aclose()


def _masters(asked: Host, ranges: list[Any]) -> list[Master]:
    """From the answer to CLUSTER SLOTS: first, last, [name, port, …] of the master, of its replicas."""
    slots: dict[Host, list[tuple[int, int]]] = {}
    for first, last, (name, port, *_), *_ in ranges:
        host = Host(
            name.decode() if name else asked.name, port
        )  # a server that does not know its own name leaves it out
        slots.setdefault(host, []).append((first, last))
    if not slots:
        raise NotFoundThere("there is no cluster yet")
    return [Master(host, tuple(sorted(mine))) for host, mine in sorted(slots.items(), key=lambda item: str(item[0]))]


def _options(address: Address, patience_s: float) -> dict[str, Any]:
    options: dict[str, Any] = {
        "protocol": 2,
        "socket_timeout": patience_s,
        "socket_connect_timeout": patience_s,
        "retry": Retry(NoBackoff(), 0),  # trying again is the relay's own
        "health_check_interval": 0,
    }
    if address.tls:
        options |= {"ssl": True, "ssl_ca_certs": address.ca or None}
    return options
