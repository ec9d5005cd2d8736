"""Answers that were given, so that a command that is asked twice has one effect and one answer.

The log keeps the results of what has happened. Here is kept, for a while, what is not in it: refusals, and results with
what must never be stored, such as a new link.
"""

from collections.abc import Mapping

from server.errors import Refused

KEPT = 128
"""Answers kept for each who asks. More forgives longer outages and holds more memory. Nobody can push out another's."""

Answer = Mapping[str, object] | Refused


class Answers:
    """By who asked, and the command's id."""

    def __init__(self) -> None:
        self._given: dict[str, dict[str, Answer]] = {}

    def give(self, actor: str, key: str | None, answer: Answer) -> None:
        """Remember an answer. A command without an id is never asked again."""
        if key is None:
            return
        mine = self._given.setdefault(actor, {})
        mine[key] = answer
        while len(mine) > KEPT:
            del mine[next(iter(mine))]

    def given(self, actor: str, key: str) -> Answer | None:
        return self._given.get(actor, {}).get(key)
