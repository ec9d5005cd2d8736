"""Glances in a live session: passed on at once, taken back at once, never late."""

import asyncio
import json

import pytest

from server.board import commands as b
from server.board.card import Words
from server.board.layers import JOINT as TABLE
from server.board.layers import side_layer
from server.board.place import Place
from server.errors import Unavailable
from server.host.glances import KEPT_SECONDS
from server.host.mailbox import FRAMES_MOST, Mailbox
from server.session import commands as c
from server.session.epochs import mark
from server.session.glances import Drag, Editing, Glance, Look, Over, Point
from server.session.layers import layer_epoch
from tests.support.house import PATIENCE, Frame, House

AT = Point(1, 2, TABLE)
SHOWN = {"type": "board.point", "seat": "paul", "x": 1, "y": 2, "layer": TABLE}
GONE = {"type": "board.point", "seat": "paul", "x": None, "y": None, "layer": None}


def show(house: House, seat: str, glance: Glance | Over) -> None:
    house.session.asides.glance(seat, house.connections[seat], glance)


def seen(house: House, seat: str) -> list[Frame]:
    """The glances that wait for this seat, taken out."""
    return [f for f in house.frames(seat) if f["type"].startswith("board.")]


def clear(house: House) -> None:
    for seat in house.boxes:
        house.frames(seat)


async def card(house: House, seat: str, layer: str) -> str:
    seen_by = b.Seen(layer_epoch(house.state, layer))
    if layer == TABLE:
        seen_by = b.Seen(mark(house.state.seats[seat], house.state.rooms["joint"]), "joint")
    made = await house.ask(seat, b.AddThings(layer, seen_by, cards=(b.CardDraft("idea", Words("Hedge")),)))
    ids = made["ids"]
    assert isinstance(ids, (list, tuple))
    return str(ids[0])


@pytest.fixture
async def pointed(joint: House) -> House:
    """Paul points at something, and Miriam and Dana have seen it."""
    show(joint, "paul", AT)
    assert seen(joint, "dana") == seen(joint, "miriam") == [SHOWN]
    return joint


async def test_a_pointer_goes_to_the_others_and_is_not_numbered(joint: House) -> None:
    counts = {s: joint.session._writing.remembered.inboxes[s].count for s in ("miriam", "paul", "dana")}
    show(joint, "paul", AT)
    assert seen(joint, "dana") == seen(joint, "miriam") == [SHOWN] and seen(joint, "paul") == []
    assert counts == {s: joint.session._writing.remembered.inboxes[s].count for s in counts}
    assert "append" not in joint.calls


async def test_only_the_newest_of_a_seat_and_kind_waits(joint: House) -> None:
    for x in range(50):
        show(joint, "paul", Point(x, 0, TABLE))
        show(joint, "miriam", Point(x, 1, TABLE))
    assert [(f["seat"], f["x"]) for f in seen(joint, "dana")] == [("paul", 49), ("miriam", 49)]


async def test_a_slow_reader_loses_glances_before_anything_else(joint: House) -> None:
    clear(joint)
    show(joint, "paul", AT)
    for n in range(FRAMES_MOST):
        joint.boxes["dana"].put({"type": "n", "n": n})
    assert joint.boxes["dana"].closed is None and seen(joint, "dana") == []


async def test_a_page_takes_its_pointer_back(pointed: House) -> None:
    show(pointed, "paul", Over(Point))
    assert seen(pointed, "dana") == seen(pointed, "miriam") == [GONE]
    show(pointed, "paul", Over(Point))
    assert seen(pointed, "dana") == [], "there was nothing to end"


async def test_who_did_not_see_it_is_not_told_that_it_is_over(joint: House) -> None:
    show(joint, "paul", Point(1, 2, side_layer("A")))
    show(joint, "paul", Over(Point))
    assert seen(joint, "dana") == seen(joint, "miriam") == []


async def test_a_pointer_that_goes_to_another_layer_is_gone_for_those_who_do_not_read_it(pointed: House) -> None:
    show(pointed, "paul", Point(3, 4, side_layer("A")))
    assert seen(pointed, "dana") == [GONE]
    show(pointed, "paul", Point(3, 5, side_layer("A")))
    assert seen(pointed, "dana") == []


