"""Permission to disclose: set, taken back and ended by its owner's side alone; carried verbatim, to whom it said."""

from typing import Any

import pytest

from server.board import commands as b
from server.board.card import Words, proof
from server.board.layers import JOINT, MEDIATORS
from server.board.release import CONDITION_MAX
from tests.support.boarding import (
    CHRIS,
    CLARA,
    DANA,
    GUEST,
    HOUR,
    LEDGER_A,
    MIRIAM,
    NOW,
    PAUL,
    SEEN,
    SIDE_A,
    SIDE_B,
    SIDE_C,
    Sheet,
    of_side,
)

NAMED = ("A", "B")


def say(card: str, *to: str, version: int = 1, **more: Any) -> b.ReleaseCard:
    return b.ReleaseCard(card, version, SEEN, to, **more)


# --- setting


def test_a_release_is_the_exact_words_of_now_in_the_ledger_of_the_side() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "idea", "Two metres", text="Not three")
    release = sheet.let_say(sheet.release(CLARA, card, SIDE_B, condition="only if they ask", until=NOW + HOUR))
    assert (release.layer, release.side, release.by, release.seat) == (LEDGER_A, "A", CLARA.name, CLARA.seat)
    assert release.words == Words("Two metres", "Not three") and proof(release.words) == proof(sheet.card(card).words)
    assert (release.to, release.condition, release.until, release.state) == (
        (SIDE_B,),
        "only if they ask",
        NOW + HOUR,
        "open",
    )


@pytest.mark.parametrize("who", [DANA, MIRIAM, GUEST])
def test_nobody_releases_what_is_anothers(who: object) -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "idea")
    found = sheet.refused(who, say(card, JOINT)).reason  # type: ignore[arg-type]
    assert found == ("unknown_card" if who is DANA else "not_yours")


def test_only_what_is_written_in_the_own_layer_is_released() -> None:
    sheet = Sheet()
    came = sheet.carry(sheet.release(DANA, sheet.add(DANA, "idea"), SIDE_A), SIDE_A)
    joint = sheet.add(PAUL, "idea", layer=JOINT)
    for card in (came, joint):
        assert sheet.refused(PAUL, say(card, SIDE_B)).reason == "not_yours"


@pytest.mark.parametrize(
    ("more", "reason", "field"),
    [
        ({"condition": "x\u202e"}, "text_hidden", "condition"),
        ({"condition": "x" * (CONDITION_MAX + 1)}, "text_too_long", "condition"),
        ({"until": NOW}, "until_past", "until"),
        ({"compare": True}, "only_interests", "compare"),
        ({"version": 2}, "card_changed", None),
    ],
)
def test_what_cannot_be_released_is_refused_beside_its_field(more: dict[str, Any], reason: str, field: str) -> None:
    sheet = Sheet()
    assert sheet.why(PAUL, say(sheet.add(PAUL, "idea"), SIDE_B, **more)) == (reason, field)


@pytest.mark.parametrize("to", [SIDE_A, MEDIATORS, LEDGER_A, "side:Z", "nowhere"])
def test_a_release_goes_to_other_sides_and_to_the_table(to: str) -> None:
    sheet = Sheet()
    assert sheet.why(PAUL, say(sheet.add(PAUL, "idea"), SIDE_B, to)) == ("unknown_side", "to")


def test_a_side_that_one_may_not_know_of_is_refused_as_one_that_is_not() -> None:
    sheet = Sheet()
    apart = of_side("A", known=NAMED)
    card = sheet.add(PAUL, "idea")
    found = {
        (r.reason, tuple(r.detail.items())) for r in (sheet.refused(apart, say(card, t)) for t in (SIDE_C, "side:Z"))
    }
    assert len(found) == 1


def test_to_nobody_means_that_the_mediators_may_know_and_say_nothing() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "idea"))
    for to in (JOINT, SIDE_B, MEDIATORS):
        assert sheet.why(MIRIAM, b.CarryRelease(release, to)) == ("not_released", "to")


