"""From a case's log back to the session: the same state, the same inboxes, the same stored answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from server.host.inbox import Inbox
from server.session.apply import apply_all
from server.session.audience import Fact, facts
from server.session.codec import Committed
from server.session.events import LinkReplaced, LinkRevoked
from server.session.state import State

ANSWERS_KEPT = 1_000
"""Answers kept of the newest commands. More holds more memory; fewer asks the log more often about a command that seems
to be new and does nothing.
"""


@dataclass(slots=True)
class Remembered:
    """A session as its log tells it. `answers` holds the results of the newest commands that have had their effect;
    those of older ones are in the log. The `lasting` ones are never forgotten: these commands cut a link before
    anything is read or written, and must not do so twice.
    """

    state: State
    inboxes: dict[str, Inbox] = field(default_factory=dict)
    answers: dict[str, Mapping[str, object]] = field(default_factory=dict)
    lasting: set[str] = field(default_factory=set)
    position: int = 0

    @property
    def forgetful(self) -> bool:
        """Whether a command that is not in `answers` may be in the log."""
        return len(self.answers) >= ANSWERS_KEPT

    @property
    def views(self) -> dict[str, object]:
        """The newest view that each seat was told."""
        return {seat: inbox.view for seat, inbox in self.inboxes.items()}

    def copy(self) -> "Remembered":
        """One that stays as it is now."""
        inboxes = {seat: inbox.copy() for seat, inbox in self.inboxes.items()}
        return Remembered(self.state, inboxes, dict(self.answers), set(self.lasting), self.position)

    def answer(self, committed: Committed) -> None:
        """Keep the result of this entry's command, and let the oldest go where there are too many."""
        if committed.command is None:
            return
        self.answers[committed.command] = committed.result
        if any(isinstance(event, (LinkReplaced, LinkRevoked)) for event in committed.events):
            self.lasting.add(committed.command)
        if len(self.answers) - len(self.lasting) > ANSWERS_KEPT:
            del self.answers[next(command for command in self.answers if command not in self.lasting)]


Numbers = list[tuple[Fact, dict[str, int]]]
"""Facts, each with the number that it got per seat."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An entry, and all that follows from it, reckoned before it is written: nothing is left that could go wrong."""

    committed: Committed
    state: State
    facts: list[Fact]

    def whole(self) -> "Prepared":
        """With every fact as it will be sent: what is shaped only when it is asked for is asked for now."""
        return replace(self, facts=[replace(fact, body=dict(fact.body)) for fact in self.facts])


def prepare(
    before: State | None,
    committed: Committed,
    after: State | None = None,
    told: Mapping[str, object] | None = None,
) -> Prepared:
    """What this entry would make of the session. Changes nothing. Where they are known: `after`, the state that it
    leads to, and `told`, the newest views of the seats.
    """
    state = after or apply_all(before, committed.events, committed.at)
    return Prepared(committed, state, facts(before, committed.events, state, committed.at, told))


def take_in(remembered: Remembered, prepared: Prepared) -> Numbers:
    """The entry is written: remember it and number its facts."""
    committed = prepared.committed
    remembered.state = prepared.state
    remembered.position += 1
    remembered.answer(committed)
    numbered: Numbers = []
    for fact in prepared.facts:
        numbers = {}
        for seat in sorted(fact.audience):
            inbox = remembered.inboxes.get(seat)
            if inbox is None:
                inbox = remembered.inboxes[seat] = Inbox()
            numbers[seat] = inbox.add(committed.at, fact.body).number
        numbered.append((fact, numbers))
    return numbered


def advance(before: Remembered | None, committed: Committed) -> tuple[Remembered, Numbers]:
    """Take one entry in. Returns what is remembered now and its facts, each with the number it got per seat.

    Live sessions and replays both go these two steps, so they cannot differ.
    """
    prepared = prepare(before.state, committed, told=before.views) if before else prepare(None, committed)
    remembered = before or Remembered(prepared.state)
    return remembered, take_in(remembered, prepared)


def replay(entries: Iterable[Committed], remembered: Remembered | None = None) -> Remembered:
    """The session behind a whole log, or behind what is `remembered` and the entries after it. Raises `ValueError` for
    an empty one.
    """
    for committed in entries:
        remembered, _ = advance(remembered, committed)
    if remembered is None:
        raise ValueError("a log begins with SessionOpened")
    return remembered
