"""What crosses: the very words, and nothing that would tell more."""

from typing import Any

import pytest

from server.board import commands as b
from server.board.card import FileFacts, proof
from server.board.layers import JOINT, MEDIATORS
from server.board.place import Place
from server.board.terms import Term
from tests.support.boarding import CLARA, DANA, HOUR, MIRIAM, NOW, PAUL, SEEN, SIDE_A, SIDE_B, Sheet

NAMED = ("A", "B")
TERMS = (Term("money", "Price", "4200.50", "EUR"), Term("deed", "Wall", "paints it", "", "Dana", "2027-03-01"))


def lived_in(sheet: Sheet, **links: Any) -> str:
    """A proposal with a past: versions, a place, comments, a colour, an answer of another's to come."""
    card = sheet.propose(PAUL, "First words", colour="red", sides=NAMED, **links)
    sheet.now += HOUR
    sheet.edit(CLARA, card, "Second words", colour="red", sides=NAMED, **links)
    sheet.ask(PAUL, b.PlaceThings(((card, Place(777, 888, 99, 98)),)))
    sheet.ask(CLARA, b.WriteComment(card, SIDE_A, "We would take forty", SEEN))
    sheet.now += HOUR
    return card


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("to", [JOINT, SIDE_B])
def test_only_the_words_go_along(own: bool, to: str) -> None:
    sheet = Sheet()
    source = lived_in(sheet)
    there = sheet.card(sheet.carry(sheet.release(PAUL, source, to, own=own), to))
    assert there.id != source and there.words == sheet.card(source).words
    assert proof(there.words) == proof(sheet.card(source).words)
    assert (there.history, there.crossed, there.shared, dict(there.replies)) == ((), (), (), {})
    assert (there.by, there.seat, there.colour, there.version, there.changed) == ("", "", "", 1, 0)
    assert (there.made, there.came) == (sheet.now, True)
    assert there.place != sheet.card(source).place
    assert there.author == (MEDIATORS if own else SIDE_A)


def test_the_words_are_those_of_the_release_whatever_was_written_since() -> None:
    sheet = Sheet()
    source = sheet.propose(PAUL, "Two metres", sides=NAMED, terms=TERMS)
    release = sheet.release(PAUL, source, SIDE_B)
    sheet.edit(PAUL, source, "Not below forty", sides=NAMED)
    there = sheet.card(sheet.carry(release, SIDE_B))
    assert (there.words.title, there.words.terms) == ("Two metres", TERMS)
    assert proof(there.words) == proof(sheet.let_say(release).words)


def test_words_that_were_removed_since_are_still_released_until_they_are_taken_back() -> None:
    sheet = Sheet()
    source = sheet.add(PAUL, "idea", "Two metres")
    release = sheet.release(PAUL, source, SIDE_B)
    sheet.ask(PAUL, b.RemoveThings((source,)))
    assert sheet.card(sheet.carry(release, SIDE_B)).words.title == "Two metres"


def test_a_package_crosses_with_all_of_it() -> None:
    sheet = Sheet()
    one, other = sheet.propose(PAUL, "One", sides=NAMED), sheet.propose(PAUL, "Other", sides=NAMED, conditions=())
    sheet.edit(PAUL, other, "Other", sides=NAMED, conditions=(one,))
    package = sheet.propose(PAUL, "Both", members=(one, other), sides=NAMED)
    release = sheet.release(PAUL, package, SIDE_B)
    sheet.ask(PAUL, b.RemoveThings((one,)))
    sheet.edit(PAUL, other, "Changed", sides=NAMED)
    there = sheet.card(sheet.carry(release, SIDE_B))
    members = sheet.board.cards(there.members)
    assert [m.words.title for m in members] == ["One", "Other"]
    assert all(m.package == there.id for m in members) and members[1].conditions == (members[0].id,)
    assert {there.id, *there.members}.isdisjoint({package, one, other})


