"""Making, changing, moving and removing what lies on the board, and commenting on it."""

from collections.abc import Mapping
from dataclasses import replace

from server.board import commands as c
from server.board import events as ev
from server.board import mark as marks
from server.board.board import Board, Thing
from server.board.card import ANSWERABLE, CARD_KINDS, FILE, PACKAGE, Card, Words
from server.board.comment import TEXT_MAX as COMMENT_MAX
from server.board.comment import Comment
from server.board.layers import JOINT
from server.board.mark import MARK_KINDS, Mark
from server.board.place import Place, free_places
from server.board.place import checked as place_checked
from server.board.proposal import AGREED, DRAFT
from server.board.release import Release
from server.board.round import Round
from server.board.terms import checked as terms_checked
from server.board.who import Done, Who, card_named, thing_named
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
CONDITIONS_MOST = 10
MEMBERS_MOST = 20


def words_checked(words: Words, kind: str) -> Words:
    """Raises `Refused` with `field`: title, text, terms.<n>.<field>."""
    if words.terms and kind not in ANSWERABLE:
        raise Refused("terms_not_here", field="terms")
    title = line(words.title, "title", TITLE_MAX)
    return Words(title, prose(words.text, "text", TEXT_MAX, empty=True), terms_checked(words.terms))


def links_checked(board: Board, who: Who, layer: str, kind: str, links: ev.Links, own: str = "") -> ev.Links:
    """What a card is tied to must be there for its readers, and of the right kind."""
    answerable = kind in ANSWERABLE
    if not answerable and (links.sides or links.conditions or links.until or links.answers or links.members):
        raise Refused("links_not_here", field="conditions")
    if any(side not in who.known for side in links.sides):
        raise Refused("unknown_side", field="sides")
    if links.until is not None and links.until <= who.now:
        raise Refused("until_past", field="until")
    if len(links.conditions) > CONDITIONS_MOST or len(links.members) > MEMBERS_MOST:
        raise Refused("too_many_links", field="conditions" if len(links.conditions) > CONDITIONS_MOST else "members")
    tied = [("about", links.about), ("answers", links.answers), *(("conditions", i) for i in links.conditions)]
    for field, other in tied:
        if other is None:
            continue
        card = _tied(board, who, layer, other, field)
        if field != "about" and (card.kind not in ANSWERABLE or card.id == own):
            raise Refused("condition_not_proposal", field=field)
    if links.members and kind != PACKAGE:
        raise Refused("links_not_here", field="members")
    for member in links.members:
        card = _tied(board, who, layer, member, "members")
        if card.kind != "proposal" or card.layer != layer or card.state != DRAFT or card.package not in (None, own):
            raise Refused("member_not_free", field="members", title=card.words.title)
    colour = marks.checked_colour(links.colour)
    return replace(
        links,
        colour=colour,
        sides=tuple(dict.fromkeys(links.sides)),
        conditions=tuple(dict.fromkeys(links.conditions)),
        members=tuple(dict.fromkeys(links.members)),
    )


def _tied(board: Board, who: Who, layer: str, card: str, field: str) -> Card:
    """A card that the readers of `layer` know: of that layer, or joint."""
    found = board.things.get(card)
    if not isinstance(found, Card) or found.layer not in who.readable & {layer, JOINT} or found.removed:
        raise Refused("unknown_card", field=field)
    return found


def add(board: Board, command: c.AddThings, who: Who) -> Done:
    number = len(command.cards) + len(command.marks)
    if not number:
        raise Refused("nothing_added")
    if number > THINGS_AT_ONCE:
        raise Refused("too_many_things", most=THINGS_AT_ONCE)
    room_left(board, command.layer, number, sum(len(m.points) for m in command.marks))
    drafts: tuple[c.CardDraft | c.MarkDraft, ...] = (*command.cards, *command.marks)
    ids = {draft.ref or f"#{n}": who.fresh("b_") for n, draft in enumerate(drafts)}
    named = list(ids.values())
    if len(named) != number:
        raise Refused("ref_twice")
    split = len(command.cards)
    free = free_places(places_taken(board, command.layer), split)
    cards = tuple(
        _card(board, who, command.layer, draft, own, ids, place)
        for draft, own, place in zip(command.cards, named[:split], free, strict=True)
    )
    drawn = tuple(
        _mark(board, who, command.layer, draft, own, ids)
        for draft, own in zip(command.marks, named[split:], strict=True)
    )
    return Done((ev.ThingsAdded(cards, drawn),), {"ids": named})


