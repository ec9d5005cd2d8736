"""The pings of all connections: one in every interval for each, and many at one moment."""

import asyncio
import json
from contextlib import ExitStack

from server.clock import HandWoundClock
from server.signalling.beats import MOMENTS, Beats

HURRIED_S = 0.004


class Noting:
    """Notes in which order several are pinged."""

    def __init__(self, number: int, order: list[int], done: asyncio.Event) -> None:
        self._number, self._order, self._done = number, order, done

    def beat(self, ping: str) -> None:
        self._order.append(self._number)
        if len(self._order) == 4 * MOMENTS:
            self._done.set()

    def look(self) -> None:
        pass


class Listener:
    def __init__(self) -> None:
        self.pings: list[str] = []
        self.looks: list[int] = []  # after how many pings
        self.news = asyncio.Condition()
        self._telling: set[asyncio.Task[None]] = set()

    def beat(self, ping: str) -> None:
        self.pings.append(ping)
        self._telling.add(asyncio.ensure_future(self._tell()))

    def look(self) -> None:
        self.looks.append(len(self.pings))

    async def _tell(self) -> None:
        async with self.news:
            self.news.notify_all()

    async def heard(self, count: int) -> None:
        async with self.news, asyncio.timeout(5):
            await self.news.wait_for(lambda: len(self.pings) >= count)


async def test_everybody_is_pinged_again_and_again_with_the_time() -> None:
    clock = HandWoundClock()
    beats, listeners = Beats(clock, HURRIED_S), [Listener() for _ in range(MOMENTS + 3)]
    with ExitStack() as stack:
        for each in listeners:
            stack.enter_context(beats.among(each))
        for each in listeners:
            await each.heard(2)
    assert json.loads(listeners[0].pings[0]) == {"type": "ping", "now": clock.wall()}


async def test_moments_are_shared_evenly_and_nobody_is_pinged_twice_in_one_interval() -> None:
    beats, order, done = Beats(HandWoundClock(), HURRIED_S), list[int](), asyncio.Event()
    with ExitStack() as stack:
        for number in range(2 * MOMENTS):
            stack.enter_context(beats.among(Noting(number, order, done)))
        await asyncio.wait_for(done.wait(), 5)
    first, second = order[: 2 * MOMENTS], order[2 * MOMENTS : 4 * MOMENTS]
    assert sorted(first) == sorted(second) == list(range(2 * MOMENTS))
    for moment in range(0, 2 * MOMENTS, 2):
        assert set(first[moment : moment + 2]) == set(second[moment : moment + 2]), "two share each moment"


async def test_between_two_pings_each_is_looked_at_once() -> None:
    listener = Listener()
    with Beats(HandWoundClock(), HURRIED_S).among(listener):
        await listener.heard(4)
    looks = [each for each in listener.looks if each]  # one may come before the first ping
    assert looks[:3] == [1, 2, 3]


async def test_who_has_left_is_pinged_no_more_and_the_others_still_are() -> None:
    beats, gone, here = Beats(HandWoundClock(), HURRIED_S), Listener(), Listener()
    with beats.among(here):
        with beats.among(gone):
            await gone.heard(1)
        before = len(gone.pings)
        await here.heard(len(here.pings) + 3)
        assert len(gone.pings) == before


async def test_where_nobody_is_nothing_beats_and_who_comes_later_is_pinged() -> None:
    beats, first, second = Beats(HandWoundClock(), HURRIED_S), Listener(), Listener()
    with beats.among(first):
        await first.heard(1)
    await asyncio.sleep(0)
    assert "beats" not in {task.get_name() for task in asyncio.all_tasks()}
    with beats.among(second):
        await second.heard(1)