def test_a_file_crosses_as_it_is() -> None:
    sheet = Sheet()
    facts = FileFacts("blob", "wall.png", "image/png", 9, 1, 10, 10)
    (file,) = sheet.ask(PAUL, b.AddFile(SIDE_A, SEEN, facts))["ids"]
    assert sheet.card(sheet.carry(sheet.release(PAUL, file, SIDE_B), SIDE_B)).file == facts


# --- what it is tied to


def test_it_is_tied_to_what_its_readers_know() -> None:
    sheet = Sheet()
    issue, price = sheet.add(PAUL, "issue"), sheet.propose(PAUL, "Price", sides=NAMED)
    there_issue = sheet.carry(sheet.release(PAUL, issue, SIDE_B), SIDE_B)
    there_price = sheet.carry(sheet.release(PAUL, price, SIDE_B), SIDE_B)
    hedge = sheet.propose(PAUL, about=issue, conditions=(price,), sides=NAMED)
    there = sheet.card(sheet.carry(sheet.release(PAUL, hedge, SIDE_B), SIDE_B))
    assert (there.about, there.conditions) == (there_issue, (there_price,))


def test_what_its_readers_do_not_know_is_not_named() -> None:
    sheet = Sheet()
    issue, theirs = sheet.add(PAUL, "issue"), sheet.carry(sheet.release(DANA, sheet.propose(DANA), SIDE_A), SIDE_A)
    counter = sheet.propose(PAUL, about=issue, answers=theirs, sides=NAMED)
    there = sheet.card(sheet.table(PAUL, counter))
    assert (there.about, there.answers) == (None, None)


def test_a_mediator_is_not_told_on_what_private_card_a_release_depends() -> None:
    sheet = Sheet()
    secret = sheet.propose(PAUL, "Not below forty", sides=NAMED)
    release = sheet.release(PAUL, sheet.propose(PAUL, conditions=(secret,), sides=NAMED), SIDE_B)
    refusal = sheet.refused(MIRIAM, b.CarryRelease(release, SIDE_B))
    assert (refusal.reason, refusal.detail) == ("condition_not_there", {"field": "conditions"})


def test_a_counter_that_is_carried_back_names_what_it_answers() -> None:
    sheet = Sheet()
    first = sheet.propose(PAUL, sides=NAMED)
    came = sheet.carry(sheet.release(PAUL, first, SIDE_B), SIDE_B)
    counter = sheet.propose(DANA, "Lower", answers=came, conditions=(came,), sides=NAMED)
    back = sheet.card(sheet.carry(sheet.release(DANA, counter, SIDE_A), SIDE_A))
    assert (back.answers, back.conditions) == (first, (first,))


def test_a_member_of_a_package_that_was_carried_can_be_a_condition() -> None:
    sheet = Sheet()
    one = sheet.propose(PAUL, "One", sides=NAMED)
    package = sheet.propose(PAUL, members=(one,), sides=NAMED)
    came = sheet.card(sheet.carry(sheet.release(PAUL, package, SIDE_B), SIDE_B))
    after = sheet.propose(PAUL, "After", conditions=(one,), sides=NAMED)
    there = sheet.card(sheet.carry(sheet.release(PAUL, after, SIDE_B), SIDE_B))
    assert there.conditions == came.members


@pytest.mark.parametrize("theirs", [False, True])
def test_a_mediator_is_not_told_that_the_other_side_has_put_a_card_away(theirs: bool) -> None:
    sheet = Sheet()
    if theirs:  # Dana's own words, which have come to Paul
        put_away = sheet.propose(DANA, "Price", sides=NAMED)
        price = sheet.carry(sheet.release(DANA, put_away, SIDE_A), SIDE_A)
    else:
        price = sheet.propose(PAUL, "Price", sides=NAMED)
        put_away = sheet.carry(sheet.release(PAUL, price, SIDE_B), SIDE_B)
    hedge = sheet.release(PAUL, sheet.propose(PAUL, conditions=(price,), sides=NAMED), SIDE_B)
    sheet.ask(DANA, b.RemoveThings((put_away,)))
    assert sheet.card(sheet.carry(hedge, SIDE_B)).conditions == (put_away,)


