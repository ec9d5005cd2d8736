"""What a slot remembers."""

from server.rtp.arrival import Arrival
from server.rtp.cache import SIZE, Cache


def a_packet(number: int) -> Arrival:
    return Arrival(number, number, number, 0x8061, b"secret", None, 0, 0, 0, 0)


def test_it_holds_the_newest_packets_and_no_others() -> None:
    cache = Cache()
    for number in range(70_000, 70_000 + SIZE + 1):
        cache.put(number, a_packet(number))
    assert cache.get(70_000) is None
    assert not cache.has(70_000)
    assert cache.get(70_001) == a_packet(70_001)
    assert cache.has(70_000 + SIZE)


def test_a_cleared_cache_holds_nothing() -> None:
    cache = Cache()
    cache.put(7, a_packet(7))
    cache.clear()
    assert cache.get(7) is None
    assert not cache.has(7)


def test_an_empty_cache_holds_no_number_at_all() -> None:
    # Found by the walls' test: -1 was the mark of an empty place, and is what 65535 extends to near the beginning.
    cache = Cache()
    assert all(cache.get(number) is None for number in range(-70_000, 70_000))
