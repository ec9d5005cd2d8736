"""An idea round: all write, nobody is told whose it is, nobody answers before the end."""

import json

import pytest

from server.board import commands as b
from server.board.events import Links
from server.board.layers import JOINT
from server.board.round import IDEAS_MOST, MINUTES, QUESTION_MAX
from server.board.things import TITLE_MAX
from server.board.who import Who
from server.session import codec
from tests.support.boarding import CLARA, DANA, GUEST, MIRIAM, NOW, PAUL, SEEN, SIDE_A, Sheet

EVERYBODY = (PAUL, CLARA, DANA, MIRIAM, GUEST)


def open_round(sheet: Sheet, minutes: int = 5) -> str:
    return str(sheet.ask(MIRIAM, b.OpenRound("What else?", minutes, SEEN))["round"])


def idea(sheet: Sheet, who: Who, round_: str, text: str = "A hedge of roses") -> str:
    before = set(sheet.board.things)
    assert sheet.ask(who, b.WriteIdea(round_, text, SEEN)) == {}
    return next(iter(set(sheet.board.things) - before))


@pytest.mark.parametrize("minutes", [0, -1, MINUTES[-1] + 1])
def test_a_round_lasts_some_minutes(minutes: int) -> None:
    assert Sheet().why(MIRIAM, b.OpenRound("What else?", minutes, SEEN)) == ("minutes_invalid", "minutes")


@pytest.mark.parametrize(
    ("question", "reason"),
    [("", "text_empty"), ("x" * (QUESTION_MAX + 1), "text_too_long"), ("x\u202e", "text_hidden")],
)
def test_a_round_has_a_question(question: str, reason: str) -> None:
    assert Sheet().why(MIRIAM, b.OpenRound(question, 5, SEEN)) == (reason, "question")


def test_one_round_at_a_time() -> None:
    sheet = Sheet()
    first = open_round(sheet)
    assert sheet.refused(MIRIAM, b.OpenRound("And?", 5, SEEN)).reason == "round_open"
    sheet.ask(MIRIAM, b.CloseRound(first))
    sheet.ask(MIRIAM, b.CloseRound(first))
    open_round(sheet)


def test_an_idea_is_nobodys() -> None:
    sheet = Sheet()
    round_ = open_round(sheet)
    sheet.now += 60_000
    card = sheet.card(idea(sheet, PAUL, round_))
    assert (card.author, card.by, card.seat, card.layer, card.round) == (None, "", "", JOINT, round_)
    assert card.made == NOW, "not when it was written"


def test_whoever_wrote_it_everybody_is_told_the_same() -> None:
    told = set()
    for one, other in ((PAUL, DANA), (DANA, PAUL), (GUEST, MIRIAM)):
        sheet = Sheet()
        round_ = open_round(sheet)
        idea(sheet, one, round_)
        idea(sheet, other, round_, "A bench")
        log = [codec.encode(codec.Committed(1, "", None, {}, (event,))).decode() for event in sheet.written]
        told.add(json.dumps([[sheet.seen_by(who) for who in EVERYBODY], log], sort_keys=True))
    assert len(told) == 1


def test_the_same_words_are_there_once_whoever_writes_them_again() -> None:
    sheet = Sheet()
    round_ = open_round(sheet)
    first = idea(sheet, PAUL, round_)
    before = len(sheet.written)
    for who in (PAUL, DANA):
        assert sheet.ask(who, b.WriteIdea(round_, "A hedge  of roses ", SEEN)) == {}
    assert len(sheet.written) == before
    sheet.ask(MIRIAM, b.RemoveThings((first,)))
    idea(sheet, DANA, round_)


def test_nobody_answers_an_idea_before_the_end() -> None:
    sheet = Sheet()
    round_ = open_round(sheet)
    card = idea(sheet, PAUL, round_)
    for layer, who in ((JOINT, DANA), (SIDE_A, PAUL)):
        assert sheet.refused(who, b.WriteComment(card, layer, "No", SEEN)).reason == "round_open"
    sheet.ask(MIRIAM, b.CloseRound(round_))
    sheet.ask(DANA, b.WriteComment(card, JOINT, "Yes", SEEN))


def test_nobody_changes_or_removes_an_idea_but_the_mediators_who_tidy_up() -> None:
    sheet = Sheet()
    card = idea(sheet, GUEST, open_round(sheet))
    for who in (GUEST, PAUL, DANA):
        assert sheet.refused(who, b.RemoveThings((card,))).reason == "not_yours"
    for who in (GUEST, PAUL, MIRIAM):
        words = sheet.card(card).words
        assert sheet.refused(who, b.EditCard(card, 1, words, Links(), SEEN)).reason == "not_yours"
    sheet.ask(MIRIAM, b.RemoveThings((card,)))
    assert sheet.refused(GUEST, b.RestoreThings((card,), SEEN)).reason == "not_yours"


def test_time_ends_a_round() -> None:
    sheet = Sheet()
    round_ = open_round(sheet)
    sheet.now = NOW + 5 * 60_000  # the clock has not struck yet
    assert sheet.refused(PAUL, b.WriteIdea(round_, "Too late", SEEN)).reason == "round_closed"
    sheet.wait_until(sheet.now)
    assert not sheet.board.things[round_].open  # type: ignore[union-attr]
    assert sheet.refused(PAUL, b.WriteIdea(round_, "Too late", SEEN)).reason == "round_closed"


@pytest.mark.parametrize(
    ("text", "reason"), [("", "text_empty"), ("x" * (TITLE_MAX + 1), "text_too_long"), ("x\u202e", "text_hidden")]
)
def test_an_idea_is_a_line_of_words(text: str, reason: str) -> None:
    sheet = Sheet()
    assert sheet.why(PAUL, b.WriteIdea(open_round(sheet), text, SEEN)) == (reason, "text")


def test_what_is_no_round_takes_no_ideas() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue", layer=JOINT)
    for name in (card, "nothing"):
        assert sheet.refused(PAUL, b.WriteIdea(name, "x", SEEN)).reason == "unknown_card"
        assert sheet.refused(MIRIAM, b.CloseRound(name)).reason == "unknown_card"


def test_a_round_holds_so_many_ideas() -> None:
    sheet = Sheet()
    round_ = open_round(sheet)
    for n in range(IDEAS_MOST):
        idea(sheet, PAUL, round_, f"Idea {n}")
    assert sheet.refused(DANA, b.WriteIdea(round_, "One more", SEEN)).reason == "layer_full"
