"""How long an Opus packet lasts, by RFC 6716 3.1 and 3.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rtp.opus import LONGEST, duration


@pytest.mark.parametrize(
    ("packet", "ticks"),
    [
        ("78", 960),  # configuration 15: hybrid, 20 ms, one frame
        ("00", 480),  # configuration 0: SILK, 10 ms
        ("18", 2880),  # configuration 3: SILK, 60 ms
        ("80", 120),  # configuration 16: CELT, 2.5 ms
        ("f9", 1920),  # configuration 31: CELT, 20 ms, two equal frames
        ("fa", 1920),  # … two frames of their own length
        ("fb03", 2880),  # … three frames, counted in the next byte
        ("fb86", LONGEST),  # six: 120 ms
        ("fb3f", LONGEST),  # 63: more than there may be
        ("fb00", LONGEST),  # none: malformed
        ("fb", LONGEST),
        ("", LONGEST),
    ],
)
def test_the_length_is_read_from_the_first_bytes(packet: str, ticks: int) -> None:
    data = bytes.fromhex(packet)
    assert duration(data, 0, len(data)) == ticks


@given(st.binary(max_size=4))
def test_it_is_always_a_length(junk: bytes) -> None:
    assert 0 < duration(junk, 0, len(junk)) <= LONGEST
