"""The states of a proposal, and when it is agreed. A package is a proposal of several.

    from                 to          who
    draft                tabled      its author: at the table, or by a release that a mediator carries
    tabled               countered   another side that tables a counter-proposal
    countered            tabled      its author: "it still stands"
    tabled, countered    withdrawn   its author, from anywhere, until it is agreed
    tabled, countered    lapsed      time, where the author set an end; wherever the card lies
    tabled, countered    agreed      the last explicit yes of every side that it names, and nothing else
    draft, agreed, withdrawn, lapsed are ends: from there a new draft begins.

Rule 1: agreed needs the explicit yes of every named side, the author's too. No yes ever comes from tabling, time or
        silence.
Rule 2: a proposal "only if card 7" is agreed in the same moment as card 7, and not before. Two that name each other
        are agreed together.
Rule 3: the members of a package are agreed with it and answered through it; none of them alone.
Rule 4: from its end on a proposal is neither answered nor agreed, even before the clock has struck.
"""

from collections.abc import Mapping

from server.board.board import Board
from server.board.card import ANSWERABLE, Card
from server.board.layers import JOINT
from server.errors import Refused

DRAFT, TABLED, COUNTERED, AGREED, WITHDRAWN, LAPSED = "draft", "tabled", "countered", "agreed", "withdrawn", "lapsed"
STATES = (DRAFT, TABLED, COUNTERED, AGREED, WITHDRAWN, LAPSED)
OPEN = frozenset({TABLED, COUNTERED})

ACCEPT, CHANGES, CANNOT, TIME = "accept", "changes", "cannot", "time"
ANSWERS = (ACCEPT, CHANGES, CANNOT, TIME)

TRANSITIONS: Mapping[str, tuple[frozenset[str], str, str]] = {
    "counter": (frozenset({TABLED}), COUNTERED, "another side"),
    "put_back": (frozenset({COUNTERED}), TABLED, "author"),
    "withdraw": (OPEN, WITHDRAWN, "author"),
    "lapse": (OPEN, LAPSED, "time"),
    "agree": (OPEN, AGREED, "every named side"),
}
"""The table above, without the first row (a tabled card is a new card): verb to (from, to, who)."""


def may_change(card: Card, verb: str) -> None:
    """Raises `Refused`: card_agreed, or state_forbids with the state it is in."""
    states, _, _ = TRANSITIONS[verb]
    if card.state == AGREED:
        raise Refused("card_agreed")
    if card.state not in states:
        raise Refused("state_forbids", state=card.state)


def open_for_answers(card: Card, now: int) -> bool:
    """Whether sides may answer this card by itself."""
    return (
        card.layer == JOINT
        and card.kind in ANSWERABLE
        and card.state in OPEN
        and card.package is None
        and not card.removed
        and not over(card, now)
    )


def over(card: Card, now: int) -> bool:
    """Whether its time has come, struck or not."""
    return card.until is not None and card.until <= now


def accepted_by_all(card: Card) -> bool:
    """Whether every side that it names has said yes to it."""
    return bool(card.sides) and all(side in card.replies and card.replies[side].answer == ACCEPT for side in card.sides)


def newly_agreed(board: Board, now: int) -> tuple[str, ...]:
    """The proposals that are agreed at `now` and were not yet: the largest set in which every condition holds."""
    joint = {t.id: t for t in board.things.values() if isinstance(t, Card) and t.layer == JOINT}
    held = {i for i, card in joint.items() if card.state == AGREED}
    wanted = {i: card for i, card in joint.items() if open_for_answers(card, now) and accepted_by_all(card)}
    while True:
        would = held | wanted.keys() | {m for card in wanted.values() for m in card.members}
        kept = {i: card for i, card in wanted.items() if _conditions(joint, card) <= would}
        if len(kept) == len(wanted):
            break
        wanted = kept
    return tuple(i for card in wanted.values() for i in (card.id, *card.members))


def _conditions(joint: Mapping[str, Card], card: Card) -> set[str]:
    """What must be agreed for this card to be: its conditions, and those of its members."""
    parts = (card, *(joint[m] for m in card.members))
    return {condition for part in parts for condition in part.conditions}
