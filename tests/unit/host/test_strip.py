"""What a person is told about who hears and sees them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from server.host.strip import Wires, interrupted, strip
from server.host.wiring import by_ends
from server.rtp.link import Link
from server.session import commands as c
from tests.support.cast import (
    CLARA,
    DANA,
    FULL_HOUSE,
    JOINT,
    MARTA,
    MIRIAM,
    NO_DOORS,
    OMAR,
    PAUL,
    POLICY,
    PRIYA,
    ROOM_A,
    Play,
    on_stage,
)


def shown(play: Play, seat: str, **changed: Any) -> dict[str, Any]:
    """The strip of a seat, on a machine where everything is as it should be but for what is `changed`."""
    wires = Wires(by_ends(play.links()), frozenset(play.connected()), frozenset(), True)
    return strip(play.state, play.told, replace(wires, **changed), seat)


def why(frame: Mapping[str, Any]) -> dict[str, str]:
    return {line["seat"]: line["why"] for line in frame["coming"]}


def test_it_is_drawn_from_the_table_in_both_directions() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    frame = shown(play, PAUL)
    assert frame["heard_by"] == frame["seen_by"] == frame["hears"] == frame["sees"] == [DANA, MIRIAM]
    assert frame["could_hear"] == [DANA, MIRIAM] and frame["coming"] == [] and frame["safe"]


def test_a_link_that_is_not_in_the_table_is_not_promised_whatever_the_rules_say() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    frame = shown(play, PAUL, links={})
    assert frame["heard_by"] == frame["seen_by"] == frame["hears"] == []


def test_who_is_muted_is_heard_by_nobody_and_could_be_by_all() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    play.ask(PAUL, c.Switch("microphone", False))
    frame = shown(play, PAUL)
    assert frame["heard_by"] == [] and frame["seen_by"] == [DANA, MIRIAM] and frame["could_hear"] == [DANA, MIRIAM]


def test_a_screen_says_who_sees_it() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    play.switch_on(PAUL, "screen")
    assert shown(play, PAUL)["screen_by"] == [MIRIAM] and shown(play, MIRIAM)["screen_by"] == []


def test_at_the_door_nobody_hears_either_way() -> None:
    play = on_stage(policy=POLICY, rooms={ROOM_A: (PAUL, CLARA)})
    play.move({PRIYA: ROOM_A})
    assert why(shown(play, PAUL)) == {PRIYA: "door"} and why(shown(play, PRIYA)) == {PAUL: "door", CLARA: "door"}
    assert shown(play, PAUL)["could_hear"] == [CLARA]


def test_until_the_page_has_told_it_says_so() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)}, attentive=False)
    play.move({CLARA: JOINT})
    play.show(CLARA)
    assert why(shown(play, PAUL)) == {CLARA: "telling"} and why(shown(play, CLARA)) == {}


def test_without_media_yet_it_is_connecting() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    assert why(shown(play, PAUL, links={}, connected={PAUL})) == {MIRIAM: "connecting"}
    assert why(shown(play, PAUL, links={}, connected={MIRIAM})) == {MIRIAM: "connecting"}


def test_what_is_withheld_is_not_promised() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    links = by_ends(k for k in play.links() if (k.speaker, k.listener) != (PAUL, DANA))
    frame = shown(play, PAUL, links=links, barred=lambda speaker, listener: (speaker, listener) == (PAUL, DANA))
    assert why(frame) == {DANA: "connecting"} and frame["could_hear"] == [MIRIAM]


def test_sound_that_the_browser_blocks_counts_as_not_hearing() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    assert shown(play, PAUL, blocked={MIRIAM})["heard_by"] == []
    assert why(shown(play, PAUL, blocked={MIRIAM})) == {MIRIAM: "sound_blocked"}
    assert shown(play, MIRIAM, blocked={MIRIAM})["hears"] == []
    play.ask(PAUL, c.Switch("microphone", False))
    assert why(shown(play, PAUL, blocked={MIRIAM})) == {MIRIAM: "sound_blocked"}


def test_a_lost_connection_is_lost() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    play.disconnect(PAUL)
    assert why(shown(play, MIRIAM)) == {PAUL: "lost"}


def test_without_the_mediator_after_a_restart_nobody_is_at_a_door() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    play.fact(c.Recovered())
    play.connect(PAUL)
    play.connect(DANA)
    assert why(shown(play, PAUL)) == {MIRIAM: "lost", DANA: "connecting"}


def test_in_a_pause_nobody_could_hear() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL)})
    play.ask(MIRIAM, c.Pause())
    frame = shown(play, PAUL)
    assert frame["could_hear"] == [] and frame["heard_by"] == []


def test_opposing_sides_whose_mediator_is_lost_are_not_promised_each_other() -> None:
    play = on_stage(FULL_HOUSE, NO_DOORS, rooms={JOINT: (MIRIAM, MARTA, PAUL, DANA)})
    play.ask(MARTA, c.Leave())
    play.disconnect(MIRIAM)
    play.wait(6)
    frame = shown(play, PAUL)
    assert frame["could_hear"] == [] and frame["heard_by"] == [] and why(frame)[DANA] == "connecting"


def test_an_observer_is_seen_by_nobody_and_nobody_could_hear_it() -> None:
    play = on_stage(FULL_HOUSE, rooms={JOINT: (MIRIAM, PAUL, OMAR)})
    frame = shown(play, OMAR)
    assert frame["could_hear"] == [] and frame["hears"] == [MIRIAM, PAUL] and why(frame) == {}


def test_in_the_lobby_there_is_nobody() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM,)})
    frame = shown(play, PAUL)
    empty: list[str] = []
    assert all(frame[k] == empty for k in ("heard_by", "seen_by", "hears", "sees", "could_hear", "coming"))


def test_distrust_is_shown() -> None:
    assert shown(on_stage(rooms={JOINT: (MIRIAM,)}), MIRIAM, safe=False)["safe"] is False


def test_every_open_link_is_on_the_strips_of_both_ends() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA), ROOM_A: (CLARA, PRIYA)})
    strips = {seat: shown(play, seat) for seat in play.state.seats}
    heard = {Link(one, other, "microphone") for one, f in strips.items() for other in f["heard_by"]}
    hearing = {Link(other, one, "microphone") for one, f in strips.items() for other in f["hears"]}
    assert heard == hearing == {k for k in play.links() if k.medium == "microphone"} and len(heard) == 8


def test_somebody_from_whom_nothing_comes_is_named_and_counts_as_hearing() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
    frame = shown(play, PAUL, interrupted={DANA})
    assert why(frame) == {DANA: "interrupted"}
    assert DANA in frame["heard_by"] and DANA in frame["could_hear"], "at once when they are back"
    assert why(shown(play, DANA, interrupted={DANA})) == {}, "their own page knows it by itself"


def test_nobody_outside_the_room_is_told_of_it() -> None:
    play = on_stage(rooms={JOINT: (MIRIAM, PAUL), ROOM_A: (CLARA, PRIYA)})
    assert why(shown(play, CLARA, interrupted={PAUL, MIRIAM})) == {}
    assert why(shown(play, MIRIAM, interrupted={CLARA})) == {}


def test_a_lost_connection_and_a_door_say_more() -> None:
    play = on_stage(policy=POLICY, rooms={ROOM_A: (PAUL, CLARA)})
    play.move({PRIYA: ROOM_A})
    assert why(shown(play, PAUL, interrupted={PRIYA})) == {PRIYA: "door"}


def test_where_media_is_connected_it_tells_and_else_the_socket() -> None:
    assert interrupted(connected={"a", "b"}, silent={"a"}, quiet={"b", "c"}) == {"a", "c"}
