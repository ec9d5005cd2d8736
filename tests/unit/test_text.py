"""What people type: plain, finite, and nothing hidden in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Refused
from server.text import HOUSE_TEXT_MAX, NAME_MAX, TEXT_MAX, house_text, message_text, name_text


def reason(raw: str, clean: object = message_text) -> str:
    with pytest.raises(Refused) as refusal:
        clean(raw)  # type: ignore[operator]
    return refusal.value.reason


def test_a_message_keeps_its_lines() -> None:
    assert message_text("  First.\r\n\tSecond.\n") == "First.\n\tSecond."


def test_markup_is_text_like_any_other() -> None:
    assert message_text("<b onclick=x>&amp;</b>") == "<b onclick=x>&amp;</b>"


@pytest.mark.parametrize(
    "nothing", ["", "   ", "\n", "\x00", "\u200b", "\ufeff\u2060", "\u3164", "\u200d \u200e", "\u2800"]
)
def test_what_shows_nothing_is_empty(nothing: str) -> None:
    assert reason(nothing) == "text_empty"
    assert reason(nothing, name_text) == "name_empty"


def test_what_turns_the_text_around_it_is_taken_out() -> None:
    assert name_text("Paul \u202eanaD\u202c") == "Paul anaD"
    assert message_text("\u2067x\u2069") == "x"


def test_what_nobody_sees_is_taken_out() -> None:
    assert name_text("Da\u200bna\u00ad") == "Dana"
    assert message_text("yes\U000e0041\U000e0042") == "yes"


def test_what_scripts_and_emoji_need_stays() -> None:
    family, persian = "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert message_text(family) == family
    assert name_text(persian) == persian


def test_a_name_is_one_line() -> None:
    assert name_text(" Dana\n\tvon \u2028 Weiss ") == "Dana von Weiss"


def test_a_name_is_composed() -> None:
    assert name_text("Rene\u0301") == "Ren\u00e9"


def test_half_a_surrogate_pair_is_taken_out() -> None:
    assert message_text("a\ud800b") == "ab"


def test_the_longest_text_passes_and_one_more_does_not() -> None:
    assert len(message_text("x" * TEXT_MAX)) == TEXT_MAX
    assert reason("x" * (TEXT_MAX + 1)) == "text_too_long"
    assert reason("x" * (NAME_MAX + 1), name_text) == "name_too_long"
    assert reason("x" * (HOUSE_TEXT_MAX + 1), house_text) == "text_too_long"


def test_the_mediators_own_text_may_be_empty() -> None:
    assert house_text(" \r\n ") == ""


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once_and_always_storable(raw: str) -> None:
    for clean in (message_text, name_text, house_text):
        try:
            text = clean(raw)
        except Refused:
            continue
        assert clean(text) == text
        text.encode()
