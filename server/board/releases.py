"""Setting, taking back and carrying releases, and comparing interests. The rules stand in `release.py`."""

from collections.abc import Iterator
from dataclasses import replace

from server.board import commands as c
from server.board import events as ev
from server.board.board import Board
from server.board.card import INTEREST, Card, Reply, Words
from server.board.crossing import Way, as_looked_at, crossed, together
from server.board.layers import JOINT, MEDIATORS, ledger_layer, side_layer
from server.board.proposal import TIME
from server.board.release import CONDITION_MAX, Release
from server.board.table import answerable, answers_released, countering, names_enough, reply_checked, still_open
from server.board.things import room_left
from server.board.who import Done, Who, card_named, thing_named
from server.board.wording import prose
from server.errors import Refused

RELEASES_MOST = 1_000


def release(board: Board, command: c.ReleaseCard, who: Who) -> Done:
    """ "The mediator may say this…". Raises `Refused`: not_yours, card_changed, unknown_side, until_past, …"""
    if who.side is None:
        raise Refused("not_yours")
    if command.answer is not None:
        return _release_answer(board, command, who)
    card = card_named(board, who, command.card)
    if card.layer != side_layer(who.side) or card.came:
        raise Refused("not_yours")
    as_looked_at(board, card, command.version, command.parts, who)
    if command.compare and card.kind != INTEREST:
        raise Refused("only_interests", field="compare")
    sources = together(board, card, who, own=command.own)
    to = () if command.compare else _targets(command.to, who)
    if JOINT in to:
        names_enough(sources)
    frozen = tuple(replace(s, history=(), crossed=(), shared=(), replies={}) for s in sources)
    made = _made(board, command, who, frozen, to, None)
    shared = [ev.InterestsShared(made.id, twin.id) for twin in _twins(board, made, who)] if made.compare else []
    return Done((ev.Released(made), *shared), {"release": made.id})


def _release_answer(board: Board, command: c.ReleaseCard, who: Who) -> Done:
    """An answer to a proposal on the table, to be given there by the mediator, instead of any released before."""
    assert who.side is not None and command.answer is not None
    card = answerable(board, who, command.card)
    given = reply_checked(command.answer, command.reason, who)
    if given.answer == TIME or command.compare:
        raise Refused("answer_unknown", field="answer")
    older = answers_released(board, who.side, card.id)
    made = _made(board, command, who, (replace(card, history=(), replies={}),), (JOINT,), given)
    ended = (ev.ReleasesEnded(older, "taken_back"),) if older else ()
    return Done((*ended, ev.Released(made)), {"release": made.id})


def _made(
    board: Board, command: c.ReleaseCard, who: Who, frozen: tuple[Card, ...], to: tuple[str, ...], reply: Reply | None
) -> Release:
    """The release. A side's answer is never told as the mediators' own."""
    assert who.side is not None
    if command.until is not None and command.until <= who.now:
        raise Refused("until_past", field="until")
    if len(board.in_layer(ledger_layer(who.side))) >= RELEASES_MOST:
        raise Refused("layer_full", most=RELEASES_MOST)
    return Release(
        id=who.fresh("r_"),
        layer=ledger_layer(who.side),
        side=who.side,
        card=command.card,
        frozen=frozen,
        to=to,
        by=who.name,
        seat=who.seat,
        made=who.now,
        reply=reply,
        compare=command.compare,
        own=command.own and reply is None,
        condition=prose(command.condition, "condition", CONDITION_MAX, empty=True),
        until=command.until,
    )


def _targets(to: tuple[str, ...], who: Who) -> tuple[str, ...]:
    """Raises `Refused("unknown_side")`. Nobody: the mediators may know, and say nothing."""
    others = {side_layer(s) for s in who.known if s != who.side} | {JOINT}
    if any(target not in others for target in to):
        raise Refused("unknown_side", field="to")
    return tuple(dict.fromkeys(to))


def take_back(board: Board, command: c.TakeBack, who: Who) -> Done:
    found = _open(board, who, command.release)
    if found.side != who.side:
        raise Refused("not_yours")
    return Done((ev.ReleasesEnded((found.id,), "taken_back"),))


