"""What one reader may know of a thing: never of sides it must not know of, nor of persons of other groups."""

import json
from dataclasses import replace
from typing import Any

from server.board import commands as b
from server.board.card import proof
from server.board.events import Links
from server.board.layers import JOINT
from server.board.shapes import shape
from server.board.who import Who
from tests.support.boarding import (
    CHRIS,
    CLARA,
    DANA,
    GUEST,
    MIRIAM,
    PAUL,
    SEEN,
    SIDE_A,
    SIDE_B,
    SIDE_C,
    Sheet,
    eyes_of,
    of_side,
)
from tests.unit.board.test_things import PICTURE

NAMED = ("A", "B")
APART = of_side("B", known=("B", "C"))
"""Dana, where she must not know of side A."""


def look(sheet: Sheet, who: Who, thing: str) -> dict[str, Any]:
    return sheet.seen_by(who)[thing]


def test_the_name_of_a_person_is_told_to_its_own_group() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue", layer=JOINT)
    (comment,) = sheet.ask(PAUL, b.WriteComment(card, JOINT, "x", SEEN))["ids"]
    (mark,) = sheet.ask(PAUL, b.AddThings(JOINT, SEEN, marks=(b.MarkDraft("group"),)))["ids"]
    for thing in (card, comment, mark):
        assert look(sheet, CLARA, thing)["by"] == PAUL.name
        for who in (DANA, MIRIAM, GUEST):
            assert look(sheet, who, thing)["by"] == ""
            assert look(sheet, who, thing)["author"] == SIDE_A


def test_no_seat_stands_on_the_wire() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED)
    sheet.answer(PAUL, card)
    sheet.ask(PAUL, b.WriteComment(card, JOINT, "x", SEEN))
    sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B)
    for who in (PAUL, DANA, MIRIAM):
        told = json.dumps(sheet.seen_by(who)).replace(PAUL.name, "")
        assert PAUL.seat not in told


def test_a_name_that_one_must_not_know_stands_nowhere_even_in_the_own_group() -> None:
    sheet = Sheet()
    alone = replace(CLARA, strangers=frozenset({PAUL.seat}))
    card = sheet.add(PAUL, "interest")
    sheet.ask(PAUL, b.WriteComment(card, SIDE_A, "x", SEEN))
    sheet.release(PAUL, card, SIDE_B)
    sheet.answer(PAUL, sheet.tabled(PAUL, sides=NAMED))
    assert PAUL.name not in json.dumps(sheet.seen_by(alone))
    assert PAUL.name in json.dumps(sheet.seen_by(CLARA))
    sheet.edit(PAUL, card)
    refusal = sheet.refused(alone, b.EditCard(card, 1, sheet.card(card).words, Links(), SEEN))
    assert (refusal.reason, refusal.detail) == ("card_changed", {"version": 2, "by": ""})


def test_of_a_side_that_one_must_not_know_nothing_is_named() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=("A", "B", "C"))
    for who in (PAUL, CHRIS):
        sheet.answer(who, card)
    told = look(sheet, APART, card)
    assert (told["author"], told["sides"], [r["side"] for r in told["replies"]]) == (None, ["B", "C"], ["C"])
    text = json.dumps(told)
    assert SIDE_A not in text and PAUL.name not in text and '"A"' not in text


def test_what_was_shared_or_carried_names_no_side_that_one_must_not_know() -> None:
    sheet = Sheet()
    mine = sheet.add(DANA, "interest")
    release = sheet.release(DANA, mine, compare=True)
    sheet.release(PAUL, sheet.add(PAUL, "interest"), compare=True)
    other = sheet.release(DANA, sheet.add(DANA, "idea"), SIDE_A, SIDE_C)
    sheet.carry(other, SIDE_A)
    assert look(sheet, DANA, mine)["shared"] and look(sheet, DANA, other)["carried"]
    assert look(sheet, APART, mine)["shared"] == look(sheet, APART, other)["carried"] == []
    assert look(sheet, APART, other)["to"] == [SIDE_C] and look(sheet, APART, release)["state"] == "open"


def test_that_another_side_needs_time_looks_like_no_answer_at_all() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED)
    before = {who.seat: sheet.seen_by(who) for who in (PAUL, CHRIS, MIRIAM, GUEST)}
    sheet.answer(DANA, card, "time", "We are not sure")
    assert {who.seat: sheet.seen_by(who) for who in (PAUL, CHRIS, MIRIAM, GUEST)} == before
    (own,) = look(sheet, DANA, card)["replies"]
    assert (own["answer"], own["reason"], own["by"]) == ("time", "We are not sure", DANA.name)


def test_a_mediator_reads_of_a_release_its_words_and_not_its_card() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "idea", text="Two metres")
    release = sheet.release(PAUL, card, SIDE_B)
    told = look(sheet, MIRIAM, release)
    assert told["card"] is None and card not in json.dumps(sheet.seen_by(MIRIAM))
    assert (told["title"], told["text"], told["by"]) == ("Hedge", "Two metres", PAUL.name)
    assert told["proof"] == proof(sheet.card(card).words)
    assert look(sheet, CLARA, release)["card"] == card


def test_a_released_package_shows_all_its_parts() -> None:
    sheet = Sheet()
    one, other = sheet.propose(PAUL, "One"), sheet.propose(PAUL, "Other")
    release = sheet.release(PAUL, sheet.propose(PAUL, "Both", members=(one, other)), SIDE_B)
    assert [p["title"] for p in look(sheet, MIRIAM, release)["parts"]] == ["One", "Other"]


def test_nobody_can_tell_what_is_the_mediators_own_from_what_was_said_as_their_own() -> None:
    """Side B sees a card that the mediators wrote, and one that side A let them say as theirs."""
    told = []
    for said in (True, False):
        sheet = Sheet()
        if said:
            card = sheet.carry(sheet.release(PAUL, sheet.propose(PAUL, sides=NAMED), JOINT, own=True), JOINT)
        else:
            card = sheet.tabled(MIRIAM, sides=NAMED)
        told.append([{**look(sheet, who, card), "id": ""} for who in (DANA, CHRIS, GUEST)])
        assert look(sheet, MIRIAM, card)["came"] is said
    assert told[0] == told[1]


def test_what_is_stored_of_a_file_is_never_named() -> None:
    sheet = Sheet()
    (file,) = sheet.ask(PAUL, b.AddFile(SIDE_A, SEEN, PICTURE))["ids"]
    told = look(sheet, PAUL, file)
    assert told["file"] == {"name": "wall.png", "type": "image/png", "size": 9, "pages": 1, "width": 10, "height": 10}
    assert PICTURE.blob not in json.dumps(told)


def test_a_thing_has_the_same_shape_for_readers_with_the_same_eyes() -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=NAMED)
    assert shape(sheet.card(card), eyes_of(PAUL)) == shape(sheet.card(card), eyes_of(CLARA))
