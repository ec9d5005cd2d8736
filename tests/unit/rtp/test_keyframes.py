"""Asking for keyframes."""

from server.rtp.keyframes import THROTTLE, KeyframeWish


def test_many_wishes_at_once_are_one_request() -> None:
    wish = KeyframeWish()
    assert [wish.ask(1.0 + i / 1000) for i in range(5)] == [True, False, False, False, False]


def test_a_wish_is_repeated_until_it_is_met() -> None:
    wish = KeyframeWish()
    wish.ask(1.0)
    assert not wish.due(1.0 + THROTTLE / 2)
    assert wish.due(1.0 + THROTTLE)
    wish.open = False
    assert not wish.due(9.0)


def test_no_two_requests_are_closer_than_the_throttle() -> None:
    wish = KeyframeWish()
    asked = [i / 100 for i in range(300) if wish.ask(i / 100)]
    assert all(later - earlier >= THROTTLE for earlier, later in zip(asked, asked[1:], strict=False))
    assert len(asked) >= 11
