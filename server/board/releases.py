"""Setting, taking back and carrying releases, and comparing interests. The rules stand in `release.py`."""

from dataclasses import replace

from server.board import commands as c
from server.board import events as ev
from server.board.board import Board
from server.board.card import INTEREST, Card, Words
from server.board.crossing import crossed, together
from server.board.layers import JOINT, MEDIATORS, ledger_layer, side_layer
from server.board.release import CONDITION_MAX, Release
from server.board.table import answerable, countering, names_enough, reply_checked
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
    if command.version != card.version:
        raise Refused("card_changed", version=card.version, by=card.by)
    if command.compare and card.kind != INTEREST:
        raise Refused("only_interests", field="compare")
    sources = together(board, card)
    to = () if command.compare else _targets(command.to, who)
    if JOINT in to:
        names_enough(sources, who.sides)
    frozen = tuple(replace(s, history=(), crossed=(), shared=(), replies={}) for s in sources)
    return _set(board, command, who, frozen, to, None)


def _release_answer(board: Board, command: c.ReleaseCard, who: Who) -> Done:
    """An answer to a proposal on the table, to be given there by the mediator."""
    card = answerable(board, who, command.card)
    assert command.answer is not None
    given = reply_checked(command.answer, command.reason, who)
    if given.answer == "time":
        raise Refused("answer_unknown", field="answer")
    return _set(board, command, who, (replace(card, history=(), replies={}),), (JOINT,), given)


def _set(
    board: Board, command: c.ReleaseCard, who: Who, frozen: tuple[Card, ...], to: tuple[str, ...], answer: object
) -> Done:
    assert who.side is not None
    if command.until is not None and command.until <= who.now:
        raise Refused("until_past", field="until")
    if len(board.in_layer(ledger_layer(who.side))) >= RELEASES_MOST:
        raise Refused("layer_full", most=RELEASES_MOST)
    made = Release(
        id=who.fresh("r_"),
        layer=ledger_layer(who.side),
        side=who.side,
        card=command.card,
        frozen=frozen,
        to=to,
        by=who.name,
        made=who.now,
        reply=answer,  # type: ignore[arg-type]
        compare=command.compare,
        own=command.own,
        condition=prose(command.condition, "condition", CONDITION_MAX, empty=True),
        until=command.until,
    )
    events: list[ev.BoardEvent] = [ev.Released(made)]
    twin = _twin(board, made) if made.compare else None
    if twin is not None:
        events.append(ev.InterestsShared(made.id, twin.id))
    return Done(tuple(events), {"release": made.id})


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
    """A mediator carries it: the very words, to whom the owner said, once. Raises `Refused("not_released")`."""
    found = _open(board, who, command.release)
    if not who.mediates:
        raise Refused("not_yours")
    if found.compare or command.to not in found.to:
        raise Refused("not_released", field="to")
    if any(crossing.layer == command.to for crossing in found.carried):
        raise Refused("already_carried")
    if found.until is not None and found.until <= who.now:
        raise Refused("release_over", state="lapsed")
    if found.reply is not None:
        return _carry_answer(board, found)
    room_left(board, command.to, len(found.frozen))
    author = MEDIATORS if found.own else side_layer(found.side)
    pairs = crossed(
        board,
        found.frozen,
        command.to,
        author=author,
        sides=who.sides,
        now=who.now,
        fresh=who.fresh,
        verbatim=True,
    )
    new = [card.id for _, card in pairs] if command.to in who.readable else []
    return Done((ev.CardsCrossed(pairs, command.to, found.id), *countering(board, pairs)), {"ids": new})


def _carry_answer(board: Board, found: Release) -> Done:
    """The proposal must still be open, or the answer is to something that is not on the table any more."""
    card = board.things[found.card]
    assert isinstance(card, Card)
    if card.state not in ("tabled", "countered") or card.removed:
        raise Refused("state_forbids", state=card.state)
    return Done((ev.Replied(card.id, found.side, found.reply, found.id),))


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
    """Raises `Refused("not_comparable")` unless two sides have each released one of these to comparison."""
    one, other = _open(board, who, command.one), _open(board, who, command.other)
    if not who.mediates:
        raise Refused("not_yours")
    if not (one.compare and other.compare) or one.side == other.side:
        raise Refused("not_comparable")
    return Done((ev.InterestsShared(one.id, other.id),))


def _twin(board: Board, made: Release) -> Release | None:
    """Another side's interest in the same words, released to comparison and still open; the oldest."""
    said = _plain(made.words)
    for thing in board.things.values():
        if isinstance(thing, Release) and thing.compare and thing.state == "open" and thing.side != made.side:
            if _plain(thing.words) == said:
                return thing
    return None


def _plain(words: Words) -> str:
    """Without what does not matter: case, blanks, and marks at the end."""
    return " ".join(words.title.casefold().split()).rstrip(".!?…。؟ ")
