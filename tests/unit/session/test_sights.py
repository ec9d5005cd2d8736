"""Who has seen which card: noted only where everybody was told so, told only to whoever asks and may know."""

from dataclasses import replace

import pytest

from server.board import commands as b
from server.board.card import Words
from server.board.events import Links
from server.board.layers import JOINT as TABLE
from server.errors import Refused
from server.session import codec
from server.session import commands as c
from server.session import events as ev
from server.session.audience import card_history
from server.session.commands import LOBBY
from tests.support.boarding import SIDE_A, SIDE_B, seen, write
from tests.support.cast import (
    CHAMBERS,
    CHRIS,
    DANA,
    DAVID,
    FULL_HOUSE,
    INES,
    JOINT,
    MARTA,
    MIRIAM,
    OMAR,
    PAUL,
    PRIYA,
    ROOM_A,
    ROOM_B,
    Play,
    on_stage,
)

WATCHED_HOUSE = replace(FULL_HOUSE, seen=True)
"""The full house, in which it is noted who has seen what."""


def house(*, noted: bool = True) -> Play:
    """Miriam, Paul, Dana and Ines at the table; Priya, David and Marta in their own rooms."""
    rooms = {JOINT: (MIRIAM, PAUL, DANA, INES, OMAR), ROOM_A: (PRIYA,), ROOM_B: (DAVID,), CHAMBERS: (MARTA,)}
    return on_stage(WATCHED_HOUSE if noted else FULL_HOUSE, rooms=rooms)


def look(play: Play, seat: str, card: str, version: int = 1) -> None:
    play.ask(seat, c.SawCards(((card, version),)))


def seen_by(play: Play, asks: str, card: str) -> dict[str, int]:
    """Who has seen the card in which version, as far as `asks` is told."""
    told = card_history(play.state, play.state.seats[asks], card)["seen"]
    return {one["seat"]: one["version"] for one in told}  # type: ignore[attr-defined]


def reword(play: Play, seat: str, card: str, layer: str, version: int = 1) -> None:
    play.ask(seat, b.EditCard(card, version, Words("Fence"), Links(), seen(play, seat, layer)))


def test_who_reads_a_card_is_told_who_has_seen_it_and_in_which_version() -> None:
    play = house()
    card = write(play, MIRIAM, TABLE)
    look(play, PAUL, card)
    look(play, DANA, card)
    reword(play, MIRIAM, card, TABLE)
    look(play, DANA, card, 2)
    look(play, DANA, card, 1)
    assert seen_by(play, INES, card) == {PAUL: 1, DANA: 2}
    assert seen_by(play, PAUL, card) == {DANA: 2} and seen_by(play, DANA, card) == {PAUL: 1}, "not oneself"
    told = card_history(play.state, play.state.seats[INES], card)["seen"]
    assert told[0] == {"seat": PAUL, "name": "Paul Okafor", "version": 1}, "the name that all are shown"  # type: ignore[index]


def test_nothing_is_noted_unless_the_session_was_made_so() -> None:
    play = house(noted=False)
    card = write(play, MIRIAM, TABLE)
    assert play.refused(PAUL, c.SawCards(((card, 1),))).reason == "not_noted"
    assert play.refused(PAUL, c.SawCards((("nothing", 1),))).reason == "not_noted"
    assert "seen" not in card_history(play.state, play.state.seats[DANA], card)


def test_everybody_is_shown_before_coming_in_whether_it_is_noted() -> None:
    for noted in (True, False):
        play = Play(WATCHED_HOUSE if noted else FULL_HOUSE)
        assert all(play.view(seat)["session"]["seen"] is noted for seat in play.state.seats)


def test_a_log_that_does_not_say_so_means_no() -> None:
    play = house()
    old = play.written[0].replace(b'"seats_max":14,"seen":true', b'"seats_max":14')
    (opened,) = codec.decode(old).events
    assert old != play.written[0] and isinstance(opened, ev.SessionOpened) and opened.policy.seen is False


def test_nobody_is_sent_anything_because_somebody_looks() -> None:
    play = house()
    cards = write(play, MIRIAM, TABLE), write(play, PAUL, SIDE_A), write(play, PAUL, SIDE_A)
    before = {s: len(play.frames(s)) for s in play.state.seats}
    for seat in (PAUL, PRIYA):
        play.ask(seat, c.SawCards(tuple((card, 1) for card in cards)))
    assert {s: len(play.frames(s)) for s in play.state.seats} == before


def test_what_was_noted_already_is_not_written_again() -> None:
    play = house()
    card = write(play, MIRIAM, TABLE)
    look(play, PAUL, card)
    length = len(play.written)
    look(play, PAUL, card)
    assert len(play.written) == length


# --- walls


@pytest.mark.parametrize("what", ["another side's", "removed", "of no version", "not there", "a waiting person's"])
def test_what_a_seat_does_not_read_is_refused_as_unknown(what: str) -> None:
    play = house()
    card, version = write(play, MIRIAM, TABLE), 1
    if what == "another side's":
        card = write(play, DANA, SIDE_B)
    elif what == "removed":
        play.ask(MIRIAM, b.RemoveThings((card,)))
    elif what == "of no version":
        version = 2
    elif what == "not there":
        card = "nothing"
    else:
        play.move({PAUL: LOBBY})
    refusal = play.refused(PAUL, c.SawCards(((card, version),)))
    assert (refusal.reason, refusal.detail) == ("unknown_card", {})


