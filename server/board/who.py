"""Who acts on a board, as far as the board has to know; the session says so (`server.session.layers`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from server.board.board import Board, Thing
from server.board.card import Card
from server.board.events import BoardEvent
from server.board.release import Release
from server.board.round import Round
from server.errors import Refused


@dataclass(frozen=True, slots=True)
class Who:
    """`author` is the layer of the person's own group, `None` for persons of no group. `sides` are all sides of the
    case, `known` those that this person may know of. `strangers` are seats of the own group that it may not know of.
    """

    seat: str
    name: str
    side: str | None
    mediates: bool
    author: str | None
    readable: frozenset[str]
    sides: tuple[str, ...]
    known: frozenset[str]
    strangers: frozenset[str]
    now: int
    fresh: Callable[[str], str]

    @property
    def asked(self) -> tuple[str, ...]:
        """Whose yes a proposal takes where its author names nobody: of every side that it knows of. Who knows of no
        other side asks all, for it knows that there are others.
        """
        known = tuple(s for s in self.sides if s in self.known)
        return known if len(known) > 1 else self.sides

    def name_of(self, card: Card) -> str:
        """Who wrote an own card last, if this person may be told."""
        return card.by if card.seat not in self.strangers else ""


@dataclass(frozen=True, slots=True)
class Done:
    """What a board command does, and its answer."""

    events: tuple[BoardEvent, ...] = ()
    result: Mapping[str, object] = field(default_factory=dict)


def thing_named(board: Board, who: Who, thing: str) -> Thing:
    """The thing, if this person may know of it; refused alike where there is none and where it is another's."""
    found = board.things.get(thing)
    if found is None or found.layer not in who.readable or found.removed:
        raise Refused("unknown_card")
    return found


def card_named(board: Board, who: Who, card: str) -> Card:
    """Raises `Refused("unknown_card")`, also for a thing that is no card."""
    found = thing_named(board, who, card)
    if not isinstance(found, Card):
        raise Refused("unknown_card")
    return found


def owns(thing: Thing, who: Who) -> bool:
    """Whether this person's group made it; of what nobody's group made, whether the person did. The ideas of a round
    are nobody's at all.
    """
    if isinstance(thing, Release | Round):
        return False
    if thing.author is None:
        return thing.seat == who.seat
    return thing.author == who.author
