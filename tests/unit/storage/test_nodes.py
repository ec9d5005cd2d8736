"""Who owns a case: leases by the database's own clock."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.errors import NotFound
from server.eventlog.log import Fenced
from server.eventlog.sql import SqlEventLog
from server.storage.installation import Installation
from server.storage.nodes import NameTaken, Nodes
from tests.support.storing import opened

LONG, OVER = 60_000, -1  # ms: a lease that holds for the whole test, and one that is over as soon as it is given


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with opened(tmp_path / "data") as installation:
        await installation.cases.create("c", now=1)
        yield installation


@pytest.fixture
async def nodes(installation: Installation) -> Nodes:
    return Nodes(installation.database)


async def test_a_case_of_nobody_is_taken(nodes: Nodes) -> None:
    await nodes.enter("one", "first", LONG)
    assert await nodes.owner("c") is None
    assert await nodes.take("c", "one") == 1
    assert await nodes.owner("c") == "one"


async def test_what_a_living_node_owns_is_nobody_elses_to_take(nodes: Nodes) -> None:
    await nodes.enter("one", "first", LONG)
    await nodes.enter("two", "second", LONG)
    await nodes.take("c", "one")
    assert await nodes.take("c", "two") is None
    assert await nodes.owner("c") == "one"
    assert await nodes.take("c", "one") == 2, "who owns it may take it anew"


async def test_what_a_dead_node_owned_is_taken_with_a_newer_fence(nodes: Nodes, installation: Installation) -> None:
    await nodes.enter("one", "first", LONG)
    fence = await nodes.take("c", "one")
    assert fence is not None
    await nodes.renew("one", OVER)
    await nodes.enter("two", "second", LONG)
    assert await nodes.owner("c") is None
    assert await nodes.take("c", "two") == fence + 1
    with pytest.raises(Fenced):
        await SqlEventLog(installation.database).append("c", expected=0, fence=fence, sealed=[b"late"], at=1)
    assert (await nodes.renew("one", LONG)).owned == {}, "whoever wakes up late hears that it is gone"


async def test_a_renewed_lease_says_how_things_stand(nodes: Nodes, installation: Installation) -> None:
    await nodes.enter("one", "first", LONG)
    await nodes.enter("two", "second", LONG)
    await nodes.enter("three", "third", OVER)
    for case in ("d", "e", "f", "gone"):
        await installation.cases.create(case, now=1)
    await nodes.take("c", "one")
    await nodes.take("d", "two")
    await nodes.take("e", "three")
    fence = await nodes.take("f", "two")
    assert fence is not None
    await installation.cases.close("f", fence, 5, 10**15)
    await installation.cases.destroy_key("gone")
    standing = await nodes.renew("one", LONG, load=7, draining=True)
    assert standing.owned == {"c": 1}
    assert [(n.id, n.name, n.load, n.draining) for n in standing.running] == [
        ("one", "first", 7, True),
        ("two", "second", 0, False),
    ]
    assert standing.open == ("c",)
    assert standing.orphans == ("e",)
    assert standing.now > 1_700_000_000_000


async def test_no_two_nodes_run_under_one_name(nodes: Nodes) -> None:
    await nodes.enter("one", "first", LONG)
    with pytest.raises(NameTaken):
        await nodes.enter("two", "first", LONG)
    await nodes.renew("one", OVER)
    await nodes.enter("two", "first", LONG)
    with pytest.raises(NotFound):
        await nodes.renew("one", LONG)


async def test_who_leaves_leaves_its_cases(nodes: Nodes) -> None:
    await nodes.enter("one", "first", LONG)
    await nodes.enter("two", "second", LONG)
    await nodes.take("c", "one")
    await nodes.leave("one")
    assert (await nodes.renew("two", LONG)).orphans == ("c",)
    assert await nodes.take("c", "two") == 2


async def test_a_case_is_handed_over_by_its_owner_only(nodes: Nodes) -> None:
    await nodes.enter("one", "first", LONG)
    await nodes.enter("two", "second", LONG)
    fence = await nodes.take("c", "one")
    assert fence is not None
    assert not await nodes.hand_over("c", fence - 1, "one", "two")
    assert not await nodes.hand_over("c", fence, "two", "two")
    assert await nodes.hand_over("c", fence, "one", "two")
    assert (await nodes.renew("two", LONG)).owned == {"c": fence + 1}


async def test_unknown_and_destroyed_cases_belong_to_nobody(nodes: Nodes, installation: Installation) -> None:
    await nodes.enter("one", "first", LONG)
    await installation.cases.destroy_key("c")
    for case in ("c", "unknown"):
        with pytest.raises(NotFound):
            await nodes.take(case, "one")
        with pytest.raises(NotFound):
            await nodes.owner(case)
