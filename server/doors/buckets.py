"""How often an address may. Pure: `now` is passed in, in seconds of the boot clock."""

from collections import OrderedDict
from collections.abc import Callable

from server.bucket import Bucket
from server.neighbourhood import neighbourhood


class AddressBuckets:
    """One bucket per address, at most `bound` of them: the one that was quiet for longest is forgotten first."""

    def __init__(self, *, burst: float, rate: float, bound: int = 10_000) -> None:
        self._burst = burst
        self._rate = rate
        self._bound = bound
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self.taken: Callable[[str], None] | None = None  # told of each take that succeeded, by its key

    def take(self, address: str | None, now: float) -> bool:
        """May this address do it once more?"""
        key = neighbourhood(address)
        took = self.charge(key, now)
        if took and self.taken is not None:
            self.taken(key)
        return took

    def charge(self, key: str, now: float) -> bool:
        """One is taken under this key, if there is one left."""
        bucket = self._buckets.get(key)
        if bucket is None:
            while len(self._buckets) >= self._bound:
                self._buckets.popitem(last=False)
            bucket = self._buckets[key] = Bucket(burst=self._burst, rate=self._rate, now=now)
        self._buckets.move_to_end(key)
        return bucket.take(now)
