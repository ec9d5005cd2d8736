"""A board as of one position in its log, and what each event does to it. No rules, no refusals, no clock.

`things` holds everything by id, what was removed too (it may be put back). `groups` says since which of its epochs
each seat reads a layer's past. `deadlines` holds what time will end: ids and when (ms since 1970).
`trail` leads from each board to the ids that were put on it last, and to the board before.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from server.board import events as ev
from server.board.card import MEMBERS_MOST, Card, Crossing
from server.board.comment import Comment
from server.board.layers import side_layer
from server.board.mark import Mark
from server.board.release import Release
from server.board.round import Round

Trail = tuple[tuple[str, ...], "Trail"] | None
Thing = Card | Mark | Comment | Release | Round


@dataclass(frozen=True, slots=True)
class Board:
    things: Mapping[str, Thing] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    deadlines: Mapping[str, int] = field(default_factory=dict)
    trail: "Trail" = field(default=None, compare=False, repr=False)

    def cards(self, ids: Iterable[str]) -> tuple[Card, ...]:
        """These things, of which all are cards."""
        return tuple(card for i in ids if isinstance(card := self.things[i], Card))

    def in_layer(self, layer: str) -> list[Thing]:
        return [t for t in self.things.values() if t.layer == layer and not t.removed]

    def epoch(self, layer: str) -> int:
        """Grows whenever somebody comes to read the layer's past."""
        return max(self.groups.get(layer, {}).values(), default=0)


def apply(board: Board, event: ev.BoardEvent, at: int) -> Board:
    """The board after `event`, which happened at `at`."""
    return _TABLE[type(event)](board, event, at)


def changed_since(before: Board, after: Board) -> list[str]:
    """The ids of the things that were put on the way from `before` to `after`, each once, oldest first."""
    found: dict[str, None] = {}
    trail = after.trail
    while trail is not None and trail is not before.trail:
        ids, trail = trail
        found |= dict.fromkeys(reversed(ids))
    return list(reversed(found))


def _put(board: Board, *things: Thing) -> Board:
    deadlines = board.deadlines
    for thing in things:
        end = _deadline(thing)
        if end is not None and deadlines.get(thing.id) != end:
            deadlines = {**deadlines, thing.id: end}
        elif end is None and thing.id in deadlines:
            deadlines = {i: until for i, until in deadlines.items() if i != thing.id}
    new = {t.id: t for t in things}
    return Board({**board.things, **new}, board.groups, deadlines, (tuple(new), board.trail))


def _deadline(thing: Thing) -> int | None:
    """When time ends it, if it does. The members of a package end with it."""
    if isinstance(thing, Release):
        return thing.until if thing.state == "open" else None
    if isinstance(thing, Round):
        return thing.until if thing.open else None
    if isinstance(thing, Card) and thing.state in ("tabled", "countered") and thing.package is None:
        return None if thing.removed else thing.until
    return None


def _each(board: Board, ids: Iterable[str], change: Callable[[Any], Thing]) -> Board:
    return _put(board, *(change(board.things[i]) for i in ids))


def _card(board: Board, name: str) -> Card:
    found = board.things[name]
    assert isinstance(found, Card)
    return found


def _edited(board: Board, event: ev.CardEdited, at: int) -> Board:
    card = _card(board, event.card)
    links = event.links
    changed = replace(
        card.reworded(event.words, event.by, event.seat, at),
        about=links.about,
        answers=links.answers,
        sides=links.sides,
        conditions=links.conditions,
        members=links.members,
        until=links.until,
        colour=links.colour,
    )
    return _packed(_put(board, changed), changed.id, card.members, changed.members)


def _packed(board: Board, package: str, before: tuple[str, ...], now: tuple[str, ...]) -> Board:
    """Members know the package they belong to, and those that were let go forget it."""
    let_go = [replace(_card(board, m), package=None) for m in before if m not in now]
    taken = [replace(_card(board, m), package=package) for m in now if m not in before]
    return _put(board, *let_go, *taken) if let_go or taken else board


def _added(board: Board, event: ev.ThingsAdded, at: int) -> Board:
    board = _put(board, *event.cards, *event.marks)
    for card in event.cards:
        board = _packed(board, card.id, (), card.members)
    return board


def _removed(board: Board, event: ev.ThingsRemoved, at: int) -> Board:
    board = _each(board, event.things, lambda t: replace(t, removed=True))
    for name in event.things:
        thing = board.things[name]
        if isinstance(thing, Card):
            board = _apart(board, thing)
    return board


def _apart(board: Board, card: Card) -> Board:
    """A package that goes lets its members go; a member that goes leaves its package, and remembers it."""
    board = _packed(board, card.id, card.members, ())
    if card.package is None:
        return board
    package = _card(board, card.package)
    return _put(board, replace(package, members=tuple(m for m in package.members if m != card.id)))


def _restored(board: Board, event: ev.ThingsRestored, at: int) -> Board:
    board = _each(board, event.things, lambda t: replace(t, removed=False))
    for name in event.things:
        thing = board.things[name]
        if isinstance(thing, Card):
            board = _whole(board, thing)
    return board


