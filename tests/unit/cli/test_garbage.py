"""Python's search for garbage: what has been found alive is not looked at again and again."""

import asyncio
import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from server.cli import garbage as garbage_module
from server.cli.garbage import Garbage, kept_short, look_again


class Ring:
    """Refers to itself: only a search finds that nobody else does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def connected() -> list[str]:
    """Who is connected."""
    return ["paul"]


@pytest.fixture
def garbage(connected: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Garbage]:
    monkeypatch.setattr(garbage_module, "LITTLE", 0)
    with kept_short(lambda: bool(connected)) as found:
        yield found


def test_what_is_alive_at_a_full_search_is_set_aside_and_the_next_one_is_short(garbage: Garbage) -> None:
    alive = [[number] for number in range(20_000)]
    gc.collect()
    assert len(gc.get_objects()) < len(alive), "the next search looks at less than these"
    assert gc.get_freeze_count() > len(alive)


def test_what_is_new_is_looked_at_once_and_set_aside(garbage: Garbage) -> None:
    """Packets that are kept for repairs, and whatever comes and goes beside them."""
    alive = [[number] for number in range(20_000)]
    gone = ref(Ring())
    garbage.look_at_new()
    assert gone() is None
    assert len(gc.get_objects()) < len(alive), "no search looks at these again"


async def test_what_is_new_is_looked_at_all_the_time_and_everything_now_and_then(
    garbage: Garbage, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    often = asyncio.Event()
    monkeypatch.setattr(garbage_module, "NEW_SECONDS", 0.001)
    monkeypatch.setattr(garbage_module, "LOOK_SECONDS", 0.003)

    def look() -> None:
        done.append("all")
        often.set()

    monkeypatch.setattr(garbage, "look_at_new", lambda: done.append("new"))
    monkeypatch.setattr(garbage, "look", look)
    looking = asyncio.create_task(look_again(garbage))
    await often.wait()
    looking.cancel()
    assert done[:4] == ["new", "new", "new", "all"]


def test_little_is_not_looked_through_though_nobody_is_connected(
    garbage: Garbage, connected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage_module, "LITTLE", 10_000)
    monkeypatch.setattr(garbage, "look_through", lambda: pytest.fail("there is little to find"))
    connected.clear()
    garbage.look_at_new()
    garbage.look()


def test_garbage_is_still_found(garbage: Garbage) -> None:
    gone = ref(Ring())
    gc.collect()
    assert gone() is None


def test_a_ring_that_was_set_aside_and_died_is_found_when_nobody_is_connected(
    garbage: Garbage, connected: list[str]
) -> None:
    ring = Ring()
    gone = ref(ring)
    gc.collect()
    del ring
    gc.collect()
    garbage.look()
    assert gone() is not None, "people hear each other: nothing long is done"
    connected.clear()
    garbage.look()
    assert gone() is None


def test_or_when_too_much_was_set_aside(garbage: Garbage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage_module, "MORE_MOST", 10)
    ring = Ring()
    gone, alive = ref(ring), [[number] for number in range(20)]
    gc.collect()
    del ring
    garbage.look()
    assert gone() is None and len(alive) == 20


def test_what_was_set_aside_and_has_gone_by_itself_is_no_reason(
    garbage: Garbage, monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.collect()
    garbage.look_through()
    monkeypatch.setattr(garbage_module, "MORE_MOST", 20_000)
    for _ in range(3):
        passing = [[number] for number in range(10_000)]
        gc.collect()
        del passing
    monkeypatch.setattr(garbage, "look_through", lambda: pytest.fail("people hear each other"))
    garbage.look()


def test_where_nothing_was_set_aside_nothing_is_looked_through(
    garbage: Garbage, connected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.clear()
    garbage.look()
    monkeypatch.setattr(garbage, "look_through", lambda: pytest.fail("there is nothing to find"))
    garbage.look()


def test_afterwards_all_is_as_before() -> None:
    before = list(gc.callbacks)
    with kept_short(lambda: False):
        assert gc.callbacks != before and gc.get_freeze_count() > 0
    assert gc.callbacks == before and gc.get_freeze_count() == 0
