"""Sound survives where pictures cannot: when they go, and when they come back."""

import pytest

from server.rtp.line import HOLD, MEMORY, QUEUE, QUIET, SHED, Line
from server.rtp.trial import FIRST_TRIAL


def fed(line: Line, share: float, begin: float, seconds: float, every: int = 1) -> list[float]:
    """A report in `every` seconds, a look each second; the moments at which something changed."""
    changes = []
    for step in range(round(seconds) + 1):
        now = begin + step
        changed = step % every == 0 and line.lose(share, now)
        if line.recover(0.0, now) or changed:
            changes.append(now)
    return changes


def test_a_line_that_loses_much_for_a_while_gets_sound_only() -> None:
    line = Line()
    assert fed(line, SHED + 0.05, 100, 10)[0] >= 100 + HOLD
    assert line.thin


@pytest.mark.parametrize("share", [0.01, 0.05, 0.10])
def test_losses_that_can_be_repaired_take_no_pictures(share: float) -> None:
    line = Line()
    assert fed(line, share, 100, 600) == [] and not line.thin


def test_a_single_burst_changes_nothing() -> None:
    line = Line()
    assert fed(line, 0.5, 100, HOLD - 1) == []
    assert fed(line, 0.01, 100 + HOLD, 20) == [] and not line.thin


def test_pictures_come_back_after_a_clean_while_and_later_after_a_trial_that_failed() -> None:
    line = Line()
    fed(line, 0.3, 100, 10)
    assert fed(line, 0.0, 111, 20) == [110 + FIRST_TRIAL] and not line.thin
    fed(line, 0.3, 140, 5)
    assert line.thin
    assert fed(line, 0.0, 146, 40) == [145 + 2 * FIRST_TRIAL]


def test_pictures_come_back_by_the_clock_and_not_with_the_next_report() -> None:
    line = Line()
    fed(line, 0.3, 100, 10)
    assert fed(line, 0.0, 112, 20, every=8) == [110 + FIRST_TRIAL]


def test_no_trial_begins_before_the_line_has_said_that_it_is_well() -> None:
    line = Line()
    fed(line, 0.3, 100, 10)
    assert not any(line.recover(QUIET - 1, 111 + second) for second in range(60)) and line.thin
    assert fed(line, 0.0, 180, 0) == [180]


def test_where_nobody_speaks_a_line_tells_nothing_and_pictures_come_back_all_the_same() -> None:
    line = Line()
    fed(line, 0.3, 100, 10)
    back = [now for now in range(111, 140) if line.recover(now - 110, now)]
    assert back == [110 + QUIET] and not line.thin


def test_a_line_that_loses_with_sound_alone_gets_pictures_soon_after_it_is_well_however_many_trials_failed() -> None:
    line = Line()
    for begin in (100, 130):
        fed(line, 0.3, begin, 10)
        fed(line, 0.0, begin + 11, 18)
    fed(line, 0.3, 160, 40)
    assert fed(line, 0.0, 201, 40) == [200 + FIRST_TRIAL]


def test_pictures_come_back_to_a_line_that_loses_what_can_be_repaired() -> None:
    line = Line()
    fed(line, 0.3, 100, 5)
    assert fed(line, 0.05, 106, FIRST_TRIAL) and not line.thin


def test_a_line_that_is_still_losing_stays_thin() -> None:
    line = Line()
    fed(line, 0.3, 100, 5)
    assert fed(line, 0.13, 110, 60) == [] and line.thin


def called(
    line: Line, begin: int, *seconds: tuple[int, float], sent: int = 800_000, short: bool = True
) -> float | None:
    """A call, second by second: what the browser estimates, and how long a round trip takes. The moment at which
    pictures went.
    """
    for second, (bits, trip) in enumerate(seconds):
        line.estimate(bits, sent, begin + second)
        line.trip(trip, begin + second)
        if line.fit(short, begin + second):
            return begin + second
    return None


FINE, FALLEN = (900_000, 0.1), (500_000, 0.1)
QUEUED = (500_000, 0.1 + QUEUE + 0.01)


def test_a_low_estimate_means_nothing_while_little_is_sent() -> None:
    line = Line()
    called(line, 0, (300_000, 0.1), (90_000, 1.0), (60_000, 1.0), sent=40_000)
    assert line.budget is None


def test_an_estimate_below_what_is_sent_is_the_budget_while_trips_are_long_and_is_followed() -> None:
    line = Line()
    called(line, 0, FINE, QUEUED, QUEUED)
    assert line.budget == 500_000
    line.estimate(540_000, 400_000, 3)
    assert line.budget == 540_000