def places_taken(board: Board, layer: str) -> list[Place]:
    """Where the cards of a layer lie."""
    return [t.place for t in board.in_layer(layer) if isinstance(t, Card) and t.place]


def room_left(board: Board, layer: str, number: int, points: int = 0) -> None:
    """Raises `Refused("layer_full")`."""
    lying = board.in_layer(layer)
    drawn = sum(len(t.points) for t in lying if isinstance(t, Mark)) if points else 0
    if len(lying) + number > LAYER_MOST or drawn + points > POINTS_OF_LAYER:
        raise Refused("layer_full", most=LAYER_MOST)


def _card(
    board: Board, who: Who, layer: str, draft: c.CardDraft, own: str, ids: Mapping[str, str], free: Place
) -> Card:
    if draft.kind not in CARD_KINDS or draft.kind == FILE:
        raise Refused("kind_unknown", field="kind")
    if draft.kind in ANSWERABLE and layer == JOINT:
        raise Refused("draft_first", field="kind")
    links = draft.links
    if links.about in ids:
        links = replace(links, about=None)
    links = links_checked(board, who, layer, draft.kind, links)
    about = ids.get(draft.links.about, links.about) if draft.links.about else None
    return Card(
        id=own,
        layer=layer,
        kind=draft.kind,
        author=who.author,
        words=words_checked(draft.words, draft.kind),
        made=who.now,
        by=who.name,
        place=place_checked(draft.place) if draft.place else free,
        colour=links.colour,
        about=about,
        answers=links.answers,
        state=DRAFT if draft.kind in ANSWERABLE else "",
        sides=links.sides,
        conditions=links.conditions,
        members=links.members,
        until=links.until,
    )


def _mark(board: Board, who: Who, layer: str, draft: c.MarkDraft, own: str, ids: Mapping[str, str]) -> Mark:
    if draft.kind not in MARK_KINDS:
        raise Refused("kind_unknown", field="kind")
    return Mark(
        id=own,
        layer=layer,
        kind=draft.kind,
        author=who.author,
        made=who.now,
        by=who.name,
        place=place_checked(draft.place) if draft.place else None,
        colour=marks.checked_colour(draft.colour),
        text=marks.checked_text(draft.text, draft.kind),
        points=marks.checked_points(draft.points, draft.kind),
        frm=_end(board, who, layer, draft.frm, ids, "from"),
        to=_end(board, who, layer, draft.to, ids, "to"),
    )


def _end(board: Board, who: Who, layer: str, end: str | None, ids: Mapping[str, str], field: str) -> str | None:
    """What an arrow is tied to: a thing of its own layer, or one that comes with it."""
    if end is None or end in ids:
        return ids[end] if end else None
    found = board.things.get(end)
    if found is None or found.layer != layer or layer not in who.readable:
        raise Refused("unknown_card", field=field)
    return end


def add_file(board: Board, command: c.AddFile, who: Who) -> Done:
    """Raises `Refused`: layer_full, and for the name text_empty, text_hidden, text_too_long."""
    room_left(board, command.layer, 1)
    if sum(t.layer == command.layer and isinstance(t, Card) and t.kind == FILE for t in board.things.values()) >= (
        FILES_OF_LAYER
    ):
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
        place=free_places(places_taken(board, command.layer), 1)[0],
        file=replace(command.facts, name=name),
    )
    return Done((ev.ThingsAdded((card,)),), {"ids": [card.id]})


def may_touch(card: Thing, who: Who) -> None:
    """Whose words these are: of one's own group; in the joint layer, mediators also tidy up what is not a proposal.

    Raises `Refused`: card_agreed, words_fixed, not_yours.
    """
    if isinstance(card, Release | Comment | Round):
        raise Refused("words_fixed")
    if isinstance(card, Card):
        if card.state == AGREED:
            raise Refused("card_agreed")
        if card.came or card.state not in ("", DRAFT) or card.kind == FILE:
            raise Refused("words_fixed")
    if card.author != who.author and not (who.mediates and card.layer == JOINT):
        raise Refused("not_yours")
    if card.author is None and not who.mediates and isinstance(card, Card):
        raise Refused("not_yours")


