"""What one seat has been told, densely numbered from 1.

The number is the count of facts whose audience held this seat, so it depends on the log alone: a replay gives the same
numbers, and a seat outside an audience gets no number and no gap.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

KEPT = 512
"""Facts kept for resuming. More bridges longer gaps without a snapshot; fewer holds less memory."""


@dataclass(frozen=True, slots=True)
class Numbered:
    number: int
    at: int
    body: Mapping[str, object]

    def frame(self) -> dict[str, object]:
        return {"type": "fact", "number": self.number, "at": self.at, "fact": dict(self.body)}


class Inbox:
    """The facts of one seat: their `count`, all that was said or noted, the newest `view`, the `recent` ones whole."""

    def __init__(self) -> None:
        self.count = 0
        self.words: list[Mapping[str, object]] = []
        self.view: object = None
        self.recent: deque[Numbered] = deque(maxlen=KEPT)

    def copy(self) -> "Inbox":
        """One that does not change when this one does."""
        other = Inbox()
        other.count, other.words, other.view, other.recent = self.count, list(self.words), self.view, self.recent.copy()
        return other

    def add(self, at: int, body: Mapping[str, object]) -> Numbered:
        """Number one more fact. What was said or noted is kept for snapshots."""
        self.count += 1
        if body["kind"] == "view":
            self.view = shared(body["view"], self.view)
            body = {**body, "view": self.view}
        elif body["kind"] != "board":  # the board is told anew from the state
            self.words.append(body)
        numbered = Numbered(self.count, at, body)
        self.recent.append(numbered)
        return numbered

    def since(self, seen: int) -> list[Numbered] | None:
        """The facts after number `seen`, or `None` where they cannot be given without a gap."""
        if seen > self.count or (seen < self.count and (not self.recent or self.recent[0].number > seen + 1)):
            return None
        return [n for n in self.recent if n.number > seen]


def shared(new: object, old: object) -> object:
    """`new`, made of those parts of `old` that are equal: hundreds of views that differ in a word cost little memory.

    Views are plain values that nobody changes.
    """
    if new == old and type(new) is type(old):
        return old
    if isinstance(new, dict) and isinstance(old, dict):
        return {key: shared(value, old.get(key)) for key, value in new.items()}
    if isinstance(new, list) and isinstance(old, list):
        return [shared(a, b) for a, b in zip_longest(new, old[: len(new)])]
    return new