def bounded_at(line: Line, now: int) -> None:
    called(line, now - 3, FINE, QUEUED, QUEUED, FALLEN, short=False)


def freed_after(line: Line, begin: float) -> float:
    """Seconds until there is no budget any more."""
    now = begin
    while line.budget is not None:
        now += 0.25
        line.fit(False, now)
    return now - begin


def test_a_budget_that_holds_for_a_while_is_given_up_and_later_after_a_trial_that_failed() -> None:
    line = Line()
    bounded_at(line, 100)
    assert freed_after(line, 100) == FIRST_TRIAL
    bounded_at(line, 115)
    assert freed_after(line, 115) == 2 * FIRST_TRIAL


def test_a_low_estimate_with_long_trips_leaves_sound_only() -> None:
    line = Line()
    assert called(line, 100, FINE, *[QUEUED] * 6) == 101 + HOLD and line.thin
    assert fed(line, 0.0, 105, FIRST_TRIAL) == [101 + HOLD + FIRST_TRIAL] and line.budget is None


def test_a_browser_that_takes_a_hiccup_for_a_queue_loses_no_pictures() -> None:
    """Chromium falls to 0.85 of what came through, for whatever reason."""
    line = Line()
    for hiccup in range(20):
        assert called(line, 100 + 10 * hiccup, FINE, *[FALLEN] * 9) is None
        assert line.budget is None


def test_a_single_slow_trip_is_no_queue() -> None:
    assert called(Line(), 100, FINE, *[QUEUED, QUEUED, FALLEN] * 5) is None


def test_long_trips_with_a_good_estimate_may_be_the_way_up() -> None:
    assert called(Line(), 100, FINE, *[(900_000, 2.0)] * 20, short=False) is None


def test_a_way_that_is_far_is_no_queue_and_may_become_longer() -> None:
    line = Line()
    assert called(line, 100, *[(900_000, 0.7)] * 60) is None
    assert called(line, 160, *[(900_000, 0.7 + 2 * QUEUE)] * round(2 * MEMORY)) is None
    assert called(line, 160 + round(2 * MEMORY), *[(500_000, 0.7 + 2 * QUEUE)] * 6) is None


def back_after(line: Line, begin: int, trip: float) -> int:
    """Sound only with these trips; the second after that in which pictures come back."""
    for now in range(begin, begin + 100):
        line.trip(trip, now)
        line.lose(0.0, now)
        if line.recover(0.0, now):
            return now + 1
    pytest.fail("pictures stay away")


def test_a_way_that_became_longer_at_once_takes_pictures_once_only() -> None:
    line = Line()
    gone = called(line, 100, FINE, *[(500_000, 0.8)] * 6)
    assert gone is not None
    back = back_after(line, round(gone) + 1, 0.8)
    assert called(line, back, *[(500_000, 0.8)] * 60) is None


def test_a_queue_that_comes_back_with_the_pictures_takes_them_again() -> None:
    line = Line()
    gone = called(line, 100, FINE, *[(500_000, 0.8)] * 6)
    assert gone is not None
    back = back_after(line, round(gone) + 1, 0.1)
    assert called(line, back, *[(500_000, 0.8)] * 6) is not None


def test_pictures_that_fit_again_in_time_stay() -> None:
    assert called(Line(), 100, FINE, *[QUEUED] * 6, short=False) is None


def test_falls_of_the_estimate_make_no_trial_of_pictures_later() -> None:
    line = Line()
    for hiccup in range(20):
        called(line, 100 + 10 * hiccup, FINE, *[FALLEN] * 9)
    fed(line, 0.3, 300, HOLD)
    assert line.thin and fed(line, 0.0, 304, FIRST_TRIAL) == [300 + HOLD + FIRST_TRIAL]


def test_where_there_are_smaller_pictures_they_come_before_none() -> None:
    line = Line()
    for now in range(100, 100 + round(HOLD) + 1):
        assert not line.lose(0.25, now, sent=800_000)
    assert line.budget == 600_000 and not line.thin
    assert fed(line, 0.25, 110, HOLD) == [110 + HOLD] and line.thin


def test_smaller_pictures_that_help_stay_until_a_trial() -> None:
    line = Line()
    for now in range(100, 100 + round(HOLD) + 1):
        line.lose(0.25, now, sent=800_000)
    for now in range(104, 101 + round(HOLD + FIRST_TRIAL) - 1):
        assert not line.lose(0.0, now) and not line.fit(False, now)
        assert line.budget == 600_000
    line.fit(False, 100 + HOLD + FIRST_TRIAL)
    assert line.budget is None and not line.thin
