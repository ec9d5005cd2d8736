"""From storage back to the session: the newest snapshot and the entries behind it, or else the whole log."""

import asyncio
import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from server.host import snapshot
from server.host.case_log import CaseLog
from server.host.replay import Remembered, replay
from server.storage.keys import SealBroken

log = logging.getLogger(__name__)

PIECE = 16
"""Entries taken in before others have their turn: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Woken:
    """A session as it is now. `behind`: how many entries were read for it behind its snapshot, or in all."""

    remembered: Remembered
    behind: int

    @property
    def snapshot_at(self) -> int:
        """The position of the snapshot that it was made from; 0 without any."""
        return self.remembered.position - self.behind


async def wake(case_log: CaseLog) -> Woken | None:
    """The session of this log, or `None` for an empty one. Raises `SealBroken`, `Unavailable`."""
    with _nothing_to_tidy():
        return await _wake(case_log)


async def _wake(case_log: CaseLog) -> Woken | None:
    remembered = await _from_snapshot(case_log)
    entries = await case_log.sealed(remembered.position - 1 if remembered is not None else 0)
    if remembered is not None:
        if entries and entries[0].position == remembered.position:
            del entries[0]
        else:
            log.warning("a snapshot is ahead of its log: the whole log is read", extra={"case": case_log.case})
            remembered, entries = None, await case_log.sealed()
    for first in range(0, len(entries), PIECE):
        some = entries[first : first + PIECE]
        remembered = replay((case_log.opened(entry) for entry in some), remembered)
        await asyncio.sleep(0)
    return Woken(remembered, len(entries)) if remembered is not None else None


@contextmanager
def _nothing_to_tidy() -> Iterator[None]:
    """Without looking for garbage meanwhile: half a million new values, none of which is any, set it off again and
    again, and that takes longer than everything else.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _from_snapshot(case_log: CaseLog) -> Remembered | None:
    """What a snapshot remembers; `None` where there is none, or none that this program takes."""
    try:
        found = await case_log.snapshot()
        if found is None:
            return None
        for remembered in snapshot.decode(found[1]):
            if remembered is not None and remembered.position == found[0]:
                return remembered
            await asyncio.sleep(0)
    except (SealBroken, ValueError, TypeError, LookupError, AttributeError) as wrong:
        why = type(wrong).__name__  # its words could be somebody's
        log.warning("a snapshot cannot be used: the whole log is read", extra={"case": case_log.case, "reason": why})
    return None
