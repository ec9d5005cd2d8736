"""Moving, removing and putting back."""

import pytest

from server.board import commands as b
from server.board.layers import JOINT
from server.board.place import Place
from server.board.release import Release
from tests.support.boarding import (
    CLARA,
    DANA,
    GUEST,
    MIRIAM,
    NEIGHBOUR,
    PAUL,
    SEEN,
    SIDE_A,
    SIDE_B,
    Sheet,
    of_side,
)
from tests.unit.board.test_things import PICTURE

THERE = Place(40, 50, 260, 140)


def lies(sheet: Sheet, thing: str) -> bool:
    return not getattr(sheet.board.things[thing], "removed", False)


def remove(*things: str) -> b.RemoveThings:
    return b.RemoveThings(things)


def restore(*things: str) -> b.RestoreThings:
    return b.RestoreThings(things, SEEN)


def test_whoever_writes_in_a_layer_moves_what_lies_there() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue", layer=JOINT)
    sheet.ask(DANA, b.PlaceThings(((card, THERE),)))
    assert sheet.card(card).place == THERE
    before = len(sheet.written)
    sheet.ask(MIRIAM, b.PlaceThings(((card, THERE),)))
    assert len(sheet.written) == before, "it lies there already"


def test_the_last_place_counts() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    sheet.ask(PAUL, b.PlaceThings(((card, Place(0, 0, 9, 9)), (card, THERE))))
    assert sheet.card(card).place == THERE


def test_what_has_no_place_is_not_moved() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    (comment,) = sheet.ask(PAUL, b.WriteComment(card, SIDE_A, "x", SEEN))["ids"]
    release = sheet.release(PAUL, card)
    for thing in (comment, release, "nothing"):
        assert sheet.refused(PAUL, b.PlaceThings(((thing, THERE),))).reason == "unknown_card"
    assert sheet.why(PAUL, b.PlaceThings(((card, Place(0, 0, 0, 0)),))) == ("place_invalid", "place")
    assert sheet.refused(PAUL, b.PlaceThings(())).reason == "too_many_things"


def test_a_group_removes_and_puts_back_what_lies_in_its_own_layer() -> None:
    sheet = Sheet()
    came = sheet.carry(sheet.release(DANA, sheet.propose(DANA), SIDE_A), SIDE_A)
    card = sheet.add(PAUL, "issue")
    (comment,) = sheet.ask(PAUL, b.WriteComment(card, SIDE_A, "x", SEEN))["ids"]
    sheet.ask(CLARA, remove(card, comment, came))
    assert not any(lies(sheet, t) for t in (card, comment, came))
    sheet.ask(PAUL, restore(card, comment, came))
    assert all(lies(sheet, t) for t in (card, comment, came))


def test_at_the_table_each_group_removes_its_own_and_mediators_tidy_up() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue", layer=JOINT)
    assert sheet.refused(DANA, remove(card)).reason == "not_yours"
    sheet.ask(MIRIAM, remove(card))
    assert sheet.refused(DANA, restore(card)).reason == "not_yours"
    sheet.ask(CLARA, restore(card))
    assert lies(sheet, card)


def test_a_comment_is_removed_by_those_whose_it_is() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue", layer=JOINT)
    (comment,) = sheet.ask(PAUL, b.WriteComment(card, JOINT, "x", SEEN))["ids"]
    assert sheet.refused(DANA, remove(comment)).reason == sheet.refused(MIRIAM, remove(comment)).reason == "not_yours"
    sheet.ask(CLARA, remove(comment))


def test_somebody_of_no_side_removes_and_puts_back_its_own_alone() -> None:
    sheet = Sheet()
    card = sheet.add(GUEST, "issue")
    assert sheet.refused(NEIGHBOUR, remove(card)).reason == "not_yours"
    sheet.ask(GUEST, remove(card))
    assert sheet.refused(NEIGHBOUR, restore(card)).reason == "not_yours"
    sheet.ask(GUEST, restore(card))


def test_what_one_wrote_before_one_was_let_in_stays_ones_own() -> None:
    sheet = Sheet()
    card = sheet.add(GUEST, "issue")
    sheet.ask(of_side("A", seat=GUEST.seat), remove(card))


def test_what_was_tabled_is_withdrawn_and_not_removed() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=("A", "B"))
    for who in (PAUL, MIRIAM):
        assert sheet.refused(who, remove(card)).reason == "words_fixed"
    sheet.accept(card, PAUL, DANA)
    for who in (PAUL, MIRIAM):
        assert sheet.refused(who, remove(card)).reason == "card_agreed"


def test_what_was_carried_to_the_table_can_be_put_away_again() -> None:
    sheet = Sheet()
    idea = sheet.carry(sheet.release(PAUL, sheet.add(PAUL, "idea"), JOINT), JOINT)
    assert sheet.refused(DANA, remove(idea)).reason == "not_yours"
    sheet.ask(PAUL, remove(idea))


