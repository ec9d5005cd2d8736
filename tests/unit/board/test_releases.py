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


# --- comparing interests


def interest(sheet: Sheet, who: object, title: str = "Quiet evenings", **more: Any) -> tuple[str, str]:
    card = sheet.add(who, "interest", title, **more)  # type: ignore[arg-type]
    return card, sheet.release(who, card, compare=True)  # type: ignore[arg-type]


def shared(sheet: Sheet, card: str) -> list[tuple[str, Words]]:
    return list(sheet.card(card).shared)


def test_the_same_interest_of_two_sides_is_shown_to_both_when_both_have_released_it() -> None:
    sheet = Sheet()
    mine, my_release = interest(sheet, PAUL)
    assert shared(sheet, mine) == []
    theirs, their_release = interest(sheet, DANA, "  quiet EVENINGS!")
    assert shared(sheet, mine) == [("B", Words("quiet EVENINGS!"))]
    assert shared(sheet, theirs) == [("A", Words("Quiet evenings"))]
    for who, release, whose in ((PAUL, my_release, SIDE_B), (DANA, their_release, SIDE_A)):
        assert [c["layer"] for c in sheet.seen_by(who)[release]["carried"]] == [whose]  # type: ignore[attr-defined]


def test_a_third_side_that_has_the_same_joins_both() -> None:
    sheet = Sheet()
    (mine, _), (theirs, _) = interest(sheet, PAUL), interest(sheet, DANA)
    third, release = interest(sheet, CHRIS, "quiet evenings")
    same, quiet = Words("Quiet evenings"), Words("quiet evenings")
    assert shared(sheet, third) == [("A", same), ("B", same)]
    assert shared(sheet, mine) == [("B", same), ("C", quiet)] and shared(sheet, theirs) == [("A", same), ("C", quiet)]
    assert sheet.seen_by(CHRIS)[release]["state"] == "carried"


def test_a_third_side_is_found_by_the_mediator_too_and_nobody_twice() -> None:
    sheet = Sheet()
    (mine, one), (_, other), (third, last) = (
        interest(sheet, w, t) for w, t in ((PAUL, "Quiet"), (DANA, "Sleep"), (CHRIS, "Rest"))
    )
    sheet.ask(MIRIAM, b.MatchInterests(one, other))
    sheet.ask(MIRIAM, b.MatchInterests(last, one))
    assert shared(sheet, mine) == [("B", Words("Sleep")), ("C", Words("Rest"))] and shared(sheet, third) == [
        ("A", Words("Quiet"))
    ]
    assert sheet.refused(MIRIAM, b.MatchInterests(other, one)).reason == "already_carried"


def test_the_same_side_is_not_told_twice() -> None:
    sheet = Sheet()
    (mine, _), (theirs, _) = interest(sheet, PAUL), interest(sheet, DANA)
    again, _ = interest(sheet, PAUL)
    once_more, _ = interest(sheet, DANA)
    assert shared(sheet, again) == shared(sheet, once_more) == []
    assert len(shared(sheet, theirs)) == len(shared(sheet, mine)) == 1


def test_what_was_found_stays_found_and_the_rest_is_taken_back() -> None:
    sheet = Sheet()
    (mine, release), _ = interest(sheet, PAUL), interest(sheet, DANA)
    assert sheet.seen_by(PAUL)[release]["state"] == "open"
    sheet.ask(PAUL, b.TakeBack(release))
    third, _ = interest(sheet, CHRIS)
    assert shared(sheet, mine) == [("B", Words("Quiet evenings"))] and [s for s, _ in shared(sheet, third)] == ["B"]
    assert (sheet.let_say(release).state, sheet.let_say(release).to) == ("carried", ())


def test_who_is_shown_a_comparison_is_not_told_that_there_are_more_sides() -> None:
    sheet = Sheet()
    (_, release), _ = interest(sheet, PAUL), interest(sheet, DANA)
    seen = {n: sheet.seen_by(of_side("A", known=known))[release] for n, known in enumerate((NAMED, ("A", "C"), ("A",)))}
    assert [(seen[n]["state"], seen[n]["ended"]) for n in seen] == [("carried", NOW), ("open", None), ("open", None)]


def test_nobody_is_shown_more_than_it_has_written_itself() -> None:
    sheet = Sheet()
    mine, _ = interest(sheet, PAUL, text="because of the new job, which Dana must not know of")
    theirs, release = interest(sheet, DANA)
    assert shared(sheet, mine) == shared(sheet, theirs) == []
    assert sheet.let_say(release).state == "open"


@pytest.mark.parametrize("end", ["taken_back", "over"])
def test_what_is_not_released_any_more_is_not_compared(end: str) -> None:
    sheet = Sheet()
    mine = sheet.add(PAUL, "interest", "Quiet evenings")
    release = sheet.release(PAUL, mine, compare=True, until=NOW + HOUR)
    if end == "over":
        sheet.now = NOW + HOUR  # the clock has not struck yet
    else:
        sheet.ask(PAUL, b.TakeBack(release))
    theirs, other = interest(sheet, DANA)
    assert shared(sheet, theirs) == shared(sheet, mine) == []
    assert sheet.refused(MIRIAM, b.MatchInterests(release, other)).reason == "release_over"


def test_what_is_compared_is_never_carried() -> None:
    sheet = Sheet()
    _, release = interest(sheet, PAUL)
    assert sheet.let_say(release).to == ()
    assert sheet.why(MIRIAM, b.CarryRelease(release, SIDE_B)) == ("not_released", "to")


def test_a_mediator_finds_that_two_mean_the_same() -> None:
    sheet = Sheet()
    mine, one = interest(sheet, PAUL, "Quiet evenings")
    theirs, other = interest(sheet, DANA, "Sleep")
    sheet.ask(MIRIAM, b.MatchInterests(one, other))
    assert shared(sheet, mine) == [("B", Words("Sleep"))] and shared(sheet, theirs) == [("A", Words("Quiet evenings"))]


def test_only_two_interests_of_two_sides_that_were_released_to_it_are_compared() -> None:
    sheet = Sheet()
    (_, one), (_, own) = interest(sheet, PAUL), interest(sheet, PAUL, "Sleep")
    said = sheet.release(DANA, sheet.add(DANA, "interest"), SIDE_A)
    for other in (own, said, one):
        assert sheet.refused(MIRIAM, b.MatchInterests(one, other)).reason == "not_comparable"
    assert sheet.refused(MIRIAM, b.MatchInterests(one, "nothing")).reason == "unknown_card"
    assert sheet.refused(PAUL, b.MatchInterests(one, own)).reason == "not_yours"


def test_sides_that_may_not_know_of_each_other_are_not_compared_by_themselves() -> None:
    sheet = Sheet()
    interest(sheet, PAUL)
    mine, release = interest(sheet, of_side("B", known=("B", "C")))
    assert shared(sheet, mine) == [] and sheet.let_say(release).state == "open"
