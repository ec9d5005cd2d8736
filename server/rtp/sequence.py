"""Counters that wrap: RTP sequence numbers (16 bits), timestamps (32 bits), VP8 picture ids (15 or 7 bits).

Inside the server a counter is an ordinary integer that never wraps ("extended"); only the wire sees the low bits. So
"newer" is `>` everywhere, however long a session lasts.
"""

from typing import Final

SEQUENCE_BITS: Final = 16
TIMESTAMP_BITS: Final = 32


def extend(newest: int, value: int, bits: int) -> int:
    """The extended number whose low `bits` are `value` and that lies nearest to `newest` (RFC 3550, A.1).

    Exactly half-way counts as older: what is in doubt was before.
    """
    half = 1 << (bits - 1)
    ahead = (value - newest) & ((half << 1) - 1)
    return newest + ahead if ahead < half else newest + ahead - (half << 1)


def next_above(newest: int, value: int, bits: int) -> int:
    """The smallest extended number above `newest` whose low `bits` are `value`: a counter that restarted goes on."""
    return newest + 1 + ((value - newest - 1) & ((1 << bits) - 1))
