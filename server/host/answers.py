"""Answers that were given, so that a command that is asked twice has one effect and one answer.

The log keeps the results of what has happened. Here is kept, for a while, what is not in it: refusals, and results with
what must never be stored, such as a new link.
"""

from collections.abc import Mapping

from server.errors import Refused

KEPT = 128
"""Answers kept for each who asks. More forgives longer outages and holds more memory. Nobody can push out another's."""

Answer = Mapping[str, object] | Refused


def key_of(actor: str, command_id: str | None) -> str | None:
    """The name of a command in the log: ids belong to those who used them."""
    return f"{actor}:{command_id}" if command_id else None


class Answers:
    """By who asked, and the command's key. A command without one is never asked again."""

    def __init__(self) -> None:
        self._given: dict[str, dict[str, Answer]] = {}

    def give(self, actor: str, key: str | None, answer: Answer) -> None:
        """Remember an answer."""
        if key is None:
            return
        mine = self._given.setdefault(actor, {})
        mine[key] = answer
        while len(mine) > KEPT:
            del mine[next(iter(mine))]

    def known(self, actor: str, key: str | None, logged: Mapping[str, Mapping[str, object]]) -> Answer | None:
        """What was answered before, from here or from the log."""
        if key is None:
            return None
        given = self._given.get(actor, {}).get(key)
        return given if given is not None else logged.get(key)
