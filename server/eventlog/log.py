"""The rules of a case's log, the same for every place that it is kept in.

A log is one dense, ever-growing row of entries per case: positions 1, 2, 3, … without a gap. The log sees no content:
an entry is bytes that were sealed under the case's key before they came here.

Rules, in the order in which an append is checked:

1. The case exists and its key is not destroyed, else `NotFound`.
2. `fence` is the newest that was taken for the case, else `Fenced`. Whoever lost the case cannot write to it, whatever
   it still believes.
3. `command` was not appended before, else `Repeated` with the position that it got then. This comes before the check of
   positions, since somebody who repeats after a lost answer knows only old positions.
4. `expected` is the last position of the case, else `Conflict`.
5. All entries of the call are written in one transaction, or none is, and the audit's line with them. When `append`
   returns they are on the disk.

`Unavailable` means that nothing was written, unless it is `OutcomeUnknown`. Only then, or cancelled or killed in the
middle, a caller does not know; a cancelled append may still be under way. It repeats the same command, which is then
written once, now or before, or it reads the log anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from server.errors import ParleyError


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealed event at its place in the log of a case."""

    case: str
    position: int  # 1, 2, 3, … without a gap
    sealed: bytes = field(repr=False)
    at: int  # when it was appended: milliseconds since 1970, the appender's wall clock; never an order


@dataclass(frozen=True, slots=True)
class Line:
    """The audit's line of one append, at the position of its last entry; it covers all entries behind the line before.

    `chain` ties it to what it covers and to the chain before it: see `host.audit`.
    """

    position: int
    sealed: bytes = field(repr=False)
    chain: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A session as it was at a position of its log. It may always be lost, and is never the truth."""

    position: int
    sealed: bytes = field(repr=False)


class Conflict(ParleyError):
    """The position is taken: somebody else appended, or the caller missed something. Nothing was written."""


class Fenced(ParleyError):
    """The caller no longer owns the case: a newer fence was taken. It must fall silent. Nothing was written."""


class Repeated(ParleyError):
    """This command was appended before, and its last entry is at `position`. Nothing was written again."""

    def __init__(self, position: int) -> None:
        super().__init__(f"appended before, at {position}")
        self.position = position


class EventLog(Protocol):
    """Where entries are appended and read. Every implementation passes the same tests."""

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
        """Write `sealed` at positions `expected + 1`, … in one transaction and return the last position.

        `expected` is the last position that the caller knows, 0 for an empty log. `at` is milliseconds since 1970.
        `command` names what was asked, once per case and at most 200 characters. `line` is at the last position.

        Raises `NotFound`, `Fenced`, `Repeated`, `Conflict` by the rules above, `Unavailable` when the disk or the
        database cannot, `ValueError` when there is nothing to append, or the line is for another position.
        """
        ...

    async def read(self, case: str, after: int = 0, most: int | None = None) -> list[Entry]:
        """All entries behind position `after`, in order, or the first `most`; empty for a case that is unknown or
        destroyed.
        """
        ...

    async def lines(self, case: str, after: int = 0, most: int | None = None) -> list[Line]:
        """The audit's lines behind position `after`, in order, or the first `most`."""
        ...

    async def last_line(self, case: str) -> Line | None:
        """The audit's newest line."""
        ...

    async def keep_snapshot(self, case: str, *, fence: int, snapshot: Snapshot) -> None:
        """Keep this snapshot instead of an older one. A newer one stays. Raises `NotFound`, `Fenced`, `Unavailable`."""
        ...

    async def snapshot(self, case: str) -> Snapshot | None:
        """The newest snapshot, if there is one."""
        ...

    async def position_of(self, case: str, command: str) -> int | None:
        """The last position that `command` got in this case, or None when it was never appended."""
        ...


def check_asked(expected: int, sealed: Sequence[bytes], line: Line | None) -> None:
    """Raises `ValueError` for an append of nothing, or with a line for another position than its last."""
    if not sealed:
        raise ValueError("nothing to append")
    if line is not None and line.position != expected + len(sealed):
        raise ValueError("a line stands at the last position of its append")
