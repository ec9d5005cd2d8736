"""How often an address may."""

from server.doors.buckets import AddressBuckets


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
