"""Opening a line: the connection, who we are, and whether it is a server that the relay can use."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from server.errors import Unavailable
from server.relay.address import Host
from server.relay.line import Line, Rejection

OLDEST = (7, 0)  # sharded pub/sub, and access rights for topics as the relay expects them


class TooOld(Unavailable):
    """The server is older than `OLDEST`."""


class Evicting(Unavailable):
    """The server throws keys away when its memory is full: it is a cache, and shared with one."""


class NoMaster(Unavailable):
    """The server is a replica: what is published there goes nowhere else."""


@dataclass(frozen=True, slots=True, repr=False)
class Dialler:
    """Opens lines with one user's rights. `certificates`: None for a connection without TLS."""

    username: str
    password: str
    certificates: ssl.SSLContext | None

    async def dial(self, host: Host, make: Callable[[], Line]) -> Line:
        """A line that may be used. Raises OSError, `Rejection` (wrong password), `TooOld`, `NoMaster`, `Unavailable`.

        There is no time limit here: callers set theirs.
        """
        _, line = await asyncio.get_running_loop().create_connection(make, host.name, host.port, ssl=self.certificates)
        try:
            await self._introduce(line)
        except BaseException:
            await line.close()
            raise
        return line

    async def _introduce(self, line: Line) -> None:
        who = (b"AUTH", (self.username or "default").encode(), self.password.encode()) if self.password else ()
        try:
            said = await line.ask(b"HELLO", b"3", *who, b"SETNAME", b"parley")
        except Rejection as error:
            if "unknown command" in str(error):
                raise TooOld("Redis is too old") from error
            raise
        version = tuple(int(part) for part in said[b"version"].split(b".")[:2])
        if version < OLDEST:
            raise TooOld("Redis is too old")
        if said[b"role"] != b"master":
            raise NoMaster("Redis is a replica")