def test_a_proposal_for_the_table_is_between_two_sides() -> None:
    sheet = Sheet()
    card = sheet.propose(PAUL, sides=("A",))
    assert sheet.why(PAUL, say(card, JOINT)) == ("sides_too_few", "sides")
    sheet.release(PAUL, card, SIDE_B)


def test_whose_yes_it_takes_is_said_by_its_owner_and_not_by_who_carries_it() -> None:
    sheet = Sheet()
    knows_b = of_side("A", known=NAMED)
    release = sheet.release(knows_b, sheet.propose(PAUL), JOINT)
    assert sheet.card(sheet.carry(release, JOINT)).sides == NAMED


def test_as_the_mediators_own_it_asks_all_or_who_is_missing_would_tell_whose_it_was() -> None:
    sheet = Sheet()
    release = sheet.release(of_side("A", known=NAMED), sheet.propose(PAUL), JOINT, own=True)
    assert sheet.card(sheet.carry(release, JOINT)).sides == ("A", "B", "C")


# --- taking back


def test_only_the_own_side_takes_back() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B)
    assert sheet.refused(MIRIAM, b.TakeBack(release)).reason == "not_yours"
    assert (
        sheet.refused(DANA, b.TakeBack(release)).reason == sheet.refused(DANA, b.TakeBack("x")).reason == "unknown_card"
    )
    sheet.ask(CLARA, b.TakeBack(release))
    assert (sheet.let_say(release).state, sheet.let_say(release).ended) == ("taken_back", NOW)


def test_what_was_taken_back_is_neither_carried_nor_taken_back_again() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B)
    sheet.ask(PAUL, b.TakeBack(release))
    for refusal in (sheet.refused(MIRIAM, b.CarryRelease(release, SIDE_B)), sheet.refused(PAUL, b.TakeBack(release))):
        assert (refusal.reason, refusal.detail) == ("release_over", {"state": "taken_back"})


def test_what_was_carried_is_not_taken_back() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B)
    sheet.carry(release, SIDE_B)
    assert sheet.let_say(release).state == "carried"
    assert sheet.refused(PAUL, b.TakeBack(release)).reason == "already_carried"


def test_partly_carried_the_rest_is_taken_back() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B, SIDE_C)
    sheet.carry(release, SIDE_B)
    assert sheet.let_say(release).state == "open"
    assert sheet.refused(MIRIAM, b.CarryRelease(release, SIDE_B)).reason == "already_carried"
    sheet.ask(PAUL, b.TakeBack(release))
    found = sheet.let_say(release)
    assert (found.state, found.to, [c.layer for c in found.carried]) == ("carried", (SIDE_B,), [SIDE_B])
    assert sheet.refused(MIRIAM, b.CarryRelease(release, SIDE_C)).reason == "already_carried"


def test_time_takes_back_by_itself_and_never_carries() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B, until=NOW + HOUR)
    sheet.now = NOW + HOUR  # the clock has not struck yet
    assert sheet.refused(MIRIAM, b.CarryRelease(release, SIDE_B)).reason == "release_over"
    sheet.wait_until(NOW + HOUR)
    assert sheet.let_say(release).state == "lapsed"
    assert not [t for t in sheet.board.things.values() if t.layer == SIDE_B]


# --- carrying


def test_only_a_mediator_carries() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B)
    assert sheet.refused(PAUL, b.CarryRelease(release, SIDE_B)).reason == "not_yours"
    for who in (DANA, GUEST):
        assert sheet.refused(who, b.CarryRelease(release, SIDE_B)).reason == "unknown_card"


def test_the_answer_names_new_cards_only_where_the_mediator_reads_them() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B, JOINT)
    assert sheet.ask(MIRIAM, b.CarryRelease(release, SIDE_B)) == {"ids": []}
    (joint,) = sheet.ask(MIRIAM, b.CarryRelease(release, JOINT))["ids"]
    assert sheet.card(joint).layer == JOINT


