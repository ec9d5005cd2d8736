"""Limits that hold over all nodes together: what somebody takes at one counts at the others too.

Each node keeps its own buckets and tells the others what was taken, in memory only and over the sealed line. While they
cannot be reached each node's own limit holds; nobody is held up, and nothing is kept anywhere.
"""

from collections.abc import Mapping
from functools import partial

from server.clock import Clock
from server.doors.buckets import AddressBuckets
from server.host.neighbours import Neighbours


def hold_in_common(limits: Mapping[str, AddressBuckets], neighbours: Neighbours, clock: Clock) -> None:
    """From here on these limits, by their names, hold over all nodes."""
    for name, buckets in limits.items():
        buckets.taken = partial(neighbours.took, name)

    def took(name: str, key: str) -> None:
        if name in limits:
            limits[name].charge(key, clock.boot())

    neighbours.charge = took
