"""What is owed to the log."""

from typing import cast

from server.clock import HandWoundClock
from server.host.debts import Debts, owed
from server.host.doorkeeper import Doorkeeper
from server.host.mailbox import Mailbox
from server.host.tabs import Tab, Tabs
from server.host.writing import Writing
from server.session import commands as c
from server.session.state import State
from tests.support.cast import CLARA, MIRIAM, PAUL, POLICY, PRIYA, ROOM_A, Play, on_stage


def tabs_of(state: State) -> Tabs:
    """A tab for every seat that is connected."""
    tabs = Tabs()
    for seat in state.seats.values():
        if seat.connection is not None:
            tabs.seat(Tab(seat.id, seat.connection, Mailbox()))
    return tabs


def debts(play: Play, tabs: Tabs) -> list[c.Fact]:
    return list(owed(play.state, tabs, play.now))


def test_nothing_is_owed_while_all_is_well() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL, CLARA)})
    assert debts(play, tabs_of(play.state)) == []


def test_a_tab_that_is_gone_or_another_is_owed() -> None:
    play = Play()
    play.connect(PAUL, PRIYA, MIRIAM)
    tabs = tabs_of(play.state)
    gone = tabs.get(PAUL)
    assert gone is not None
    tabs.remove(gone)
    tabs.seat(Tab(PRIYA, "another", Mailbox()))
    wanted = [c.Disconnected(s, play.state.seats[s].connection or "") for s in (PAUL, PRIYA)]
    assert debts(play, tabs) == wanted


def test_a_moment_is_owed_when_it_has_come_and_not_before() -> None:
    play = on_stage(policy=POLICY, rooms={ROOM_A: (PAUL, CLARA)})
    play.move({PRIYA: ROOM_A})
    tabs = tabs_of(play.state)
    play.now += POLICY.door_ms - 1
    assert debts(play, tabs) == []
    play.now += 1
    assert debts(play, tabs) == [c.ClockStruck()]


def test_a_closed_session_is_owed_nothing() -> None:
    play = on_stage()
    play.ask(MIRIAM, c.CloseSession())
    assert debts(play, Tabs()) == []


def test_a_tab_that_stayed_open_into_the_next_session_is_owed() -> None:
    play = Play()
    play.arrive(MIRIAM, PAUL)
    tabs = tabs_of(play.state)
    play.ask(MIRIAM, c.CloseSession())
    play.ask(MIRIAM, c.NextSession())
    wanted = [tab for tab in tabs if tab.seat in (MIRIAM, PAUL)]
    assert debts(play, tabs) == [c.Connected(tab.seat, tab.connection) for tab in wanted]
    for fact in debts(play, tabs):
        play.fact(fact)
    assert debts(play, tabs) == []


def test_a_tab_of_a_revoked_seat_is_owed_nothing() -> None:
    play = on_stage()
    tabs = tabs_of(play.state)
    play.ask(MIRIAM, c.RevokeLink(PAUL))
    assert debts(play, tabs) == []


class Written:
    """What has been written."""

    def __init__(self, state: State) -> None:
        self.state = state


def test_it_is_known_at_once_that_something_is_owed_whatever_it_comes_from() -> None:
    play = on_stage(policy=POLICY, rooms={ROOM_A: (PAUL, CLARA)})
    tabs, written, clock = tabs_of(play.state), Written(play.state), HandWoundClock(play.now)
    debts = Debts(cast(Writing, written), tabs, clock, cast(Doorkeeper, None))
    assert not debts.due
    tab = tabs.get(PAUL)
    assert tab is not None
    tabs.remove(tab)
    assert debts.due, "a tab is gone"
    tabs.seat(tab)
    assert not debts.due
    play.move({PRIYA: ROOM_A})
    written.state = play.state
    assert not debts.due
    clock.wind(POLICY.door_ms / 1000)
    assert debts.due, "a door is to open"
    play.ask(MIRIAM, c.CloseSession())
    written.state = play.state
    assert not debts.due
    debts.closing = True
    assert debts.due, "storage is to be told of the end"
