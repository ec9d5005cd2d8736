"""Before everybody: putting a card on the table, and answering it."""

import pytest

from server.board import commands as b
from server.board.layers import JOINT
from server.board.table import REASON_MAX
from tests.support.boarding import (
    CHRIS,
    CLARA,
    DANA,
    GUEST,
    HOUR,
    MIRIAM,
    NOW,
    PAUL,
    SEEN,
    SIDE_A,
    SIDE_B,
    Sheet,
    of_side,
    parts_of,
)

NAMED = ("A", "B")


@pytest.mark.parametrize("kind", ["issue", "interest", "idea", "proposal"])
def test_the_owner_puts_its_card_before_everybody(kind: str) -> None:
    sheet = Sheet()
    card = sheet.add(CLARA, kind)
    there = sheet.card(sheet.table(PAUL, card))
    assert (there.layer, there.author, there.words, there.came) == (JOINT, SIDE_A, sheet.card(card).words, False)
    assert there.state == ("tabled" if kind == "proposal" else "")
    (went,) = sheet.card(card).crossed
    assert (went.layer, went.card, went.at) == (JOINT, there.id, NOW)


def test_nobody_puts_anothers_card_on_the_table() -> None:
    sheet = Sheet()
    came = sheet.carry(sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B), SIDE_B)
    assert sheet.refused(DANA, b.TableCard(came, 1, SEEN)).reason == "not_yours"
    joint = sheet.add(GUEST, "issue")
    assert sheet.refused(GUEST, b.TableCard(joint, 1, SEEN)).reason == "not_yours"


def test_the_same_words_lie_on_the_table_once() -> None:
    sheet = Sheet()
    card = sheet.propose(PAUL, sides=NAMED)
    there = sheet.table(PAUL, card)
    for twice in (card, there):
        assert sheet.refused(PAUL, b.TableCard(twice, 1, SEEN)).reason == "on_the_table"
    sheet.ask(PAUL, b.WithdrawCard(there))
    again = sheet.table(PAUL, card)
    sheet.edit(PAUL, card, "Lower hedge", sides=NAMED)
    assert sheet.card(sheet.table(PAUL, card)).words.title == "Lower hedge" and sheet.state(again) == "tabled"


def test_words_that_were_changed_in_the_same_instant_are_not_put_on_the_table_unseen() -> None:
    sheet = Sheet()
    card = sheet.propose(PAUL, sides=NAMED)
    sheet.edit(CLARA, card, "Two hedges", sides=NAMED)
    refusal = sheet.refused(PAUL, b.TableCard(card, 1, SEEN))
    assert (refusal.reason, refusal.detail) == ("card_changed", {"version": 2, "by": CLARA.name})


@pytest.mark.parametrize("forward", [b.TableCard, b.ReleaseCard])
def test_a_package_goes_forward_with_exactly_the_members_that_were_looked_at(forward: type) -> None:
    sheet = Sheet()
    one, other = (sheet.propose(PAUL, title, sides=NAMED) for title in ("One", "Other"))
    package = sheet.propose(PAUL, members=(one, other), sides=NAMED)
    shown = ((one, 1), (other, 1))
    for wrong in ((), ((one, 1),), ((other, 1), (one, 1)), (*shown, (package, 1)), ((one, 1), ("x", 1))):
        assert sheet.refused(PAUL, forward(package, 1, SEEN, parts=wrong)).reason == "card_changed"
    sheet.edit(CLARA, other, "Another", sides=NAMED)
    refusal = sheet.refused(PAUL, forward(package, 1, SEEN, parts=shown))
    assert (refusal.reason, refusal.detail) == ("card_changed", {"version": 2, "by": CLARA.name})
    sheet.ask(CLARA, b.RemoveThings((one,)))
    assert sheet.refused(PAUL, forward(package, 1, SEEN, parts=((one, 1), (other, 2)))).reason == "card_changed"
    assert sheet.ask(PAUL, forward(package, 1, SEEN, parts=((other, 2),)))


def test_a_proposal_is_between_two_sides_at_least() -> None:
    sheet = Sheet()
    for named in (("A",), ("B",)):
        card = sheet.propose(MIRIAM, sides=named)
        assert sheet.why(MIRIAM, b.TableCard(card, 1, SEEN)) == ("sides_too_few", "sides")
    alone = sheet.propose(PAUL, sides=("A",))
    package = sheet.propose(PAUL, members=(alone,), sides=NAMED)
    assert sheet.why(PAUL, b.TableCard(package, 1, SEEN, parts_of(sheet.board, sheet.card(package)))) == (
        "sides_too_few",
        "sides",
    )


