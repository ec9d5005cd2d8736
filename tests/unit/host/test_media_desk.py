"""Offers, slots, speaking marks and pictures of who hears whom."""

import asyncio
from dataclasses import replace

import pytest

from server.host import media_desk
from server.host.media_desk import SPEAKING_HANG, SPEAKING_LEVEL
from server.session import commands as c
from server.session.epochs import mark
from server.session.state import State
from tests.support.house import House, told_of

LOUD = SPEAKING_LEVEL - 1


def speaking(house: House, seat: str) -> list[str]:
    """What the mark of this seat says after the levels were read."""
    house.session.strike()
    tab = house.desk.tabs.get(seat)
    assert tab is not None
    found = tab.last["levels"]["speaking"]
    assert isinstance(found, list)
    return found


async def test_media_is_offered_when_a_seat_is_first_in_a_room_and_never_in_the_lobby(house: House) -> None:
    await house.arrive("miriam", "paul")
    assert "paul" not in house.board.offered and house.frames("paul", "media.offer") == []
    await house.move({"paul": "joint"})
    [offer] = house.frames("paul", "media.offer")
    assert offer["connection"] == house.board.offered["paul"] and offer["sdp"] == "offer to paul"
    await house.move({"paul": "room_a"})
    assert house.frames("paul", "media.offer") == []


async def test_ways_around_come_with_the_offer_new_ones_with_every_offer_and_none_to_the_lobby(house: House) -> None:
    accesses = ({"urls": ["turn:here"], "username": f"{n}", "credential": "x"} for n in range(9))
    house.desk._turn = lambda: next(accesses)
    await house.arrive("miriam", "paul")
    assert not any("username" in str(frame) for frame in house.frames("paul"))
    await house.move({"paul": "joint"})
    house.session.asides.media_renew("paul", house.connections["paul"])
    first, second = house.frames("paul", "media.offer")
    assert first["turn"]["urls"] == second["turn"]["urls"] == ["turn:here"]
    assert first["turn"]["username"] != second["turn"]["username"]


