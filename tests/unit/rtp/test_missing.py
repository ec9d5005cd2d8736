"""Asking for lost packets."""

from server.rtp.missing import AGAIN, MOST, TRIES, Missing


def test_a_gap_is_asked_for_at_once_and_again_until_it_comes() -> None:
    missing = Missing()
    assert missing.lose(5, 7, 1.0) == [5, 6, 7]
    missing.find(6)
    assert missing.due(1.0) == []
    assert missing.due(1.0 + AGAIN) == [5, 7]
    missing.find(5)
    missing.find(7)
    assert missing.due(9.0) == []


def test_what_never_comes_is_given_up() -> None:
    missing = Missing()
    missing.lose(5, 5, 0.0)
    asked = sum(bool(missing.due((i + 1) * (AGAIN + 0.001))) for i in range(50))
    assert asked == TRIES - 1  # the first time was `lose` itself


def test_an_outage_is_not_asked_for() -> None:
    missing = Missing()
    missing.lose(1, 2, 0.0)
    assert missing.lose(10, 10 + MOST, 0.0) == []
    assert missing.due(9.0) == []
