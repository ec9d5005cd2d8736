"""Cards into another layer: new cards with new ids and the very same words.

Nothing of a card but its words, its terms and what is tied to it goes along: not its history, its comments, its place,
its time. What it is tied to is named as the readers of the new layer know it, or the crossing is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from server.board.board import Board
from server.board.card import ANSWERABLE, Card
from server.board.layers import JOINT
from server.board.place import free_places
from server.board.proposal import TABLED
from server.board.release import Release
from server.errors import Refused


def crossed(
    board: Board,
    sources: Sequence[Card],
    layer: str,
    *,
    author: str | None,
    sides: tuple[str, ...],
    now: int,
    fresh: Callable[[str], str],
    verbatim: bool,
) -> tuple[tuple[str, Card], ...]:
    """Pairs of (source id, new card). `sources` go together: a package first, its members behind it.

    `verbatim`: the words stay as they are, whoever reads them there. Raises `Refused("condition_not_there")` where a
    condition names a card that the readers of `layer` do not have.
    """
    ids = {card.id: fresh("b_") for card in sources}
    known = {**there(board, layer), **ids}
    taken = [t.place for t in board.in_layer(layer) if isinstance(t, Card) and t.place]
    places = free_places(taken, len(sources))
    pairs = []
    for source, place in zip(sources, places, strict=True):
        if any(c not in known for c in source.conditions):
            raise Refused("condition_not_there", title=_title(board, source, known))
        card = Card(
            id=ids[source.id],
            layer=layer,
            kind=source.kind,
            author=author,
            words=source.words,
            made=now,
            place=place,
            about=known.get(source.about) if source.about else None,
            answers=known.get(source.answers) if source.answers else None,
            state=TABLED if source.kind in ANSWERABLE else "",
            sides=(source.sides or sides) if source.kind in ANSWERABLE else (),
            conditions=tuple(known[c] for c in source.conditions),
            members=tuple(ids[m] for m in source.members if m in ids),
            package=ids.get(source.package) if source.package else None,
            until=source.until,
            came=verbatim,
            file=source.file,
        )
        pairs.append((source.id, card))
    return tuple(pairs)


def there(board: Board, layer: str) -> dict[str, str]:
    """How the readers of `layer` know cards: by their own ids, and for what crossed, source to newest copy. What was
    said as the mediators' own is nobody's copy.
    """
    known = {t.id: t.id for t in board.in_layer(layer)}
    known |= {t.id: t.id for t in board.in_layer(JOINT)}
    for thing in board.things.values():
        if isinstance(thing, Card):
            source, went = thing.id, thing.crossed
        elif isinstance(thing, Release) and not thing.own and thing.reply is None:
            source, went = thing.card, thing.carried
        else:
            continue
        for copy in went:
            if copy.card in known:
                known[source] = copy.card
    return known


def together(board: Board, card: Card) -> tuple[Card, ...]:
    """The card, and behind it the members of a package. Raises `Refused`: package_empty, part_of_package."""
    if card.kind != "package":
        if card.package is not None:
            raise Refused("part_of_package")
        return (card,)
    members = tuple(m for m in board.cards(card.members) if not m.removed)
    if not members:
        raise Refused("package_empty")
    return (replace(card, members=tuple(m.id for m in members)), *members)


def _title(board: Board, source: Card, known: Mapping[str, str]) -> str:
    missing = next(c for c in source.conditions if c not in known)
    thing = board.things[missing]
    return thing.words.title if isinstance(thing, Card) else ""
