"""How long an Opus packet lasts (RFC 6716, 3.1 and 3.2), how far back it reaches (4.2.3), and what is passed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rtp.opus import LONGEST, bare, duration, reach


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


@pytest.mark.parametrize(
    ("packet", "ticks"),
    [
        ("7880", 960),  # hybrid, 20 ms, mono: voice, no FEC
        ("7840", 1920),  # … FEC, though no voice
        ("78c0", 1920),
        ("783f", 960),  # what comes behind the flags is sound
        ("00c0", 960),  # SILK, 10 ms
        ("10c0", 1920),  # SILK, 40 ms: two frames of voice
        ("1020", 3840),  # … and FEC behind them
        ("18e0", 2880),  # SILK, 60 ms: three
        ("1810", 5760),
        ("7ca0", 960),  # hybrid, 20 ms, stereo: voice in both channels
        ("7c40", 1920),  # … FEC in the first channel
        ("7c10", 1920),  # … in the other
        ("1c01", 5760),  # SILK, 60 ms, stereo: in the other
        ("1cee", 2880),
        ("80ff", 120),  # CELT has none
        ("f8ff", 960),
    ],
)
def test_how_far_back_it_reaches_is_read_from_the_flags_of_its_silk_layer(packet: str, ticks: int) -> None:
    data = bytes.fromhex(packet)
    assert reach(b"behind a header" + data, 15, 15 + len(data)) == ticks


@pytest.mark.parametrize("packet", ["", "78", "79800000", "7a0100", "7b018000", "fb4101ff", "f9ffff", "fb"])
def test_a_packet_of_another_shape_reaches_back_twice_as_far_as_it_lasts(packet: str) -> None:
    """Also where it has room for padding, and an encoder's extensions in that."""
    data = bytes.fromhex(packet)
    assert reach(data, 0, len(data)) == 2 * duration(data, 0, len(data))


@given(st.binary(max_size=4))
def test_it_reaches_back_once_or_twice_as_far_as_it_lasts(junk: bytes) -> None:
    lasts = duration(junk, 0, len(junk))
    assert reach(junk, 0, len(junk)) in (lasts, 2 * lasts)


@given(st.binary(max_size=600), st.integers(0, 600), st.integers(0, 63), st.booleans())
def test_padding_is_not_passed_on(frames: bytes, padding: int, count: int, vbr: bool) -> None:
    head, second = b"\x7b", count | 0x80 * vbr
    length = b"\xff" * (padding // 254) + bytes((padding % 254,))
    padded = head + bytes((second | 0x40,)) + length + frames + b"what was said a second ago"[:1] * padding
    assert bare(padded) == head + bytes((second,)) + frames


@given(st.binary(max_size=4))
def test_what_has_no_padding_is_passed_on_as_it_is(packet: bytes) -> None:
    if packet[:1] and packet[0] & 3 == 3 and packet[1:] and packet[1] & 0x40:
        assert bare(packet) is None or len(packet) > len(bare(packet) or b"")
    else:
        assert bare(packet) == packet


@pytest.mark.parametrize("packet", ["7b41", "7b41ff", "7b41ffff", "7b4105", "7b4102aa", "7b41ff01aabb"])
def test_padding_that_is_longer_than_its_packet_is_no_packet(packet: str) -> None:
    assert bare(bytes.fromhex(packet)) is None
