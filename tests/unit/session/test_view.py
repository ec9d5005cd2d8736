"""What a seat may know of the session, and what it may not."""

import json

from server.session import commands as c
from tests.support.cast import (
    CLARA,
    DANA,
    DAVID,
    FULL_HOUSE,
    JOINT,
    MARTA,
    MIRIAM,
    PAUL,
    PRIYA,
    ROOM_A,
    ROOM_B,
    Play,
    Reply,
    on_stage,
)


def apart() -> Play:
    return on_stage(FULL_HOUSE, rooms={ROOM_A: (PAUL, CLARA), ROOM_B: (DANA, DAVID)})


def unmoved(play: Play, seat: str) -> tuple[int, Reply]:
    return len(play.frames(seat)), play.view(seat)


def state_of(play: Play, seat: str, mediator: str = MIRIAM) -> str:
    return str(next(m["state"] for m in play.view(seat)["mediators"] if m["seat"] == mediator))


def test_nothing_that_happens_elsewhere_is_told() -> None:
    play = apart()
    before = unmoved(play, DANA)
    play.say(PAUL, "Not a word below 40.")
    play.ask(PAUL, c.RaiseHand())
    play.ask(CLARA, c.CallMediator("Now?"))
    play.move({MIRIAM: ROOM_A})
    play.move({PRIYA: ROOM_A})
    play.disconnect(CLARA)
    play.connect(CLARA)
    play.ask(MIRIAM, c.Note(ROOM_A, "Back soon."))
    play.ask(MIRIAM, c.ReplaceLink(CLARA))
    play.fact(c.DeviceAsked(PAUL, "d1"))
    play.ask(MIRIAM, c.OpenRoom("Side talk"))
    play.ask(PAUL, c.Leave())
    assert unmoved(play, DANA) == before


def test_a_party_sees_only_its_own_room() -> None:
    seen = apart().view(DANA)
    layers = {layer["id"] for layer in seen.pop("board")["layers"]}
    text = json.dumps(seen)
    assert ROOM_A not in text and JOINT not in text and "room_b" in text
    assert layers == {"joint", "side:B", "ledger:B"}


def test_those_elsewhere_are_listed_by_the_mediators_name_for_them() -> None:
    play = Play(FULL_HOUSE)
    play.arrive(MIRIAM, DANA)
    play.move({DANA: ROOM_B})
    before = unmoved(play, DANA)
    play.arrive(PAUL)
    assert unmoved(play, DANA) == before
    names = {p["seat"]: p["name"] for p in play.view(DANA)["people"]}
    assert names[PAUL] == "Paul Okafor" and names[DANA] == "Dana herself"


def test_in_the_lobby_one_learns_of_nobody_but_the_mediators() -> None:
    text = json.dumps(apart().view(PRIYA))
    for somebody in ("Paul", "Dana", "Okafors", "Clara", "Chris"):
        assert somebody not in text
    assert "Miriam Mediator" in text


def test_the_text_to_agree_to_is_shown_until_one_has_agreed() -> None:
    play = Play()
    assert play.view(PAUL)["text"]["body"] == "What is said here stays here."
    play.arrive(PAUL)
    assert play.view(PAUL)["text"] is None


def test_a_mediator_is_with_one_or_away() -> None:
    play = apart()
    assert state_of(play, DANA) == "away"
    play.move({MIRIAM: ROOM_B})
    assert state_of(play, DANA) == "with_you" and state_of(play, DANA, MARTA) == "away"
    play.move({MIRIAM: ROOM_A})
    assert state_of(play, DANA) == "away"


def test_a_mediator_is_lost_only_to_who_is_with_it_or_waits_for_it() -> None:
    play = apart()
    play.move({MIRIAM: ROOM_A})
    before = unmoved(play, DANA)
    play.disconnect(MIRIAM)
    play.wait(6)
    assert unmoved(play, DANA) == before
    assert state_of(play, PAUL) == "lost" and state_of(play, PRIYA) == "lost"


def test_only_mediators_have_the_map_and_it_says_nothing_of_microphones_or_words() -> None:
    play = apart()
    play.say(PAUL, "Not a word below 40.")
    assert all(play.view(s)["map"] is None for s in (PAUL, DANA, PRIYA))
    text = json.dumps(play.view(MIRIAM)["map"])
    assert "microphone" not in text and "Not a word" not in text


def test_marks_tell_nothing_of_how_busy_a_room_was() -> None:
    quiet, busy = apart(), apart()
    for _ in range(5):
        busy.move({MIRIAM: JOINT})
        busy.move({MIRIAM: "lobby"})
    for play in (quiet, busy):
        play.move({DANA: JOINT})
    assert quiet.view(DANA) == busy.view(DANA)


def test_times_of_others_are_not_older_than_the_own_coming() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    play.ask(PAUL, c.RaiseHand())
    play.wait(60)
    play.move({DANA: JOINT})
    paul = next(m for m in play.view(DANA)["room"]["members"] if m["seat"] == PAUL)
    assert paul["since"] == paul["hand"] == play.now


def test_under_a_separation_rule_neither_is_told_of_the_other() -> None:
    play = apart()
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PAUL), c.Subject("seat", DANA)))
    assert PAUL not in json.dumps(play.view(DANA)) and DANA not in json.dumps(play.view(PAUL))
    assert PAUL in json.dumps(play.view(DAVID)) and CLARA in json.dumps(play.view(DANA))
    assert PAUL in json.dumps(play.view(MIRIAM))


def test_under_a_separation_rule_of_sides_not_even_the_side_is_named() -> None:
    play = apart()
    play.ask(MIRIAM, c.KeepApart(c.Subject("side", "A"), c.Subject("side", "B")))
    assert "Okafor" not in json.dumps(play.view(DANA)) and "Weiss" not in json.dumps(play.view(PAUL))
    assert {s["id"] for s in play.view(DANA)["sides"]} == {"B", "C"}


def test_another_device_is_told_to_the_seat_itself_and_to_mediators() -> None:
    play = apart()
    play.fact(c.DeviceAsked(PAUL, "d1"))
    assert [s for s in play.state.seats if play.view(s)["devices"]] == [MIRIAM, PAUL, MARTA]


def test_every_view_is_plain_json() -> None:
    play = apart()
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PAUL), c.Subject("side", "B")))
    for seat in play.state.seats:
        assert json.loads(json.dumps(play.view(seat))) == play.view(seat)
