"""Holding a lease over a database that does not answer."""

import asyncio
from types import SimpleNamespace
from typing import Any

from server.clock import HandWoundClock
from server.errors import Unavailable
from server.host.neighbours import LET_GO_SECONDS, Neighbours
from server.host.placing import Among


class Silent:
    """The table of nodes in a database that is gone after the start."""

    async def enter(self, node: str, name: str, lease_ms: int) -> int:
        return 0

    async def renew(self, *_: object) -> Any:
        raise Unavailable("no answer")


async def let_go_after(seconds: float) -> list[str]:
    """Which sessions are let go when the lease was renewed so long ago."""
    clock = HandWoundClock()
    among = Among("n", "one", Silent(), clock)  # type: ignore[arg-type]
    neighbours = Neighbours(among, SimpleNamespace(), SimpleNamespace(), clock)  # type: ignore[arg-type]
    await among.enter()
    clock.wind(seconds)
    gone: list[str] = []
    living = [SimpleNamespace(id="x_1"), SimpleNamespace(id="x_2")]
    home: Any = SimpleNamespace(load=1, living=lambda: living, lost=lambda session: gone.append(session.id))
    holding = asyncio.create_task(neighbours._keep_lease(home))
    for _ in range(5):
        await asyncio.sleep(0)
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
    return gone


async def test_a_database_that_hesitates_takes_no_session_from_a_node() -> None:
    assert await let_go_after(LET_GO_SECONDS - 0.1) == []


async def test_a_node_that_is_cut_off_lets_its_sessions_go_so_that_their_people_find_the_next_owner() -> None:
    assert await let_go_after(LET_GO_SECONDS + 0.1) == ["x_1", "x_2"]
