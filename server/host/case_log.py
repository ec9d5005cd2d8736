"""The sealed log of one case, as the host uses it: committed entries in, committed entries out."""

from server.errors import NotFound, Unavailable
from server.eventlog.log import Conflict, EventLog, Fenced, Repeated
from server.session.codec import Committed, decode, encode
from server.storage.keys import CaseKey


class LostCase(Unavailable):
    """This node does not own the case any more: it must fall silent at once."""


class CaseLog:
    """Appends and reads entries of one case under its own key, at its own fence."""

    def __init__(self, case: str, key: CaseKey, fence: int, log: EventLog) -> None:
        self.case = case
        self._key = key
        self._fence = fence
        self._log = log

    async def append(self, committed: Committed, expected: int) -> None:
        """Write one entry behind position `expected`. Raises `Unavailable`; `LostCase` when another node owns the
        case, or its key is destroyed.
        """
        sealed = self._key.seal(encode(committed), self._place(expected + 1))
        try:
            await self._log.append(
                self.case,
                expected=expected,
                fence=self._fence,
                sealed=[sealed],
                at=committed.at,
                command=committed.command,
            )
        except (Fenced, Conflict, Repeated, NotFound) as error:
            raise LostCase(str(error)) from error

    async def read(self) -> list[Committed]:
        """Every entry of the case, in order. Raises `SealBroken` when one was altered or moved."""
        entries = await self._log.read(self.case)
        return [decode(self._key.open(e.sealed, self._place(e.position))) for e in entries]

    def _place(self, position: int) -> str:
        return f"{self.case}/{position}"
