"""What happens at the table, before everybody: putting a card on it, answering, countering, withdrawing, agreeing."""

from server.board import commands as c
from server.board import events as ev
from server.board.board import Board
from server.board.card import ANSWERABLE, Card, Reply
from server.board.crossing import Way, as_looked_at, crossed, together
from server.board.layers import JOINT, ledger_layer
from server.board.proposal import (
    ANSWERS,
    COUNTERED,
    LAPSED,
    TABLED,
    TRANSITIONS,
    WITHDRAWN,
    may_change,
    newly_agreed,
    open_for_answers,
    over,
)
from server.board.release import Release
from server.board.things import room_left
from server.board.who import Done, Who, card_named
from server.board.wording import prose
from server.errors import Refused

REASON_MAX = 1_000


def table(board: Board, command: c.TableCard, who: Who) -> Done:
    """The owner shows its own card to everybody, in the joint room.

    Raises `Refused`: not_yours, on_the_table, card_changed, sides_too_few, and what `crossing` refuses.
    """
    card = card_named(board, who, command.card)
    if card.author != who.author or card.author is None or card.came:
        raise Refused("not_yours")
    if card.layer == JOINT or _lies_there(board, card):
        raise Refused("on_the_table")
    as_looked_at(board, card, command.version, command.parts, who)
    sources = together(board, card, who)
    room_left(board, JOINT, len(sources))
    names_enough(sources)
    pairs = crossed(board, sources, Way(JOINT, who.author, who.now, who.fresh, verbatim=False))
    return Done((ev.CardsCrossed(pairs, JOINT), *countering(board, pairs)), {"ids": [card.id for _, card in pairs]})


def _lies_there(board: Board, card: Card) -> bool:
    """Whether these very words of this card lie on the table already, and are not over."""
    copies = board.cards(went.card for went in card.crossed if went.layer == JOINT)
    return any(c.words == card.words and not c.removed and c.state not in (WITHDRAWN, LAPSED) for c in copies)


def names_enough(cards: tuple[Card, ...]) -> None:
    """A proposal is between at least two sides. Raises `Refused("sides_too_few")`."""
    for card in cards:
        if card.kind in ANSWERABLE and len(card.sides) < 2:
            raise Refused("sides_too_few", field="sides")


def countering(board: Board, pairs: tuple[tuple[str, Card], ...]) -> tuple[ev.BoardEvent, ...]:
    """What a proposal that comes to the table does to the one it answers, if another's is still open."""
    met: list[str] = []
    for _, card in pairs:
        other = board.things.get(card.answers) if card.answers else None
        if isinstance(other, Card) and other.layer == JOINT and card.layer == JOINT and other.author != card.author:
            if other.state in TRANSITIONS["counter"][0] and other.package is None:
                met += [other.id, *other.members]
    return (ev.ProposalsChanged(tuple(dict.fromkeys(met)), COUNTERED),) if met else ()


def reply(board: Board, command: c.ReplyTo, who: Who) -> Done:
    """A side's answer, changeable until it is agreed. Taking it back is never refused while it is open.

    What the side says itself ends what the mediators were to say for it: no older yes comes after a newer answer.
    """
    card = answerable(board, who, command.card)
    assert who.side is not None
    older = answers_released(board, who.side, card.id)
    ended = (ev.ReleasesEnded(older, "taken_back"),) if older else ()
    if command.answer is None:
        back = (ev.Replied(card.id, who.side, None),) if who.side in card.replies else ()
        return Done((*back, *ended))
    given = reply_checked(command.answer, command.reason, who)
    return Done((ev.Replied(card.id, who.side, given), *ended))


def answers_released(board: Board, side: str, card: str) -> tuple[str, ...]:
    """Answers of this side to this card that the mediators may still give."""
    ledger = board.in_layer(ledger_layer(side))
    return tuple(
        r.id for r in ledger if isinstance(r, Release) and r.reply is not None and r.card == card and r.state == "open"
    )


def answerable(board: Board, who: Who, name: str) -> Card:
    """The proposal that this person's side may answer. Raises `Refused`."""
    card = card_named(board, who, name)
    if card.kind not in ANSWERABLE or card.layer != JOINT:
        raise Refused("answer_at_table")
    if card.package is not None:
        raise Refused("part_of_package")
    still_open(card, who.now)
    if who.side is None or who.side not in card.sides:
        raise Refused("side_not_named")
    return card


def still_open(card: Card, now: int) -> None:
    """Raises `Refused`: card_agreed, state_forbids."""
    may_change(card, "agree")
    if not open_for_answers(card, now):
        raise Refused("state_forbids", state=LAPSED if over(card, now) else card.state)


def reply_checked(answer: str, reason: str, who: Who) -> Reply:
    """Raises `Refused`: answer_unknown, and what `wording` refuses."""
    if answer not in ANSWERS:
        raise Refused("answer_unknown", field="answer")
    return Reply(answer, prose(reason, "reason", REASON_MAX, empty=True), who.name, who.seat, who.now)


def withdraw(board: Board, command: c.WithdrawCard, who: Who) -> Done:
    card = _own_proposal(board, who, command.card)
    may_change(card, "withdraw")
    return Done((ev.ProposalsChanged((card.id, *card.members), WITHDRAWN),))


def put_back(board: Board, command: c.PutBack, who: Who) -> Done:
    """ "It still stands." Raises `Refused("state_forbids")` unless it was countered, and its time is not over."""
    card = _own_proposal(board, who, command.card)
    may_change(card, "put_back")
    still_open(card, who.now)
    return Done((ev.ProposalsChanged((card.id, *card.members), TABLED),))


def _own_proposal(board: Board, who: Who, name: str) -> Card:
    card = card_named(board, who, name)
    if card.layer != JOINT or card.kind not in ANSWERABLE:
        raise Refused("answer_at_table")
    if card.author != who.author or card.author is None:
        raise Refused("not_yours")
    if card.package is not None:
        raise Refused("part_of_package")
    return card


def agreements(board: Board, now: int) -> tuple[ev.BoardEvent, ...]:
    """What must follow after anything: whatever every named side has said yes to, and whose conditions hold."""
    agreed = newly_agreed(board, now)
    return (ev.ProposalsChanged(agreed, TRANSITIONS["agree"][1]),) if agreed else ()


def ended_by_time(board: Board, now: int) -> tuple[ev.BoardEvent, ...]:
    """What lapses or closes at `now`. Time never accepts anything."""
    due = [board.things[i] for i, until in board.deadlines.items() if until <= now]
    cards = tuple(i for t in due if isinstance(t, Card) for i in (t.id, *t.members))
    releases = tuple(t.id for t in due if isinstance(t, Release))
    found: list[ev.BoardEvent] = []
    if cards:
        found.append(ev.ProposalsChanged(tuple(dict.fromkeys(cards)), TRANSITIONS["lapse"][1]))
    if releases:
        found.append(ev.ReleasesEnded(releases, "lapsed"))
    found += [ev.RoundClosed(t.id) for t in due if t.kind == "round"]
    return tuple(found)
