"""From the log back to the session."""

import random

import pytest

from server.board import commands as b
from server.board.board import Thing
from server.board.layers import JOINT as TABLE
from server.board.place import Place
from server.board.shapes import Reader, Shape, shape
from server.errors import Refused
from server.host.replay import Remembered, prepare, replay, take_in
from server.session import boarding
from server.session import commands as c
from server.session.codec import Committed, decode
from server.session.view import view
from tests.support.boarding import write
from tests.support.cast import CLARA, DANA, JOINT, MIRIAM, PAUL, PRIYA, ROOM_A, Play, on_stage

PEOPLE = (MIRIAM, PAUL, PRIYA, CLARA, DANA)


def anything(play: Play, seed: random.Random) -> None:
    seat = seed.choice(PEOPLE)
    acts = (
        lambda: play.move({seat: seed.choice((JOINT, ROOM_A, "lobby"))}),
        lambda: play.say(seat, f"word {seed.random()}"),
        lambda: play.ask(MIRIAM, c.Note(seed.choice((JOINT, ROOM_A, None)), "back soon")),
        lambda: play.ask(seat, seed.choice((c.StepOut(), c.Leave(), c.ComeBack(), c.RaiseHand()))),
        lambda: play.ask(MIRIAM, seed.choice((c.Pause(), c.Resume()))),
        lambda: play.disconnect(seat),
        lambda: play.connect(seat),
        lambda: play.wait(2),
    )
    try:
        seed.choice(acts)()
    except Refused:
        pass


def numbers(remembered: Remembered) -> dict[str, list[tuple[int, object]]]:
    return {s: [(f.number, f.body) for f in i.since(0) or ()] for s, i in remembered.inboxes.items()}


def test_a_replay_gives_the_same_state_the_same_numbers_and_the_same_words() -> None:
    for number in range(8):
        seed, play = random.Random(number), on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
        for _ in range(80):
            anything(play, seed)
        again = play.replayed()
        assert again.state == play.state and again.position == len(play.written)
        assert numbers(again) == numbers(play.remembered)
        assert {s: i.words for s, i in again.inboxes.items()} == {
            s: i.words for s, i in play.remembered.inboxes.items()
        }


def test_every_seats_numbers_are_dense_and_its_newest_view_is_what_it_may_know() -> None:
    for number in range(8):
        seed, play = random.Random(100 + number), on_stage(rooms={ROOM_A: (PAUL, PRIYA)})
        for _ in range(80):
            anything(play, seed)
        for seat, inbox in play.remembered.inboxes.items():
            frames = inbox.since(0) or []
            assert [f.number for f in frames] == list(range(1, inbox.count + 1))
            assert play.newest(seat) == view(play.state, seat)


def test_a_replay_shapes_no_card_before_somebody_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shaped: list[Thing] = []

    def noting(thing: Thing, eyes: Reader) -> Shape:
        shaped.append(thing)
        return shape(thing, eyes)

    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    card = write(play, PAUL, TABLE)
    play.ask(PAUL, b.PlaceThings(((card, Place(10, 20, 260, 140)),)))
    told = numbers(play.remembered)
    monkeypatch.setattr(boarding, "shape", noting)
    again = play.replayed()
    assert shaped == []
    assert numbers(again) == told and shaped != []


def test_what_is_prepared_whole_is_shaped_already() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    before = play.state
    write(play, PAUL, TABLE)
    prepared = prepare(before, decode(play.written[-1]), play.state)
    assert {type(fact.body) for fact in prepared.whole().facts} == {dict}
    assert prepared.whole() == prepared


def test_preparing_changes_nothing() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    before, counts = play.state, {s: i.count for s, i in play.remembered.inboxes.items()}
    committed = decode(play.written[-1])
    prepared = prepare(play.state, committed)
    assert play.state is before and {s: i.count for s, i in play.remembered.inboxes.items()} == counts
    position = play.remembered.position
    take_in(play.remembered, prepared)
    assert play.remembered.position == position + 1


def test_what_was_answered_is_remembered_with_its_command() -> None:
    play = on_stage()
    events = decode(play.written[-1]).events
    answered = Committed(1, MIRIAM, "miriam:one", {"room": "r_9"}, events)
    remembered = replay([*(decode(w) for w in play.written), answered])
    assert remembered.answers == {"miriam:one": {"room": "r_9"}}


def test_an_empty_log_is_no_session() -> None:
    with pytest.raises(ValueError, match="SessionOpened"):
        replay([])
