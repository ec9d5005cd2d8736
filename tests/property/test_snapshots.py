"""A snapshot changes nothing: it and the entries behind it make what the whole log makes, whatever people did."""

from collections.abc import Iterator, Sequence
from random import Random

import pytest

from server.host.replay import Remembered, replay
from server.session import codec
from tests.support.board_walk import BoardWalker
from tests.support.cast import BOARD_HOUSE, FULL_HOUSE, NO_DOORS, POLICY, Play
from tests.support.proof import LONG, walks
from tests.support.remembering import frames, packed, unpacked, values
from tests.support.walk import Walker

STEPS = 40


def begun(board: bool) -> tuple[Play, Walker]:
    play = Play(BOARD_HOUSE if board else FULL_HOUSE, NO_DOORS if board else POLICY, checked=False)
    walker = BoardWalker(play) if board else Walker(play)
    walker.everybody_arrives()
    return play, walker


def snapshots_of(play: Play, walker: Walker, seeds: Sequence[int], chance: Random) -> Iterator[bytes]:
    """One now and then, while the walk goes on."""
    for seed in seeds:
        walker.step(seed)
        if chance.random() < 0.1:
            yield packed(play.remembered)


def check_same(one: Remembered, other: Remembered, chance: Random) -> None:
    assert values(one) == values(other)
    for seat, box in other.inboxes.items():
        for seen in (None, box.count, chance.randint(0, box.count)):
            assert frames(one, seat, seen) == frames(other, seat, seen)


@pytest.mark.parametrize("board", [False, True], ids=["session", "board"])
def test_a_snapshot_and_what_came_later_are_the_whole_log(board: bool) -> None:
    many = 0
    for seeds in walks(400 if LONG else 6, STEPS):
        chance = Random(seeds[0])
        play, walker = begun(board)
        taken = list(snapshots_of(play, walker, seeds, chance))
        written = [codec.decode(data) for data in play.written]
        whole = replay(written)
        for data in taken:
            remembered = unpacked(data)
            position = remembered.position
            check_same(remembered, replay(written[:position]), chance)
            assert packed(remembered) == data, "the same always makes the same bytes"
            check_same(replay(written[position:], remembered), whole, chance)
            many += 1
    assert many > 12
