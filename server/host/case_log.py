"""The sealed log of one case, as the host uses it: committed entries in, committed entries out; with it the audit's
lines, and the newest snapshot.
"""

from collections.abc import Mapping, Sequence

from server.errors import NotFound, OutcomeUnknown, ParleyError, Unavailable
from server.eventlog.log import Conflict, Entry, EventLog, Fenced, Line, Repeated, Snapshot
from server.host import audit
from server.host.audit import Deed, Verdict
from server.session.codec import Committed, decode, encode
from server.storage.keys import CaseKey, SealBroken

ROUND = 256
"""Entries are filled up with spaces to a multiple of so many bytes. More hides better how long a message was, and takes
more room.
"""

SNAPSHOT_ROUND = 1 << 16
"""Snapshots are filled up to a multiple of so many bytes. They hold much, so they may hide much."""

PAGE = 250
"""Lines that are verified at once. More is a little quicker; fewer holds everything else up for less."""


class LostCase(Unavailable):
    """This node does not own the case any more: it must fall silent at once."""


class DoneBefore(ParleyError):
    """The command has had its effect, long ago, and this was its answer. Nothing was written again."""

    def __init__(self, result: Mapping[str, object]) -> None:
        super().__init__("done before")
        self.result = result


class CaseLog:
    """Appends and reads entries of one case under its own key, at its own fence (newer once the case is reopened)."""

    def __init__(self, case: str, key: CaseKey, fence: int, log: EventLog) -> None:
        self.case = case
        self._key = key
        self.fence = fence
        self._log = log
        self._chain: bytes | None = None  # as of the last append; None: it stands in the log

    # --- entries

    async def append(self, committed: Committed, expected: int, deed: Deed) -> None:
        """Write one entry behind position `expected`, and the audit's line of it.

        Raises `DoneBefore` for a command that has had its effect already; `Unavailable`; `LostCase` when another node
        owns the case, its key is destroyed, or nobody can say whether the entry was written: then the log must be read
        anew.
        """
        plain = encode(committed)
        filled = plain.ljust(-(-len(plain) // ROUND) * ROUND)
        sealed = self._key.seal(filled, self._place(expected + 1))
        try:
            line = await self._line(expected, sealed, committed.at, deed)
            await self._log.append(
                self.case,
                expected=expected,
                fence=self.fence,
                sealed=[sealed],
                at=committed.at,
                command=self._key.alias(committed.command) if committed.command is not None else None,
                line=line,
            )
        except Repeated as repeated:
            if repeated.position > expected:  # there is more in the log than we know
                raise LostCase(str(repeated)) from repeated
            raise DoneBefore(await self._result_at(repeated.position)) from repeated
        except (Fenced, Conflict, NotFound, OutcomeUnknown) as error:
            raise LostCase(str(error)) from error
        self._chain = line.chain

    async def read(self, after: int = 0) -> list[Committed]:
        """Every entry of the case behind position `after`, in order. Raises `SealBroken` when one was altered or moved,
        or is of a newer version than this program.
        """
        return [self.opened(entry) for entry in await self.sealed(after)]

    async def sealed(self, after: int = 0) -> list[Entry]:
        """Every entry behind position `after`, in order, for `opened`."""
        return await self._log.read(self.case, after)

    def opened(self, entry: Entry) -> Committed:
        """What an entry holds. Raises `SealBroken`."""
        place = self._place(entry.position)
        try:
            return decode(self._key.open(entry.sealed, place))
        except ValueError as error:
            raise SealBroken(f"what is stored at {place} cannot be read: {error}") from error

    async def result_of(self, command: str) -> Mapping[str, object] | None:
        """The answer to a command that has had its effect, or `None`. Raises `Unavailable`."""
        position = await self._log.position_of(self.case, self._key.alias(command))
        return None if position is None else await self._result_at(position)

    async def _result_at(self, position: int) -> Mapping[str, object]:
        [entry] = await self._log.read(self.case, position - 1, 1)
        return self.opened(entry).result

    def _place(self, position: int) -> str:
        return f"{self.case}/{position}"

    # --- the snapshot

    async def keep_snapshot(self, position: int, plain: bytes) -> None:
        """Keep these bytes as the snapshot at `position`. Raises `Fenced`, `NotFound`, `Unavailable`."""
        filled = plain.ljust(-(-len(plain) // SNAPSHOT_ROUND) * SNAPSHOT_ROUND, b"\0")
        sealed = self._key.seal(filled, self._place_of_snapshot(position))
        await self._log.keep_snapshot(self.case, fence=self.fence, snapshot=Snapshot(position, sealed))

    async def snapshot(self) -> tuple[int, bytes] | None:
        """The position of the newest snapshot and its bytes, filled up. Raises `SealBroken` when it was altered."""
        found = await self._log.snapshot(self.case)
        if found is None:
            return None
        return found.position, self._key.open(found.sealed, self._place_of_snapshot(found.position))

    def _place_of_snapshot(self, position: int) -> str:
        return f"{self.case}/snapshot/{position}"

    # --- the audit

    async def _line(self, expected: int, sealed: bytes, at: int, deed: Deed) -> Line:
        before, covered = self._chain, [sealed]
        if before is None:
            last = await self._log.last_line(self.case)
            before = last.chain if last is not None else audit.START
            if last is None and expected:
                covered = [*(entry.sealed for entry in await self._log.read(self.case, 0, expected)), sealed]
        position = expected + 1
        line = self._key.seal(audit.written(deed, at), self._place_of_line(position))
        return Line(position, line, self._key.chain(audit.chained(before, position, line, covered)))

    async def verify(self, least: int = 0) -> Verdict:
        """Read all lines and entries, and hold them against their chain. `least`: how far the log goes at least, as
        far as somebody knows. Raises `Unavailable`.
        """
        opened: list[audit.Lined] = []
        chain, after = audit.START, 0
        while True:
            lines = await self._log.lines(self.case, after, PAGE)
            if not lines:
                rest = await self._log.read(self.case, after, 1)
                if rest and await self._log.lines(self.case, after, 1):  # appended in between
                    continue
                break
            entries = await self._log.read(self.case, after, lines[-1].position - after)
            for line in lines:
                covered = [e.sealed for e in entries if after < e.position <= line.position]
                chain = self._key.chain(audit.chained(chain, line.position, line.sealed, covered))
                if chain != line.chain:
                    return Verdict(opened, _first_missing(entries, after, line.position))
                opened.append(self._opened_line(line))
                after = line.position
        known = max(least, await self._snapshot_at())
        return Verdict(opened, after + 1 if (rest and opened) or known > after > 0 else None)

    def _opened_line(self, line: Line) -> audit.Lined:
        place = self._place_of_line(line.position)
        try:
            return audit.read(line.position, self._key.open(line.sealed, place))
        except ValueError as error:
            raise SealBroken(f"what is stored at {place} cannot be read: {error}") from error

    async def _snapshot_at(self) -> int:
        """The position of a snapshot that is ours, else 0."""
        try:
            found = await self.snapshot()
        except SealBroken:
            return 0
        return found[0] if found is not None else 0

    def _place_of_line(self, position: int) -> str:
        return f"{self.case}/audit/{position}"


def _first_missing(entries: Sequence[Entry], after: int, until: int) -> int:
    """The first position behind `after` that has no entry, up to `until`; else the one that comes next."""
    there = {entry.position for entry in entries}
    return next((position for position in range(after + 1, until + 1) if position not in there), after + 1)
