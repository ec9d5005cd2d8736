"""What two sides want alike: shown to both when both have released it for that, and never found out otherwise."""

from typing import Any

import pytest

from server.board import commands as b
from server.board.card import Words
from tests.support.boarding import (
    CHRIS,
    DANA,
    HOUR,
    MIRIAM,
    NOW,
    PAUL,
    SEEN,
    SIDE_A,
    SIDE_B,
    Sheet,
    of_side,
)


def say(card: str, *to: str, version: int = 1, **more: Any) -> b.ReleaseCard:
    return b.ReleaseCard(card, version, SEEN, to, **more)


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
    seen = {
        n: sheet.seen_by(of_side("A", known=known))[release] for n, known in enumerate((("A", "B"), ("A", "C"), ("A",)))
    }
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
