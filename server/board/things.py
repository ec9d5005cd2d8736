"""Making and changing what lies on the board, and commenting on it."""

from collections.abc import Mapping
from dataclasses import replace

from server.board import commands as c
from server.board import events as ev
from server.board import mark as marks
from server.board.board import Board, Thing
from server.board.card import ANSWERABLE, CARD_KINDS, FILE, Card, Words
from server.board.comment import TEXT_MAX as COMMENT_MAX
from server.board.comment import Comment
from server.board.free import free_places, ties
from server.board.layers import JOINT
from server.board.links import links_checked, links_of
from server.board.mark import MARK_KINDS, Mark
from server.board.place import checked as place_checked
from server.board.proposal import AGREED, DRAFT
from server.board.round import Round
from server.board.terms import checked as terms_checked
from server.board.who import Done, Who, card_named, owns, thing_named
from server.board.wording import line, prose
from server.errors import Refused

TITLE_MAX = 200
TEXT_MAX = 4_000
THINGS_AT_ONCE = 100  # things in one command. More makes long turns; fewer cuts templates and imports.
LAYER_MOST = 3_000  # things of one layer. More makes pages slow; fewer cuts long cases. Counted per layer: no layer's
# fullness tells anything about another.
POINTS_OF_LAYER = 400_000  # numbers of all ink of one layer.
FILES_OF_LAYER = 100  # files of one layer, removed ones too: they are still on the disk.
COMMENTS_MOST = 200
VERSIONS_MOST = 500


def words_checked(words: Words, kind: str) -> Words:
    """Raises `Refused` with `field`: title, text, terms.<n>.<field>."""
    if words.terms and kind not in ANSWERABLE:
        raise Refused("terms_not_here", field="terms")
    title = line(words.title, "title", TITLE_MAX)
    return Words(title, prose(words.text, "text", TEXT_MAX, empty=True), terms_checked(words.terms))


def add(board: Board, command: c.AddThings, who: Who) -> Done:
    """Raises `Refused`: nothing_added, too_many_things, layer_full, ref_twice, kind_unknown, draft_first, …"""
    number = len(command.cards) + len(command.marks)
    if not number:
        raise Refused("nothing_added")
    if number > THINGS_AT_ONCE:
        raise Refused("too_many_things", most=THINGS_AT_ONCE)
    room_left(board, command.layer, number, sum(len(m.points) for m in command.marks))
    drafts: tuple[c.CardDraft | c.MarkDraft, ...] = (*command.cards, *command.marks)
    refs = [draft.ref for draft in drafts if draft.ref]
    if len(set(refs)) != len(refs):
        raise Refused("ref_twice")
    _members_once(command.cards)
    ids = [who.fresh("b_") for _ in drafts]
    named = {draft.ref: own for draft, own in zip(drafts, ids, strict=True) if draft.ref}
    split = len(command.cards)
    new = {ref: own for ref, own in named.items() if own in ids[:split]}
    cards = _laid(
        board,
        tuple(
            _card(board, who, command.layer, draft, own, new)
            for draft, own in zip(command.cards, ids[:split], strict=True)
        ),
    )
    drawn = tuple(
        _mark(board, who, command.layer, draft, own, named)
        for draft, own in zip(command.marks, ids[split:], strict=True)
    )
    return Done((ev.ThingsAdded(cards, drawn),), {"ids": ids})


def _members_once(drafts: tuple[c.CardDraft, ...]) -> None:
    """Of two packages that come together, only one can have a member. Raises `Refused("member_not_free")`."""
    members = [m for draft in drafts for m in dict.fromkeys(draft.links.members)]
    if len(set(members)) != len(members):
        raise Refused("member_not_free", field="members")


def room_left(board: Board, layer: str, number: int, points: int = 0) -> None:
    """Raises `Refused("layer_full")`. What came from elsewhere is not counted: nobody fills another's layer."""
    lying = [t for t in board.in_layer(layer) if not (isinstance(t, Card) and t.came and t.layer != JOINT)]
    drawn = sum(len(t.points) for t in lying if isinstance(t, Mark)) if points > 0 else 0
    if (number and len(lying) + number > LAYER_MOST) or drawn + points > POINTS_OF_LAYER:
        raise Refused("layer_full", most=LAYER_MOST)


