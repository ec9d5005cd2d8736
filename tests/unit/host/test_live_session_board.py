"""Commands of the board in a live session: asked twice they have one effect; of an idea nobody keeps whose it was."""

from typing import Any

import pytest

from server.board import commands as b
from server.board.card import Card, Words
from server.board.events import Links
from server.board.layers import JOINT
from server.errors import Refused
from server.host.case_log import CaseLog
from server.session.epochs import mark
from tests.support.boarding import SEEN, SIDE_A, draft
from tests.support.house import CASE, House


def at_table(house: House, seat: str) -> b.Seen:
    return b.Seen(mark(house.state.seats[seat], house.state.rooms["joint"]), "joint")


async def open_round(house: House) -> str:
    asked = b.OpenRound("What else?", 5, at_table(house, "miriam"))
    return str((await house.ask("miriam", asked))["round"])


def ideas(house: House) -> list[str]:
    return [t.words.title for t in house.state.board.things.values() if isinstance(t, Card) and t.round]


async def test_a_command_of_the_board_that_is_asked_twice_has_one_effect_also_after_a_restart(joint: House) -> None:
    add = b.AddThings(SIDE_A, SEEN, (draft("issue"),))
    first = await joint.ask("paul", add, "1")
    assert await joint.ask("paul", add, "1") == first
    await joint.load_again()
    assert await joint.ask("paul", add, "1") == first
    assert list(joint.state.board.things) == first["ids"]


async def test_two_seats_that_use_one_command_id_do_not_swallow_each_others_ideas(joint: House) -> None:
    round_ = await open_round(joint)
    for seat in ("paul", "dana"):
        assert await joint.ask(seat, b.WriteIdea(round_, f"Of {seat}", at_table(joint, seat)), "1") == {}
    assert ideas(joint) == ["Of paul", "Of dana"]


async def test_an_idea_that_is_asked_twice_is_there_once_also_after_a_restart(joint: House) -> None:
    round_ = await open_round(joint)
    idea = b.WriteIdea(round_, "A bench", at_table(joint, "paul"))
    for _ in range(2):
        await joint.ask("paul", idea, "1")
    await joint.load_again()
    await joint.ask("paul", idea, "1")
    assert ideas(joint) == ["A bench"]


async def test_the_log_keeps_of_an_idea_neither_who_nor_under_which_key(joint: House) -> None:
    round_ = await open_round(joint)
    await joint.ask("paul", b.WriteIdea(round_, "A bench", at_table(joint, "paul")), "1")
    entries = await CaseLog(CASE, joint.key, joint.log.take(CASE), joint.log).read()
    assert (entries[-1].by, entries[-1].command, entries[-1].result) == ("", None, {})
    assert "paul" not in repr(entries[-1])


async def test_earlier_words_are_asked_for_by_those_who_read_the_card(joint: House) -> None:
    made: Any = await joint.ask("paul", b.AddThings(SIDE_A, SEEN, (draft("issue"),)))
    card = made["ids"][0]
    await joint.ask("paul", b.EditCard(card, 1, Words("Fence"), Links(), SEEN))
    past: Any = await joint.session.card_history("paul", card)
    assert [v["title"] for v in past["versions"]] == ["Hedge", "Fence"]
    with pytest.raises(Refused, match="unknown_card"):
        await joint.session.card_history("dana", card)


async def test_a_page_that_comes_without_a_memory_gets_the_board_that_it_reads(joint: House) -> None:
    await joint.ask("paul", b.AddThings(SIDE_A, SEEN, (draft("issue"),)))
    await joint.ask("paul", b.AddThings(JOINT, at_table(joint, "paul"), (draft("issue", "Noise"),)))
    for seat, titles in (("paul", ["Hedge", "Noise"]), ("dana", ["Noise"])):
        await joint.join(seat)
        (snapshot,) = joint.frames(seat, "snapshot")
        assert [t["title"] for t in snapshot["board"]] == titles
