"""Asking for keyframes."""

from server.rtp.keyframes import CALM, LAST_PLEA, PLEA, THROTTLE, KeyframeWish, Pleas


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


def counted(pleas: Pleas, begin: float, seconds: float) -> list[float]:
    """A plea each 10 ms; the moments of those that count, since the first."""
    return [i / 100 for i in range(round(seconds * 100)) if pleas.counts(begin + i / 100)]


def test_who_asks_without_end_is_heard_ever_more_rarely_but_for_good() -> None:
    found = counted(Pleas(), 1.0, 60)
    apart = [round(later - earlier, 2) for earlier, later in zip(found, found[1:], strict=False)]
    assert apart[0] == PLEA and apart == sorted(apart)
    assert set(apart[5:]) == {LAST_PLEA}


def test_who_has_not_asked_for_a_while_is_heard_at_once_and_soon_again() -> None:
    pleas = Pleas()
    counted(pleas, 1.0, 30)
    assert counted(pleas, 31.0 + CALM, 2 * PLEA)[:2] == [0, PLEA]
