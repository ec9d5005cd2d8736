"""The reference: a log that is kept in this process only. For tests, and to say what `sql` must do."""

from collections.abc import Sequence

from server.errors import NotFound
from server.eventlog.log import Conflict, Entry, Fenced, Line, Repeated, Snapshot, check_asked


class MemoryEventLog:
    """Keeps everything until the process ends. `take` stands in for `storage.cases`, which owns the fences."""

    def __init__(self) -> None:
        self._fences: dict[str, int] = {}
        self._entries: dict[str, list[Entry]] = {}
        self._commands: dict[tuple[str, str], int] = {}
        self._lines: dict[str, list[Line]] = {}
        self._snapshots: dict[str, Snapshot] = {}

    def take(self, case: str) -> int:
        """Make the case if it is new, and the caller its only owner: returns the new fence."""
        self._fences[case] = self._fences.get(case, 0) + 1
        return self._fences[case]

    async def append(
        self,
        case: str,
        *,
        expected: int,
        fence: int,
        sealed: Sequence[bytes],
        at: int,
        command: str | None = None,
        line: Line | None = None,
    ) -> int:
        check_asked(expected, sealed, line)
        self._check_owner(case, fence)
        if command is not None and (before := self._commands.get((case, command))) is not None:
            raise Repeated(before)
        entries = self._entries.setdefault(case, [])
        if expected != len(entries):
            raise Conflict(case)
        entries += [Entry(case, expected + i, bytes(data), at) for i, data in enumerate(sealed, 1)]
        if command is not None:
            self._commands[case, command] = len(entries)
        if line is not None:
            self._lines.setdefault(case, []).append(line)
        return len(entries)

    async def read(self, case: str, after: int = 0, most: int | None = None) -> list[Entry]:
        return self._entries.get(case, [])[max(after, 0) :][:most]

    async def lines(self, case: str, after: int = 0, most: int | None = None) -> list[Line]:
        return [line for line in self._lines.get(case, []) if line.position > after][:most]

    async def last_line(self, case: str) -> Line | None:
        return next(reversed(self._lines.get(case, [])), None)

    async def keep_snapshot(self, case: str, *, fence: int, snapshot: Snapshot) -> None:
        self._check_owner(case, fence)
        kept = self._snapshots.get(case)
        if kept is None or kept.position <= snapshot.position:
            self._snapshots[case] = snapshot

    async def snapshot(self, case: str) -> Snapshot | None:
        return self._snapshots.get(case)

    async def position_of(self, case: str, command: str) -> int | None:
        return self._commands.get((case, command))

    def _check_owner(self, case: str, fence: int) -> None:
        if case not in self._fences:
            raise NotFound(case)
        if fence != self._fences[case]:
            raise Fenced(case)