def _laid(board: Board, cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """Each where it was wanted, the others where something is free."""
    lost = [card for card in cards if card.place is None]
    if not lost:
        return cards
    free = iter(free_places(board, lost[0].layer, [(card.kind, card.words, ties(card)) for card in lost]))
    return tuple(card if card.place else replace(card, place=next(free)) for card in cards)


def _card(board: Board, who: Who, layer: str, draft: c.CardDraft, own: str, new: Mapping[str, str]) -> Card:
    if draft.kind not in CARD_KINDS or draft.kind == FILE:
        raise Refused("kind_unknown", field="kind")
    if draft.kind in ANSWERABLE and layer == JOINT:
        raise Refused("draft_first", field="kind")
    links = links_checked(board, who, layer, draft.kind, draft.links, own, new)
    return Card(
        id=own,
        layer=layer,
        kind=draft.kind,
        author=who.author,
        words=words_checked(draft.words, draft.kind),
        made=who.now,
        by=who.name,
        seat=who.seat,
        place=place_checked(draft.place) if draft.place else None,
        colour=links.colour,
        about=links.about,
        answers=links.answers,
        state=DRAFT if draft.kind in ANSWERABLE else "",
        sides=links.sides,
        conditions=links.conditions,
        members=links.members,
        until=links.until,
    )


def _mark(board: Board, who: Who, layer: str, draft: c.MarkDraft, own: str, named: Mapping[str, str]) -> Mark:
    if draft.kind not in MARK_KINDS:
        raise Refused("kind_unknown", field="kind")
    return Mark(
        id=own,
        layer=layer,
        kind=draft.kind,
        author=who.author,
        made=who.now,
        by=who.name,
        seat=who.seat,
        place=place_checked(draft.place) if draft.place else None,
        colour=marks.checked_colour(draft.colour),
        text=marks.checked_text(draft.text, draft.kind),
        points=marks.checked_points(draft.points, draft.kind),
        frm=_end(board, who, layer, draft.frm, named, "from"),
        to=_end(board, who, layer, draft.to, named, "to"),
    )


def _end(board: Board, who: Who, layer: str, end: str | None, named: Mapping[str, str], field: str) -> str | None:
    """What an arrow is tied to: a thing of its own layer, or one that comes with it."""
    if end is None or end in named:
        return named[end] if end else None
    found = board.things.get(end)
    if found is None or found.layer != layer or layer not in who.readable or found.removed:
        raise Refused("unknown_card", field=field)
    return end


def add_file(board: Board, command: c.AddFile, who: Who) -> Done:
    """Raises `Refused`: layer_full, and for the name text_empty, text_hidden, text_too_long."""
    room_left(board, command.layer, 1)
    there = [t for t in board.things.values() if isinstance(t, Card) and t.kind == FILE and t.layer == command.layer]
    if len(there) >= FILES_OF_LAYER:
        raise Refused("layer_full", most=FILES_OF_LAYER)
    name = line(command.facts.name, "name", TITLE_MAX)
    card = Card(
        id=who.fresh("b_"),
        layer=command.layer,
        kind=FILE,
        author=who.author,
        words=Words(name),
        made=who.now,
        by=who.name,
        seat=who.seat,
        place=free_places(board, command.layer, [(FILE, Words(name))])[0],
        file=replace(command.facts, name=name),
    )
    return Done((ev.ThingsAdded((card,)),), {"ids": [card.id]})


def _may_change(thing: Thing, who: Who) -> None:
    """Nobody changes what another has said: not a mediator either.

    Raises `Refused`: card_agreed, words_fixed, not_yours.
    """
    if isinstance(thing, Card):
        if thing.state == AGREED:
            raise Refused("card_agreed")
        if thing.came or thing.state not in ("", DRAFT) or thing.kind == FILE:
            raise Refused("words_fixed")
    elif not isinstance(thing, Mark):
        raise Refused("words_fixed")
    if not owns(thing, who):
        raise Refused("not_yours")


def edit(board: Board, command: c.EditCard, who: Who) -> Done:
    """A save over an older version is refused with what stands there now; the composer keeps both."""
    card = card_named(board, who, command.card)
    _may_change(card, who)
    if command.version != card.version:
        raise Refused("card_changed", version=card.version, by=who.name_of(card))
    if len(card.history) >= VERSIONS_MOST:
        raise Refused("too_many_versions", most=VERSIONS_MOST)
    words = words_checked(command.words, card.kind)
    links = links_checked(board, who, card.layer, card.kind, command.links, card.id)
    if words == card.words and links == links_of(card):
        return Done((), {"version": card.version})
    return Done((ev.CardEdited(card.id, words, links, who.name, who.seat),), {"version": card.version + 1})


def edit_mark(board: Board, command: c.EditMark, who: Who) -> Done:
    mark = thing_named(board, who, command.mark)
    if not isinstance(mark, Mark):
        raise Refused("unknown_card")
    _may_change(mark, who)
    room_left(board, mark.layer, 0, len(command.points) - len(mark.points))
    text = marks.checked_text(command.text, mark.kind)
    points = marks.checked_points(command.points, mark.kind)
    colour = marks.checked_colour(command.colour)
    if (text, points, colour) == (mark.text, mark.points, mark.colour):
        return Done()
    return Done((ev.MarkEdited(mark.id, text, colour, points),))


def comment(board: Board, command: c.WriteComment, who: Who) -> Done:
    """Raises `Refused`: round_open for an idea that is not to be answered yet, unknown_card."""
    card = card_named(board, who, command.card)
    if command.layer != card.layer and (card.layer != JOINT or command.layer == JOINT):
        raise Refused("unknown_layer", field="layer")
    if in_open_round(board, card):
        raise Refused("round_open")
    text = prose(command.text, "text", COMMENT_MAX)
    room_left(board, command.layer, 1)
    theirs = [t for t in board.in_layer(command.layer) if isinstance(t, Comment) and t.card == card.id]
    if len(theirs) >= COMMENTS_MOST:
        raise Refused("too_many_comments", most=COMMENTS_MOST)
    written = Comment(
        id=who.fresh("b_"),
        layer=command.layer,
        card=card.id,
        author=who.author,
        by=who.name,
        seat=who.seat,
        text=text,
        made=who.now,
    )
    return Done((ev.Commented(written),), {"ids": [written.id]})


def in_open_round(board: Board, card: Card) -> bool:
    """Whether this is an idea of a round that still goes on."""
    found = board.things.get(card.round) if card.round else None
    return isinstance(found, Round) and found.open
