"""A token bucket: so much at once, then so much a second."""

from server.bucket import Bucket


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    bucket = Bucket(burst=3, rate=1, now=0)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(1)
    assert not bucket.take(1)


def test_waiting_long_gives_no_more_than_the_burst() -> None:
    bucket = Bucket(burst=2, rate=1, now=0)
    assert [bucket.take(1000) for _ in range(3)] == [True, True, False]


def test_a_refusal_costs_nothing() -> None:
    bucket = Bucket(burst=10, rate=0, now=0)
    assert not bucket.take(0, 11)
    assert bucket.take(0, 10)


def test_a_clock_that_goes_backwards_gives_nothing() -> None:
    bucket = Bucket(burst=1, rate=1, now=10)
    assert bucket.take(10)
    assert not bucket.take(5)
    assert bucket.take(11)