def test_the_newest_copy_is_meant() -> None:
    sheet = Sheet()
    price = sheet.propose(PAUL, "Price", sides=NAMED)
    sheet.carry(sheet.release(PAUL, price, SIDE_B), SIDE_B)
    newest = sheet.carry(sheet.release(PAUL, price, SIDE_B), SIDE_B)
    hedge = sheet.propose(PAUL, conditions=(price,), sides=NAMED)
    assert sheet.card(sheet.carry(sheet.release(PAUL, hedge, SIDE_B), SIDE_B)).conditions == (newest,)


# --- as the mediators' own


def test_what_is_said_as_the_mediators_own_leads_nowhere() -> None:
    sheet = Sheet()
    issue, price = sheet.add(PAUL, "issue"), sheet.propose(PAUL, "Price", sides=NAMED)
    for card in (issue, price):
        sheet.carry(sheet.release(PAUL, card, SIDE_B), SIDE_B)
    idea = sheet.add(PAUL, "idea", about=issue)
    assert sheet.card(sheet.carry(sheet.release(PAUL, idea, SIDE_B, own=True), SIDE_B)).about is None
    hedge = sheet.release(PAUL, sheet.propose(PAUL, conditions=(price,), sides=NAMED), SIDE_B, own=True)
    assert sheet.refused(MIRIAM, b.CarryRelease(hedge, SIDE_B)).reason == "condition_not_there"


def test_a_counter_as_the_mediators_own_does_not_tell_who_was_shown_what_it_answers() -> None:
    sheet = Sheet()
    came = sheet.carry(sheet.release(PAUL, sheet.propose(PAUL, sides=NAMED), SIDE_B), SIDE_B)
    counter = sheet.propose(DANA, "Lower", answers=came, sides=NAMED)
    assert sheet.card(sheet.carry(sheet.release(DANA, counter, SIDE_A, own=True), SIDE_A)).answers is None


def test_nothing_leads_to_what_was_said_as_the_mediators_own() -> None:
    sheet = Sheet()
    issue = sheet.add(PAUL, "issue")
    sheet.carry(sheet.release(PAUL, issue, SIDE_B, own=True), SIDE_B)
    idea = sheet.add(PAUL, "idea", about=issue)
    assert sheet.card(sheet.carry(sheet.release(PAUL, idea, SIDE_B), SIDE_B)).about is None


def test_joint_cards_may_be_named_by_what_is_said_as_the_mediators_own() -> None:
    sheet = Sheet()
    issue, theirs = sheet.add(DANA, "issue", layer=JOINT), sheet.tabled(DANA, sides=NAMED)
    mine = sheet.propose(PAUL, about=issue, answers=theirs, conditions=(theirs,), sides=NAMED)
    there = sheet.card(sheet.carry(sheet.release(PAUL, mine, JOINT, own=True), JOINT))
    assert (there.about, there.answers, there.conditions) == (issue, theirs, (theirs,))


# --- in a side's own layer


def test_a_copy_in_a_sides_layer_lapses_as_the_joint_one_does() -> None:
    sheet = Sheet()
    card = sheet.propose(PAUL, sides=NAMED, until=NOW + HOUR)
    came = sheet.carry(sheet.release(PAUL, card, SIDE_B), SIDE_B)
    assert sheet.state(came) == "tabled"
    sheet.wait_until(NOW + HOUR)
    assert (sheet.state(came), sheet.state(card)) == ("lapsed", "draft")


def test_a_proposal_whose_time_is_over_is_not_carried() -> None:
    sheet = Sheet()
    card = sheet.propose(PAUL, sides=NAMED, until=NOW + HOUR)
    release = sheet.release(PAUL, card, SIDE_B)
    sheet.now = NOW + HOUR
    assert sheet.why(MIRIAM, b.CarryRelease(release, SIDE_B)) == ("until_past", "until")