def test_the_ledger_tells_where_it_went_and_when() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B, JOINT)
    sheet.now += HOUR
    sheet.carry(release, SIDE_B)
    sheet.carry(release, JOINT)
    ledger = sheet.seen_by(PAUL)[release]
    assert [(c["layer"], c["at"]) for c in ledger["carried"]] == [(SIDE_B, sheet.now), (JOINT, sheet.now)]  # type: ignore[attr-defined]
    assert [c["card"] is None for c in ledger["carried"]] == [True, False]  # type: ignore[attr-defined]


def test_a_proposal_that_is_carried_to_the_table_is_tabled_and_may_counter() -> None:
    sheet = Sheet()
    first = sheet.tabled(DANA, sides=NAMED)
    counter = sheet.propose(PAUL, "Lower", answers=first, sides=NAMED)
    there = sheet.carry(sheet.release(PAUL, counter, JOINT), JOINT)
    assert (sheet.state(there), sheet.state(first)) == ("tabled", "countered")


# --- an answer, given by the mediator


def answered(sheet: Sheet, card: str, answer: str = "accept", **more: Any) -> str:
    return str(sheet.ask(PAUL, say(card, answer=answer, **more))["release"])


def test_an_answer_may_be_given_by_the_mediator_later() -> None:
    sheet = Sheet()
    card = sheet.tabled(DANA, sides=NAMED)
    release = answered(sheet, card, "changes", reason="Lower", own=True)
    assert sheet.let_say(release).to == (JOINT,) and not sheet.let_say(release).own
    assert "A" not in sheet.card(card).replies
    sheet.now += HOUR
    sheet.ask(MIRIAM, b.CarryRelease(release, JOINT))
    given = sheet.card(card).replies["A"]
    assert (given.answer, given.reason, given.at) == ("changes", "Lower", sheet.now), "when it was decided is not told"
    assert sheet.let_say(release).state == "carried"


def test_a_yes_that_is_carried_is_a_yes() -> None:
    sheet = Sheet()
    card = sheet.tabled(DANA, sides=NAMED)
    sheet.answer(DANA, card)
    release = answered(sheet, card)
    assert sheet.state(card) == "tabled"
    sheet.ask(MIRIAM, b.CarryRelease(release, JOINT))
    assert sheet.state(card) == "agreed"


@pytest.mark.parametrize("newer", ["cannot", "time", None, "accept"])
def test_no_older_yes_comes_after_a_newer_answer(newer: str | None) -> None:
    sheet = Sheet()
    card = sheet.tabled(DANA, sides=NAMED)
    release = answered(sheet, card)
    sheet.answer(PAUL, card, newer)
    assert sheet.let_say(release).state == "taken_back"
    assert sheet.refused(MIRIAM, b.CarryRelease(release, JOINT)).reason == "release_over"


def test_a_newer_released_answer_replaces_the_older_one() -> None:
    sheet = Sheet()
    card = sheet.tabled(DANA, sides=NAMED)
    older, newer = answered(sheet, card), answered(sheet, card, "cannot")
    assert (sheet.let_say(older).state, sheet.let_say(newer).state) == ("taken_back", "open")


def test_an_answer_is_not_given_to_what_is_not_open_any_more() -> None:
    sheet = Sheet()
    card = sheet.tabled(DANA, sides=NAMED)
    release = answered(sheet, card)
    sheet.ask(DANA, b.WithdrawCard(card))
    assert sheet.refused(MIRIAM, b.CarryRelease(release, JOINT)).reason == "state_forbids"


@pytest.mark.parametrize("answer", ["time", "yes", ""])
def test_that_one_needs_time_is_nothing_to_tell(answer: str) -> None:
    sheet = Sheet()
    card = sheet.tabled(DANA, sides=NAMED)
    assert sheet.why(PAUL, say(card, answer=answer)) == ("answer_unknown", "answer")


def test_only_a_side_that_is_asked_answers() -> None:
    sheet = Sheet()
    card = sheet.tabled(DANA, sides=NAMED)
    assert sheet.refused(CHRIS, say(card, answer="accept")).reason == "side_not_named"
    assert sheet.refused(MIRIAM, say(card, answer="accept")).reason == "not_yours"
