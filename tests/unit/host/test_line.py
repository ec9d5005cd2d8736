"""The line between two nodes: in order, whole and once, or broken on both ends."""

import asyncio
import random
from collections.abc import Callable

import pytest

from server.host.line import CALL, FRAME, PIECE_BYTES, Line, sender_of, topic_of
from server.storage.keys import CaseKey
from tests.support.lossy_relay import LossyRelay

PATIENCE = 5


class End:
    """One node's end, and what it took."""

    def __init__(self, me: str, other: str, relay: LossyRelay, seal: CaseKey) -> None:
        self.took: list[tuple[int, bytes]] = []
        self.broke = 0
        self.now = 0.0
        self._news = asyncio.Event()
        self.line = Line(me, other, relay, seal, self._take, self._break)

    def _take(self, kind: int, payload: bytes) -> None:
        self.took.append((kind, payload))
        self._news.set()

    def _break(self) -> None:
        self.broke += 1
        self._news.set()

    def piece(self, data: bytes) -> None:
        self.now += 1
        self.line.take(data, self.now)

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                self._news.clear()
                await self._news.wait()


class Two:
    """Both ends over one relay; pieces are taken as soon as they are published."""

    def __init__(self, key: CaseKey | None = None) -> None:
        self.relay = LossyRelay()
        seal = CaseKey.new()
        self.one = End("one", "two", self.relay, seal)
        self.two = End("two", "one", self.relay, key or seal)
        self.relay.deliver = self._deliver  # type: ignore[method-assign]

    def _deliver(self, topic: str, message: bytes) -> None:
        {topic_of("one"): self.one, topic_of("two"): self.two}[topic].piece(message)


@pytest.fixture
async def both() -> Two:
    return Two()


async def test_what_is_posted_comes_in_order(both: Two) -> None:
    for number in range(50):
        both.one.line.post(CALL, str(number).encode())
    await both.two.until(lambda: len(both.two.took) == 50)
    assert both.two.took == [(CALL, str(number).encode()) for number in range(50)]
    assert len(both.relay.sent) < 50, "what is posted in one moment goes in one piece"
    assert both.one.broke == both.two.broke == 0


async def test_what_is_longer_than_a_piece_comes_whole(both: Two) -> None:
    long = random.Random(1).randbytes(3 * PIECE_BYTES + 7)
    both.one.line.post(FRAME, long)
    both.one.line.post(FRAME, b"and more")
    await both.two.until(lambda: len(both.two.took) == 2)
    assert both.two.took == [(FRAME, long), (FRAME, b"and more")]
    assert all(len(data) <= 64 * 1024 for _, data in both.relay.sent)


async def test_nothing_of_it_can_be_read_on_the_relay(both: Two) -> None:
    both.one.line.post(CALL, b"not below 40")
    await both.two.until(lambda: both.two.took)
    assert not any(b"not below" in data for _, data in both.relay.sent)
    assert {sender_of(data) for _, data in both.relay.sent} == {"one"}


async def test_a_piece_that_is_lost_breaks_both_ends_and_then_it_goes_on(both: Two) -> None:
    both.two.line.post(CALL, b"hello")
    both.one.line.post(CALL, b"1")
    await both.two.until(lambda: both.two.took)
    both.relay.passes = lambda topic, data: []
    both.one.line.post(CALL, b"lost")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    both.relay.passes = lambda topic, data: [data]
    both.one.line.post(CALL, b"after the gap")
    await both.two.until(lambda: both.two.broke)
    await both.one.until(lambda: both.one.broke)
    assert both.two.took == [(CALL, b"1")], "nothing from behind the gap is taken"
    both.one.line.post(CALL, b"anew")
    both.two.line.post(CALL, b"back")
    await both.two.until(lambda: (CALL, b"anew") in both.two.took)
    await both.one.until(lambda: (CALL, b"back") in both.one.took)


async def test_what_is_doubled_is_taken_once(both: Two) -> None:
    both.relay.passes = lambda topic, data: [data, data]
    for number in range(9):
        both.one.line.post(CALL, str(number).encode())
        await asyncio.sleep(0)
    await both.two.until(lambda: len(both.two.took) == 9)
    assert both.two.took == [(CALL, str(number).encode()) for number in range(9)] and both.two.broke == 0


async def test_what_was_altered_or_sent_by_somebody_else_is_not_taken(
    both: Two, caplog: pytest.LogCaptureFixture
) -> None:
    both.one.line.post(CALL, b"right")
    await both.two.until(lambda: both.two.took)
    _, piece = both.relay.sent[0]
    both.two.piece(piece[:-1] + bytes([piece[-1] ^ 1]))
    both.two.piece(b"one 1 2\n" + b"x" * 40)
    both.two.piece(b"nonsense")
    both.one.piece(piece)  # back to its sender, as if the other had said it
    foreign = Two(CaseKey.new())
    foreign.one.line.post(CALL, b"foreign")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert both.two.took == [(CALL, b"right")] and both.one.took == [] and foreign.two.took == []
    assert both.two.broke == both.one.broke == 0


async def test_an_old_row_cannot_be_played_again(both: Two) -> None:
    both.one.line.post(CALL, b"leave")
    await both.two.until(lambda: both.two.took)
    old = [data for topic, data in both.relay.sent if topic == topic_of("two")]
    both.one.line.breaks()
    both.one.line.post(CALL, b"anew")
    await both.two.until(lambda: (CALL, b"anew") in both.two.took)
    for piece in old:
        both.two.piece(piece)
    assert both.two.took == [(CALL, b"leave"), (CALL, b"anew")]
    assert both.two.broke == 1


async def test_where_the_relay_is_away_the_line_is_broken_at_once(both: Two) -> None:
    both.relay.gone = True
    both.one.line.post(CALL, b"into the void")
    await both.one.until(lambda: both.one.broke)
    both.relay.gone = False
    both.one.line.post(CALL, b"anew")
    await both.two.until(lambda: both.two.took)
    assert both.two.took == [(CALL, b"anew")]


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_the_relay_loses_nothing_comes_out_of_order_or_with_a_gap(seed: int) -> None:
    """What one end takes between two breaks is a row without a gap of what the other posted."""
    both, chance = Two(), random.Random(seed)
    both.relay.passes = lambda topic, data: [] if chance.random() < 0.1 else [data] * chance.choice((1, 1, 1, 2))
    taken: list[list[int]] = [[]]
    right, broke = both.two._take, both.two._break

    def take(kind: int, payload: bytes) -> None:
        right(kind, payload)
        taken[-1].append(int(payload))

    def breaks() -> None:
        broke()
        taken.append([])

    both.two.line._took, both.two.line._broke = take, breaks
    for number in range(300):
        both.one.line.post(CALL, str(number).encode())
        if number % 3 == 0:
            both.two.line.post(CALL, str(number).encode())
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)
    flat = [number for row in taken for number in row]
    assert flat == sorted(set(flat)), "in order, and once"
    for row in taken:
        assert row == list(range(row[0], row[0] + len(row))) if row else True
    assert len(flat) > 50
