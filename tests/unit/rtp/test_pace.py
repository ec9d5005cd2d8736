"""No pace where packets do not queue up; where they do, what came through; and by and by more."""

from server.rtp.pace import ENOUGH, LESS, MORE, SETTLED, SLIGHT, SOON, Pace
from server.rtp.trial import FIRST_TRIAL

CARRIES = 600_000.0


def told(pace: Pace, now: float, through: float = CARRIES, queue: float = 0.0, *, hasty: bool = False) -> int | None:
    return pace.passed(through, queue, queue, hasty=hasty, now=now)


def slow(at: float = 100.0) -> Pace:
    """Packets queued up on its line at that moment."""
    pace = Pace()
    told(pace, at, queue=0.5)
    return pace


def test_nothing_is_paced_while_no_packets_queue_up() -> None:
    pace = Pace()
    for second in range(100, 200):
        told(pace, second, queue=SOON)
        pace.fit(second)
    assert pace.rate is None


def test_where_they_queue_up_the_pace_is_what_came_through_at_most() -> None:
    pace = Pace()
    told(pace, 99.5, 550_000.0)
    pace.passed(100_000.0, 0.2, 0.0, hasty=False, now=100.0)
    assert pace.rate is not None and 0.95 * 550_000 < pace.rate <= 550_000


def test_where_they_queued_up_all_the_time_it_is_what_came_through_and_no_more() -> None:
    pace = Pace()
    told(pace, 99.5, 900_000.0)
    told(pace, 100.0, queue=0.5)
    assert pace.rate == CARRIES


def test_what_is_too_high_is_lowered_by_what_comes_through_while_more_waits() -> None:
    pace = slow()
    told(pace, 101, 800_000.0)
    pace.passed(CARRIES, 2 * SLIGHT, 2 * SLIGHT, now=102)
    assert pace.rate == 800_000, "there was no more to send"
    pace.passed(LESS * 800_000, 2 * SLIGHT, 2 * SLIGHT, filled=True, now=103)
    assert pace.rate == 800_000, "it is the pace itself"
    pace.passed(CARRIES, 2 * SLIGHT, 2 * SLIGHT, filled=True, now=104)
    assert pace.rate == int(LESS * 800_000), "a step at a time"


def test_what_is_too_low_is_raised_by_what_comes_through() -> None:
    pace = slow()
    told(pace, 101, 800_000.0)
    assert pace.rate == 800_000


def test_more_is_tried_after_a_while_and_given_up_where_packets_queue_up_again_for_longer() -> None:
    pace = slow()
    pace.fit(100 + FIRST_TRIAL - 0.1)
    assert pace.rate == CARRIES
    pace.fit(100 + FIRST_TRIAL)
    assert pace.rate == CARRIES * MORE
    pace.passed(100_000.0, SOON / 2 + 0.01, 0.0, hasty=False, now=107)
    assert pace.rate == CARRIES and not pace.firm
    pace.fit(107 + 2 * FIRST_TRIAL - 0.1)
    assert pace.rate == CARRIES
    pace.fit(107 + 2 * FIRST_TRIAL)
    assert pace.rate == CARRIES * MORE


def test_a_line_that_is_well_has_no_pace_in_the_end() -> None:
    pace, now = slow(), 100.0
    while pace.rate is not None:
        before = pace.rate
        now += FIRST_TRIAL
        pace.fit(now)
        assert pace.rate is None or before < pace.rate < ENOUGH
    assert now < 220


def test_it_is_firm_only_where_packets_queue_up_though_no_more_should_have_left_than_was_seen_to_come_through() -> None:
    pace = slow()
    assert not told(pace, 101, queue=0.5, hasty=True), "it is the queue from before"
    assert not told(pace, 100 + SETTLED, queue=0.5) and not pace.firm
    assert told(pace, 100 + 2 * SETTLED, queue=0.5, hasty=True) == CARRIES and pace.firm
    pace.fit(100 + 2 * SETTLED + FIRST_TRIAL)
    assert not pace.firm
