"""Requests of other devices."""

from server.host.devices import KEPT, Devices, nobody_to_ask
from server.host.mailbox import Mailbox
from server.host.tabs import Tab, Tabs
from server.session import commands as c
from tests.support.cast import FULL_HOUSE, MARTA, MIRIAM, PAUL, Play


def test_what_was_answered_is_remembered_and_what_is_open_is_open() -> None:
    play, devices = Play(), Devices()
    play.fact(c.DeviceAsked(PAUL, "d_1"))
    assert devices.answer(play.state, "d_1", PAUL) is None and devices.answer(play.state, "d_2", PAUL) is False
    assert devices.answer(play.state, "d_1", MIRIAM) is False, "another seat's"
    devices.decide("d_1", PAUL, True)
    assert devices.answer(play.state, "d_1", MIRIAM) is False
    assert devices.answer(play.state, "d_1", PAUL) is True


def test_a_yes_is_said_once_and_a_no_as_often_as_it_is_asked() -> None:
    state, devices = Play().state, Devices()
    devices.decide("d_1", PAUL, True)
    devices.decide("d_2", PAUL, False)
    assert [devices.answer(state, "d_1", PAUL) for _ in range(2)] == [True, False]
    assert [devices.answer(state, "d_2", PAUL) for _ in range(2)] == [False, False]


def test_the_oldest_answers_are_forgotten_and_forgotten_is_no() -> None:
    devices = Devices()
    for n in range(KEPT + 1):
        devices.decide(f"d_{n}", PAUL, True)
    state = Play().state
    assert devices.answer(state, "d_0", PAUL) is False and devices.answer(state, f"d_{KEPT}", PAUL) is True


def nobody(play: Play, seat: str, tabs: Tabs | None = None) -> bool:
    return nobody_to_ask(play.state, tabs or Tabs(), seat)


def test_there_is_nobody_to_ask_only_for_a_mediator_and_only_while_no_mediator_is_there() -> None:
    play = Play(FULL_HOUSE)
    assert nobody(play, MIRIAM) and not nobody(play, PAUL)
    play.connect(MARTA)
    assert not nobody(play, MIRIAM)
    play.disconnect(MARTA)
    play.connect(MIRIAM)
    assert not nobody(play, MIRIAM) and not nobody(play, MARTA)


def test_in_a_closed_session_a_mediator_comes_in_again_unless_its_own_tab_is_open() -> None:
    play, tabs = Play(FULL_HOUSE), Tabs()
    play.arrive(MIRIAM, MARTA, PAUL)
    play.ask(MIRIAM, c.CloseSession())
    tabs.seat(Tab(MARTA, "c_1", Mailbox()))
    assert nobody(play, MIRIAM, tabs) and not nobody(play, MARTA, tabs) and not nobody(play, PAUL, tabs)
