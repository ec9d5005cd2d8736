"""Which node owns a session, and how long this one may go on with those that it owns.

Rule 1: a case has one owner at a time. Where there is one node only, it owns everything, for ever (`Alone`).
Rule 2: among several (`Among`), a node holds a lease in the database. `until` is the moment of this machine's boot
        clock up to which it may act as an owner: `GATES_SECONDS` after it *began* to ask for the last renewal that
        succeeded. The database lets others take its cases `LEASE_MS` after it was asked, so always later.
Rule 3: whatever is open (links) holds only up to `until`. So a node that is frozen, or cut off from the database, has
        closed every gate before anybody else can open one.
Rule 4: an open case without an owner is taken by the node with the least to do. All nodes reckon alike from the same
        rows, so they seldom run for the same case; where they do, the database lets one win.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from server.clock import Clock
from server.storage.cases import Cases
from server.storage.nodes import Node, Nodes, Standing

LEASE_MS = 2000
"""Shorter brings sessions of a dead node back sooner; longer rides out a database that hesitates."""
GATES_SECONDS = 1.5
"""Must stay well below the lease: what is between them is for a tick that comes late, and for clocks that differ."""
RENEW_SECONDS = 0.4
"""How often the lease is renewed. Three may fail in a row before the gates close."""

SESSION_LOAD = 4
"""What one session counts beside its connected seats, so that idle ones are spread too."""

FOREVER = float("inf")


class Placing(Protocol):
    """What a hub asks about ownership. All raise `Unavailable`; times are of the boot clock, in seconds."""

    node: str
    until: float

    def age(self, now: float) -> float:
        """Seconds since the lease was renewed."""
        ...

    def surely(self, wall: int) -> int:
        """A time (ms since 1970) that has come for certain, `wall` at most: what is destroyed cannot be had back."""
        ...

    async def owner(self, case: str) -> str | None:
        """The node that owns this case now; `None` for nobody. Raises `NotFound`."""
        ...

    async def take(self, case: str) -> int | None:
        """Own this case from here on: its new fence, or `None` where another node owns it. Raises `NotFound`."""
        ...


class Alone:
    """One node over one data folder, which the folder's lock sees to: no lease, and nobody to give anything to."""

    until = FOREVER

    def __init__(self, node: str, cases: Cases) -> None:
        self.node = node
        self._cases = cases

    def age(self, now: float) -> float:
        return 0.0

    def surely(self, wall: int) -> int:
        return wall

    async def owner(self, case: str) -> str | None:
        return self.node

    async def take(self, case: str) -> int | None:
        return await self._cases.take(case, self.node)


class Among:
    """One node of several."""

    def __init__(self, node: str, name: str, nodes: Nodes, clock: Clock) -> None:
        self.node = node
        self.name = name
        self.until = 0.0
        self.draining = False
        self.standing: Standing | None = None
        self._nodes = nodes
        self._clock = clock

    def age(self, now: float) -> float:
        return now - (self.until - GATES_SECONDS)

    def surely(self, wall: int) -> int:
        """By the database's clock too, as of the last renewal: one node's clock that jumps ahead destroys nothing."""
        return min(wall, self.standing.now) if self.standing is not None else 0

    async def enter(self) -> int:
        """Begin. Returns the database's clock, ms. Raises `NameTaken`, `Unavailable`."""
        asked = self._clock.boot()
        now = await self._nodes.enter(self.node, self.name, LEASE_MS)
        self.until = asked + GATES_SECONDS
        return now

    async def renew(self, load: int) -> Standing:
        """Hold the lease a little longer. Raises `NotFound` when the others have forgotten this node."""
        asked = self._clock.boot()
        standing = await self._nodes.renew(self.node, LEASE_MS, load, self.draining)
        self.until = max(self.until, asked + GATES_SECONDS)
        self.standing = standing
        return standing

    async def leave(self) -> None:
        """End: what is still owned is the others' at once. The gates must be closed before."""
        self.until = 0.0
        await self._nodes.leave(self.node)

    async def owner(self, case: str) -> str | None:
        return await self._nodes.owner(case)

    async def take(self, case: str) -> int | None:
        return None if self.draining else await self._nodes.take(case, self.node)

    async def hand_over(self, case: str, fence: int, other: str) -> bool:
        """Give a case to another node. False where it is not ours (any more)."""
        return await self._nodes.hand_over(case, fence, self.node, other)

    def lightest(self) -> str | None:
        """The node with the least to do that takes anything; `None` where there is none."""
        running = self.standing.running if self.standing is not None else ()
        taking = [n for n in running if not n.draining and not (n.id == self.node and self.draining)]
        return min(taking, key=lambda n: (n.load, n.id)).id if taking else None

    def others(self) -> list[str]:
        """The other nodes that run."""
        running = self.standing.running if self.standing is not None else ()
        return [node.id for node in running if node.id != self.node]

    def ours(self) -> list[str]:
        """The orphans that are for this node to take."""
        if self.standing is None or self.draining:
            return []
        return shared_out(self.standing.orphans, self.standing.running).get(self.node, [])


@dataclass(slots=True)
class _Load:
    id: str
    load: int


def shared_out(orphans: Sequence[str], running: Sequence[Node]) -> Mapping[str, list[str]]:
    """Who takes which: each goes to whoever has the least to do by then."""
    loads = [_Load(n.id, n.load) for n in sorted(running, key=lambda n: n.id) if not n.draining]
    shares: dict[str, list[str]] = {}
    for case in sorted(orphans) if loads else ():
        one = min(loads, key=lambda n: (n.load, n.id))
        one.load += SESSION_LOAD
        shares.setdefault(one.id, []).append(case)
    return shares


def load_of(connected: Iterable[int]) -> int:
    """How much a node has to do with sessions of so many connected seats each."""
    return sum(SESSION_LOAD + seats for seats in connected)
