"""Moving, removing and putting back what lies on the board.

Rule 1: where a thing lies says nothing of whose it is: everybody who may write in a layer may move what lies there.
Rule 2: in a layer of its own a group removes and puts back whatever lies there, what came from elsewhere too.
Rule 3: in the joint layer each group removes its own, and mediators tidy up cards and marks; but what was put on the
        table as a proposal is withdrawn, and what is agreed stays.
"""

from server.board import commands as c
from server.board import events as ev
from server.board.board import Board, Thing
from server.board.card import Card
from server.board.comment import Comment
from server.board.layers import JOINT
from server.board.mark import Mark
from server.board.place import checked as place_checked
from server.board.proposal import AGREED, DRAFT
from server.board.things import LAYER_MOST, room_left
from server.board.who import Done, Who, owns, thing_named
from server.errors import Refused


def place(board: Board, command: c.PlaceThings, who: Who) -> Done:
    """Raises `Refused`: too_many_things, place_invalid, unknown_card."""
    if not 0 < len(command.places) <= LAYER_MOST:
        raise Refused("too_many_things", most=LAYER_MOST)
    for thing, where in command.places:
        place_checked(where)
        if not isinstance(thing_named(board, who, thing), Card | Mark):
            raise Refused("unknown_card")
    changed = tuple((t, w) for t, w in dict(command.places).items() if getattr(board.things[t], "place", None) != w)
    return Done((ev.ThingsPlaced(changed),) if changed else ())


def remove(board: Board, command: c.RemoveThings, who: Who) -> Done:
    """Raises `Refused`: unknown_card, words_fixed, card_agreed, not_yours."""
    things = [thing_named(board, who, i) for i in dict.fromkeys(command.things)]
    for thing in things:
        _may_take_away(thing, who)
    return Done((ev.ThingsRemoved(tuple(t.id for t in things)),) if things else ())


def _may_take_away(thing: Thing, who: Who) -> None:
    if not isinstance(thing, Card | Mark | Comment):
        raise Refused("words_fixed")
    if isinstance(thing, Card) and thing.state == AGREED:
        raise Refused("card_agreed")
    if isinstance(thing, Card) and thing.layer == JOINT and thing.state not in ("", DRAFT):
        raise Refused("words_fixed")
    if not _may_tidy(thing, who):
        raise Refused("not_yours")


def _may_tidy(thing: Thing, who: Who) -> bool:
    """By rules 2 and 3. That the layer can be written to is checked by the session."""
    tidies = who.mediates and thing.layer == JOINT and not isinstance(thing, Comment)
    return thing.layer == who.author or owns(thing, who) or tidies


def restore(board: Board, command: c.RestoreThings, who: Who) -> Done:
    """Put back what was removed. Raises `Refused`: unknown_card, not_yours, layer_full."""
    for i in command.things:
        thing = board.things.get(i)
        if thing is None or thing.layer not in who.readable or not isinstance(thing, Card | Mark | Comment):
            raise Refused("unknown_card")
        if not _may_tidy(thing, who):
            raise Refused("not_yours")
    gone = [t for t in map(board.things.__getitem__, dict.fromkeys(command.things)) if t.removed]
    for layer in {t.layer for t in gone}:
        room_left(board, layer, len(gone), sum(len(t.points) for t in gone if isinstance(t, Mark)))
    return Done((ev.ThingsRestored(tuple(t.id for t in gone)),) if gone else ())
