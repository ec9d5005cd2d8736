"""Every refusal has a sentence."""

import re
from pathlib import Path

from server.doors.reasons import NAMED, OTHERWISE, SENTENCES, sentence

ROOT = Path(__file__).parents[3]
RAISED = re.compile(r"""Refused\(\s*"(\w+)\"""")


def test_every_reason_that_the_core_can_give_has_words() -> None:
    raised = {
        reason
        for folder in ("session", "chat", "host", "api", "doors")
        for path in (ROOT / "server" / folder).glob("*.py")
        for reason in RAISED.findall(path.read_text(encoding="utf-8"))
    }
    assert raised, "the search finds nothing"
    assert not raised - set(SENTENCES)


def test_every_reason_of_the_protocol_has_words() -> None:
    protocol = (ROOT / "server" / "signalling" / "PROTOCOL.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(\w+)`", protocol.partition("\nReasons:")[2]))
    assert len(listed) > 20
    assert not listed - set(SENTENCES)


def test_names_are_filled_in_where_they_are_known() -> None:
    detail = {"joined": ["Dana"], "audience": ["Ana", "Ben", "Dana"], "epoch": 4}
    assert sentence("audience_grew", detail) == (
        "Not sent. Dana joined while you were writing. It would now go to Ana, Ben and Dana."
    )


def test_without_names_the_plain_sentence_does() -> None:
    assert sentence("audience_grew", {"joined": [], "audience": ["Ana"]}) == SENTENCES["audience_grew"]
    assert sentence("kept_apart") == SENTENCES["kept_apart"]
    assert sentence("what is that?") == OTHERWISE


def test_a_translation_with_a_broken_field_breaks_nothing() -> None:
    assert (
        sentence("kept_apart", {"one": "Ana", "other": "Ben"}, lambda text: text.replace("{one}", "{ein"))
        == SENTENCES["kept_apart"]
    )


def test_what_names_contain_is_never_a_field() -> None:
    assert sentence("kept_apart", {"one": "{other}", "other": "{0}"}) == "{other} and {0} must be kept apart."


def test_a_sentence_with_names_has_a_plain_one_too() -> None:
    assert set(NAMED) <= set(SENTENCES)