def carry(board: Board, command: c.CarryRelease, who: Who) -> Done:
    """A mediator carries it: the very words, to whom the owner said, once.

    Raises `Refused`: not_released, already_carried, release_over, and what `crossing` refuses.
    """
    found = _open(board, who, command.release)
    if not who.mediates:
        raise Refused("not_yours")
    if found.compare or command.to not in found.to:
        raise Refused("not_released", field="to")
    if any(crossing.layer == command.to for crossing in found.carried):
        raise Refused("already_carried")
    if _over(found, who.now):
        raise Refused("release_over", state="lapsed")
    if found.reply is not None:
        return _carry_answer(board, found, found.reply, who)
    if command.to == JOINT:  # how full a side's own layer is, is nobody else's business
        room_left(board, JOINT, len(found.frozen))
    author = MEDIATORS if found.own else side_layer(found.side)
    pairs = crossed(board, found.frozen, Way(command.to, author, who.now, who.fresh, alone=found.own))
    new = [card.id for _, card in pairs] if command.to in who.readable else []
    return Done((ev.CardsCrossed(pairs, command.to, found.id), *countering(board, pairs)), {"ids": new})


def _carry_answer(board: Board, found: Release, reply: Reply, who: Who) -> Done:
    """The proposal must still be open, or the answer is to something that is not on the table any more. It is given
    now: when the side made up its mind is not told.
    """
    card = board.things[found.card]
    assert isinstance(card, Card)
    still_open(card, who.now)
    return Done((ev.Replied(card.id, found.side, replace(reply, at=who.now), found.id),))


def _open(board: Board, who: Who, name: str) -> Release:
    found = thing_named(board, who, name)
    if not isinstance(found, Release):
        raise Refused("unknown_card")
    if found.state == "carried":
        raise Refused("already_carried")
    if found.state != "open":
        raise Refused("release_over", state=found.state)
    return found


def match(board: Board, command: c.MatchInterests, who: Who) -> Done:
    """Raises `Refused`: not_comparable unless two sides have each released one of these to comparison, already_carried
    where one of them was found to be the same as another of that side.
    """
    one, other = (_open(board, who, name) for name in (command.one, command.other))
    if not who.mediates:
        raise Refused("not_yours")
    if _over(one, who.now) or _over(other, who.now):
        raise Refused("release_over", state="lapsed")
    if not (one.compare and other.compare) or one.side == other.side:
        raise Refused("not_comparable")
    if _found(one, other.side) or _found(other, one.side):
        raise Refused("already_carried")
    return Done((ev.InterestsShared(one.id, other.id),))


def _found(release: Release, side: str) -> bool:
    """Whether an interest of this side was found to be the same already."""
    return any(crossing.layer == side_layer(side) for crossing in release.carried)


def _over(release: Release, now: int) -> bool:
    """Whether its time has come, struck or not."""
    return release.until is not None and release.until <= now


def _twins(board: Board, made: Release, who: Who) -> Iterator[Release]:
    """Of each other side that this one may know of: an interest in the same words, released to comparison and still
    open. All the words are compared: nobody is shown more than it has written.

    Two sides that were shown these words of each other are not shown them again, nor, so, who has released them twice.
    """
    said = _plain(made.words)
    for side in (s for s in who.sides if s in who.known and s != made.side):
        ledger = (thing for thing in board.in_layer(ledger_layer(side)) if isinstance(thing, Release))
        same = [r for r in ledger if r.compare and _plain(r.words) == said]
        waiting = (r for r in same if r.state == "open" and not _over(r, who.now))
        if not any(_found(r, made.side) for r in same) and (twin := next(waiting, None)) is not None:
            yield twin


def _plain(words: Words) -> tuple[str, str]:
    """Without what does not matter: case, blanks, and marks at the end."""
    title, text = (" ".join(text.casefold().split()).rstrip(".!?…。؟ ") for text in (words.title, words.text))
    return title, text
