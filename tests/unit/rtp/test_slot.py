"""What a slot knows of the way to its listener."""

import pytest

from server.rtp.feedback import Report, SenderReport
from server.rtp.slot import TOLD, Slot


def told(slot: Slot, second: int) -> int:
    """The slot tells its clock; returns what a listener says back of it."""
    slot.begun = True
    assert slot.report(SenderReport(1, second << 32, 0, 0, 0), 5 << 32, float(second)) is not None
    return (second + 5) << 16


def answer(last: int, lay: float = 0.0) -> Report:
    return Report(7, 0, 0, 0, 0, last, int(lay * 65536))


def test_a_round_trip_is_known_by_the_answer_to_a_report_less_the_time_that_it_lay_there() -> None:
    slot = Slot("b", 7)
    last = told(slot, 100)
    assert slot.trip(answer(last, 0.5), 100.75) == pytest.approx(0.25)


def test_each_report_tells_of_one_trip_only() -> None:
    slot = Slot("b", 7)
    last = told(slot, 100)
    assert slot.trip(answer(last), 102.0) == 2.0
    assert slot.trip(answer(last, 1.0), 103.0) is None


def test_what_was_never_told_and_what_is_long_past_tells_nothing() -> None:
    slot = Slot("b", 7)
    first, *_ = [told(slot, second) for second in range(100, 101 + TOLD)]
    assert slot.trip(answer(first), 120.0) is None
    assert slot.trip(answer(0), 120.0) is None
