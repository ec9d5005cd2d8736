"""Who acts on a board, as far as the board has to know; the session says so (`server.session.layers`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from server.board.board import Board, Thing
from server.board.card import Card
from server.board.events import BoardEvent
from server.errors import Refused


@dataclass(frozen=True, slots=True)
class Who:
    """`author` is the layer of the person's own group, `None` for persons of no group. `sides` are all sides of
    the case, `known` those that this person may know of.
    """

    seat: str
    name: str
    side: str | None
    mediates: bool
    author: str | None
    readable: frozenset[str]
    sides: tuple[str, ...]
    known: frozenset[str]
    now: int
    fresh: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Done:
    """What a board command does, and its answer."""

    events: tuple[BoardEvent, ...] = ()
    result: Mapping[str, object] = field(default_factory=dict)


def thing_named(board: Board, who: Who, thing: str) -> Thing:
    """The thing, if this person may know of it; refused alike where there is none and where it is another's."""
    found = board.things.get(thing)
    if found is None or found.layer not in who.readable or getattr(found, "removed", False):
        raise Refused("unknown_card")
    return found


def card_named(board: Board, who: Who, card: str) -> Card:
    """Raises `Refused("unknown_card")`, also for a thing that is no card."""
    found = thing_named(board, who, card)
    if not isinstance(found, Card):
        raise Refused("unknown_card")
    return found
