"""Making the table equal to the rules, and never more."""

from dataclasses import replace

import pytest

from server.counts import Counts
from server.host.bars import Bar
from server.host.wiring import LEASE_SECONDS, Unwired, Wiring, by_ends
from server.rtp.link import Link
from server.session import commands as c
from server.session.state import PauseState, State
from tests.support.cast import DANA, JOINT, MIRIAM, PAUL, ROOM_A, Play, on_stage
from tests.support.house import NotingBoard


class Table:
    """A wiring over a play: everybody has media."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.calls: list[str] = []
        self.board = NotingBoard(self.calls)
        self.board.live = {seat: seat for seat in play.state.seats}
        self.counts = Counts()
        self.wiring = Wiring(self.board, self.counts)
        self.wiring.told = play.told
        self.wiring.settle(play.state)

    def heard_by_dana(self) -> set[str]:
        return self.board.hears(DANA)


@pytest.fixture
def table() -> Table:
    return Table(on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)}))


def moved(table: Table) -> State:
    """The state after Paul was moved away, not written yet."""
    other = on_stage(rooms={JOINT: (MIRIAM, DANA), ROOM_A: (PAUL,)})
    return other.state


def paused(state: State) -> State:
    return replace(state, paused=PauseState(0, MIRIAM))


def test_the_table_is_what_the_rules_say(table: Table) -> None:
    assert table.board.links() == table.play.links() and table.heard_by_dana() == {MIRIAM, PAUL}


def test_restricting_closes_what_goes_and_says_what_it_closed(table: Table) -> None:
    closed = table.wiring.restrict(moved(table))
    assert Link(PAUL, DANA, "microphone") in closed and table.heard_by_dana() == {MIRIAM}


def test_restricting_never_opens(table: Table) -> None:
    table.board.open = frozenset()
    table.wiring.restrict(table.play.state)
    assert table.board.links() == frozenset()


def test_while_an_entry_is_pending_settling_opens_nothing_that_it_takes_away(table: Table) -> None:
    before = table.play.state
    table.wiring.restrict(moved(table))
    table.wiring.settle(before)
    assert table.heard_by_dana() == {MIRIAM}


def test_what_is_written_opens_what_it_allows(table: Table) -> None:
    before = table.play.state
    table.wiring.restrict(paused(before))
    assert not table.board.links()
    table.wiring.written(paused(before), before, rearranged=True)
    table.wiring.settle(before)
    assert table.heard_by_dana() == {MIRIAM, PAUL}


def test_what_failed_stays_closed_also_for_those_who_come_later(table: Table) -> None:
    before = table.play.state
    closed = table.wiring.restrict(moved(table))
    table.wiring.withhold(MIRIAM, Bar(seats=frozenset({PAUL})), closed)
    table.wiring.settle(before)
    assert table.heard_by_dana() == {MIRIAM}
    assert table.wiring.barred(PAUL, DANA) and not table.wiring.barred(MIRIAM, DANA)
    table.board.open = frozenset()
    table.wiring.settle(before)
    assert PAUL not in table.heard_by_dana() and table.board.hears(PAUL) == set()


def test_what_no_bar_names_stays_closed_all_the_same_when_it_was_closed(table: Table) -> None:
    before = table.play.state
    closed = table.wiring.restrict(paused(before))
    table.wiring.withhold(MIRIAM, Bar(), closed)
    table.wiring.settle(before)
    assert not table.board.links()


def test_a_mediator_who_arranges_something_anew_ends_all_withholding(table: Table) -> None:
    before = table.play.state
    table.wiring.withhold(MIRIAM, Bar(everyone=True), frozenset())
    table.wiring.written(before, before, rearranged=True)
    table.wiring.settle(before)
    assert table.heard_by_dana() == {MIRIAM, PAUL}


def test_what_people_switched_off_themselves_is_for_them_to_switch_on(table: Table) -> None:
    before = table.play.state
    table.wiring.withhold(PAUL, Bar(media=frozenset({(PAUL, "microphone")})), frozenset())
    table.wiring.written(before, before, rearranged=True)
    assert table.wiring.barred(PAUL, DANA)
    table.play.ask(PAUL, c.Switch("microphone", False))
    table.wiring.written(before, table.play.state, rearranged=False)
    assert not table.wiring.barred(PAUL, DANA)


def test_somebody_elses_leaving_ends_nothing(table: Table) -> None:
    before = table.play.state
    table.wiring.withhold(MIRIAM, Bar(seats=frozenset({PAUL})), frozenset())
    table.play.ask(DANA, c.Leave())
    table.wiring.written(before, table.play.state, rearranged=False)
    table.wiring.settle(table.play.state)
    assert table.board.hears(MIRIAM) == set()


def test_being_placed_anew_ends_it_for_that_person(table: Table) -> None:
    before = table.play.state
    table.wiring.withhold(MIRIAM, Bar(seats=frozenset({PAUL, DANA})), frozenset())
    table.play.ask(PAUL, c.StepOut())
    table.wiring.written(before, table.play.state, rearranged=False)
    assert not table.wiring.barred(PAUL, MIRIAM) and table.wiring.barred(DANA, MIRIAM)


def test_a_bar_closes_at_once_and_until_it_is_lifted(table: Table) -> None:
    bar = Bar(media=frozenset({(PAUL, "microphone")}))
    table.wiring.bar(bar)
    assert table.heard_by_dana() == {MIRIAM} and PAUL in table.board.hears(DANA, "camera")
    table.wiring.settle(table.play.state)
    assert table.heard_by_dana() == {MIRIAM}
    table.wiring.lift(bar)
    table.wiring.settle(table.play.state)
    assert table.heard_by_dana() == {MIRIAM, PAUL}


def test_a_bar_on_a_person_parts_it_from_everybody_and_a_bar_on_a_medium_does_not(table: Table) -> None:
    muted, away = Bar(media=frozenset({(PAUL, "microphone")})), Bar(seats=frozenset({PAUL}))
    table.wiring.bar(muted)
    assert not table.wiring.parted(PAUL, DANA)
    table.wiring.bar(away)
    assert table.wiring.parted(PAUL, DANA) and table.wiring.parted(DANA, PAUL) and not table.wiring.parted(MIRIAM, DANA)
    table.wiring.lift(away)
    assert not table.wiring.parted(PAUL, DANA)


def test_while_it_is_in_doubt_what_holds_everybody_is_parted(table: Table) -> None:
    before = table.play.state
    table.wiring.withhold(MIRIAM, Bar(seats=frozenset({PAUL})), frozenset())
    assert table.wiring.parted(MIRIAM, DANA)
    table.wiring.written(before, before, rearranged=True)
    assert not table.wiring.parted(MIRIAM, DANA)
    table.wiring.safe = False
    assert table.wiring.parted(MIRIAM, DANA)


def test_two_equal_bars_are_two(table: Table) -> None:
    one, other = Bar(everyone=True), Bar(everyone=True)
    table.wiring.bar(one)
    table.wiring.bar(other)
    table.wiring.lift(one)
    table.wiring.settle(table.play.state)
    assert not table.board.links()


def test_a_table_that_differs_from_the_rules_is_emptied_and_says_so(table: Table) -> None:
    table.board.open |= {Link(PAUL, "clara", "microphone")}
    table.board.deaf = True
    table.wiring.settle(table.play.state)
    assert not table.wiring.safe and table.counts.wall_alarms == 1
    table.board.deaf = False
    table.wiring.settle(table.play.state)
    assert not table.wiring.safe and not table.board.links() and table.wiring.barred(PAUL, DANA)


def test_a_board_that_does_not_close_is_found_out_before_anything_is_written(table: Table) -> None:
    table.board.deaf = True
    table.wiring.restrict(moved(table))
    assert not table.wiring.safe


def test_trust_comes_back_when_a_mediator_has_arranged_something(table: Table) -> None:
    table.wiring.safe = False
    table.wiring.written(table.play.state, table.play.state, rearranged=True)
    table.wiring.settle(table.play.state)
    assert table.wiring.safe and table.heard_by_dana() == {MIRIAM, PAUL}


def test_nothing_is_revoked_or_granted_where_nothing_changed(table: Table) -> None:
    table.calls.clear()
    table.wiring.settle(table.play.state)
    assert table.calls == []


def test_links_hold_for_one_lease_after_a_sign_of_life(table: Table) -> None:
    table.wiring.renew(100.0)
    assert table.board.until == 100.0 + LEASE_SECONDS


def test_links_are_grouped_by_their_ends() -> None:
    links = [Link("a", "b", "camera"), Link("a", "c", "camera")]
    assert by_ends(links) == {
        ("from", "a", "camera"): ["b", "c"],
        ("to", "b", "camera"): ["a"],
        ("to", "c", "camera"): ["a"],
    }


async def test_without_media_nobody_hears_anybody() -> None:
    board = Unwired()
    board.grant({Link("a", "b", "camera")})
    board.revoke(())
    board.renew(1.0)
    board.drop("a")
    board.close()
    await board.answer("a", "p", "sdp")
    assert board.offer("a", "p") == "" and not board.links() and board.connected("a") is None and board.levels() == {}
    with pytest.raises(KeyError):
        board.slots("a")
