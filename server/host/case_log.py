"""The sealed log of one case, as the host uses it: committed entries in, committed entries out."""

from server.errors import NotFound, Unavailable
from server.eventlog.log import Conflict, Entry, EventLog, Fenced, Repeated
from server.session.codec import Committed, decode, encode
from server.storage.keys import CaseKey, SealBroken

ROUND = 256
"""Entries are filled up with spaces to a multiple of so many bytes. More hides better how long a message was, and takes
more room.
"""


class LostCase(Unavailable):
    """This node does not own the case any more: it must fall silent at once."""


class CaseLog:
    """Appends and reads entries of one case under its own key, at its own fence (newer once the case is reopened)."""

    def __init__(self, case: str, key: CaseKey, fence: int, log: EventLog) -> None:
        self.case = case
        self._key = key
        self.fence = fence
        self._log = log

    async def append(self, committed: Committed, expected: int) -> None:
        """Write one entry behind position `expected`. Raises `Unavailable`; `LostCase` when another node owns the
        case, or its key is destroyed.
        """
        plain = encode(committed)
        filled = plain.ljust(-(-len(plain) // ROUND) * ROUND)
        sealed = self._key.seal(filled, self._place(expected + 1))
        try:
            await self._log.append(
                self.case,
                expected=expected,
                fence=self.fence,
                sealed=[sealed],
                at=committed.at,
                command=self._key.alias(committed.command) if committed.command is not None else None,
            )
        except (Fenced, Conflict, Repeated, NotFound) as error:
            raise LostCase(str(error)) from error

    async def read(self, after: int = 0) -> list[Committed]:
        """Every entry of the case behind position `after`, in order.

        Raises `SealBroken` when one was altered or moved, or is of a newer version than this program.
        """
        entries = await self._log.read(self.case, after)
        return [self._opened(entry) for entry in entries]

    def _opened(self, entry: Entry) -> Committed:
        place = self._place(entry.position)
        try:
            return decode(self._key.open(entry.sealed, place))
        except ValueError as error:
            raise SealBroken(f"what is stored at {place} cannot be read: {error}") from error

    def _place(self, position: int) -> str:
        return f"{self.case}/{position}"
