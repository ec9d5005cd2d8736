"""Personal links and the browsers that came through them, stored as SHA-256 only.

A link introduces a person: it is exchanged once per browser for a cookie of that seat. Both are secrets of 256 bits,
so a plain hash is enough; nobody can try them out. Looking one up costs the same whether it is good, expired, revoked
or invented, and the answer to the last three is the same.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import NotFound
from server.ids import new_secret
from server.storage.database import Database
from server.storage.tables import browsers, cases, links


@dataclass(frozen=True, slots=True)
class SeatLink:
    """A link that is good: whose it is. `expires` is in milliseconds since 1970."""

    session: str
    seat: str
    expires: int


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that holds a cookie of a seat. `id` names it without opening anything."""

    id: str = field(repr=False)
    session: str
    seat: str


# Built once: building a statement costs more than asking it, and these are asked for every socket.
_of_cookie = select(browsers).where(browsers.c.hash == bindparam("hash"))
_of_seat = select(browsers).where(browsers.c.seat == bindparam("seat")).order_by(browsers.c.hash)


class Links:
    """The links and browsers of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def new_link(self, session: str, seat: str, expires: int) -> str:
        """A further link for a seat, good until `expires` (milliseconds since 1970): returns the secret, shown once.

        Raises NotFound when there is no such session.
        """
        secret = new_secret()
        row = {"hash": _hash(secret), "session": session, "seat": seat, "expires": expires}

        async def write(connection: AsyncConnection) -> None:
            await _check_alive(connection, session)
            await connection.execute(insert(links).values(**row))

        await self._database.write(write)
        return secret

    async def renew(self, session: str, expires: int) -> None:
        """Every link of a session that was not cut is good until `expires` at least, also one that has expired."""
        older = update(links).where(links.c.session == session, links.c.expires < expires)

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(older.values(expires=expires))

        await self._database.write(write)

    async def find_link(self, secret: str, now: int) -> SeatLink:
        """Whose link this is. Raises NotFound, the same for unknown, expired and revoked."""
        row = await self._first(select(links).where(links.c.hash == _hash(secret)))
        if row is None or row.expires <= now:
            raise NotFound("link")
        return SeatLink(row.session, row.seat, row.expires)

    async def bind(self, secret: str, now: int, *, instead: bool = False) -> str | None:
        """Give the seat behind a link to the browser that shows it: returns the secret of its cookie, or `None` where
        the seat belongs to a browser already. With `instead` it takes the place of that one.

        All of it is one step: a link that is cut meanwhile introduces nobody any more, and of two browsers one is the
        first. Raises NotFound, the same for unknown, expired and cut.
        """
        cookie = new_secret()

        async def write(connection: AsyncConnection) -> str | None:
            link = (await connection.execute(select(links).where(links.c.hash == _hash(secret)))).first()
            if link is None or link.expires <= now:
                raise NotFound("link")
            await _check_alive(connection, link.session)
            of_seat = browsers.c.seat == link.seat
            if instead:
                await connection.execute(delete(browsers).where(of_seat))
            elif (await connection.execute(select(browsers.c.hash).where(of_seat))).first() is not None:
                return None
            row = {"hash": _hash(cookie), "session": link.session, "seat": link.seat}
            await connection.execute(insert(browsers).values(**row))
            return cookie

        return await self._database.write(write)

    async def find_browser(self, secret: str) -> Browser:
        """Whose cookie this is. Raises NotFound, the same for unknown and revoked."""
        rows = await self._database.fetch(_of_cookie, {"hash": _hash(secret)})
        if not rows:
            raise NotFound("browser")
        return Browser(browser_id(secret), rows[0].session, rows[0].seat)

    async def browsers(self, seat: str) -> list[Browser]:
        """The browsers that may come back to a seat without a question."""
        rows = await self._database.fetch(_of_seat, {"seat": seat})
        return [Browser(row.hash.hex(), row.session, row.seat) for row in rows]

    async def cut(self, seat: str) -> None:
        """Make every link of a seat and the cookies of all its browsers worthless, in one step."""

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(delete(links).where(links.c.seat == seat))
            await connection.execute(delete(browsers).where(browsers.c.seat == seat))

        await self._database.write(write)

    async def _first(self, wanted: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]] | None:
        rows = await self._database.fetch(wanted)
        return rows[0] if rows else None


async def _check_alive(connection: AsyncConnection, session: str) -> None:
    alive = select(cases.c.id).where(cases.c.id == session, cases.c.wrapped_key.is_not(None)).with_for_update()
    if (await connection.execute(alive)).first() is None:
        raise NotFound(session)


def browser_id(secret: str) -> str:
    """The `Browser.id` of the browser that holds this cookie."""
    return _hash(secret).hex()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
