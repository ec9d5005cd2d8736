"""The reference: a log that is kept in this process only. For tests, and to say what `sql` must do."""

from collections.abc import Sequence

from server.errors import NotFound
from server.eventlog.log import Conflict, Entry, Fenced, Repeated


class MemoryEventLog:
    """Keeps everything until the process ends. `take` stands in for `storage.cases`, which owns the fences."""

    def __init__(self) -> None:
        self._fences: dict[str, int] = {}
        self._entries: dict[str, list[Entry]] = {}
        self._commands: dict[tuple[str, str], int] = {}

    def take(self, case: str) -> int:
        """Make the case if it is new, and the caller its only owner: returns the new fence."""
        self._fences[case] = self._fences.get(case, 0) + 1
        return self._fences[case]

    async def append(
        self, case: str, *, expected: int, fence: int, sealed: Sequence[bytes], at: int, command: str | None = None
    ) -> int:
        if not sealed:
            raise ValueError("nothing to append")
        if case not in self._fences:
            raise NotFound(case)
        if fence != self._fences[case]:
            raise Fenced(case)
        if command is not None and (before := self._commands.get((case, command))) is not None:
            raise Repeated(before)
        entries = self._entries.setdefault(case, [])
        if expected != len(entries):
            raise Conflict(case)
        entries += [Entry(case, expected + i, bytes(data), at) for i, data in enumerate(sealed, 1)]
        if command is not None:
            self._commands[case, command] = len(entries)
        return len(entries)

    async def read(self, case: str, after: int = 0) -> list[Entry]:
        return self._entries.get(case, [])[max(after, 0) :]

    async def position_of(self, case: str, command: str) -> int | None:
        return self._commands.get((case, command))
