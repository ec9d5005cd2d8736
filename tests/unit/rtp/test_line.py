"""Sound survives where pictures cannot: when they go, and when they come back."""

from server.rtp.line import FIRST_TRIAL, HOLD, Line


def fed(line: Line, share: float, begin: float, seconds: float, *, slots: tuple[int, ...] = (1, 2)) -> list[float]:
    """One report a second for each slot; the moments at which something changed."""
    changes = []
    for step in range(round(seconds) + 1):
        now = begin + step
        changes += [now for slot in slots if line.lose(slot, share, now)]
    return changes


def test_a_line_that_loses_much_for_a_while_gets_sound_only() -> None:
    line = Line()
    assert fed(line, 0.3, 100, 10)[0] >= 100 + HOLD
    assert line.thin


def test_a_single_burst_changes_nothing() -> None:
    line = Line()
    line.lose(1, 0.5, 100)
    line.lose(1, 0.0, 101)
    assert fed(line, 0.01, 102, 20) == [] and not line.thin


def test_the_weak_line_of_one_speaker_is_not_the_listeners() -> None:
    line = Line()
    for now in range(100, 130):
        assert not line.lose(1, 0.4, now)
        assert not line.lose(2, 0.0, now)
    assert not line.thin


def test_pictures_come_back_after_a_clean_while_and_later_after_a_trial_that_failed() -> None:
    line = Line()
    fed(line, 0.3, 100, 5)
    (back,) = fed(line, 0.0, 200, FIRST_TRIAL + 5)[:1]
    assert back == 200 + FIRST_TRIAL and not line.thin
    fed(line, 0.3, 220, 5)
    assert line.thin
    assert fed(line, 0.0, 300, FIRST_TRIAL + 5) == []
    assert fed(line, 0.0, 316, FIRST_TRIAL + 5) != [] and not line.thin


def test_a_line_that_is_still_losing_stays_thin() -> None:
    line = Line()
    fed(line, 0.3, 100, 5)
    assert fed(line, 0.05, 110, 60) == [] and line.thin


def test_a_low_estimate_means_nothing_while_little_is_sent() -> None:
    line = Line()
    for now, bits in enumerate((300_000, 90_000, 60_000)):
        line.estimate(bits, 40_000, now)
    assert line.budget is None


def test_an_estimate_that_only_grows_slowly_behind_what_is_sent_means_nothing() -> None:
    line = Line()
    for now in range(30):
        line.estimate(100_000 + 8_000 * now, 900_000, now)
    assert line.budget is None


def test_an_estimate_that_falls_below_what_is_sent_is_the_budget_and_is_followed() -> None:
    line = Line()
    line.estimate(900_000, 800_000, 0)
    line.estimate(500_000, 800_000, 1)
    assert line.budget == 500_000
    line.estimate(540_000, 400_000, 2)
    assert line.budget == 540_000


def bounded_at(line: Line, now: float) -> None:
    line.estimate(900_000, 800_000, now)
    line.estimate(500_000, 800_000, now)


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


def test_a_budget_too_small_for_the_smallest_pictures_leaves_sound_only() -> None:
    line = Line()
    bounded_at(line, 100)
    assert not line.fit(True, 100) and not line.fit(True, 100 + HOLD / 2)
    assert line.fit(True, 100 + HOLD) and line.thin
    (back,) = fed(line, 0.0, 110, FIRST_TRIAL + 5)[:1]
    assert back == 110 + FIRST_TRIAL and line.budget is None


def test_pictures_that_fit_again_in_time_stay() -> None:
    line = Line()
    bounded_at(line, 100)
    for step, short in enumerate((True, False, True, False)):
        assert not line.fit(short, 100 + HOLD * step)
    assert not line.thin


def test_where_there_are_smaller_pictures_they_come_before_none() -> None:
    line = Line()
    for now in (100, 101, 102):
        assert not line.lose(1, 0.25, now, sent=800_000)
    assert line.budget == 600_000 and not line.thin
    assert [now for now in range(103, 110) if line.lose(1, 0.25, now)] == [105] and line.thin


def test_smaller_pictures_that_help_stay_until_a_trial() -> None:
    line = Line()
    for now in (100, 101, 102):
        line.lose(1, 0.25, now, sent=800_000)
    for now in range(103, 112):
        assert not line.lose(1, 0.0, now) and not line.fit(False, now)
        assert line.budget == 600_000
    line.fit(False, 102 + FIRST_TRIAL)
    assert line.budget is None and not line.thin
