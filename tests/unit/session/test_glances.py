"""Who may see what somebody shows of the board for a moment."""

import pytest

from server.board import commands as b
from server.board.card import Words
from server.board.layers import JOINT as TABLE
from server.board.layers import MEDIATORS, ledger_layer, side_layer
from server.board.place import Place
from server.session import commands as c
from server.session.epochs import mark
from server.session.glances import Drag, Editing, Glance, Look, Point, shown
from server.session.layers import layer_epoch
from tests.support.cast import (
    CHAMBERS,
    CLARA,
    DANA,
    DAVID,
    FULL_HOUSE,
    JOINT,
    MARTA,
    MIRIAM,
    OMAR,
    PAUL,
    POLICY,
    PRIYA,
    ROOM_A,
    Play,
    on_stage,
)

HERE = Place(10, 20, 260, 140)
EVERYBODY = (MIRIAM, PAUL, CLARA, DANA, DAVID)


def at_the_table(*seats: str) -> Play:
    return on_stage(FULL_HOUSE, rooms={JOINT: seats or EVERYBODY})


def card(play: Play, seat: str, layer: str) -> str:
    """A new card in this layer, written by whoever may."""
    room = play.state.rooms[JOINT]
    seen = b.Seen(layer_epoch(play.state, layer))
    if layer == TABLE:
        seen = b.Seen(mark(play.state.seats[seat], room), room.id)
    made = play.ask(seat, b.AddThings(layer, seen, cards=(b.CardDraft("idea", Words("Hedge")),)))
    (thing,) = made["ids"]
    return str(thing)


def onlookers(play: Play, seat: str, glance: Glance) -> set[str]:
    return set(shown(play.state, play.told, seat, glance))


def drag(*things: str) -> Drag:
    return Drag(tuple((thing, HERE) for thing in things))


# --- who


def test_everybody_in_the_room_sees_a_pointer_on_the_joint_layer_and_nobody_outside() -> None:
    play = on_stage(FULL_HOUSE, rooms={JOINT: (MIRIAM, PAUL, DANA), ROOM_A: (CLARA, PRIYA)})
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {MIRIAM, DANA}
    assert onlookers(play, CLARA, Point(1, 2, TABLE)) == {PRIYA}


@pytest.mark.parametrize(
    ("seat", "layer", "seen"),
    [
        (PAUL, side_layer("A"), {CLARA}),
        (PAUL, ledger_layer("A"), {CLARA, MIRIAM}),
        (MIRIAM, MEDIATORS, set()),
        (MIRIAM, ledger_layer("B"), {DANA, DAVID}),
        (PAUL, side_layer("B"), set()),
        (PAUL, MEDIATORS, set()),
        (PAUL, ledger_layer("B"), set()),
        (MIRIAM, side_layer("A"), set()),
        (PAUL, "no_such_layer", set()),
    ],
)
def test_a_pointer_is_seen_by_those_who_read_its_layer(seat: str, layer: str, seen: set[str]) -> None:
    assert onlookers(at_the_table(), seat, Point(1, 2, layer)) == seen


def test_told_before_seen() -> None:
    play = on_stage(FULL_HOUSE, rooms={ROOM_A: (PAUL, CLARA)})
    play.attentive = False
    play.move({MIRIAM: ROOM_A})
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {CLARA}
    play.render(PAUL)
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {CLARA}, "shown is not yet told"
    play.tell(PAUL)
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {CLARA, MIRIAM}


def test_at_the_door_nobody_sees_and_nobody_is_seen() -> None:
    play = on_stage(FULL_HOUSE, POLICY, rooms={ROOM_A: (PAUL, CLARA)})
    play.wait(5)
    play.move({MIRIAM: ROOM_A})
    assert play.state.rooms[ROOM_A].doors
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {CLARA}
    assert onlookers(play, MIRIAM, Point(1, 2, TABLE)) == set()


def test_nothing_is_seen_in_a_pause_of_the_session_or_of_the_room() -> None:
    play = at_the_table()
    play.ask(MIRIAM, c.Pause())
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == set()
    play.ask(MIRIAM, c.Resume())
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {MIRIAM, CLARA, DANA, DAVID}
    play.disconnect(MIRIAM)
    play.wait(POLICY.grace_ms / 1000 + 1)
    assert play.state.rooms[JOINT].paused
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == set()


