"""From a case's log back to the session: the same state, the same inboxes, the same stored answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from server.host.inbox import Inbox
from server.session.apply import apply_all
from server.session.audience import Fact, facts
from server.session.codec import Committed
from server.session.state import State


@dataclass(slots=True)
class Remembered:
    """A session as its log tells it. `answers` holds the result of every command that has had its effect."""

    state: State
    inboxes: dict[str, Inbox] = field(default_factory=dict)
    answers: dict[str, Mapping[str, object]] = field(default_factory=dict)
    position: int = 0


Numbers = list[tuple[Fact, dict[str, int]]]
"""Facts, each with the number that it got per seat."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An entry, and all that follows from it, reckoned before it is written: nothing is left that could go wrong."""

    committed: Committed
    state: State
    facts: list[Fact]


def prepare(before: State | None, committed: Committed, after: State | None = None) -> Prepared:
    """What this entry would make of the session. Changes nothing. `after`: the state that it leads to, if known."""
    state = after or apply_all(before, committed.events, committed.at)
    return Prepared(committed, state, facts(before, committed.events, state, committed.at))


def take_in(remembered: Remembered, prepared: Prepared) -> Numbers:
    """The entry is written: remember it and number its facts."""
    committed = prepared.committed
    remembered.state = prepared.state
    remembered.position += 1
    if committed.command is not None:
        remembered.answers[committed.command] = committed.result
    numbered: Numbers = []
    for fact in prepared.facts:
        numbers = {}
        for seat in sorted(fact.audience):
            inbox = remembered.inboxes.setdefault(seat, Inbox())
            numbers[seat] = inbox.add(committed.at, fact.body).number
        numbered.append((fact, numbers))
    return numbered


def advance(before: Remembered | None, committed: Committed) -> tuple[Remembered, Numbers]:
    """Take one entry in. Returns what is remembered now and its facts, each with the number it got per seat.

    Live sessions and replays both go these two steps, so they cannot differ.
    """
    prepared = prepare(before.state if before else None, committed)
    remembered = before or Remembered(prepared.state)
    return remembered, take_in(remembered, prepared)


def replay(entries: Iterable[Committed]) -> Remembered:
    """The session behind a whole log. Raises `ValueError` for an empty one."""
    remembered: Remembered | None = None
    for committed in entries:
        remembered, _ = advance(remembered, committed)
    if remembered is None:
        raise ValueError("a log begins with SessionOpened")
    return remembered
