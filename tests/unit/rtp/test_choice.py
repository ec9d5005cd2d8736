"""Which encoding of each camera a listener gets."""

from server.rtp.choice import Encoding, Picture, choose
from server.rtp.line import CLIMB

SMALL, LARGE = Encoding(0, 150_000), Encoding(1, 600_000)
AMPLE = float("inf")


def camera(*, large: bool, present: int = 0) -> Picture:
    return Picture((SMALL, LARGE), large, present)


def test_who_is_enlarged_comes_large_and_the_others_small() -> None:
    assert choose([camera(large=True), camera(large=False), camera(large=False)], AMPLE) == ([1, 0, 0], False)


def test_everybody_is_seen_before_anybody_is_seen_large() -> None:
    assert choose([camera(large=True), camera(large=True)], 500_000) == ([0, 0], False)


def test_where_there_is_room_for_one_the_first_comes_large() -> None:
    assert choose([camera(large=True), camera(large=True)], 1_000_000) == ([1, 0], False)


def test_what_is_large_stays_so_in_less_room_than_it_needs_to_become_large() -> None:
    tight = LARGE.bits / CLIMB - 1
    assert choose([camera(large=True, present=0)], tight)[0] == [0]
    assert choose([camera(large=True, present=1)], tight)[0] == [1]


def test_a_camera_that_comes_in_one_encoding_goes_to_everybody_in_that() -> None:
    assert choose([Picture((LARGE,), False, 1)], AMPLE) == ([1], False)


def test_no_room_for_the_smallest_is_said() -> None:
    assert choose([camera(large=True), camera(large=False)], 299_999) == ([0, 0], True)
    assert choose([], 0) == ([], False)
