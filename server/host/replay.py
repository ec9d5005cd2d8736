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


def advance(before: Remembered | None, committed: Committed) -> tuple[Remembered, list[tuple[Fact, dict[str, int]]]]:
    """Take one entry in. Returns what is remembered now and its facts, each with the number it got per seat.

    Live sessions and replays both come through here, so they cannot differ.
    """
    state = apply_all(before.state if before else None, committed.events, committed.at)
    remembered = before or Remembered(state)
    told = facts(before.state if before else None, committed.events, state, committed.at)
    remembered.state = state
    remembered.position += 1
    if committed.command is not None:
        remembered.answers[committed.command] = committed.result
    numbered: list[tuple[Fact, dict[str, int]]] = []
    for fact in told:
        numbers = {}
        for seat in sorted(fact.audience):
            inbox = remembered.inboxes.setdefault(seat, Inbox())
            numbers[seat] = inbox.add(committed.at, fact.body).number
        numbered.append((fact, numbers))
    return remembered, numbered


def replay(entries: Iterable[Committed]) -> Remembered:
    """The session behind a whole log. Raises `ValueError` for an empty one."""
    remembered: Remembered | None = None
    for committed in entries:
        remembered, _ = advance(remembered, committed)
    if remembered is None:
        raise ValueError("a log begins with SessionOpened")
    return remembered
