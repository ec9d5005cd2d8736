"""How long nothing came, and who is blamed for it."""

import pytest

from server.media.life import KNOCK_AFTER, KNOCK_EVERY, LISTENED_AT_MOST, SILENT_AFTER, Life

TICK = 0.05
NOTICED_WITHIN = 3.0  # the promise to those in the room


class Browser:
    """Somebody whose packets come at these moments, looked at 20 times a second."""

    def __init__(self) -> None:
        self.now = 100.0
        self.heard_at = self.now
        self.life = Life(self.now)
        self.knocks: list[float] = []
        self.alarms: list[float] = []

    def live(self, seconds: float, *, speaks_every: float | None = None, answers: bool = False) -> "Browser":
        """Time passes. `answers`: knocks that reach it are answered at once."""
        end, began = self.now + seconds, self.now
        while self.now < end - TICK / 2:
            self.now += TICK
            if speaks_every is not None and (self.now - began) % speaks_every < TICK:
                self.heard_at = self.now
            before = self.life.silent
            if self.life.listened(TICK, self.heard_at):
                self.knocks.append(self.now)
                if answers:
                    self.heard_at = self.now + TICK / 2
            if self.life.silent and not before:
                self.alarms.append(self.now)
        return self


def test_whoever_has_gone_is_noticed_within_three_seconds() -> None:
    browser = Browser().live(10, speaks_every=0.02)
    gone = browser.now
    browser.live(10)
    assert len(browser.alarms) == 1 and browser.alarms[0] - gone <= NOTICED_WITHIN


def test_a_network_that_stands_still_for_two_seconds_is_not_told_of() -> None:
    browser = Browser().live(1, speaks_every=0.02).live(2).live(1, speaks_every=0.02)
    assert browser.alarms == []


def test_not_even_where_somebody_says_nothing_and_only_knocks_can_tell() -> None:
    browser = Browser().live(20, answers=True)
    for _ in range(20):  # in whatever phase of the knocking it comes
        browser.live(0.35, answers=True).live(2).live(3, answers=True)
    assert browser.alarms == []


def test_a_page_in_the_background_that_sends_nothing_by_itself_is_alive_as_long_as_it_answers() -> None:
    browser = Browser().live(60, answers=True)
    assert browser.alarms == [] and 30 < len(browser.knocks) <= 60 / KNOCK_AFTER


def test_nobody_who_speaks_is_knocked_at() -> None:
    assert Browser().live(10, speaks_every=0.5).knocks == []


def test_knocks_come_as_often_as_they_should_while_nothing_is_heard() -> None:
    browser = Browser().live(SILENT_AFTER)
    assert browser.knocks[0] - 100 == pytest.approx(KNOCK_AFTER, abs=TICK)
    assert len(browser.knocks) == pytest.approx((SILENT_AFTER - KNOCK_AFTER) / KNOCK_EVERY, abs=2)


def test_a_process_that_was_frozen_blames_nobody() -> None:
    life = Life(0.0)
    life.listened(60.0, 0.0)
    assert life.silence == LISTENED_AT_MOST and not life.silent


def test_the_first_sign_ends_it() -> None:
    browser = Browser().live(5)
    assert browser.life.silent
    browser.live(TICK, speaks_every=TICK)
    assert not browser.life.silent and browser.life.silence == 0
