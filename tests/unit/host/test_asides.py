"""What a page says in passing: heard from the newest connection of a seat, and only while the session lives here."""

from typing import Any

import pytest

from server.errors import ProtocolViolation
from server.host.tabs import Tab
from server.session.epochs import mark
from server.session.glances import Editing
from tests.support.house import House, told_of
from tests.support.lines import POOR

SAID: dict[str, tuple[Any, ...]] = {
    "told": ("joint", 1),
    "glance": (Editing("k_1"),),
    "quality": (POOR,),
    "trial": (),
    "sound": (True,),
    "quiet": (True,),
    "show_large": (frozenset({"dana"}),),
    "media_renew": (),
}


def known(house: House) -> tuple[Any, ...]:
    """All that could come of it."""
    desk = house.desk
    tabs: list[Tab] = list(desk.tabs)
    said = [(tab.blocked, tab.quiet, tab.offered) for tab in tabs]
    return said, dict(desk._wiring.told), dict(desk.glances._held), dict(desk.qualities._said), dict(house.board.large)


async def test_an_acknowledgement_of_an_older_connection_counts_for_nothing(joint: House) -> None:
    older = joint.connections["paul"]
    await joint.join("paul")
    joint.board.plug("paul")
    epoch = mark(joint.state.seats["paul"], joint.state.rooms["joint"])
    joint.session.asides.told("paul", older, "joint", epoch)
    assert told_of(joint, "paul") is None and "paul" not in joint.board.hears("dana")


@pytest.mark.parametrize("name", SAID)
async def test_what_an_older_connection_says_is_not_heard(joint: House, name: str) -> None:
    older = joint.connections["paul"]
    await joint.join("paul")
    before = known(joint)
    getattr(joint.session.asides, name)("paul", older, *SAID[name])
    assert known(joint) == before


@pytest.mark.parametrize("name", SAID)
async def test_a_session_that_has_fallen_silent_hears_nothing(joint: House, name: str) -> None:
    joint.session.fall_silent()
    before = known(joint)
    getattr(joint.session.asides, name)("paul", joint.connections["paul"], *SAID[name])
    assert known(joint) == before


@pytest.mark.parametrize("room, epoch", [("room_a", 0), ("nowhere", 0), ("joint", 10**30), ("joint", -1)])
async def test_an_acknowledgement_of_anything_else_is_ignored(joint: House, room: str, epoch: int) -> None:
    before = told_of(joint, "paul")
    joint.session.asides.told("paul", joint.connections["paul"], room, epoch)
    assert told_of(joint, "paul") == before


async def test_an_answer_to_an_offer_that_was_never_made_is_a_violation(joint: House) -> None:
    with pytest.raises(ProtocolViolation, match="no_offer"):
        await joint.session.asides.media_answer("paul", joint.connections["paul"], "p_other", "sdp")
    with pytest.raises(ProtocolViolation, match="no_offer"):
        await joint.session.asides.media_answer("paul", "c_older", joint.board.offered["paul"], "sdp")
    await joint.session.asides.media_answer("paul", joint.connections["paul"], joint.board.offered["paul"], "sdp")


async def test_only_the_seats_own_page_says_whom_it_shows_large(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    house.session.asides.show_large("paul", house.connections["miriam"], frozenset({"miriam"}))
    assert house.board.large == {}
    house.session.asides.show_large("paul", house.connections["paul"], frozenset({"miriam"}))
    assert house.board.large == {"paul": frozenset({"miriam"})}
