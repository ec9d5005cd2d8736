"""Who owns which session, and for how long a node may act as an owner."""

import math
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.clock import HandWoundClock
from server.host.placing import GATES_SECONDS, LEASE_MS, RENEW_SECONDS, Alone, Among, load_of, shared_out
from server.storage.installation import Installation
from server.storage.nodes import Node, Nodes
from tests.support.storing import opened


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with opened(tmp_path / "data") as installation:
        await installation.cases.create("c", now=1)
        yield installation


def running(*loads: int) -> list[Node]:
    return [Node(f"n{number}", f"name{number}", load, False) for number, load in enumerate(loads)]


async def test_a_single_node_owns_everything_for_ever(installation: Installation) -> None:
    alone = Alone("me", installation.cases)
    assert await alone.owner("c") == "me" and await alone.take("c") == 1
    assert math.isinf(alone.until) and alone.age(10.0) == 0


def test_gates_close_well_before_anybody_else_may_open_one() -> None:
    assert GATES_SECONDS <= LEASE_MS / 1000 - RENEW_SECONDS
    assert 3 * RENEW_SECONDS < GATES_SECONDS


async def test_a_node_may_act_for_so_long_after_it_began_to_ask(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, nodes = HandWoundClock(), Nodes(installation.database)
    among = Among("me", "first", nodes, clock)
    await among.enter()
    asked = clock.boot()
    assert among.until == asked + GATES_SECONDS
    renew = nodes.renew

    async def slowly(*about: object, **more: object) -> object:
        clock.wind(1.0)  # the database takes a second to answer
        return await renew(*about, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(nodes, "renew", slowly)
    clock.wind(0.4)
    asked = clock.boot()
    await among.renew(0)
    assert among.until == asked + GATES_SECONDS, "counted from when it was asked, not from the answer"
    assert among.age(clock.boot()) == pytest.approx(1.0)


async def test_who_leaves_may_do_nothing_any_more(installation: Installation) -> None:
    clock = HandWoundClock()
    among = Among("me", "first", Nodes(installation.database), clock)
    await among.enter()
    await among.leave()
    assert among.until < clock.boot()


async def test_a_draining_node_takes_nothing(installation: Installation) -> None:
    among = Among("me", "first", Nodes(installation.database), HandWoundClock())
    await among.enter()
    among.draining = True
    assert (await among.renew(3)).orphans == ("c",)
    assert among.ours() == [] and await among.take("c") is None and among.lightest() is None


async def test_the_lightest_takes_what_is_new(installation: Installation) -> None:
    nodes, clock = Nodes(installation.database), HandWoundClock()
    one, two = Among("one", "first", nodes, clock), Among("two", "second", nodes, clock)
    await one.enter()
    await two.enter()
    await one.renew(9)
    await two.renew(2)
    await one.renew(9)
    assert one.lightest() == "two"
    assert one.ours() == [] and two.ours() == ["c"]


def test_orphans_are_shared_out_alike_by_everybody() -> None:
    orphans = [f"x{number}" for number in range(6)]
    shares = shared_out(orphans, running(0, 20, 0))
    assert sorted(case for share in shares.values() for case in share) == orphans
    assert len(shares["n0"]) == len(shares["n2"]) == 3 and "n1" not in shares
    assert shared_out(reversed(orphans), running(0, 20, 0)[::-1]) == shares  # type: ignore[arg-type]


def test_nobody_who_drains_gets_a_share() -> None:
    nodes = [Node("n0", "a", 0, True), Node("n1", "b", 50, False)]
    assert shared_out(["x"], nodes) == {"n1": ["x"]}
    assert shared_out(["x"], nodes[:1]) == {}


def test_a_session_counts_though_nobody_is_connected() -> None:
    assert load_of([]) == 0 < load_of([0]) < load_of([0, 3])


async def test_nothing_is_destroyed_before_its_time_by_a_clock_that_jumped_ahead(installation: Installation) -> None:
    clock = HandWoundClock()
    among = Among("me", "first", Nodes(installation.database), clock)
    assert among.surely(clock.wall()) == 0, "nothing is certain before the database was asked"
    await among.enter()
    standing = await among.renew(0)
    ahead = standing.now + 10 * 24 * 3600 * 1000
    assert among.surely(ahead) == standing.now and among.surely(standing.now - 5) == standing.now - 5
    assert Alone("me", installation.cases).surely(ahead) == ahead