def test_who_names_nobody_asks_all_that_it_knows_of() -> None:
    sheet = Sheet()
    assert sheet.card(sheet.tabled(PAUL)).sides == ("A", "B", "C")
    knows_b = of_side("A", known=NAMED)
    assert sheet.card(sheet.tabled(knows_b)).sides == NAMED
    knows_nobody = of_side("A", known=("A",))
    assert sheet.card(sheet.tabled(knows_nobody)).sides == ("A", "B", "C")


def test_a_proposal_whose_time_is_over_is_not_put_on_the_table() -> None:
    sheet = Sheet()
    card = sheet.propose(PAUL, sides=NAMED, until=NOW + HOUR)
    sheet.now = NOW + HOUR
    assert sheet.why(PAUL, b.TableCard(card, 1, SEEN)) == ("until_past", "until")


def test_what_the_others_do_not_have_is_no_condition_before_them() -> None:
    sheet = Sheet()
    price = sheet.propose(PAUL, "Price", sides=NAMED)
    hedge = sheet.propose(PAUL, "Hedge", sides=NAMED, conditions=(price,))
    refusal = sheet.refused(PAUL, b.TableCard(hedge, 1, SEEN))
    assert (refusal.reason, refusal.detail) == ("condition_not_there", {"field": "conditions"})
    there = sheet.table(PAUL, price)
    assert sheet.card(sheet.table(PAUL, hedge)).conditions == (there,)


def test_a_condition_that_was_removed_is_not_there() -> None:
    sheet = Sheet()
    price = sheet.propose(PAUL, "Price", sides=NAMED)
    hedge = sheet.propose(PAUL, "Hedge", sides=NAMED, conditions=(price,))
    sheet.ask(PAUL, b.RemoveThings((price,)))
    assert sheet.refused(PAUL, b.TableCard(hedge, 1, SEEN)).reason == "condition_not_there"


# --- answering


@pytest.mark.parametrize(
    ("who", "reason"), [(GUEST, "side_not_named"), (MIRIAM, "side_not_named"), (CHRIS, "side_not_named")]
)
def test_only_a_named_side_answers(who: object, reason: str) -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED)
    assert sheet.refused(who, b.ReplyTo(card, "accept", "", SEEN)).reason == reason  # type: ignore[arg-type]


def test_what_is_no_proposal_on_the_table_is_not_answered() -> None:
    sheet = Sheet()
    draft, issue = sheet.propose(PAUL), sheet.add(PAUL, "issue", layer=JOINT)
    came = sheet.carry(sheet.release(DANA, sheet.propose(DANA), SIDE_A), SIDE_A)
    for card in (draft, issue, came):
        assert sheet.refused(PAUL, b.ReplyTo(card, "accept", "", SEEN)).reason == "answer_at_table"
        assert sheet.refused(PAUL, b.WithdrawCard(card)).reason == "answer_at_table"
        assert sheet.refused(PAUL, b.PutBack(card, SEEN)).reason == "answer_at_table"


@pytest.mark.parametrize(
    ("answer", "reason", "wrong", "field"),
    [
        ("yes", "", "answer_unknown", "answer"),
        ("", "", "answer_unknown", "answer"),
        ("cannot", "x\u202e", "text_hidden", "reason"),
        ("cannot", "x" * (REASON_MAX + 1), "text_too_long", "reason"),
    ],
)
def test_an_answer_is_one_of_four_with_a_reason_in_words(answer: str, reason: str, wrong: str, field: str) -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED)
    assert sheet.why(DANA, b.ReplyTo(card, answer, reason, SEEN)) == (wrong, field)


def test_the_newest_answer_counts_with_its_reason_and_who_gave_it() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED)
    sheet.answer(PAUL, card)
    sheet.answer(CLARA, card, "changes", "Two metres, not three")
    found = sheet.card(card).replies["A"]
    assert (found.answer, found.reason, found.by, found.seat, found.at) == (
        "changes",
        "Two metres, not three",
        CLARA.name,
        CLARA.seat,
        NOW,
    )


def test_an_answer_that_was_never_given_is_taken_back_without_a_word() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED)
    before = len(sheet.written)
    sheet.ask(DANA, b.ReplyTo(card, None))
    assert len(sheet.written) == before


def test_a_counter_answers_anothers_proposal_and_never_ones_own() -> None:
    sheet = Sheet()
    first = sheet.tabled(PAUL, sides=NAMED)
    sheet.tabled(PAUL, "Better", sides=NAMED, answers=first)
    assert sheet.state(first) == "tabled"
    counter = sheet.tabled(DANA, "Other", sides=NAMED, answers=first)
    assert (sheet.state(first), sheet.state(counter), sheet.card(counter).answers) == ("countered", "tabled", first)


def test_a_package_may_counter() -> None:
    sheet = Sheet()
    first = sheet.tabled(PAUL, sides=NAMED)
    part = sheet.propose(DANA, sides=NAMED)
    sheet.tabled(DANA, members=(part,), sides=NAMED, answers=first)
    assert sheet.state(first) == "countered"
