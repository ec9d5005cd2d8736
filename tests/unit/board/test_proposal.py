"""The table of states, row by row: who may, from where, to where; everything else is refused."""

from dataclasses import replace
from typing import Any

import pytest

from server.board import commands as b
from server.board.board import Board
from server.board.card import Card, Reply, Words
from server.board.layers import JOINT
from server.board.proposal import AGREED, COUNTERED, DRAFT, LAPSED, STATES, TABLED, TRANSITIONS, WITHDRAWN, newly_agreed
from server.board.who import Who
from server.errors import Refused
from tests.support.boarding import CHRIS, DANA, GUEST, HOUR, MIRIAM, NOW, PAUL, SEEN, SIDE_B, Sheet

EVERYBODY = {"author": PAUL, "other": DANA, "third": CHRIS, "mediator": MIRIAM, "guest": GUEST}
NAMED = ("A", "B")


def brought_to(state: str) -> tuple[Sheet, str]:
    """A proposal of Paul's, between A and B, in this state."""
    sheet = Sheet()
    card = sheet.propose(PAUL, sides=NAMED, until=NOW + HOUR)
    if state == DRAFT:
        return sheet, card
    card = sheet.table(PAUL, card)
    if state == COUNTERED:
        sheet.tabled(DANA, sides=NAMED, answers=card)
    elif state == AGREED:
        sheet.accept(card, PAUL, DANA)
    elif state == WITHDRAWN:
        sheet.ask(PAUL, b.WithdrawCard(card))
    elif state == LAPSED:
        sheet.wait_until(NOW + HOUR)
    assert sheet.state(card) == state
    return sheet, card


def attempt(verb: str, sheet: Sheet, card: str, who: Who) -> None:
    if verb == "table":
        sheet.ask(who, b.TableCard(card, 1, SEEN))
    elif verb == "counter":
        sheet.tabled(who, sides=("A", "B", "C"), answers=card)
    elif verb == "put_back":
        sheet.ask(who, b.PutBack(card, SEEN))
    elif verb == "withdraw":
        sheet.ask(who, b.WithdrawCard(card))
    elif verb == "agree":
        sheet.answer(who, card)
    else:
        sheet.wait_until(NOW + HOUR)


ALLOWED = {
    **{(verb, state, "author"): to for verb in ("put_back",) for state, to in ((COUNTERED, TABLED),)},
    **{("withdraw", state, "author"): WITHDRAWN for state in (TABLED, COUNTERED)},
    **{("counter", TABLED, who): COUNTERED for who in ("other", "third", "mediator")},
    **{("lapse", state, who): LAPSED for state in (TABLED, COUNTERED) for who in EVERYBODY},
}
"""(verb, from, who) to the new state. A first yes, and tabling (which makes another card), change no state."""


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", ["table", "counter", "put_back", "withdraw", "agree", "lapse"])
@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_rows_of_the_table_move_a_proposal(state: str, verb: str, who: str) -> None:
    sheet, card = brought_to(state)
    try:
        attempt(verb, sheet, card, EVERYBODY[who])
    except Refused:
        assert (verb, state, who) not in ALLOWED
    assert sheet.state(card) == ALLOWED.get((verb, state, who), state)


def test_the_table_in_the_file_is_the_one_that_is_used() -> None:
    assert {verb: (set(frm), to) for verb, (frm, to, _) in TRANSITIONS.items()} == {
        "counter": ({TABLED}, COUNTERED),
        "put_back": ({COUNTERED}, TABLED),
        "withdraw": ({TABLED, COUNTERED}, WITHDRAWN),
        "lapse": ({TABLED, COUNTERED}, LAPSED),
        "agree": ({TABLED, COUNTERED}, AGREED),
    }


@pytest.mark.parametrize(
    ("state", "reason"), [(AGREED, "card_agreed"), (WITHDRAWN, "state_forbids"), (LAPSED, "state_forbids")]
)
@pytest.mark.parametrize("verb", ["put_back", "withdraw", "agree"])
def test_a_refusal_says_what_has_become_of_it(state: str, reason: str, verb: str) -> None:
    sheet, card = brought_to(state)
    with pytest.raises(Refused, match=reason) as refusal:
        attempt(verb, sheet, card, PAUL)
    assert refusal.value.detail == ({} if state == AGREED else {"state": state})


# --- agreeing


def test_it_takes_the_explicit_yes_of_every_named_side_the_authors_too() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL)
    for who in (DANA, CHRIS):
        sheet.answer(who, card)
        assert sheet.state(card) == TABLED
    sheet.answer(PAUL, card)
    assert sheet.state(card) == AGREED


