"""Words on the board: nothing hidden in them, nothing cut out silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.board.wording import line, prose
from server.errors import Refused

HIDING = [
    "\u202e",
    "\u202a",
    "\u2066",
    "\u2069",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\x00",
    "\x1b",
    "\x85",
    "\ud800",
    "\u00ad",
]


@pytest.mark.parametrize("hidden", HIDING)
@pytest.mark.parametrize("check", [line, prose])
def test_what_nobody_would_see_is_refused_beside_its_field(check: object, hidden: str) -> None:
    with pytest.raises(Refused) as refusal:
        check(f"not below{hidden} 40", "title", 100)  # type: ignore[operator]
    assert (refusal.value.reason, refusal.value.detail) == ("text_hidden", {"field": "title"})


@pytest.mark.parametrize("typed", ["می\u200cخواهم", "👩\u200d👧", "\u200fשלום\u200f", "عربي\u061c", "日本語", "naïve"])
def test_what_scripts_need_to_be_written_stays(typed: str) -> None:
    assert line(typed, "title", 100) == prose(typed, "text", 100) == typed


def test_a_line_is_one_line_and_prose_keeps_its_lines() -> None:
    assert line("  two \n lines\t", "title", 100) == "two lines"
    assert prose("  two \r\n\r\n lines\t", "text", 100) == "two \n\n lines"


def test_nothing_at_all_is_refused_unless_it_may_be_empty() -> None:
    for blank in ("", "  ", "\n", "\u3164"):
        with pytest.raises(Refused, match="text_empty"):
            line(blank, "title", 100)
        assert prose(blank, "text", 100, empty=True) == ""


def test_what_is_too_long_is_refused_with_how_much_too_long() -> None:
    with pytest.raises(Refused) as refusal:
        line("x" * 201, "title", 200)
    assert refusal.value.detail == {"field": "title", "most": 200, "length": 201}


@given(st.text(max_size=60), st.sampled_from([line, prose]))
def test_what_was_taken_once_is_taken_again_as_it_is(raw: str, check: object) -> None:
    try:
        said = check(raw, "x", 100)  # type: ignore[operator]
    except Refused:
        return
    assert check(said, "x", 100) == said  # type: ignore[operator]
