"""Snapshots of one session, made now and then beside everything else. Nobody ever waits for one."""

import asyncio
import logging

from server.errors import NotFound, Unavailable
from server.eventlog.log import Fenced
from server.host import snapshot
from server.host.case_log import CaseLog
from server.host.replay import Remembered

log = logging.getLogger(__name__)

EVERY = 250
"""Entries between two snapshots. Fewer wakes a session sooner (each entry behind one takes some 0.4 ms); more costs
less while it goes on: a snapshot of a case of 50,000 entries takes 0.2 s of the processor, in pieces, and 1 MB.
"""

AT_REST = 50
"""Entries from which on a snapshot is worth making when the session closes or its node stops."""


class Snapshots:
    """Looks after the snapshot of one case. `last` is the position of the newest, or of the newest attempt."""

    def __init__(self, case_log: CaseLog, last: int = 0) -> None:
        self._log = case_log
        self._last = last
        self._under_way: asyncio.Task[None] | None = None

    def written(self, remembered: Remembered, least: int = EVERY) -> None:
        """Something was written: begin a snapshot, if `least` entries lie behind the last and none is under way."""
        if remembered.position - self._last >= least and (self._under_way is None or self._under_way.done()):
            self._begin(remembered)

    async def rest(self, remembered: Remembered) -> None:
        """Nothing more comes for now: finish what is under way, and make another if it is worth it."""
        if self._under_way is not None:
            await self._under_way
        if remembered.position - self._last >= AT_REST:
            await self._begin(remembered)

    def _begin(self, remembered: Remembered) -> asyncio.Task[None]:
        self._last = remembered.position
        self._under_way = asyncio.create_task(self._make(remembered.copy()), name="snapshot")
        return self._under_way

    async def _make(self, remembered: Remembered) -> None:
        """In pieces, between which everything else goes on."""
        try:
            made = bytearray()
            for piece in snapshot.encode(remembered):
                made += piece
                await asyncio.sleep(0)
            await self._log.keep_snapshot(remembered.position, bytes(made))
        except (Fenced, NotFound):
            return  # another node owns the case, or it is destroyed
        except Unavailable:
            log.warning("a snapshot could not be written; the log has everything", extra={"case": self._log.case})
        except Exception:
            log.exception("a snapshot could not be made; the log has everything", extra={"case": self._log.case})
