"""One packet of an uplink, taken apart once for all who get it."""

from typing import NamedTuple

from server.rtp import vp8


class Arrival(NamedTuple):
    """A packet as it came, whether in the first place or by retransmission. Counters are extended."""

    sequence: int
    timestamp: int
    marker: bool
    reaches_back: int  # ticks before `timestamp` of which the packet may carry sound (in-band FEC, RFC 6716 2.1.7)
    body: bytes  # the payload, behind the descriptor where there is one
    descriptor: vp8.Descriptor | None  # of a picture; a padding packet has none
    picture: int  # the descriptor's picture id
    base_layer: int  # … TL0PICIDX
    key: int  # … KEYIDX
