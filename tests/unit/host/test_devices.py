"""Requests of other devices."""

from server.host.devices import KEPT, Devices, nobody_to_ask
from server.session import commands as c
from tests.support.cast import FULL_HOUSE, MARTA, MIRIAM, PAUL, Play


def test_what_was_answered_is_remembered_and_what_is_open_is_open() -> None:
    play, devices = Play(), Devices()
    play.fact(c.DeviceAsked(PAUL, "d_1"))
    assert devices.answer(play.state, "d_1") is None and devices.answer(play.state, "d_2") is False
    devices.decide("d_1", True)
    assert devices.answer(play.state, "d_1") is True


def test_the_oldest_answers_are_forgotten_and_forgotten_is_no() -> None:
    devices = Devices()
    for n in range(KEPT + 1):
        devices.decide(f"d_{n}", True)
    state = Play().state
    assert devices.answer(state, "d_0") is False and devices.answer(state, f"d_{KEPT}") is True


def test_there_is_nobody_to_ask_only_for_a_mediator_and_only_while_no_mediator_is_there() -> None:
    play = Play(FULL_HOUSE)
    assert nobody_to_ask(play.state, MIRIAM) and not nobody_to_ask(play.state, PAUL)
    play.connect(MARTA)
    assert not nobody_to_ask(play.state, MIRIAM)
    play.disconnect(MARTA)
    play.connect(MIRIAM)
    assert not nobody_to_ask(play.state, MIRIAM) and not nobody_to_ask(play.state, MARTA)