@pytest.mark.parametrize("answer", ["changes", "cannot", "time", None])
def test_nothing_but_a_yes_is_a_yes(answer: str | None) -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED)
    sheet.answer(DANA, card)
    sheet.answer(DANA, card, answer)
    sheet.answer(PAUL, card)
    assert sheet.state(card) == TABLED
    sheet.answer(DANA, card)
    assert sheet.state(card) == AGREED


def test_a_yes_is_there_or_taken_back_until_it_is_agreed() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED)
    sheet.answer(PAUL, card)
    sheet.answer(PAUL, card, None)
    sheet.answer(DANA, card)
    assert sheet.state(card) == TABLED and set(sheet.card(card).replies) == {"B"}
    sheet.answer(PAUL, card)
    assert sheet.refused(DANA, b.ReplyTo(card, None)).reason == "card_agreed"


def test_a_countered_proposal_may_still_be_agreed() -> None:
    sheet, card = brought_to(COUNTERED)
    sheet.accept(card, PAUL, DANA)
    assert sheet.state(card) == AGREED


def test_time_never_agrees_and_nothing_is_agreed_after_its_end() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED, until=NOW + HOUR)
    sheet.answer(PAUL, card)
    sheet.now = NOW + HOUR  # the clock has not struck yet
    refusal = sheet.refused(DANA, b.ReplyTo(card, "accept", "", SEEN))
    assert (refusal.reason, refusal.detail) == ("state_forbids", {"state": LAPSED})
    sheet.wait_until(NOW + 2 * HOUR)
    assert sheet.state(card) == LAPSED


# --- only if


def test_a_condition_holds_in_the_same_moment_and_not_before() -> None:
    sheet = Sheet()
    first = sheet.tabled(PAUL, "Price", sides=NAMED)
    second = sheet.tabled(PAUL, "Hedge", sides=NAMED, conditions=(first,))
    sheet.accept(second, PAUL, DANA)
    assert sheet.state(second) == TABLED
    sheet.accept(first, PAUL, DANA)
    assert (sheet.state(first), sheet.state(second)) == (AGREED, AGREED)


def test_a_condition_that_waits_does_not_outlast_its_end() -> None:
    sheet = Sheet()
    first = sheet.tabled(PAUL, "Price", sides=NAMED)
    second = sheet.tabled(PAUL, "Hedge", sides=NAMED, conditions=(first,), until=NOW + HOUR)
    sheet.answer(PAUL, second)
    sheet.answer(DANA, second)
    sheet.answer(PAUL, first)
    sheet.now = NOW + HOUR
    sheet.answer(DANA, first)
    assert (sheet.state(first), sheet.state(second)) == (AGREED, TABLED)


@pytest.mark.parametrize("end", ["withdraw", "no"])
def test_what_depends_on_what_is_not_agreed_is_not_agreed(end: str) -> None:
    sheet = Sheet()
    first = sheet.tabled(PAUL, "Price", sides=NAMED)
    second = sheet.tabled(PAUL, "Hedge", sides=NAMED, conditions=(first,))
    if end == "withdraw":
        sheet.ask(PAUL, b.WithdrawCard(first))
    else:
        sheet.answer(DANA, first, "cannot")
    sheet.accept(second, PAUL, DANA)
    assert sheet.state(second) == TABLED


YES = {side: Reply("accept") for side in NAMED}


def on_table(name: str, *conditions: str, yes: bool = True, **more: Any) -> Card:
    card = Card(name, JOINT, "proposal", SIDE_B, Words(name), 5, state=TABLED, sides=NAMED, conditions=conditions)
    return replace(card, replies=YES if yes else {}, **more)


def agreed(*cards: Card) -> set[str]:
    return set(newly_agreed(Board({card.id: card for card in cards}), NOW))


def test_two_that_name_each_other_are_agreed_together_or_not_at_all() -> None:
    one, other = on_table("one", "other"), on_table("other", "one")
    assert agreed(one, other) == {"one", "other"}
    assert agreed(one, on_table("other", "one", yes=False)) == set()


def test_a_ring_of_conditions_is_agreed_as_a_ring() -> None:
    ring = [on_table(str(n), str((n + 1) % 5)) for n in range(5)]
    assert agreed(*ring) == {str(n) for n in range(5)}
    assert agreed(*ring[:4], on_table("4", "0", "5"), on_table("5", yes=False)) == set()


