"""Token buckets of the media port."""

from server.media.allowance import Allowance


def test_so_many_at_once_then_so_many_a_second() -> None:
    allowance = Allowance(burst=3, rate=2, now=10.0)
    assert [allowance.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take(11.0) for _ in range(3)] == [True, True, False]


def test_quiet_saves_up_no_more_than_the_burst() -> None:
    allowance = Allowance(burst=3, rate=2, now=0.0)
    assert [allowance.take(1000.0) for _ in range(4)] == [True, True, True, False]


def test_what_is_refused_costs_nothing() -> None:
    allowance = Allowance(burst=1000, rate=10, now=0.0)
    assert allowance.take(0.0, 900) and not allowance.take(0.0, 900) and allowance.take(0.0, 100)
