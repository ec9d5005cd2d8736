"""Cards into another layer: new cards with new ids and the very same words.

Nothing of a card but its words, its terms and what is tied to it goes along: not its history, its comments, its place,
its time, its writer. What it is tied to is named as the readers of the new layer know it. What they do not have is not
named: where that is a condition, the crossing is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from server.board.board import Board
from server.board.card import ANSWERABLE, PACKAGE, Card
from server.board.free import free_places, ties
from server.board.layers import JOINT
from server.board.place import Place
from server.board.proposal import TABLED
from server.board.release import Release
from server.board.who import Who
from server.errors import Refused


@dataclass(frozen=True, slots=True)
class Way:
    """Into which layer cards cross, and as whose.

    `verbatim`: the words stay as they are, whoever reads them there. `alone`: nothing may lead from there to whom the
    words came from.
    """

    layer: str
    author: str | None
    now: int
    fresh: Callable[[str], str]
    verbatim: bool = True
    alone: bool = False


def crossed(board: Board, sources: Sequence[Card], way: Way) -> tuple[tuple[str, Card], ...]:
    """Pairs of (source id, new card). `sources` go together: a package first, its members behind it.

    Raises `Refused`: condition_not_there where a condition names a card that the readers there do not have, until_past
    for a proposal whose time is over.
    """
    ids = {card.id: way.fresh("b_") for card in sources}
    known = {**there(board, sources[0].layer, way.layer, alone=way.alone), **ids}
    for source in sources:
        if any(c not in known for c in source.conditions):
            raise Refused("condition_not_there", field="conditions")
        if source.until is not None and source.until <= way.now:
            raise Refused("until_past", field="until")
    places = free_places(board, way.layer, [(source.kind, source.words, ties(source)) for source in sources])
    return tuple((s.id, _copy(s, way, ids, known, p)) for s, p in zip(sources, places, strict=True))


def _copy(source: Card, way: Way, ids: Mapping[str, str], known: Mapping[str, str], place: Place) -> Card:
    return Card(
        id=ids[source.id],
        layer=way.layer,
        kind=source.kind,
        author=way.author,
        words=source.words,
        made=way.now,
        place=place,
        about=known.get(source.about) if source.about else None,
        answers=known.get(source.answers) if source.answers else None,
        state=TABLED if source.kind in ANSWERABLE else "",
        sides=source.sides,
        conditions=tuple(known[c] for c in source.conditions),
        members=tuple(ids[m] for m in source.members),
        package=ids.get(source.package) if source.package else None,
        until=source.until,
        came=way.verbatim,
        file=source.file,
    )


def there(board: Board, home: str, layer: str, *, alone: bool = False) -> dict[str, str]:
    """How the readers of `layer` know the cards that a card of the layer `home` may be tied to: joint cards by
    themselves, cards of `home` by their newest copies, and what came to `home` from `layer` by what it was there.

    What was said as the mediators' own is nobody's copy; and to what goes `alone`, no card has a copy. What a group has
    put away in its own layer it still has: a refusal would tell whoever carries that it did.
    """
    known = {t.id: t.id for t in board.in_layer(JOINT)}
    had = known if layer == JOINT else {*known, *(t.id for t in board.things.values() if t.layer == layer)}
    if alone:
        return known
    for thing in board.things.values():
        for source, home_of_source, copy, home_of_copy in _ways_gone(board, thing):
            if home_of_source == home and copy in had:
                known[source] = copy
            elif home_of_copy == home and source in had:
                known[copy] = source
    return known


def _ways_gone(board: Board, thing: object) -> list[tuple[str, str, str, str]]:
    """Each (card, its layer, its copy, the copy's layer) that this card or release tells of."""
    if isinstance(thing, Card):
        return [(thing.id, thing.layer, went.card, went.layer) for went in thing.crossed]
    if not isinstance(thing, Release) or thing.own or thing.compare or thing.reply is not None:
        return []
    found = []
    for went in thing.carried:
        copy = board.things.get(went.card)
        copies = (went.card, *(copy.members if isinstance(copy, Card) else ()))
        found += [(s.id, s.layer, c, went.layer) for s, c in zip(thing.frozen, copies, strict=False)]
    return found


def as_looked_at(board: Board, card: Card, version: int, parts: tuple[tuple[str, int], ...], who: Who) -> None:
    """Nobody puts forward words, nor a member of a package, that it was not looking at. `parts` are the members as they
    were shown: each card and its version, in their order.

    Raises `Refused("card_changed")` with the version and the writer of what is another now.
    """
    looked = ((card.id, version), *parts)
    now = (card, *board.cards(card.members))
    if looked != tuple((one.id, one.version) for one in now):
        other = next((one for one in now if (one.id, one.version) not in looked), card)
        raise Refused("card_changed", version=other.version, by=who.name_of(other))


def together(board: Board, card: Card, who: Who, *, own: bool = False) -> tuple[Card, ...]:
    """The card as it goes, with the sides that it asks, and behind it the members of a package.

    Where none is named, it asks those that its author knows of; said as the mediators' own (`own`), it asks all, or
    who is missing would tell whose it was. A package takes the yes of every side that it or a member names, and is
    over as soon as a member would be.

    Raises `Refused`: package_empty, part_of_package.
    """
    if card.package is not None:
        raise Refused("part_of_package")
    asked = who.sides if own else who.asked
    if card.kind != PACKAGE:
        return (_asking(card, asked),)
    members = tuple(_asking(m, asked) for m in board.cards(card.members))
    if not members:
        raise Refused("package_empty")
    parts = (_asking(card, asked), *members)
    named = {side for part in parts for side in part.sides}
    ends = [part.until for part in parts if part.until is not None]
    whole = replace(card, sides=tuple(s for s in who.sides if s in named), until=min(ends, default=None))
    return (whole, *members)


def _asking(card: Card, asked: tuple[str, ...]) -> Card:
    return replace(card, sides=card.sides or asked) if card.kind in ANSWERABLE else card
