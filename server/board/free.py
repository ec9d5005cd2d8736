"""Where new cards lie when nobody said where: below everything of their layer, each with room for its words.

A layer that is not joint begins left of the joint one, whose readers see both together. Depends on that layer alone:
where a card lies tells nothing of any other.
"""

from collections.abc import Iterable, Iterator, Sequence

from server.board.board import Board
from server.board.card import ANSWERABLE, FILE, Card, Words
from server.board.layers import JOINT
from server.board.lettering import lines
from server.board.mark import GROUP, TEXT, Mark
from server.board.place import CARD_SIZE, COLUMNS, FAR, GAP, Place

_INNER = CARD_SIZE[0] - 24
_HEAD, _FOOT, _ANSWERS, _SHEET = 36, 44, 34, 110
_BELOW, _TIE = 26, 17
"""Whose it is, where a long state leaves no room beside it; a line for each card that it names or is part of."""
LEFT_OF_JOINT = -COLUMNS * (CARD_SIZE[0] + GAP) - GAP


def free_places(board: Board, layer: str, cards: Sequence[tuple[str, Words] | tuple[str, Words, int]]) -> list[Place]:
    """For new cards of these kinds and words, and so many `ties`, in rows."""
    y = max((place.y + place.h + GAP for place in _taken(board, layer)), default=0)
    left = 0 if layer == JOINT else LEFT_OF_JOINT
    width, height = CARD_SIZE
    found: list[Place] = []
    for first in range(0, len(cards), COLUMNS):
        row = cards[first : first + COLUMNS]
        found += [Place(left + n * (width + GAP), min(FAR, y), width, height) for n in range(len(row))]
        y += max(room_for(*one) for one in row) + GAP
    return found


def ties(card: Card) -> int:
    """How many other cards it names."""
    return len(card.members) + len(card.conditions) + (card.about is not None) + (card.package is not None)


def room_for(kind: str, words: Words, tied: int = 0) -> int:
    """About as high as the picture draws a card of these words; terms are taken as they stand on the wire."""
    high = _HEAD + 20 * len(lines(words.title, _INNER, 15, True)) + _FOOT
    if words.text:
        high += 3 + 18 * len(lines(words.text, _INNER, 13))
    if words.terms:
        said: Iterable[str] = (f"{t.label}: {t.who} {t.value} {t.unit} {t.by}" for t in words.terms)
        high += 10 + 18 * sum(len(lines(text, _INNER, 13)) for text in said)
    return max(
        CARD_SIZE[1], high + _TIE * tied + (_BELOW + _ANSWERS if kind in ANSWERABLE else _SHEET if kind == FILE else 0)
    )


def _taken(board: Board, layer: str) -> Iterator[Place]:
    """Where things of the layer lie, cards as high as their words."""
    for thing in board.in_layer(layer):
        if isinstance(thing, Card) and thing.place:
            place = thing.place
            yield Place(place.x, place.y, place.w, max(place.h, room_for(thing.kind, thing.words, ties(thing))))
        elif isinstance(thing, Mark) and thing.place and thing.kind in (TEXT, GROUP):
            yield thing.place
