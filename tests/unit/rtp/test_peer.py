"""What is left of a peer that has ended."""

import gc
from collections import Counter

from server.rtp.arrival import Arrival
from server.rtp.feed import Feed
from server.rtp.forwarder import Forwarder, Link
from server.rtp.medium import OPUS, VP8
from server.rtp.slot import Slot
from server.rtp.uplink import Uplink
from tests.support.packets import opus_payload, plan, rtp, vp8_payload
from tests.support.unsearched import unsearched

MIC, CAM, SMALL = 0x1001, 0x1002, 0x1003


def kinds() -> list[type]:
    """Of all that there is of any peer."""
    return [type(each) for each in gc.get_objects() if isinstance(each, Uplink | Slot | Feed | Arrival)]


def test_what_a_peer_sent_and_got_is_freed_without_a_search_for_garbage() -> None:
    with unsearched():
        forwarder = Forwarder()
        for number, seat in enumerate("ab", start=1):
            forwarder.add_peer(seat, plan(number))
            forwarder.bind(seat, MIC, "microphone")
            forwarder.bind(seat, SMALL, "camera", rank=0)
            forwarder.bind(seat, CAM, "camera")
        forwarder.renew(1e9)
        ways = (("a", "b"), ("b", "a"))
        forwarder.grant({Link(*way, medium) for way in ways for medium in ("microphone", "camera")}, 0.0)
        for seat in "ab":
            for number in range(3):
                forwarder.receive_rtp(seat, rtp(OPUS, number, number * 960, MIC, opus_payload(b"x")), number * 0.02)
                picture = vp8_payload(b"x", start=True, keyframe=not number, picture=number)
                forwarder.receive_rtp(seat, rtp(VP8, number, number * 3000, CAM, picture, marker=True), number * 0.02)
        there = Counter(kinds())
        assert there[Uplink] > 8 and there[Feed] == 4 and there[Arrival] > 0
        for seat in "ab":
            forwarder.remove_peer(seat)
        assert kinds() == []
