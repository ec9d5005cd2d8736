"""What one burst brought of one uplink, put together once for all who get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.rtp.arrival import Arrival
    from server.rtp.uplink import Uplink


class Run:
    """Packets in the order they came. A slot that may pass them all on looks at the sums and not at each packet."""

    __slots__ = (
        "arrivals",
        "first",
        "keyframe",
        "last",
        "late",
        "lost",
        "newest",
        "octets",
        "oldest",
        "picture",
        "plain",
        "rising",
        "uplink",
    )

    def __init__(self, uplink: Uplink, arrival: Arrival) -> None:
        self.uplink = uplink
        self.arrivals = [arrival]
        self.first = self.last = arrival.sequence
        self.rising = True  # each number is above the one before
        self.plain = arrival.plain != 0  # each descriptor has a picture id and nothing else
        self.oldest = arrival.oldest
        self.newest = arrival.timestamp
        self.picture = arrival.picture  # the newest
        self.octets = len(arrival.body)
        self.lost: list[int] = []  # numbers that did not come
        self.keyframe = False  # one begins in it
        self.late = False  # … with its last packet, behind newer ones

    def add(self, arrival: Arrival) -> None:
        """One packet more."""
        sequence, timestamp, oldest, _, body, _, plain, picture, _, _ = arrival
        self.arrivals.append(arrival)
        if sequence > self.last:
            self.last = sequence
        else:
            self.rising = False
        if not plain:
            self.plain = False
        if oldest < self.oldest:
            self.oldest = oldest
        if timestamp > self.newest:
            self.newest = timestamp
        if picture > self.picture:
            self.picture = picture
        self.octets += len(body)
