"""What a listener's line loses, told from what never came to it."""

from random import Random

import pytest

from server.rtp.feedback import Report
from server.rtp.losses import LEAST, WINDOW, Losses


class Way:
    """A slot, its line and its listener's counts. `before`, `on_it`: shares lost before and on the line."""

    def __init__(self, losses: Losses, ssrc: int, *, before: float = 0.0, on_it: float = 0.0) -> None:
        self.losses = losses
        self.ssrc = ssrc
        self.before = before
        self.on_it = on_it
        self.highest = 0xFFFFFF00  # its 32 bits wrap
        self.gaps = 0
        self.lost = 0
        self.rng = Random(ssrc)

    def play(self, packets: int) -> None:
        for _ in range(packets):
            self.highest = self.highest + 1 & 0xFFFFFFFF
            gap = self.rng.random() < self.before
            self.gaps += gap
            self.lost += gap or self.rng.random() < self.on_it

    def report(self, now: float) -> float | None:
        return self.losses.take(Report(self.ssrc, 0, self.lost, self.highest, 0, 0, 0), self.gaps, now)


def shares(*ways: Way, seconds: int = 60, packets: int = 75) -> list[float]:
    found = []
    for now in range(seconds):
        for way in ways:
            way.play(packets)
            lost = way.report(float(now))
            if lost is not None:
                found.append(lost)
    return found


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.2])
def test_what_the_line_loses_is_told(share: float) -> None:
    found = shares(Way(Losses(), 1, on_it=share))
    assert sum(found) / len(found) == pytest.approx(share, abs=0.01)


def test_what_speakers_lines_lost_is_not_the_listeners() -> None:
    losses = Losses()
    assert max(shares(Way(losses, 1, before=0.2), Way(losses, 2))) == 0


def test_both_are_told_apart_where_both_lose() -> None:
    found = shares(Way(Losses(), 1, before=0.2, on_it=0.1), seconds=300)
    assert sum(found) / len(found) == pytest.approx(0.1, abs=0.01)


def test_the_slot_of_one_who_sends_nothing_does_not_hide_what_the_others_lose() -> None:
    losses = Losses()
    silent, loud = Way(losses, 1), Way(losses, 2, on_it=0.3)
    for now in range(10):
        silent.report(float(now))
        loud.play(75)
        lost = loud.report(float(now))
    assert lost is not None and lost > 0.2
    assert silent.report(10.0) is None


def test_gaps_that_a_listener_sees_later_are_no_losses_of_the_line() -> None:
    """The report was under way when the slot had passed the gap already; the next one counts it."""
    losses = Losses()
    losses.take(Report(1, 0, 0, 1000, 0, 0, 0), 0, 0.0)
    assert losses.take(Report(1, 0, 0, 1075, 0, 0, 0), 50, 1.0) == 0
    assert losses.take(Report(1, 0, 50, 1150, 0, 0, 0), 50, 2.0) == 0


def test_an_old_report_and_one_again_tell_nothing() -> None:
    losses = Losses()
    losses.take(Report(1, 0, 0, 1000, 0, 0, 0), 0, 0.0)
    assert losses.take(Report(1, 0, 0, 1000, 0, 0, 0), 0, 1.0) is None
    assert losses.take(Report(1, 0, 9, 990, 0, 0, 0), 0, 1.0) is None


def test_a_listener_that_counts_anew_is_believed_again() -> None:
    way = Way(Losses(), 1, on_it=0.3)
    shares(way)
    way.lost = 0
    assert max(shares(way, seconds=10)) > 0.2


def test_one_packet_while_people_are_silent_is_not_much() -> None:
    losses = Losses()
    losses.take(Report(1, 0, 0, 1000, 0, 0, 0), 0, 0.0)
    assert losses.take(Report(1, 0, 1, 1004, 0, 0, 0), 0, 1.0) == 1 / LEAST


def test_what_is_long_past_counts_no_more() -> None:
    losses = Losses()
    losses.take(Report(1, 0, 0, 1000, 0, 0, 0), 0, 100.0)
    assert losses.take(Report(1, 0, 50, 1100, 0, 0, 0), 0, 105.0) == 0.5
    assert losses.take(Report(1, 0, 50, 1200, 0, 0, 0), 0, 106.0) == 0.25
    assert losses.take(Report(1, 0, 50, 1300, 0, 0, 0), 0, 106.0 + WINDOW) == 0
