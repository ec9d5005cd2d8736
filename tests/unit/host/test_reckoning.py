"""Nothing but memory: always what the rules say."""

import random

from server.errors import Refused
from server.host.reckoning import Reckoning
from server.session import commands as c
from server.session.hearing import hearing
from tests.support.cast import CLARA, DANA, DAVID, JOINT, MIRIAM, PAUL, PRIYA, ROOM_A, Play, on_stage


def anything(play: Play, seed: random.Random) -> None:
    """Something happens; it may be refused, which is fine."""
    seat = seed.choice((MIRIAM, PAUL, PRIYA, CLARA, DANA, DAVID))
    sort = seed.randrange(9)
    try:
        if sort < 2:
            play.move({seat: seed.choice((JOINT, ROOM_A, "lobby"))})
        elif sort == 2:
            play.ask(seat, c.Switch(seed.choice(("microphone", "camera", "screen")), False))
        elif sort == 3:
            play.switch_on(seat, seed.choice(("microphone", "camera", "screen")))
        elif sort == 4:
            play.ask(MIRIAM, seed.choice((c.Pause(), c.Resume(), c.Resume(JOINT))))
        elif sort == 5:
            play.disconnect(seat) if play.state.seats[seat].connection else play.connect(seat)
        elif sort == 6:
            play.wait(seed.choice((1, 6)))
        elif sort == 7:
            play.ask(seat, seed.choice((c.StepOut(), c.ComeBack())))
        else:
            play.show(seed.choice(play.connected() or [MIRIAM]))
    except Refused:
        pass


def test_it_says_what_the_rules_say_whatever_happens() -> None:
    opened = 0
    for number in range(12):
        seed = random.Random(number)
        play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA), ROOM_A: (PRIYA, CLARA)}, attentive=False)
        reckoning = Reckoning()
        for _ in range(60):
            before = play.state
            anything(play, seed)
            for state in (play.state, before, play.state):  # as a commit that fails goes back and forth
                links = reckoning.links(state, play.told)
                assert links == hearing(state, play.told)
                opened += len(links)
    assert opened > 1000, "a silent house proves nothing"


def test_an_acknowledgement_that_is_taken_back_counts_no_more() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    reckoning = Reckoning()
    assert reckoning.links(play.state, play.told)
    play.told.clear()
    assert reckoning.links(play.state, play.told) == frozenset()
