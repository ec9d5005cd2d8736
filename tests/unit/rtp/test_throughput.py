"""What came through a line, by the answers to the server's own reports."""

import pytest

from server.rtp.throughput import LEAST, Throughput


def test_what_was_sent_between_two_reports_came_through_between_their_arrivals() -> None:
    seen = Throughput()
    seen.mark(1000, 100.0)
    seen.mark(61_000, 100.1)
    assert seen.passed(100.0, 0.05) is None
    through, shorter, filled = seen.passed(100.1, 0.75) or (0.0, 0.0, True)
    assert through == pytest.approx(60_000 * 8 / 0.8) and shorter == 0.05 and not filled


def test_answers_come_in_any_order() -> None:
    seen = Throughput()
    for mark in range(4):
        seen.mark(10_000 * mark, 100.0 + mark)
    assert seen.passed(102.0, 0.1) is None
    assert seen.passed(101.0, 0.1) is None, "nothing is known of before"
    assert seen.passed(103.0, 0.1) == pytest.approx((80_000.0, 0.1, False))


def test_what_was_lost_did_not_come_through() -> None:
    seen = Throughput()
    seen.mark(0, 100.0)
    seen.mark(100_000, 101.0)
    seen.passed(100.0, 0.1)
    assert (seen.passed(101.0, 0.1, 0.25) or (0.0,))[0] == pytest.approx(600_000)


def test_two_arrivals_close_together_tell_nothing() -> None:
    seen = Throughput()
    seen.mark(0, 100.0)
    seen.mark(50_000, 100.0 + LEAST / 2)
    seen.passed(100.0, 0.1)
    assert seen.passed(100.0 + LEAST / 2, 0.1) is None


def test_an_answer_to_what_is_long_forgotten_tells_nothing() -> None:
    seen = Throughput()
    seen.mark(0, 100.0)
    assert seen.passed(90.0, 0.1) is None


@pytest.mark.parametrize(("first", "second"), [(True, True), (True, False), (False, True)])
def test_the_line_was_filled_where_more_waited_both_times(first: bool, second: bool) -> None:
    seen = Throughput()
    seen.mark(0, 100.0, more=first)
    seen.mark(100_000, 101.0, more=second)
    seen.passed(100.0, 0.1)
    assert (seen.passed(101.0, 0.1) or (0.0, 0.0, None))[2] is (first and second)
