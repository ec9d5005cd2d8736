"""How often somebody may."""

from server.doors.buckets import AddressBuckets, Bucket


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


def test_one_address_does_not_use_up_anothers() -> None:
    buckets = AddressBuckets(burst=1, rate=0)
    assert buckets.take("192.0.2.1", 0)
    assert not buckets.take("192.0.2.1", 0)
    assert buckets.take("192.0.2.2", 0)
    assert buckets.take(None, 0)


def test_memory_is_bounded_and_the_quietest_is_forgotten() -> None:
    buckets = AddressBuckets(burst=1, rate=0, bound=2)
    assert buckets.take("192.0.2.1", 0)
    assert buckets.take("192.0.2.2", 0)
    assert not buckets.take("192.0.2.1", 0)
    assert buckets.take("192.0.2.3", 0)
    assert not buckets.take("192.0.2.1", 0)
    assert buckets.take("192.0.2.2", 0), "the quietest was forgotten, so it begins anew"