async def test_what_is_not_said_again_is_forgotten(pointed: House) -> None:
    pointed.clock.wind(KEPT_SECONDS - 0.1)
    pointed.session.strike()
    assert seen(pointed, "dana") == []
    show(pointed, "paul", AT)
    pointed.clock.wind(KEPT_SECONDS - 0.1)
    pointed.session.strike()
    assert seen(pointed, "dana") == [SHOWN]
    pointed.clock.wind(0.2)
    pointed.session.strike()
    pointed.session.strike()
    assert seen(pointed, "dana") == [GONE]


async def test_who_edits_is_a_lease_on_one_thing(joint: House) -> None:
    one, other = await card(joint, "paul", TABLE), await card(joint, "paul", TABLE)
    clear(joint)
    show(joint, "paul", Editing(one))
    show(joint, "paul", Editing(other))
    show(joint, "paul", Over(Editing, one))
    assert seen(joint, "dana") == [{"type": "board.editing", "seat": "paul", "thing": other, "on": True}]
    show(joint, "paul", Over(Editing, other))
    assert seen(joint, "dana") == [{"type": "board.editing", "seat": "paul", "thing": other, "on": False}]


async def test_editing_ends_when_the_thing_is_gone(joint: House) -> None:
    thing = await card(joint, "paul", TABLE)
    show(joint, "paul", Editing(thing))
    clear(joint)
    await joint.ask("paul", b.RemoveThings((thing,)))
    assert seen(joint, "dana") == [{"type": "board.editing", "seat": "paul", "thing": thing, "on": False}]


async def test_a_drag_is_shown_while_it_lasts_and_over_when_it_is(joint: House) -> None:
    thing = await card(joint, "paul", TABLE)
    clear(joint)
    place = {"thing": thing, "x": 1, "y": 2, "w": 3, "h": 4}
    show(joint, "paul", Drag(((thing, Place(1, 2, 3, 4)), ("b_unknown", Place(1, 2, 3, 4)))))
    assert seen(joint, "dana") == [{"type": "board.drag", "seat": "paul", "places": [place]}]
    show(joint, "paul", Over(Drag))
    assert seen(joint, "dana") == [{"type": "board.drag", "seat": "paul", "places": []}]


async def test_a_look_is_shown_once_and_has_no_end(joint: House) -> None:
    show(joint, "miriam", Look(5, 6, 150))
    show(joint, "paul", Look(5, 6, 150))
    assert seen(joint, "dana") == [{"type": "board.look", "seat": "miriam", "x": 5, "y": 6, "zoom": 150}]
    await joint.ask("dana", c.StepOut())
    assert seen(joint, "dana") == []


# --- when it ends


async def test_whoever_leaves_is_gone_at_once_for_those_who_stay(pointed: House) -> None:
    await pointed.ask("paul", c.StepOut())
    assert seen(pointed, "dana") == seen(pointed, "miriam") == [GONE]
    show(pointed, "paul", AT)
    assert seen(pointed, "dana") == []


async def test_whoever_leaves_sees_no_more_of_those_who_stay(pointed: House) -> None:
    await pointed.ask("dana", c.StepOut())
    assert seen(pointed, "dana") == [GONE]
    show(pointed, "paul", AT)
    show(pointed, "paul", Over(Point))
    assert seen(pointed, "dana") == [] and seen(pointed, "miriam") == [GONE]


async def test_what_still_waits_for_a_slow_reader_is_taken_back(joint: House) -> None:
    clear(joint)
    show(joint, "paul", AT)
    show(joint, "miriam", Look(5, 6, 150))
    await joint.ask("dana", c.StepOut())
    frames = joint.frames("dana")
    assert [f for f in frames if f["type"].startswith("board.")] == [GONE]
    assert frames.index(GONE) < next(n for n, f in enumerate(frames) if f["type"] == "fact")


async def test_a_pause_ends_every_glance(pointed: House) -> None:
    await pointed.ask("miriam", c.Pause())
    assert seen(pointed, "dana") == [GONE]
    await pointed.ask("miriam", c.Resume())
    assert seen(pointed, "dana") == [], "nothing comes back by itself"