def test_what_is_not_there_any_more_is_no_condition_that_holds() -> None:
    assert agreed(on_table("one", "nothing")) == set()
    assert agreed(on_table("one", "gone"), on_table("gone", removed=True)) == set()


# --- packages


def packed(sheet: Sheet, **of_members: Any) -> tuple[str, str, str]:
    """A package of two on the table: itself and its members."""
    one, other = sheet.propose(PAUL, "One", sides=NAMED), sheet.propose(PAUL, "Other", sides=NAMED, **of_members)
    package = sheet.tabled(PAUL, "Both", members=(one, other), sides=NAMED)
    first, second = sheet.card(package).members
    return package, first, second


def test_a_package_is_answered_as_a_whole_and_agreed_as_a_whole() -> None:
    sheet = Sheet()
    package, one, other = packed(sheet)
    for command in (b.ReplyTo(one, "accept", "", SEEN), b.WithdrawCard(one), b.PutBack(one, SEEN)):
        assert sheet.refused(PAUL, command).reason == "part_of_package"
    sheet.accept(package, PAUL, DANA)
    assert {sheet.state(c) for c in (package, one, other)} == {AGREED}


def test_a_package_is_withdrawn_countered_put_back_and_lapses_as_a_whole() -> None:
    sheet = Sheet()
    package, one, other = packed(sheet, until=NOW + HOUR)
    whole = (package, one, other)
    sheet.tabled(DANA, sides=NAMED, answers=package)
    assert {sheet.state(c) for c in whole} == {COUNTERED}
    sheet.ask(PAUL, b.PutBack(package, SEEN))
    assert {sheet.state(c) for c in whole} == {TABLED}
    sheet.wait_until(NOW + HOUR)
    assert {sheet.state(c) for c in whole} == {LAPSED}, "it ends with the first of its members"
    package, one, other = whole = packed(sheet)
    sheet.ask(PAUL, b.WithdrawCard(package))
    assert {sheet.state(c) for c in whole} == {WITHDRAWN}


def test_a_member_is_never_agreed_alone() -> None:
    assert agreed(on_table("one", package="package")) == set()


def test_a_member_is_not_countered_alone() -> None:
    sheet = Sheet()
    package, one, _ = packed(sheet)
    sheet.tabled(DANA, sides=NAMED, answers=one)
    assert {sheet.state(c) for c in (package, one)} == {TABLED}


def test_the_conditions_of_a_member_are_conditions_of_the_package() -> None:
    sheet = Sheet()
    price = sheet.tabled(DANA, "Price", sides=NAMED)
    package, one, other = packed(sheet, conditions=(price,))
    sheet.accept(package, PAUL, DANA)
    assert sheet.state(package) == TABLED
    sheet.accept(price, PAUL, DANA)
    assert {sheet.state(c) for c in (package, one, other, price)} == {AGREED}


def test_members_may_depend_on_each_other() -> None:
    sheet = Sheet()
    one = sheet.propose(PAUL, "One", sides=NAMED)
    other = sheet.propose(PAUL, "Other", sides=NAMED, conditions=(one,))
    sheet.edit(PAUL, one, "One", sides=NAMED, conditions=(other,))
    package = sheet.tabled(PAUL, "Both", members=(one, other), sides=NAMED)
    sheet.accept(package, PAUL, DANA)
    assert {sheet.state(m) for m in sheet.card(package).members} == {AGREED}


def test_what_depends_on_a_member_is_agreed_with_the_package() -> None:
    sheet = Sheet()
    package, one, _ = packed(sheet)
    after = sheet.tabled(DANA, "After", sides=NAMED, conditions=(one,))
    sheet.answer(PAUL, after)
    sheet.answer(DANA, after)
    sheet.answer(PAUL, package)
    assert sheet.state(after) == TABLED
    sheet.answer(DANA, package)
    assert (sheet.state(one), sheet.state(after)) == (AGREED, AGREED)


def test_a_package_takes_the_yes_of_every_side_that_a_member_names() -> None:
    sheet = Sheet()
    one, other = sheet.propose(PAUL, "One", sides=NAMED), sheet.propose(PAUL, "Other", sides=("A", "C"))
    package = sheet.tabled(PAUL, "Both", members=(one, other), sides=NAMED)
    sheet.accept(package, PAUL, DANA)
    assert sheet.state(package) == TABLED and sheet.card(package).sides == ("A", "B", "C")
    sheet.answer(CHRIS, package)
    assert sheet.state(package) == AGREED
