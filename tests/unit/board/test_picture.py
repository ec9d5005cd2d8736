"""The picture of a board: what both languages must draw alike, and what no text of anybody can break."""

import json
import re
import xml.etree.ElementTree as ElementTree
from itertools import permutations
from typing import Any

import pytest

from server.board.picture import picture, scene
from server.board.svg import to_svg
from tests.support.picture_vectors import FOLDER, MARKS, PROPOSALS, at, boards, card, lettering, look, mark


def texts(tree: Any) -> list[str]:
    """Every line of words in a tree."""
    if isinstance(tree, str):
        return [tree]
    return [line for child in tree[2] for line in texts(child)]


def classes(tree: Any) -> str:
    return " ".join([str(tree[1].get("class", "")), *(classes(c) for c in tree[2] if isinstance(c, list))])


def test_the_boards_of_the_vectors_are_drawn_as_they_stand_there() -> None:
    assert json.loads((FOLDER / "board.json").read_text()) == json.loads(json.dumps(boards()))


def test_words_are_measured_and_broken_as_the_vectors_say() -> None:
    assert json.loads((FOLDER / "lettering.json").read_text()) == lettering()


def test_the_order_in_which_things_came_makes_no_difference() -> None:
    things = [PROPOSALS[0], PROPOSALS[1], PROPOSALS[4], MARKS[2]]
    drawn = [picture(order, look()) for order in permutations(things)]
    assert all(one == drawn[0] for one in drawn)


def test_a_layer_that_is_not_asked_for_is_not_drawn() -> None:
    secret = card("s", "idea", "not below 40", at(0, 0), layer="side:A")
    assert texts(picture([secret, PROPOSALS[0]], look(layers=("joint",)))) == texts(
        picture([PROPOSALS[0]], look(layers=("joint",)))
    )


def test_a_card_is_as_high_as_its_words_need() -> None:
    long = card("l", "issue", "A wall", at(0, 0), text="many words " * 60)
    _, boxes = scene([long, card("s", "issue", "A wall", at(0, 900))], look())
    assert boxes["l"][3] > 300 and boxes["s"][3] == 140


def test_no_line_of_words_is_left_out_of_a_card() -> None:
    text = "one two three four five six seven eight nine ten " * 8
    drawn = picture([card("l", "issue", "A wall", at(0, 0, 200, 60), text=text)], look())
    assert " ".join(texts(drawn)).count("seven") == 8


def test_what_an_arrow_was_tied_to_may_go_and_the_arrow_with_it() -> None:
    tied = mark("a", "arrow", **{"from": "one", "to": "two"})
    assert "k-arrow" not in classes(picture([tied, card("one", "issue", "One", at(0, 0))], look()))


def test_ink_follows_its_place() -> None:
    points = [10, 10, 40, 10, 40, 40]
    _, boxes = scene([mark("i", "ink", points=points, place=at(110, 210, 30, 30))], look())
    assert boxes["i"] == (110, 210, 30, 30)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", 'x" onload="y', "]]>", "\u202eabc"])
def test_nothing_that_people_write_becomes_markup(text: str) -> None:
    svg = to_svg(picture([card("c", "issue", text, at(0, 0, 2000, 90))], look()))
    root = ElementTree.fromstring(svg)
    assert {one.tag.rpartition("}")[2] for one in root.iter()} <= {"svg", "rect", "g", "path", "text", "circle"}
    assert text in "".join(root.itertext())


def test_every_shape_has_a_colour_on_paper() -> None:
    for one in boards():
        for found in re.findall(r"<(?:rect|path|text|circle) [^>]*>", to_svg(one["tree"])):
            assert "fill=" in found, found


def test_words_from_right_to_left_stand_in_the_same_place_for_programs_that_know_no_direction() -> None:
    drawn = picture([card("c", "issue", "مرحبا", at(0, 0))], look())
    svg = to_svg(drawn)
    assert 'x="248"' in svg and "\u2067مرحبا\u2069" in svg and 'direction="rtl"' not in svg
    assert 'direction="rtl"' in to_svg(drawn, isolates=False)
