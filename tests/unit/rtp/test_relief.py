"""Sound survives where pictures cannot: when they go, and when they come back."""

from server.rtp.relief import FIRST_TRIAL, HOLD, Relief


def fed(relief: Relief, share: float, begin: float, seconds: float, *, slots: tuple[int, ...] = (1, 2)) -> list[float]:
    """One report a second for each slot; the moments at which something changed."""
    changes = []
    for step in range(round(seconds) + 1):
        now = begin + step
        changes += [now for slot in slots if relief.take(slot, share, now)]
    return changes


def test_a_line_that_loses_much_for_a_while_gets_sound_only() -> None:
    relief = Relief()
    assert fed(relief, 0.3, 100, 10)[0] >= 100 + HOLD
    assert relief.thin


def test_a_single_burst_changes_nothing() -> None:
    relief = Relief()
    relief.take(1, 0.5, 100)
    relief.take(1, 0.0, 101)
    assert fed(relief, 0.01, 102, 20) == [] and not relief.thin


def test_the_weak_line_of_one_speaker_is_not_the_listeners() -> None:
    relief = Relief()
    for now in range(100, 130):
        assert not relief.take(1, 0.4, now)
        assert not relief.take(2, 0.0, now)
    assert not relief.thin


def test_pictures_come_back_after_a_clean_while_and_later_after_a_trial_that_failed() -> None:
    relief = Relief()
    fed(relief, 0.3, 100, 5)
    (back,) = fed(relief, 0.0, 200, FIRST_TRIAL + 5)[:1]
    assert back == 200 + FIRST_TRIAL and not relief.thin
    fed(relief, 0.3, 220, 5)
    assert relief.thin
    assert fed(relief, 0.0, 300, FIRST_TRIAL + 5) == []
    assert fed(relief, 0.0, 316, FIRST_TRIAL + 5) != [] and not relief.thin


def test_a_line_that_is_still_losing_stays_thin() -> None:
    relief = Relief()
    fed(relief, 0.3, 100, 5)
    assert fed(relief, 0.05, 110, 60) == [] and relief.thin