def _whole(board: Board, card: Card) -> Board:
    """A package finds those of its members again that are still free, and a member its package."""
    if card.members:
        free = tuple(m for m in card.members if _free(board, m, card.id))
        return _packed(_put(board, replace(card, members=free)), card.id, (), free)
    if card.package is None:
        return board
    package = _card(board, card.package)
    if card.id in package.members:
        return board
    if package.removed or len(package.members) >= MEMBERS_MOST:
        return _put(board, replace(card, package=None))
    return _put(board, replace(package, members=(*package.members, card.id)))


def _free(board: Board, member: str, package: str) -> bool:
    card = _card(board, member)
    return card.package in (None, package) and not card.removed


def _mark_edited(board: Board, event: ev.MarkEdited, at: int) -> Board:
    mark = board.things[event.mark]
    assert isinstance(mark, Mark)
    changed = replace(mark, text=event.text, colour=event.colour, points=event.points, version=mark.version + 1)
    return _put(board, changed)


def _placed(board: Board, event: ev.ThingsPlaced, at: int) -> Board:
    places = dict(event.places)
    return _each(board, places, lambda thing: replace(thing, place=places[thing.id]))


def _crossed(board: Board, event: ev.CardsCrossed, at: int) -> Board:
    """Who owns a card knows where it went; who released it sees so in the ledger."""
    new = {source: card.id for source, card in event.pairs}
    board = _put(board, *(card for _, card in event.pairs))
    if event.release is not None:
        release = board.things[event.release]
        assert isinstance(release, Release)
        first = Crossing(event.layer, new[release.card], at)
        return _put(board, _carried(release, first, at))
    return _each(board, new, lambda c: replace(c, crossed=(*c.crossed, Crossing(event.layer, new[c.id], at))))


def _carried(release: Release, crossing: Crossing, at: int) -> Release:
    carried = (*release.carried, crossing)
    done = set(release.to) <= {c.layer for c in carried}
    return replace(release, carried=carried, state="carried" if done else release.state, ended=at if done else None)


def _replied(board: Board, event: ev.Replied, at: int) -> Board:
    card = board.things[event.card]
    assert isinstance(card, Card)
    others = {side: reply for side, reply in card.replies.items() if side != event.side}
    board = _put(board, replace(card, replies={**others, event.side: event.reply} if event.reply else others))
    if event.release is not None:
        release = board.things[event.release]
        assert isinstance(release, Release)
        board = _put(board, _carried(release, Crossing(card.layer, card.id, at), at))
    return board


def _ended(board: Board, event: ev.ReleasesEnded, at: int) -> Board:
    def end(release: Release) -> Release:
        said = tuple(c.layer for c in release.carried)
        if event.state == "taken_back" and said:
            return replace(release, to=() if release.compare else said, state="carried", ended=at)
        return replace(release, state=event.state, ended=at)

    return _each(board, event.releases, end)


def _shared(board: Board, event: ev.InterestsShared, at: int) -> Board:
    """Each release remembers whose interest was found to be the same, and stays: a third side may have it too."""
    one, other = board.things[event.one], board.things[event.other]
    assert isinstance(one, Release) and isinstance(other, Release)
    for mine, theirs in ((one, other), (other, one)):
        found = Crossing(side_layer(theirs.side), theirs.card, at)
        board = _put(board, replace(mine, carried=(*mine.carried, found)))
        card = board.things.get(mine.card)  # not there, where the side has begun afresh
        if isinstance(card, Card):
            board = _put(board, replace(card, shared=(*card.shared, (theirs.side, theirs.words))))
    return board


def _joined(board: Board, event: ev.GroupJoined, at: int) -> Board:
    before = {} if event.afresh else board.groups.get(event.layer, {})
    group = {**before, event.seat: board.epoch(event.layer) + 1}
    if event.afresh:
        board = _forgotten(board, event.layer)
    return replace(board, groups={**board.groups, event.layer: group})


def _forgotten(board: Board, layer: str) -> Board:
    """Without what a group had written in its layer. What was carried there is not its own, and stays."""
    gone = {t.id for t in board.things.values() if t.layer == layer and not (isinstance(t, Card) and t.came)}
    things = {i: t for i, t in board.things.items() if i not in gone}
    deadlines = {i: until for i, until in board.deadlines.items() if i in things}
    return replace(board, things=things, deadlines=deadlines, trail=(tuple(sorted(gone)), board.trail))


_TABLE: dict[type, Callable[[Board, Any, int], Board]] = {
    ev.ThingsAdded: _added,
    ev.CardEdited: _edited,
    ev.MarkEdited: _mark_edited,
    ev.ThingsPlaced: _placed,
    ev.ThingsRemoved: _removed,
    ev.ThingsRestored: _restored,
    ev.Commented: lambda b, e, at: _put(b, e.comment),
    ev.CardsCrossed: _crossed,
    ev.ProposalsChanged: lambda b, e, at: _each(b, e.cards, lambda c: replace(c, state=e.state)),
    ev.Replied: _replied,
    ev.Released: lambda b, e, at: _put(b, e.release),
    ev.ReleasesEnded: _ended,
    ev.InterestsShared: _shared,
    ev.RoundOpened: lambda b, e, at: _put(b, e.round),
    ev.RoundClosed: lambda b, e, at: _each(b, (e.round,), lambda r: replace(r, open=False)),
    ev.GroupJoined: _joined,
}