def test_opposing_sides_see_nothing_of_each_other_without_a_mediator() -> None:
    play = at_the_table()
    play.disconnect(MIRIAM)
    play.fact(c.Recovered())
    play.connect(PAUL, CLARA, DANA)
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {CLARA}


def test_who_is_not_connected_sees_nothing_and_who_waits_is_not_seen() -> None:
    play = at_the_table()
    play.disconnect(DANA)
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {MIRIAM, CLARA, DAVID}
    assert onlookers(play, PRIYA, Point(1, 2, TABLE)) == set()


def test_after_the_end_nothing_is_seen() -> None:
    play = at_the_table()
    play.ask(MIRIAM, c.CloseSession())
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == set()


def test_an_observer_looks_on_and_shows_nothing() -> None:
    play = at_the_table(MIRIAM, PAUL, OMAR)
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {MIRIAM, OMAR}
    assert onlookers(play, OMAR, Point(1, 2, TABLE)) == set()


def test_a_newcomer_to_a_group_sees_nothing_of_its_layer_before_it_is_let_in() -> None:
    play = at_the_table()
    play.ask(MIRIAM, c.Invite("Carl Counsel", "counsel", "A", "carl"))
    play.arrive("carl")
    play.move({"carl": JOINT})
    assert onlookers(play, PAUL, Point(1, 2, side_layer("A"))) == {CLARA}
    assert onlookers(play, "carl", Point(1, 2, side_layer("A"))) == set()
    assert "carl" in onlookers(play, PAUL, Point(1, 2, TABLE))
    play.ask(PAUL, b.LetIn(side_layer("A"), "carl"))
    assert onlookers(play, PAUL, Point(1, 2, side_layer("A"))) == {CLARA, "carl"}


# --- what


def test_of_a_drag_each_sees_the_things_that_lie_in_its_layers() -> None:
    play = at_the_table()
    own, joint = card(play, PAUL, side_layer("A")), card(play, PAUL, TABLE)
    seen = shown(play.state, play.told, PAUL, drag(own, joint))
    assert seen[CLARA] == drag(own, joint)
    assert seen[DANA] == seen[MIRIAM] == drag(joint)
    assert onlookers(play, PAUL, drag(own)) == {CLARA}


def test_what_cannot_be_named_is_dropped_alike() -> None:
    play = at_the_table()
    theirs, joint, removed = card(play, DANA, side_layer("B")), card(play, PAUL, TABLE), card(play, PAUL, TABLE)
    play.ask(PAUL, b.RemoveThings((removed,)))
    for wrong in (theirs, removed, "b_unknown"):
        assert shown(play.state, play.told, PAUL, drag(wrong)) == {}
        assert shown(play.state, play.told, PAUL, Editing(wrong)) == {}
        assert shown(play.state, play.told, PAUL, drag(wrong, joint))[DANA] == drag(joint)


def test_what_is_read_only_from_here_is_neither_dragged_nor_edited() -> None:
    play = at_the_table(MIRIAM, PAUL, CLARA)
    joint = card(play, PAUL, TABLE)
    assert onlookers(play, PAUL, drag(joint)) == onlookers(play, PAUL, Editing(joint)) == {MIRIAM, CLARA}
    play.move({MIRIAM: CHAMBERS})
    play.move({PAUL: ROOM_A, CLARA: ROOM_A})
    assert onlookers(play, PAUL, drag(joint)) == onlookers(play, PAUL, Editing(joint)) == set()
    assert onlookers(play, PAUL, Point(1, 2, TABLE)) == {CLARA}, "pointing at it writes nothing"


def test_who_edits_is_seen_by_those_who_read_the_card() -> None:
    play = at_the_table()
    own = card(play, PAUL, side_layer("A"))
    assert onlookers(play, PAUL, Editing(own)) == {CLARA}
    assert onlookers(play, DANA, Editing(own)) == set()


def test_mediators_alone_bring_everybody_to_a_place() -> None:
    play = at_the_table(MIRIAM, MARTA, PAUL, DANA)
    assert onlookers(play, MIRIAM, Look(5, 6, 100)) == {MARTA, PAUL, DANA}
    assert onlookers(play, PAUL, Look(5, 6, 100)) == set()
