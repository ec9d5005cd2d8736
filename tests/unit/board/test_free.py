"""Where new cards lie when nobody said where."""

from dataclasses import replace

from server.board.board import Board
from server.board.card import Card, FileFacts, Words
from server.board.free import free_places, room_for, ties
from server.board.layers import JOINT, MEDIATORS
from server.board.mark import Mark
from server.board.picture import scene
from server.board.place import CARD_SIZE, COLUMNS, FAR, GAP, Place, checked
from server.board.shapes import Reader, shape
from server.board.terms import Term
from tests.support.boarding import SIDE_A, SIDE_B
from tests.support.picture_vectors import WORDS, look

SHORT = ("issue", Words("A wall"))
LONG = ("idea", Words("A wall", "many words about it " * 40))


def card(id: str, layer: str, place: Place, words: Words = SHORT[1]) -> Card:
    return Card(id, layer, "issue", SIDE_A, words, 1, place=place)


def board(*things: Card | Mark) -> Board:
    return Board({thing.id: thing for thing in things})


def test_new_cards_lie_below_what_is_there_and_not_over_each_other() -> None:
    group = Mark("g", JOINT, "group", SIDE_A, 1, place=Place(0, 400, 300, 500))
    there = board(card("a", JOINT, Place(500, 300, 10, 50)), group)
    places = free_places(there, JOINT, [SHORT] * (COLUMNS + 1))
    assert min(place.y for place in places) > 900
    assert len({(place.x, place.y) for place in places}) == len(places)
    assert all((place.w, place.h) == CARD_SIZE for place in places)
    assert free_places(Board(), JOINT, [SHORT]) == [Place(0, 0, *CARD_SIZE)]


def test_no_card_falls_off_the_lower_edge() -> None:
    there = board(card("a", JOINT, Place(0, FAR, 10, 10)))
    assert all(checked(place) for place in free_places(there, JOINT, [LONG] * 40))


def test_a_card_with_many_words_has_room_for_them() -> None:
    places = free_places(Board(), JOINT, [LONG, *[SHORT] * COLUMNS])
    assert places[COLUMNS].y >= room_for(*LONG) + GAP > 400
    below = free_places(board(card("a", JOINT, places[0], LONG[1])), JOINT, [SHORT])
    assert below[0].y == places[COLUMNS].y


def test_the_room_is_what_the_picture_takes() -> None:
    words = Words("Who pays for it, and when?", "Half of it " * 30, (Term("money", "Share", "1200", "EUR"),) * 3)
    drawn = replace(card("a", SIDE_A, Place(0, 0, 260, 140), words), kind="proposal", state="tabled", sides=("A", "B"))
    eyes = Reader("A", False, frozenset("AB"))
    terms = {"a": ["Share: €1,200.00"] * 3}
    _, boxes = scene([shape(drawn, eyes)], look(terms=terms))
    assert 0 <= room_for("proposal", words) - boxes["a"][3] < 60


def test_a_package_has_room_for_what_it_consists_of_and_its_parts_show_no_answers_of_their_own() -> None:
    parts = [
        replace(card(f"p{n}", JOINT, Place(0, 0, 260, 140)), kind="proposal", state="tabled", sides=("A", "B"))
        for n in range(5)
    ]
    parts = [replace(part, package="a") for part in parts]
    whole = replace(card("a", JOINT, Place(0, 0, 260, 140)), kind="package", sides=("A", "B"), state="countered")
    whole = replace(whole, members=tuple(part.id for part in parts))
    eyes = look(words=WORDS | {"states": WORDS["states"] | {"countered": "Answered by another proposal"}})
    drawn, boxes = scene([shape(one, Reader("A", False, frozenset("AB"))) for one in (whole, *parts)], eyes)
    for one in (whole, parts[0]):
        assert 0 <= room_for(one.kind, one.words, ties(one)) + GAP - boxes[one.id][3] < 90
    assert str(drawn).count("p-answer") == 2, "the package's own, one of each side"


def test_a_file_has_room_for_its_sheet() -> None:
    facts = FileFacts("blob", "letter.pdf", "application/pdf", 10, 2, 100, 100)
    for title in ("letter.pdf", "a letter with a very long name that goes on and on and on.pdf"):
        drawn = replace(card("a", SIDE_A, Place(0, 0, 260, 140), Words(title)), kind="file", file=facts)
        _, boxes = scene([shape(drawn, Reader("A", False, frozenset("AB")))], look(files={"a": "PDF, 2 pages"}))
        assert 0 <= room_for("file", drawn.words) + GAP - boxes["a"][3] < 90


def test_what_is_private_lies_beside_the_joint_part_and_depends_on_nothing_else() -> None:
    alone = free_places(Board(), SIDE_A, [SHORT] * COLUMNS)
    assert all(place.x + place.w < 0 for place in alone)
    others = board(card("a", JOINT, Place(0, 0, 9, 9)), card("b", SIDE_B, Place(-900, 0, 9, 900)))
    assert free_places(others, SIDE_A, [SHORT] * COLUMNS) == alone == free_places(others, MEDIATORS, [SHORT] * COLUMNS)