def edit(board: Board, command: c.EditCard, who: Who) -> Done:
    """A save over an older version is refused with what stands there now; the composer keeps both."""
    card = card_named(board, who, command.card)
    may_touch(card, who)
    if command.version != card.version:
        raise Refused("card_changed", version=card.version, by=card.by)
    if len(card.history) >= VERSIONS_MOST:
        raise Refused("too_many_versions", most=VERSIONS_MOST)
    words = words_checked(command.words, card.kind)
    links = links_checked(board, who, card.layer, card.kind, command.links, card.id)
    same = links == ev.Links(
        card.about, card.answers, card.sides, card.conditions, card.members, card.until, card.colour
    )
    if words == card.words and same:
        return Done((), {"version": card.version})
    return Done((ev.CardEdited(card.id, words, links, who.name),), {"version": card.version + 1})


def edit_mark(board: Board, command: c.EditMark, who: Who) -> Done:
    mark = thing_named(board, who, command.mark)
    if not isinstance(mark, Mark):
        raise Refused("unknown_card")
    may_touch(mark, who)
    if len(command.points) > len(mark.points):
        room_left(board, mark.layer, 0, len(command.points) - len(mark.points))
    text = marks.checked_text(command.text, mark.kind)
    points = marks.checked_points(command.points, mark.kind)
    return Done((ev.MarkEdited(mark.id, text, marks.checked_colour(command.colour), points),))


def place(board: Board, command: c.PlaceThings, who: Who) -> Done:
    """Everybody who may write in a layer may tidy it up; where a thing lies says nothing of whose it is."""
    if not 0 < len(command.places) <= LAYER_MOST:
        raise Refused("too_many_things", most=LAYER_MOST)
    for thing, where in command.places:
        place_checked(where)
        if not isinstance(thing_named(board, who, thing), Card | Mark):
            raise Refused("unknown_card")
    changed = tuple((t, w) for t, w in dict(command.places).items() if getattr(board.things[t], "place", None) != w)
    return Done((ev.ThingsPlaced(changed),) if changed else ())


def remove(board: Board, command: c.RemoveThings, who: Who) -> Done:
    """What is on the table as a proposal is withdrawn, not removed. What came from elsewhere may be put away."""
    things = [thing_named(board, who, i) for i in dict.fromkeys(command.things)]
    for thing in things:
        if isinstance(thing, Comment):
            if thing.author != who.author or thing.author is None:
                raise Refused("not_yours")
        elif isinstance(thing, Card) and thing.layer != JOINT and thing.state != AGREED:
            continue
        elif isinstance(thing, Card) and thing.kind == FILE and thing.author == who.author is not None:
            continue
        else:
            may_touch(thing, who)
    return Done((ev.ThingsRemoved(tuple(t.id for t in things)),) if things else ())


def restore(board: Board, command: c.RestoreThings, who: Who) -> Done:
    """Put back what one's own group removed."""
    for i in command.things:
        thing = board.things.get(i)
        if thing is None or thing.layer not in who.readable or not isinstance(thing, Card | Mark | Comment):
            raise Refused("unknown_card")
        if thing.layer == JOINT and thing.author != who.author and not who.mediates:
            raise Refused("not_yours")
    gone = tuple(i for i in dict.fromkeys(command.things) if getattr(board.things[i], "removed", False))
    for layer in {board.things[i].layer for i in gone}:
        room_left(board, layer, len(gone))
    return Done((ev.ThingsRestored(gone),) if gone else ())


def comment(board: Board, command: c.WriteComment, who: Who) -> Done:
    """Raises `Refused`: round_open for an idea that is not to be answered yet, unknown_card."""
    card = card_named(board, who, command.card)
    if command.layer != card.layer and (card.layer != JOINT or command.layer == JOINT):
        raise Refused("unknown_layer", field="layer")
    if in_open_round(board, card):
        raise Refused("round_open")
    text = prose(command.text, "text", COMMENT_MAX)
    theirs = [t for t in board.in_layer(command.layer) if isinstance(t, Comment) and t.card == card.id]
    if len(theirs) >= COMMENTS_MOST:
        raise Refused("too_many_comments", most=COMMENTS_MOST)
    written = Comment(who.fresh("b_"), command.layer, card.id, who.author, who.name, text, who.now)
    return Done((ev.Commented(written),), {"ids": [written.id]})


def in_open_round(board: Board, card: Card) -> bool:
    """Whether this is an idea of a round that still goes on."""
    found = board.things.get(card.round) if card.round else None
    return isinstance(found, Round) and found.open
