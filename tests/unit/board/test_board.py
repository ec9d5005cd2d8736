"""A board as of one position, and what events do to it."""

from dataclasses import replace

from server.board import commands as b
from server.board import events as ev
from server.board.board import Board, apply, changed_since
from server.board.layers import JOINT, MEDIATORS, ledger_of, side_of
from tests.support.boarding import DANA, HOUR, LEDGER_A, MIRIAM, NOW, PAUL, SEEN, SIDE_A, SIDE_B, Sheet

NAMED = ("A", "B")


def test_the_way_from_one_board_to_another_is_what_was_put_on_it() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    before = sheet.board
    other = sheet.add(PAUL, "issue")
    sheet.edit(PAUL, card)
    sheet.edit(PAUL, other)
    assert changed_since(before, sheet.board) == [card, other]
    assert changed_since(sheet.board, sheet.board) == []
    assert changed_since(Board(), sheet.board) == [card, other]


def test_boards_are_equal_by_what_lies_there_and_not_by_the_way() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    before = sheet.board
    sheet.ask(PAUL, b.RemoveThings((card,)))
    sheet.ask(PAUL, b.RestoreThings((card,), SEEN))
    assert sheet.board == before and sheet.board.trail is not before.trail


def test_an_end_is_kept_as_long_as_time_may_end_it() -> None:
    sheet = Sheet()
    assert dict(sheet.board.deadlines) == {}
    draft = sheet.propose(PAUL, sides=NAMED, until=NOW + HOUR)
    release = sheet.release(PAUL, draft, SIDE_B, until=NOW + 2 * HOUR)
    card = sheet.table(PAUL, draft)
    round_ = str(sheet.ask(MIRIAM, b.OpenRound("What else?", 5, SEEN))["round"])
    assert dict(sheet.board.deadlines) == {release: NOW + 2 * HOUR, card: NOW + HOUR, round_: NOW + 300_000}
    sheet.ask(PAUL, b.WithdrawCard(card))
    sheet.ask(PAUL, b.TakeBack(release))
    sheet.ask(MIRIAM, b.CloseRound(round_))
    assert dict(sheet.board.deadlines) == {}


def test_a_package_ends_as_one() -> None:
    sheet = Sheet()
    part = sheet.propose(PAUL, sides=NAMED, until=NOW + HOUR)
    package = sheet.tabled(PAUL, members=(part,), sides=NAMED, until=NOW + 2 * HOUR)
    assert dict(sheet.board.deadlines) == {package: NOW + HOUR}


def test_what_is_put_away_in_a_sides_layer_has_no_end_any_more_until_it_is_put_back() -> None:
    sheet = Sheet()
    came = sheet.carry(sheet.release(PAUL, sheet.propose(PAUL, until=NOW + HOUR), SIDE_B), SIDE_B)
    sheet.ask(DANA, b.RemoveThings((came,)))
    assert dict(sheet.board.deadlines) == {}
    sheet.ask(DANA, b.RestoreThings((came,), SEEN))
    assert dict(sheet.board.deadlines) == {came: NOW + HOUR}


def test_an_epoch_grows_with_everybody_who_comes_to_read() -> None:
    board = Board(groups={SIDE_A: {"paul": 0}})
    assert (board.epoch(SIDE_A), board.epoch(SIDE_B)) == (0, 0)
    for number, seat in enumerate(("clara", "priya"), 1):
        board = apply(board, ev.GroupJoined(SIDE_A, seat), NOW)
        assert board.epoch(SIDE_A) == board.groups[SIDE_A][seat] == number


def test_who_begins_afresh_finds_what_was_carried_and_nothing_that_was_kept() -> None:
    sheet = Sheet(Board(groups={SIDE_A: {"paul": 0}}))
    came = sheet.carry(sheet.release(DANA, sheet.add(DANA, "interest"), SIDE_A), SIDE_A)
    kept = sheet.add(PAUL, "interest", "Sleep")
    released = sheet.release(PAUL, kept, compare=True)
    joint = sheet.table(PAUL, sheet.add(PAUL, "issue"))
    sheet.ask(PAUL, b.WriteComment(joint, SIDE_A, "Careful", SEEN))
    before = sheet.board
    sheet.happen(ev.GroupJoined(SIDE_A, "heir", afresh=True))
    assert {t.id for t in sheet.board.in_layer(SIDE_A)} == {came}
    assert {t.id for t in sheet.board.in_layer(LEDGER_A)} == {released} and sheet.card(joint)
    assert dict(sheet.board.groups) == {SIDE_A: {"heir": 1}}
    assert kept in changed_since(before, sheet.board)
    heir = replace(PAUL, seat="heir")
    assert sheet.refused(heir, b.RestoreThings((kept,), SEEN)).reason == "unknown_card"
    sheet.release(DANA, sheet.add(DANA, "interest", "Sleep"), compare=True)
    assert [c.layer for c in sheet.let_say(released).carried] == [SIDE_B]


def test_layers_are_named_by_whose_they_are() -> None:
    assert (side_of(SIDE_A), side_of(LEDGER_A), side_of(JOINT), side_of(MEDIATORS)) == ("A", None, None, None)
    assert (ledger_of(LEDGER_A), ledger_of(SIDE_A)) == ("A", None)


def test_a_replay_of_what_was_written_gives_the_same_board() -> None:
    sheet = Sheet()
    part = sheet.propose(PAUL, sides=NAMED)
    package = sheet.tabled(PAUL, members=(part,), sides=NAMED)
    sheet.accept(package, DANA, PAUL)
    again = Sheet()
    again.happen(*sheet.written)
    assert again.board == sheet.board