def test_what_is_looked_at_in_a_private_room_is_told_to_the_own_group_alone() -> None:
    play = house()
    card = write(play, MIRIAM, TABLE)
    look(play, PRIYA, card)
    look(play, MARTA, card)
    assert seen_by(play, PAUL, card) == {PRIYA: 1} and seen_by(play, MIRIAM, card) == {MARTA: 1}
    assert seen_by(play, DANA, card) == seen_by(play, INES, card) == {}
    play.move({PRIYA: JOINT})
    assert seen_by(play, DANA, card) == {}, "that it was seen before is told by nothing that is not said now"
    look(play, PRIYA, card)
    assert seen_by(play, DANA, card) == {PRIYA: 1}


def test_a_newer_version_seen_in_private_stays_there() -> None:
    play = house()
    card = write(play, MIRIAM, TABLE)
    look(play, PAUL, card)
    play.move({PAUL: ROOM_A})
    reword(play, MIRIAM, card, TABLE)
    look(play, PAUL, card, 2)
    assert seen_by(play, DANA, card) == {PAUL: 1} and seen_by(play, PRIYA, card) == {PAUL: 2}
    look(play, PRIYA, card, 2)
    play.move({PRIYA: JOINT})
    look(play, PRIYA, card, 1)
    assert seen_by(play, DANA, card) == {PAUL: 1, PRIYA: 1} and seen_by(play, PAUL, card) == {PRIYA: 2}


def test_who_of_the_authors_has_seen_it_is_told_to_the_authors_alone() -> None:
    play = house()
    play.move({PRIYA: JOINT})
    card = write(play, PAUL, TABLE)
    for seat in (PAUL, PRIYA, DANA):
        look(play, seat, card)
    assert seen_by(play, DANA, card) == {} and seen_by(play, MIRIAM, card) == {DANA: 1}
    assert seen_by(play, PRIYA, card) == {PAUL: 1, DANA: 1}
    of_nobody = write(play, INES, TABLE)
    look(play, INES, of_nobody)
    assert seen_by(play, DANA, of_nobody) == seen_by(play, MIRIAM, of_nobody) == {}


def test_the_order_of_names_does_not_tell_who_looked_first() -> None:
    play = house()
    card = write(play, MIRIAM, TABLE)
    look(play, DANA, card)
    look(play, PAUL, card)
    assert list(seen_by(play, INES, card)) == [PAUL, DANA]


def test_nobody_is_told_of_somebody_of_whom_it_may_not_know() -> None:
    play = house()
    play.move({CHRIS: JOINT})
    card, own = write(play, MIRIAM, TABLE), write(play, PAUL, SIDE_A)
    for seat in (PAUL, DANA, CHRIS):
        look(play, seat, card)
    look(play, PRIYA, own)
    play.move({PAUL: ROOM_A, PRIYA: LOBBY})
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PAUL), c.Subject("seat", PRIYA)))
    play.ask(MIRIAM, c.KeepApart(c.Subject("side", "A"), c.Subject("seat", DANA)))
    assert seen_by(play, PAUL, own) == {}
    assert seen_by(play, PAUL, card) == {CHRIS: 1} and seen_by(play, DANA, card) == {CHRIS: 1}
    assert seen_by(play, MIRIAM, card) == {PAUL: 1, DANA: 1, CHRIS: 1}
    play.ask(MIRIAM, c.RevokeLink(CHRIS))
    assert seen_by(play, MIRIAM, card) == {PAUL: 1, DANA: 1}


def test_of_who_only_looks_on_nothing_is_noted() -> None:
    play = house()
    card = write(play, MIRIAM, TABLE)
    assert play.refused(OMAR, c.SawCards(((card, 1),))).reason == "not_allowed"


def test_of_the_ideas_of_a_round_nothing_is_noted() -> None:
    play = house()
    made = play.ask(MIRIAM, b.OpenRound("What if?", 5, seen(play, MIRIAM, TABLE)))["round"]
    play.ask(PAUL, b.WriteIdea(made, "A bench", seen(play, PAUL, TABLE)))
    (idea,) = (t.id for t in play.state.board.things.values() if getattr(t, "round", None))
    length = len(play.written)
    look(play, PAUL, idea)
    assert len(play.written) == length and seen_by(play, PRIYA, idea) == {}


def test_a_newcomer_is_told_nothing_of_what_its_group_looked_at_before_it_is_let_in() -> None:
    play = house()
    card = write(play, MIRIAM, TABLE)
    look(play, PRIYA, card)
    play.ask(MIRIAM, c.Invite("Late Guest", "party", "A", "late"))
    play.arrive("late")
    play.move({"late": ROOM_A})
    look(play, "late", card)
    assert seen_by(play, "late", card) == {} and seen_by(play, PRIYA, card) == {}
    play.ask(PRIYA, b.LetIn(SIDE_A, "late"))
    assert seen_by(play, "late", card) == {PRIYA: 1} and seen_by(play, PRIYA, card) == {"late": 1}


def test_it_is_still_known_in_the_next_session() -> None:
    play = house()
    card = write(play, MIRIAM, TABLE)
    look(play, PAUL, card)
    play.ask(MIRIAM, c.CloseSession())
    assert seen_by(play, DANA, card) == {PAUL: 1}, "who stayed may look back"
    with pytest.raises(Refused, match="session_closed"):
        look(play, DANA, card)
    play.ask(MIRIAM, c.NextSession())
    play.arrive(MIRIAM, DANA)
    play.move({DANA: JOINT})
    assert seen_by(play, DANA, card) == {PAUL: 1} and play.state.policy.seen
