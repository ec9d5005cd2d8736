"""The operator's key and its cookie."""

import pytest

from server.clock import HandWoundClock
from server.doors.cookies import OPERATOR_SECONDS
from server.doors.operator import Operator

KEY = "k" * 43


def test_only_the_key_is_the_key() -> None:
    operator = Operator(KEY, HandWoundClock())
    assert operator.knows(KEY)
    for other in ("", KEY[:-1], KEY + "k", "x" * 43, "\ud800"):
        assert not operator.knows(other)


def test_without_a_key_nobody_is_the_operator() -> None:
    operator = Operator("", HandWoundClock())
    assert not operator.knows("")
    assert not operator.remembers(operator.cookie())


def test_a_cookie_is_remembered_until_it_ends() -> None:
    clock = HandWoundClock()
    operator = Operator(KEY, clock)
    cookie = operator.cookie()
    assert KEY not in cookie
    clock.wind(OPERATOR_SECONDS - 1)
    assert operator.remembers(cookie)
    clock.wind(2)
    assert not operator.remembers(cookie)


def test_a_new_key_ends_every_cookie() -> None:
    clock = HandWoundClock()
    cookie = Operator(KEY, clock).cookie()
    assert not Operator("n" * 43, clock).remembers(cookie)


@pytest.mark.parametrize(
    "forged", [None, "", ".", "9999999999.", "9999999999.00", "x.y", "٣.a", "1" * 500 + ".a", "-1.a", "1.\ud800"]
)
def test_a_forged_cookie_is_not_remembered(forged: str | None) -> None:
    assert not Operator(KEY, HandWoundClock()).remembers(forged)


def test_the_end_of_a_cookie_cannot_be_moved() -> None:
    operator = Operator(KEY, HandWoundClock())
    ends, _, mac = operator.cookie().partition(".")
    assert not operator.remembers(f"{int(ends) + 1}.{mac}")
