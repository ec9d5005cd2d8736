"""The things of a board as plain values for the wire and for paper: what one reader may know of each.

A layer decides who reads a thing at all; within it, a reader is not told of sides that it may not know of, of persons
of other groups, nor of an answer "I need time" that is not its own side's: that one looks like no answer yet.
Shapes: `Thing` in PROTOCOL.md.
"""

from dataclasses import dataclass

from server.board.board import Thing
from server.board.card import Card, Crossing, FileFacts, Reply, Version, Words, proof
from server.board.comment import Comment
from server.board.layers import JOINT, MEDIATORS, side_layer, side_of
from server.board.mark import Mark
from server.board.place import Place
from server.board.proposal import TIME
from server.board.release import Release
from server.board.terms import Term

Shape = dict[str, object]
Written = Card | Mark | Comment | Reply | Version


@dataclass(frozen=True, slots=True)
class Reader:
    """As far as it matters here: `sides` are those that it may know of, `strangers` seats of its own group that it may
    not know of.
    """

    side: str | None
    mediates: bool
    sides: frozenset[str]
    strangers: frozenset[str] = frozenset()

    def knows(self, layer: str | None) -> bool:
        """Whether this reader may know of the side whose layer it is."""
        side = side_of(layer or "")
        return side is None or side in self.sides

    def near(self, author: str | None) -> bool:
        """Whether the author is the reader's own group, so that the person's name may be told."""
        if author == MEDIATORS:
            return self.mediates
        return self.side is not None and side_of(author or "") == self.side

    def name(self, written: Written, author: str | None) -> str:
        """Who of `author`'s group wrote it, if this reader may be told."""
        return written.by if self.near(author) and written.seat not in self.strangers else ""


def shape(thing: Thing, reader: Reader) -> Shape:
    """What `reader`, who reads the layer of `thing`, may know of it."""
    if isinstance(thing, Card):
        return _card(thing, reader)
    if isinstance(thing, Mark):
        return _mark(thing, reader)
    if isinstance(thing, Comment):
        return {
            **_common(thing, reader),
            "card": thing.card,
            "text": thing.text,
        }
    if isinstance(thing, Release):
        return _release(thing, reader)
    return {
        "id": thing.id,
        "layer": thing.layer,
        "kind": thing.kind,
        "question": thing.question,
        "made": thing.made,
        "until": thing.until,
        "open": thing.open,
    }


def _common(thing: Card | Mark | Comment, reader: Reader) -> Shape:
    return {
        "id": thing.id,
        "layer": thing.layer,
        "kind": thing.kind,
        "author": thing.author if reader.knows(thing.author) else None,
        "by": reader.name(thing, thing.author),
        "made": thing.made,
    }


def words_shape(words: Words) -> Shape:
    return {"title": words.title, "text": words.text, "terms": [term_shape(t) for t in words.terms]}


def term_shape(term: Term) -> Shape:
    names = ("kind", "label", "value", "unit", "who", "by")
    return {name: getattr(term, name) for name in names}


def _place(place: Place | None) -> Shape | None:
    return {"x": place.x, "y": place.y, "w": place.w, "h": place.h} if place else None


def _card(card: Card, reader: Reader) -> Shape:
    return {
        **_common(card, reader),
        **words_shape(card.words),
        "changed": card.changed or card.made,
        "version": card.version,
        "proof": proof(card.words),
        "place": _place(card.place),
        "colour": card.colour,
        "about": card.about,
        "answers": card.answers,
        "state": card.state,
        "sides": [s for s in card.sides if s in reader.sides],
        "conditions": list(card.conditions),
        "members": list(card.members),
        "package": card.package,
        "until": card.until,
        "came": card.came and not _disguised(card, reader),
        "round": card.round,
        "replies": [
            _reply(side, reply, reader) for side, reply in sorted(card.replies.items()) if _tells(side, reply, reader)
        ],
        "crossed": _crossings(card.crossed, reader),
        "shared": [{"side": s, **words_shape(w)} for s, w in card.shared if s in reader.sides],
        "file": _file(card.file),
    }


def _disguised(card: Card, reader: Reader) -> bool:
    """Whether it was said as the mediators' own, where they also write what is their own: nobody else can tell."""
    return card.layer == JOINT and card.author == MEDIATORS and not reader.mediates


def _tells(side: str, reply: Reply, reader: Reader) -> bool:
    return side in reader.sides and (reply.answer != TIME or side == reader.side)


def _reply(side: str, reply: Reply, reader: Reader) -> Shape:
    by = reader.name(reply, side_layer(side))
    return {"side": side, "answer": reply.answer, "reason": reply.reason, "by": by, "at": reply.at}


def _crossings(crossings: tuple[Crossing, ...], reader: Reader) -> list[Shape]:
    """Which card it became is told only where that card can be seen."""
    return [
        {"layer": c.layer, "card": c.card if c.layer == JOINT else None, "at": c.at}
        for c in crossings
        if reader.knows(c.layer)
    ]


def _file(facts: FileFacts | None) -> Shape | None:
    """Never the name of what is stored."""
    names = ("name", "type", "size", "pages", "width", "height")
    return {name: getattr(facts, name) for name in names} if facts else None


def _mark(mark: Mark, reader: Reader) -> Shape:
    return {
        **_common(mark, reader),
        "version": mark.version,
        "place": _place(mark.place),
        "colour": mark.colour,
        "text": mark.text,
        "points": list(mark.points),
        "from": mark.frm,
        "to": mark.to,
    }


def _release(release: Release, reader: Reader) -> Shape:
    """For the side that gave it, and the mediators: the frozen words, and what became of them."""
    own = release.side == reader.side
    frozen = release.frozen[0]
    return {
        "id": release.id,
        "layer": release.layer,
        "kind": release.kind,
        "side": release.side,
        "by": release.by if release.seat not in reader.strangers else "",
        "made": release.made,
        "card": release.card if own or release.reply else None,
        "of": frozen.kind,
        **words_shape(frozen.words),
        "proof": proof(release.words),
        "parts": [{"kind": c.kind, **words_shape(c.words)} for c in release.frozen[1:]],
        "file": _file(release.file),
        "reply": {"answer": release.reply.answer, "reason": release.reply.reason} if release.reply else None,
        "to": [layer for layer in release.to if reader.knows(layer)],
        "own": release.own,
        "compare": release.compare,
        "condition": release.condition,
        "until": release.until,
        "carried": _crossings(release.carried, reader),
        **_standing(release, reader),
    }


def _standing(release: Release, reader: Reader) -> Shape:
    """What is compared is over for a reader as soon as every other side that it knows of was found to have the same;
    that there are others, to be compared with still, it is not told.
    """
    others = reader.sides - {release.side}
    found = {side_of(crossing.layer): crossing.at for crossing in release.carried}
    if release.compare and release.state == "open" and others and others <= found.keys():
        return {"state": "carried", "ended": max(found[side] for side in others)}
    return {"state": release.state, "ended": release.ended}