async def test_a_lost_connection_ends_what_it_showed(pointed: House) -> None:
    await pointed.session.disconnect("paul", pointed.connections["paul"])
    assert seen(pointed, "dana") == [GONE]


async def test_another_tab_of_the_seat_begins_anew(pointed: House) -> None:
    await pointed.join("paul")
    assert seen(pointed, "dana") == [GONE]
    show(pointed, "paul", AT)
    assert seen(pointed, "dana") == [], "its page has shown no audience yet"
    pointed.tell("paul")
    show(pointed, "paul", AT)
    assert seen(pointed, "dana") == [SHOWN]


async def test_a_page_that_came_later_is_told_nothing_of_what_the_one_before_saw(pointed: House) -> None:
    await pointed.join("dana")
    show(pointed, "paul", Over(Point))
    assert seen(pointed, "dana") == [] and seen(pointed, "miriam") == [GONE]


async def test_a_tab_that_was_cut_shows_nothing(joint: House) -> None:
    older = joint.connections["paul"]
    await joint.join("paul")
    joint.tell("paul")
    joint.session.asides.glance("paul", older, AT)
    assert seen(joint, "dana") == []


async def test_who_comes_later_sees_what_is_said_again_only(pointed: House) -> None:
    await pointed.arrive("clara")
    await pointed.move({"clara": "joint"})
    assert seen(pointed, "clara") == []
    show(pointed, "paul", AT)
    assert seen(pointed, "clara") == [], "Paul's page has not shown her yet"
    pointed.tell("paul")
    show(pointed, "paul", AT)
    assert seen(pointed, "clara") == [SHOWN]


async def comes(box: Mailbox, wanted: object) -> None:
    """Wait until this frame is taken; a new picture of who hears whom may come before it."""
    async with asyncio.timeout(PATIENCE):
        while json.loads(str(await box.take())) != wanted:
            pass


# --- slow and full disks


async def test_it_is_over_before_it_is_written_that_somebody_leaves(pointed: House) -> None:
    pointed.log.hold()
    leaving = pointed.asking("dana", c.StepOut())
    await pointed.log.held()
    assert seen(pointed, "dana") == [GONE]
    show(pointed, "paul", AT)
    assert seen(pointed, "dana") == [] and seen(pointed, "miriam") == [SHOWN]
    pointed.log.let_go()
    await leaving


async def test_it_is_over_while_leaving_waits_for_its_turn(pointed: House) -> None:
    pointed.log.hold()
    first = pointed.asking("miriam", c.RenameRoom("joint", "The table"))
    await pointed.log.held()
    leaving = pointed.asking("paul", c.Leave())
    box = pointed.boxes["dana"]
    await comes(box, GONE)
    show(pointed, "paul", AT)
    assert seen(pointed, "dana") == []
    pointed.log.let_go()
    await first
    await leaving


async def test_a_lost_connection_ends_it_whatever_is_being_written(pointed: House) -> None:
    pointed.log.hold()
    first = pointed.asking("miriam", c.RenameRoom("joint", "The table"))
    await pointed.log.held()
    lost = asyncio.create_task(pointed.session.disconnect("paul", pointed.connections["paul"]))
    box = pointed.boxes["dana"]
    await comes(box, GONE)
    pointed.log.let_go()
    await first
    await lost


async def test_where_nothing_can_be_written_nothing_is_shown_until_it_is_clear_again(pointed: House) -> None:
    pointed.log.failures = 1
    with pytest.raises(Unavailable):
        await pointed.ask("paul", c.StepOut())
    assert seen(pointed, "dana") == [GONE]
    show(pointed, "paul", AT)
    assert seen(pointed, "dana") == []
    await pointed.ask("miriam", c.Pause())
    await pointed.ask("miriam", c.Resume())
    pointed.tell("miriam", "paul", "dana")
    show(pointed, "paul", AT)
    assert seen(pointed, "dana") == [SHOWN]


async def test_a_session_that_fell_silent_shows_nothing(joint: House) -> None:
    clear(joint)
    joint.session.fall_silent()
    show(joint, "paul", AT)
    assert seen(joint, "dana") == []
