"""What waits for a slow line leaves in order, within its budget, and not at all where its slot plays something else."""

from itertools import pairwise

import pytest

from server.rtp.arrival import Arrival
from server.rtp.pacer import BURST, ENVELOPE, LIMIT, MOST, ROOM, Pacer, Waiting
from server.rtp.slot import PictureSlot

RATE = 800_000
BODY = 1000 - ENVELOPE
BITS = 8000  # of one packet on the line


def slot(ssrc: int = 7) -> PictureSlot:
    return PictureSlot("b", ssrc)


def packet(of: PictureSlot, number: int, *, again: int | None = None) -> Waiting:
    return Waiting(of, Arrival(number, number * 3000, 0, 0, bytes(BODY), None, 0, number, 0, 0), 100.0, again=again)


def pacer(rate: float = RATE, *, firm: bool = False) -> Pacer:
    made = Pacer()
    made.rate, made.firm = rate, firm
    return made


def left(one: Pacer, begin: float, seconds: float, step: float = 0.005) -> list[tuple[float, int]]:
    """When each packet left, and its number."""
    found = []
    for at in range(round(seconds / step) + 1):
        while (waiting := one.take(now := begin + at * step)) is not None:
            found.append((now, waiting.arrival.sequence))
    return found


def test_packets_leave_in_order_and_no_faster_than_the_line_carries_them() -> None:
    one, picture = pacer(), slot()
    for number in range(50):
        assert one.put(packet(picture, number))
    times = left(one, 100.0, 1.0)
    assert [number for _, number in times] == list(range(50))
    for count, (now, _) in enumerate(times):
        assert count * BITS <= RATE * (now - 100.0 + BURST)
    assert times[-1][0] == pytest.approx(100.0 + 49 * BITS / RATE, abs=0.02)
    assert one.due() is None and one.seconds() == 0


def test_a_timer_that_is_late_makes_nothing_leave_in_a_heap() -> None:
    one, picture = pacer(), slot()
    for number in range(50):
        one.put(packet(picture, number))
    one.take(100.0)
    assert len(left(one, 100.4, 0.0)) <= 1 + RATE * BURST / BITS


def test_repairs_leave_before_pictures_and_each_of_them_once() -> None:
    one, picture = pacer(float("inf")), slot()
    one.put(packet(picture, 1))
    assert one.put(packet(picture, 2, again=2)) and one.put(packet(picture, 3, again=3))
    assert not one.put(packet(picture, 2, again=2)), "it waits already"
    assert [number for _, number in left(one, 100.0, 0.0)] == [2, 3, 1]


def test_what_may_be_more_than_the_line_was_seen_to_carry_leaves_in_time_all_the_same() -> None:
    one, picture = pacer(100_000), slot()
    for number in range(60):
        one.put(packet(picture, number))
    times = left(one, 100.0, LIMIT)
    assert len(times) == 60 and one.hasted_at > 100.0
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(times)]
    assert max(gaps) < 0.05, "evenly, not in a heap at the end"


def test_where_the_line_is_sure_to_carry_no_more_nothing_leaves_faster_and_new_frames_wait_for_room() -> None:
    one, picture = pacer(firm=True), slot()
    taken = 0
    while one.put(packet(picture, taken)):
        taken += 1
    assert taken * BITS == pytest.approx(RATE * ROOM, abs=2 * BITS)
    assert one.full and one.put(packet(picture, taken), rest=True), "a frame that began is taken whole"
    left(one, 100.0, ROOM / 2 - 0.1)
    assert not one.put(packet(picture, 900))
    left(one, 100.0 + ROOM / 2, 0.2)
    assert one.put(packet(picture, 901)) and one.hasted_at == float("-inf")


def test_there_is_an_end_to_what_waits() -> None:
    one, picture = pacer(), slot()
    taken = [one.put(packet(picture, number), rest=True) for number in range(MOST // BITS + 50)]
    assert sum(taken) == MOST // BITS + 1
    assert len(left(one, 100.0, LIMIT)) == sum(taken)


@pytest.mark.parametrize("again", [None, 5])
def test_nothing_of_a_slot_waits_once_it_is_forgotten(again: int | None) -> None:
    one, revoked, other = pacer(), slot(7), slot(9)
    for number in range(5):
        one.put(packet(revoked, number, again=None if again is None else number))
        one.put(packet(other, 10 + number))
    one.forget(revoked)
    assert [number for _, number in left(one, 100.0, 1.0)] == [10, 11, 12, 13, 14]
    assert one.seconds() == 0


def test_what_is_cleared_is_gone_and_its_pictures_want_a_keyframe() -> None:
    one, picture = pacer(), slot()
    picture.opened = True
    one.put(packet(picture, 1))
    one.put(packet(picture, 0, again=0))
    one.clear()
    assert one.due() is None and left(one, 100.0, 1.0) == []
    assert not picture.opened and picture.blank
