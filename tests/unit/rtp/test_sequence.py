"""Counters that wrap."""

from hypothesis import given
from hypothesis import strategies as st

from server.rtp.sequence import extend, next_above


def test_a_counter_goes_on_over_its_end() -> None:
    assert extend(65_535, 0, 16) == 65_536
    assert extend(65_536, 65_535, 16) == 65_535
    assert extend(0xFFFFFFFF, 5, 32) == 0x1_0000_0005
    assert extend(127, 1, 7) == 129


def test_half_way_round_counts_as_older() -> None:
    assert extend(0, 32_768, 16) == -32_768
    assert extend(0, 32_767, 16) == 32_767


@given(st.integers(-(1 << 40), 1 << 40), st.integers(0, 65_535))
def test_the_extended_number_is_the_nearest_with_these_bits(newest: int, value: int) -> None:
    extended = extend(newest, value, 16)
    assert extended & 0xFFFF == value
    assert abs(extended - newest) <= 32_768


@given(st.integers(-(1 << 40), 1 << 40), st.integers(0, 65_535))
def test_a_restart_goes_on_above(newest: int, value: int) -> None:
    above = next_above(newest, value, 16)
    assert above & 0xFFFF == value
    assert newest < above <= newest + 65_536
