"""What a card may be tied to."""

from typing import Any

import pytest

from server.board import commands as b
from server.board.card import MEMBERS_MOST
from server.board.events import Links
from server.board.links import CONDITIONS_MOST
from tests.support.boarding import DANA, MIRIAM, NOW, PAUL, SEEN, SIDE_A, Sheet, draft, of_side


def why(sheet: Sheet, kind: str, **links: Any) -> tuple[str, object]:
    return sheet.why(PAUL, b.AddThings(SIDE_A, SEEN, (draft(kind, **links),)))


@pytest.mark.parametrize("kind", ["issue", "interest", "idea"])
@pytest.mark.parametrize(
    "links",
    [{"answers": "x"}, {"sides": ("A", "B")}, {"conditions": ("x",)}, {"members": ("x",)}, {"until": NOW + 1}],
)
def test_only_proposals_have_what_proposals_have(kind: str, links: dict[str, Any]) -> None:
    assert why(Sheet(), kind, **links) == ("links_not_here", next(iter(links)))


def test_only_a_package_has_members() -> None:
    sheet = Sheet()
    assert why(sheet, "proposal", members=(sheet.propose(PAUL),)) == ("links_not_here", "members")


@pytest.mark.parametrize("field", ["about", "answers", "conditions", "members"])
def test_what_is_not_there_and_what_is_anothers_are_refused_alike(field: str) -> None:
    sheet = Sheet()
    theirs, gone = sheet.propose(DANA), sheet.propose(PAUL)
    sheet.ask(PAUL, b.RemoveThings((gone,)))
    found = set()
    for name in (theirs, gone, "nothing"):
        value: Any = (name,) if field in ("conditions", "members") else name
        refusal = sheet.refused(PAUL, b.AddThings(SIDE_A, SEEN, (draft("package", **{field: value}),)))
        found.add((refusal.reason, tuple(sorted(refusal.detail.items()))))
    assert found == {("unknown_card", (("field", field),))}


def test_a_mediators_card_is_nothing_that_a_side_could_tie_to() -> None:
    sheet = Sheet()
    assert why(sheet, "proposal", about=sheet.add(MIRIAM, "issue")) == ("unknown_card", "about")


def test_joint_cards_can_be_tied_to_from_every_layer() -> None:
    sheet = Sheet()
    issue, theirs = sheet.table(DANA, sheet.add(DANA, "issue")), sheet.tabled(DANA)
    mine = sheet.card(sheet.propose(PAUL, about=issue, answers=theirs, conditions=(theirs,)))
    assert (mine.about, mine.answers, mine.conditions) == (issue, theirs, (theirs,))


@pytest.mark.parametrize("field", ["answers", "conditions"])
def test_a_condition_and_what_is_countered_is_a_proposal(field: str) -> None:
    sheet = Sheet()
    issue = sheet.add(PAUL, "issue")
    assert why(sheet, "proposal", **{field: (issue,) if field == "conditions" else issue}) == (
        "condition_not_proposal",
        field,
    )


@pytest.mark.parametrize("field", ["about", "answers", "conditions"])
def test_no_card_is_tied_to_itself(field: str) -> None:
    sheet = Sheet()
    card = sheet.propose(PAUL)
    links = Links(**{field: (card,) if field == "conditions" else card})  # type: ignore[arg-type]
    assert sheet.why(PAUL, b.EditCard(card, 1, sheet.card(card).words, links, SEEN)) == ("unknown_card", field)


def test_a_new_card_may_be_about_one_that_comes_with_it_and_about_nothing_else() -> None:
    sheet = Sheet()
    drafts = (draft("issue", ref="i"), draft("interest", about="i"))
    issue, interest = sheet.ask(PAUL, b.AddThings(SIDE_A, SEEN, drafts))["ids"]
    assert sheet.card(interest).about == issue
    itself = b.AddThings(SIDE_A, SEEN, (draft("interest", ref="i", about="i"),))
    assert sheet.why(PAUL, itself) == ("unknown_card", "about")
    a_mark = b.AddThings(SIDE_A, SEEN, (draft("interest", about="m"),), (b.MarkDraft("group", ref="m"),))
    assert sheet.why(PAUL, a_mark) == ("unknown_card", "about")


def test_sides_are_those_that_one_may_know_of() -> None:
    sheet = Sheet()
    apart = of_side("A", known=("A", "B"))
    for side in ("C", "Z"):
        refusal = sheet.refused(apart, b.AddThings(SIDE_A, SEEN, (draft("proposal", sides=("A", side)),)))
        assert (refusal.reason, refusal.detail) == ("unknown_side", {"field": "sides"})


def test_who_asks_others_for_their_yes_gives_its_own_too() -> None:
    sheet = Sheet()
    assert sheet.card(sheet.propose(PAUL, sides=("C", "B", "C"))).sides == ("A", "B", "C")
    assert sheet.card(sheet.propose(MIRIAM, sides=("C", "B"))).sides == ("B", "C")
    assert sheet.card(sheet.propose(PAUL)).sides == ()


def test_an_end_lies_in_the_future() -> None:
    assert why(Sheet(), "proposal", until=NOW) == ("until_past", "until")
    assert why(Sheet(), "proposal", until=0 - 5) == ("until_past", "until")


def test_a_card_is_tied_to_so_many_others_and_no_more() -> None:
    sheet = Sheet()
    many = tuple(sheet.propose(PAUL) for _ in range(MEMBERS_MOST + 1))
    assert why(sheet, "proposal", conditions=many[: CONDITIONS_MOST + 1]) == ("too_many_links", "conditions")
    assert why(sheet, "package", members=many) == ("too_many_links", "members")
    assert len(sheet.card(sheet.propose(PAUL, members=many[:-1])).members) == MEMBERS_MOST


def test_a_member_is_a_free_draft_of_the_same_layer() -> None:
    sheet = Sheet()
    on_table, issue, taken = sheet.tabled(PAUL), sheet.add(PAUL, "issue"), sheet.propose(PAUL)
    package = sheet.propose(PAUL, members=(taken,))
    came = sheet.carry(sheet.release(DANA, sheet.propose(DANA), SIDE_A), SIDE_A)
    for member in (on_table, issue, taken, package, came):
        assert why(sheet, "package", members=(member,)) == ("member_not_free", "members")


def test_two_packages_that_come_together_do_not_share_a_member() -> None:
    sheet = Sheet()
    member = sheet.propose(PAUL)
    twice = tuple(draft("package", members=(member,)) for _ in range(2))
    assert sheet.why(PAUL, b.AddThings(SIDE_A, SEEN, twice)) == ("member_not_free", "members")


def test_what_is_named_twice_is_tied_once() -> None:
    sheet = Sheet()
    card, member = sheet.propose(PAUL), sheet.propose(PAUL)
    package = sheet.card(sheet.propose(PAUL, conditions=(card, card), members=(member, member)))
    assert (package.conditions, package.members) == ((card,), (member,))


def test_a_colour_is_one_of_the_colours() -> None:
    assert why(Sheet(), "issue", colour="octarine") == ("colour_unknown", "colour")
