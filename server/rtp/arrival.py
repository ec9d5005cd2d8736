"""One packet of an uplink, taken apart once for all who get it."""

from typing import Final, NamedTuple

from server.rtp import vp8

VERSION: Final = 0x8000  # in the first sixteen bits of an RTP header: version 2 and nothing else (RFC 3550, 5.1)


class Arrival(NamedTuple):
    """A packet as it came, whether in the first place or by retransmission. Counters are extended."""

    sequence: int
    timestamp: int
    oldest: int  # timestamp of a packet that left when the oldest sound in this one began (see `opus.reach`)
    start: int  # the first sixteen bits of the header that it goes out with: marker and payload type
    body: bytes  # the payload, behind the descriptor where there is one
    descriptor: vp8.Descriptor | None  # of a picture; a padding packet has none
    plain: int  # the descriptor's first sixteen bits where a picture id is all that follows, else 0
    picture: int  # the descriptor's picture id
    base_layer: int  # … TL0PICIDX
    key: int  # … KEYIDX
