"""The nodes that run, and which of them owns a case. All of it by the database's clock, in one transaction each, but
for a renewal: how things stand is asked behind it, for while its lease holds nobody takes anything from a node.

A case belongs to the node that its row names, for as long as that node's lease holds. Whoever takes a case looks at the
lease of its owner and holds the row of that node meanwhile, and a lease is renewed on that very row: so a renewal comes
either before a taking, which is then refused, or after it, and then says that the case is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, delete, insert, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import NotFound, ParleyError
from server.storage.database import Database
from server.storage.moment import db_now
from server.storage.tables import cases, nodes

FORGOTTEN_MS = 60_000
"""After so long without a lease the row of a node goes. Longer keeps traces of dead nodes for whoever looks."""


class NameTaken(ParleyError):
    """Another node runs under this name: its lease holds."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node whose lease holds. `load` says how much it has to do."""

    id: str
    name: str
    load: int
    draining: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stood when a lease was renewed: what this node owns (case to fence), which of it is open, who runs
    (itself too), and which open cases nobody owns. `now`: the database's clock, ms.
    """

    owned: Mapping[str, int]
    open: tuple[str, ...]
    running: tuple[Node, ...]
    orphans: tuple[str, ...]
    now: int


_alive = and_(nodes.c.id == cases.c.owner, nodes.c.lease_until > db_now())
_kept = cases.c.wrapped_key.is_not(None)
_of_case = cases.c.id == bindparam("case")

_renew = (
    update(nodes)
    .where(nodes.c.id == bindparam("node"))
    .values(lease_until=db_now() + bindparam("lease"), load=bindparam("now_load"), draining=bindparam("drains"))
    .returning(db_now())
)
_OWNED, _RUNNING, _ORPHAN = 0, 1, 2
_standing = union_all(
    select(
        literal(_OWNED).label("what"),
        cases.c.id.label("id"),
        literal("").label("name"),
        cases.c.fence.label("number"),
        cases.c.closed_at.is_(None).label("so"),
    ).where(cases.c.owner == bindparam("node"), _kept),
    select(literal(_RUNNING), nodes.c.id, nodes.c.name, nodes.c.load, nodes.c.draining).where(
        nodes.c.lease_until > db_now()
    ),
    select(literal(_ORPHAN), cases.c.id, literal(""), cases.c.fence, literal(True)).where(
        _kept, cases.c.closed_at.is_(None), ~select(nodes.c.id).where(_alive).exists()
    ),
).order_by("what", "id")
"""How things stand, as one question: a fence and whether the case is open, a load and whether the node drains."""
_owner = select(cases.c.owner).where(_of_case, _kept).with_for_update()
_holds = select(nodes.c.lease_until > db_now()).where(nodes.c.id == bindparam("node")).with_for_update(read=True)
_take = update(cases).where(_of_case).values(owner=bindparam("node"), fence=cases.c.fence + 1).returning(cases.c.fence)
_whose = select(cases.c.owner, nodes.c.id).select_from(cases.outerjoin(nodes, _alive)).where(_of_case, _kept)
_give = (
    update(cases)
    .where(_of_case, _kept, cases.c.owner == bindparam("node"), cases.c.fence == bindparam("old_fence"))
    .values(owner=bindparam("other"), fence=cases.c.fence + 1)
)


class Nodes:
    """The nodes of one database. All methods raise `Unavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enter(self, node: str, name: str, lease_ms: int) -> int:
        """A node starts: returns the database's clock (ms). Raises `NameTaken` while another holds that name."""

        async def write(connection: AsyncConnection) -> int:
            now = int((await connection.execute(select(db_now()))).scalar_one())
            same = select(nodes.c.lease_until).where(nodes.c.name == name).with_for_update()
            until = (await connection.execute(same)).scalar()
            if until is not None and until > now:
                raise NameTaken(name)
            await connection.execute(delete(nodes).where(nodes.c.name == name))
            await connection.execute(delete(nodes).where(nodes.c.lease_until < now - FORGOTTEN_MS))
            row = {"id": node, "name": name, "started": now, "lease_until": now + lease_ms}
            await connection.execute(insert(nodes).values(**row))
            return now

        return await self._database.write(write)

    async def renew(self, node: str, lease_ms: int, load: int = 0, draining: bool = False) -> Standing:
        """The lease of a node holds for `lease_ms` from now on. Raises `NotFound` for a node that was forgotten,
        `Unavailable`, though it may hold then too: that does no harm.
        """
        values = {"node": node, "lease": lease_ms, "now_load": load, "drains": draining}

        renewed = await self._database.ask(_renew, values)
        if not renewed:
            raise NotFound(node)
        fences, open_, running, orphans = dict[str, int](), list[str](), list[Node](), list[str]()
        for what, id, name, number, so in await self._database.ask(_standing, {"node": node}):
            if what == _OWNED:
                fences[id] = number
                if so:
                    open_.append(id)
            elif what == _RUNNING:
                running.append(Node(id, name, number, so))
            else:
                orphans.append(id)
        return Standing(fences, tuple(open_), tuple(running), tuple(orphans), renewed[0][0])

    async def leave(self, node: str) -> None:
        """A node stops: what it still owned is for the others at once."""

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(delete(nodes).where(nodes.c.id == node))

        await self._database.write(write)

    async def owner(self, case: str) -> str | None:
        """The node that owns a case now, or `None` where its lease is over. Raises `NotFound`."""
        found = await self._database.fetch(_whose, {"case": case})
        if not found:
            raise NotFound(case)
        alive: str | None = found[0][1]
        return alive

    async def take(self, case: str, node: str) -> int | None:
        """Make `node` the owner of a case that nobody else owns now: returns the new fence, or `None` where somebody
        does. Raises `NotFound` when the case is unknown or destroyed.
        """

        async def write(connection: AsyncConnection) -> int | None:
            found = (await connection.execute(_owner, {"case": case})).first()
            if found is None:
                raise NotFound(case)
            if found.owner is not None and found.owner != node:
                if (await connection.execute(_holds, {"node": found.owner})).scalar():
                    return None
            fence: int = (await connection.execute(_take, {"case": case, "node": node})).scalar_one()
            return fence

        return await self._database.write(write)

    async def hand_over(self, case: str, fence: int, node: str, other: str) -> bool:
        """Give a case from one node to another. False, and nothing done, where it is not that node's at that fence."""
        values = {"case": case, "node": node, "old_fence": fence, "other": other}

        async def write(connection: AsyncConnection) -> bool:
            return (await connection.execute(_give, values)).rowcount == 1

        return await self._database.write(write)