async def test_without_a_turn_server_the_offer_says_so(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    house.session.asides.media_renew("paul", house.connections["paul"])
    assert house.frames("paul", "media.offer")[-1]["turn"] is None


async def test_in_the_lobby_nothing_is_left_of_it(house: House) -> None:
    await house.together("joint", "paul", "dana")
    await house.move({"paul": "lobby"})
    assert "paul" not in house.board.live and told_of(house, "paul") is None
    await house.move({"paul": "room_a"})
    assert len(house.frames("paul", "media.offer")) == 2


async def test_slots_are_told_once_and_to_their_seat_only(house: House) -> None:
    await house.together("joint", "paul", "dana")
    for seat in ("paul", "dana"):
        house.frames(seat)
    view = replace(house.board.view, screen="dana")
    house.board.change_slots("paul", view)
    house.board.change_slots("paul", view)
    [frame] = house.frames("paul", "slots")
    assert frame["screen"] == "dana" and len(frame["audio"]) == 16 and len(frame["video"]) == 9
    assert house.frames("dana", "slots") == []


async def test_slots_of_a_seat_without_media_or_tab_are_nobodys(house: House) -> None:
    await house.together("joint", "paul")
    house.frames("paul")
    house.board.change_slots("priya", house.board.view)
    house.board.live.pop("paul")
    house.board.change_slots("paul", house.board.view)
    assert house.frames("paul", "slots") == []


async def test_who_speaks_is_marked_for_those_who_hear_it_and_for_nobody_else(house: House) -> None:
    await house.arrive("miriam", "paul", "clara", "dana")
    await house.together("room_a", "paul", "clara")
    await house.together("joint", "miriam", "dana")
    house.session.strike()
    house.board.loud = {"paul": LOUD}
    assert speaking(house, "clara") == ["paul"]
    assert house.desk.tabs.get("dana").last["levels"] == {"type": "levels", "speaking": []}  # type: ignore[union-attr]
    assert house.desk.tabs.get("paul").last["levels"] == {"type": "levels", "speaking": []}  # type: ignore[union-attr]


async def test_a_quiet_level_is_no_speaking(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    house.session.strike()
    house.board.loud = {"paul": SPEAKING_LEVEL}
    assert speaking(house, "miriam") == []


async def test_a_mark_stays_for_a_moment(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    house.session.strike()
    house.board.loud = {"paul": LOUD}
    assert speaking(house, "miriam") == ["paul"]
    house.clock.wind(SPEAKING_HANG * 0.9)
    assert speaking(house, "miriam") == ["paul"]
    house.clock.wind(SPEAKING_HANG * 0.2)
    assert speaking(house, "miriam") == []


async def test_who_spoke_a_moment_ago_in_another_room_is_not_marked_in_this_one(house: House) -> None:
    await house.arrive("miriam", "paul", "clara", "dana")
    await house.together("room_a", "paul", "clara")
    await house.together("joint", "miriam", "dana")
    house.session.strike()
    house.board.loud = {"paul": LOUD}
    assert speaking(house, "clara") == ["paul"]
    house.board.loud = {"paul": LOUD}  # said before the move, read after it
    await house.together("joint", "paul")
    house.tell("dana", "miriam")
    assert "paul" in house.board.hears("dana")
    assert speaking(house, "dana") == []
    house.board.loud = {"paul": LOUD}
    assert speaking(house, "dana") == ["paul"]


async def test_a_mark_does_not_outlive_a_wall_that_was_there_for_an_instant(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    house.session.strike()
    house.board.loud = {"paul": LOUD}
    await house.ask("miriam", c.Pause())
    await house.ask("miriam", c.Resume())
    house.tell("miriam", "paul")
    assert "paul" in house.board.hears("miriam") and speaking(house, "miriam") == []


async def test_many_changes_at_once_make_one_picture(house: House) -> None:
    await house.together("joint", "miriam", "paul", "dana")
    house.strip_of("dana")
    house.frames("dana")
    for _ in range(5):
        house.tell("miriam", "paul", "dana")
        await asyncio.sleep(0)
    assert house.desk._showing is not None and house.frames("dana", "hearing") == []
    house.strip_of("dana")
    assert len(house.frames("dana", "hearing")) <= 1


async def test_where_nothing_that_it_shows_has_changed_no_picture_is_drawn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.together("joint", "miriam", "paul")
    house.strip_of("miriam")
    drawn: list[str] = []

    def draw(state: State, told: object, wires: object, seat: str) -> dict[str, object]:
        drawn.append(seat)
        return {"type": "hearing"}

    monkeypatch.setattr(media_desk, "strip", draw)
    epoch = mark(house.state.seats["paul"], house.state.rooms["joint"])
    await house.ask("paul", c.Say("joint", epoch, "Good morning."))
    house.desk._show_now()
    assert drawn == []
    house.session.asides.quiet("paul", house.connections["paul"], True)
    house.board.lose("paul")
    house.desk._show_now()
    assert drawn == ["miriam", "paul"]


async def test_whoever_comes_again_gets_a_picture_though_nothing_that_it_shows_has_changed(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    await house.ask("miriam", c.CloseSession())
    house.strip_of("paul")
    await house.join("paul")
    house.frames("paul")
    house.desk._show_now()
    assert len(house.frames("paul", "hearing")) == 1


async def test_media_that_connects_opens_what_is_allowed(house: House) -> None:
    await house.arrive("miriam", "paul", "clara")
    await house.move({"paul": "room_a", "clara": "room_a"})
    house.tell("paul", "clara")
    await house.switch_on("paul", "microphone")
    house.board.plug("paul")
    await asyncio.sleep(0)
    assert house.board.hears("clara") == set()
    house.board.plug("clara")
    await asyncio.sleep(0)
    assert house.board.hears("clara") == {"paul"}


async def test_media_that_is_lost_is_on_the_strip(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    assert house.strip_of("miriam")["heard_by"] == ["paul"]
    house.board.lose("paul")
    await asyncio.sleep(0)
    assert house.strip_of("miriam")["coming"] == [{"seat": "paul", "why": "connecting"}]


async def test_blocked_sound_is_on_the_strip_of_the_one_who_speaks(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    house.session.asides.sound("paul", house.connections["paul"], True)
    assert house.strip_of("miriam")["coming"] == [{"seat": "paul", "why": "sound_blocked"}]
    house.session.asides.sound("paul", house.connections["paul"], False)
    assert house.strip_of("miriam")["heard_by"] == ["paul"]


async def test_whoever_falls_silent_is_on_the_strip_of_those_in_the_room_until_heard_again(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    await house.together("room_b", "dana")
    house.board.hush("paul")
    assert house.strip_of("miriam")["coming"] == [{"seat": "paul", "why": "interrupted"}]
    assert house.strip_of("dana")["coming"] == []
    house.board.hush("paul", False)
    assert house.strip_of("miriam")["coming"] == []


async def test_a_quiet_socket_is_told_of_only_where_no_media_says_more(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    house.session.asides.quiet("paul", house.connections["paul"], True)
    assert house.strip_of("miriam")["coming"] == []
    house.board.lose("paul")
    await asyncio.sleep(0)
    assert house.strip_of("miriam")["coming"] == [{"seat": "paul", "why": "interrupted"}]
    house.session.asides.quiet("paul", house.connections["paul"], False)
    assert house.strip_of("miriam")["coming"] == [{"seat": "paul", "why": "connecting"}]


async def test_a_renewed_offer_goes_to_the_same_tab(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    first = house.board.offered["paul"]
    house.frames("paul")
    house.session.asides.media_renew("paul", house.connections["paul"])
    [offer] = house.frames("paul", "media.offer")
    assert offer["connection"] != first and house.board.live["paul"] == first


async def test_a_closed_desk_does_nothing_any_more(house: House) -> None:
    await house.together("joint", "miriam", "paul")
    house.session.fall_silent()
    house.calls.clear()
    house.frames("paul")
    house.tell("paul")
    house.session.asides.media_renew("paul", house.connections["paul"])
    house.session.strike()
    house.desk._settle_now()
    assert house.calls == [] and house.frames("paul") == [] and house.desk._showing is None
