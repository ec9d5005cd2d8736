"""Who may see how somebody's line is: mediators in a room, of all who have come in, and nobody else."""

from server.session import commands as c
from server.session.quality import onlookers, shown
from tests.support.cast import CLARA, DANA, FULL_HOUSE, JOINT, MARTA, MIRIAM, NO_DOORS, PAUL, ROOM_A, Play, on_stage
from tests.support.lines import GOOD


def test_mediators_in_a_room_see_it_and_nobody_else() -> None:
    play = on_stage(FULL_HOUSE, rooms={JOINT: [MIRIAM, PAUL, DANA], ROOM_A: [CLARA]})
    assert onlookers(play.state) == {MIRIAM, MARTA}, "a mediator who arrives is in the mediators' room"
    play.ask(MARTA, c.Leave())
    assert onlookers(play.state) == {MIRIAM}


def test_it_is_seen_of_all_who_wait_or_are_in_a_room_wherever_that_is() -> None:
    play = on_stage(rooms={JOINT: [MIRIAM, PAUL], ROOM_A: [CLARA]})
    found = dict.fromkeys(play.state.seats, GOOD)
    assert set(shown(play.state, found)) == set(play.state.seats)


def test_who_has_not_come_in_or_is_gone_is_not_seen() -> None:
    play = Play(policy=NO_DOORS)
    play.connect(PAUL)
    play.arrive(MIRIAM, DANA, CLARA)
    play.disconnect(DANA)
    play.ask(CLARA, c.Leave())
    assert set(shown(play.state, dict.fromkeys(play.state.seats, GOOD))) == {MIRIAM}
    play.ask(PAUL, play.arriving(PAUL))
    assert PAUL in shown(play.state, {PAUL: GOOD})
