"""What the forwarder puts out."""

Out = tuple[str, bytes, bytes]
"""A seat, and one plain RTP or RTCP packet (before SRTP) for its peer, in two parts: what is this peer's own, and what
is the same for all peers that get it. A bare tuple, for one is made per packet and listener."""


def whole(out: Out) -> bytes:
    """The packet in one piece."""
    return out[1] + out[2]