def test_a_joint_file_is_removed_by_its_owner() -> None:
    sheet = Sheet()
    (file,) = sheet.ask(PAUL, b.AddFile(JOINT, SEEN, PICTURE))["ids"]
    assert sheet.refused(DANA, remove(file)).reason == "not_yours"
    sheet.ask(PAUL, remove(file))


def test_releases_and_rounds_are_not_removed() -> None:
    sheet = Sheet()
    release = sheet.release(PAUL, sheet.add(PAUL, "issue"))
    round_ = str(sheet.ask(MIRIAM, b.OpenRound("What now?", 5, SEEN))["round"])
    assert sheet.refused(PAUL, remove(release)).reason == "words_fixed"
    assert sheet.refused(MIRIAM, remove(round_)).reason == "words_fixed"
    assert isinstance(sheet.let_say(release), Release)
    assert sheet.refused(PAUL, restore(release)).reason == "unknown_card"


def test_what_is_gone_is_gone_for_every_command() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    sheet.ask(PAUL, remove(card))
    for command in (remove(card), b.PlaceThings(((card, THERE),)), b.TableCard(card, 1, SEEN)):
        assert sheet.refused(PAUL, command).reason == "unknown_card"
    before = len(sheet.written)
    sheet.ask(PAUL, restore(card))
    sheet.ask(PAUL, restore(card))
    assert len(sheet.written) == before + 1


@pytest.mark.parametrize("who", [DANA, MIRIAM, GUEST])
def test_nobody_puts_back_what_lay_in_another_layer(who: object) -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    sheet.ask(PAUL, remove(card))
    assert sheet.refused(who, restore(card)).reason == "unknown_card"  # type: ignore[arg-type]


# --- packages


def members(sheet: Sheet, package: str) -> set[str]:
    """The members of a package, as both ends say."""
    listed = set(sheet.card(package).members)
    assert {t.id for t in sheet.board.cards(listed) if t.package == package} == listed
    return listed


def packed(sheet: Sheet) -> tuple[str, str, str]:
    one, other = sheet.propose(PAUL, "One"), sheet.propose(PAUL, "Other")
    return sheet.propose(PAUL, members=(one, other)), one, other


def test_a_member_that_goes_leaves_its_package_and_comes_back_to_it() -> None:
    sheet = Sheet()
    package, one, other = packed(sheet)
    sheet.ask(PAUL, remove(one))
    assert members(sheet, package) == {other}
    assert len(sheet.ask(PAUL, b.TableCard(package, 1, SEEN, ((other, 1),)))["ids"]) == 2
    sheet.ask(PAUL, restore(one))
    assert members(sheet, package) == {one, other}


def test_a_package_that_goes_lets_its_members_go_and_finds_those_that_are_free() -> None:
    sheet = Sheet()
    package, one, other = packed(sheet)
    sheet.ask(PAUL, remove(package))
    sheet.table(PAUL, one)
    second = sheet.propose(PAUL, members=(other,))
    sheet.ask(PAUL, restore(package))
    assert members(sheet, package) == {one} and members(sheet, second) == {other}


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 1, 0)])
def test_what_was_removed_together_is_put_back_as_it_was(order: tuple[int, ...]) -> None:
    sheet = Sheet()
    things = packed(sheet)
    sheet.ask(PAUL, remove(*(things[n] for n in order)))
    sheet.ask(PAUL, restore(*(things[n] for n in order)))
    assert members(sheet, things[0]) == set(things[1:])


def test_a_member_whose_package_is_gone_comes_back_free() -> None:
    sheet = Sheet()
    package, one, _ = packed(sheet)
    sheet.ask(PAUL, remove(one))
    sheet.ask(PAUL, remove(package))
    sheet.ask(PAUL, restore(one))
    assert sheet.card(one).package is None
    sheet.table(PAUL, one)


def test_who_is_let_go_by_an_edit_is_free() -> None:
    sheet = Sheet()
    package, one, other = packed(sheet)
    sheet.edit(PAUL, package, members=(other,))
    assert members(sheet, package) == {other} and sheet.card(one).package is None
    sheet.edit(PAUL, package, members=(one, other))
    assert members(sheet, package) == {one, other}


def test_an_empty_package_goes_nowhere() -> None:
    sheet = Sheet()
    package, one, other = packed(sheet)
    sheet.ask(PAUL, remove(one, other))
    assert sheet.refused(PAUL, b.TableCard(package, 1, SEEN)).reason == "package_empty"
    assert sheet.refused(PAUL, b.ReleaseCard(package, 1, SEEN, (SIDE_B,))).reason == "package_empty"
