"""From storage to a live session: opened, given its switchboard and its doorkeeper, and caught up with the clock."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.clock import Clock
from server.config import Config
from server.counts import Counts
from server.errors import NotFound, Unavailable
from server.eventlog.log import EventLog
from server.host.audit import OPENING
from server.host.case_log import CaseLog
from server.host.doorkeeper import Doorkeeper
from server.host.live_session import LiveSession
from server.host.media_desk import MediaDesk
from server.host.replay import Remembered, advance
from server.host.trying import Trying
from server.host.waking import wake
from server.host.wiring import Board, Unwired
from server.ids import new_id
from server.media.facts import MediaFact
from server.media.port import MediaPort
from server.media.switchboard import Switchboard
from server.media.trial import Trials
from server.media.turn import TRIAL_S, Turn
from server.session.boarding import files_named
from server.session.codec import Committed
from server.storage.cases import Cases
from server.storage.files import CaseFiles, Files
from server.storage.keys import CaseKey
from server.storage.links import Links

log = logging.getLogger(__name__)

DAY_MS = 24 * 3600 * 1000

NO_FENCE = 0
"""No case has this fence: whoever holds it can read and not append."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Where everything is kept, and what is needed beside it."""

    config: Config
    clock: Clock
    cases: Cases
    links: Links
    files: Files
    log: EventLog
    media: MediaPort | None
    turn: Turn | None
    counts: Counts


class Housing:
    """Makes live sessions. `doubted` is told of a case of which it is not known whether it goes on."""

    def __init__(self, stores: Stores, node: str, doubted: Callable[[str], None], *, alone: bool) -> None:
        self._stores = stores
        self._trials = Trials(stores.media, stores.clock) if stores.media is not None else None
        self._node = node
        self._alone = alone
        self._doubted = doubted

    async def wake(self, session_id: str, fence: int, *, ended: bool) -> LiveSession:
        """The session behind a log. `ended`: it is closed, and storage knows of it. Raises `NotFound`, `SealBroken`."""
        key = await self._stores.cases.key(session_id)
        case_log = CaseLog(session_id, key, fence, self._stores.log)
        woken = await wake(case_log)
        if woken is None:
            raise NotFound(session_id)
        session = self._seated(woken.remembered, case_log, woken.snapshot_at)
        if fence != NO_FENCE and self._alone:
            await self._sweep_files(session_id, key, session)
        await session.recover(ended=ended)
        return session

    async def begin(self, session_id: str, key: CaseKey, fence: int, committed: Committed) -> LiveSession:
        """The session of a new case: its first entry is written."""
        case_log = CaseLog(session_id, key, fence, self._stores.log)
        await case_log.append(committed, 0, OPENING)
        remembered, _ = advance(None, committed)
        return self._seated(remembered, case_log)

    async def files(self, session_id: str) -> CaseFiles:
        """The files of a session. Raises `NotFound`, also when its key is destroyed."""
        return self._stores.files.of(session_id, await self._stores.cases.key(session_id))

    async def _sweep_files(self, session_id: str, key: CaseKey, session: LiveSession) -> None:
        """Files that were stored and never added: whoever added them was broken off in between. Among several nodes
        somebody may be adding one on another right now; there they go with the case.
        """
        try:
            await self._stores.files.of(session_id, key).sweep(files_named(session.state))
        except Unavailable:
            log.warning("the files of a case could not be swept", extra={"case": session_id})

    def _seated(self, remembered: Remembered, case_log: CaseLog, snapshot_at: int = 0) -> LiveSession:
        trying = Trying(self._trials, self._turn_of_a_trial)
        desk = MediaDesk(self._board, self._turn_access, self._stores.counts, trying)
        doorkeeper = self.doorkeeper(case_log.case)
        session = LiveSession(remembered, case_log, self._stores.clock, desk, doorkeeper, snapshot_at)
        desk.state_now = lambda: session.state
        return session

    def _board(self, on_fact: Callable[[MediaFact], None]) -> Board:
        if self._stores.media is None:
            return Unwired()
        return Switchboard(self._stores.media, self._stores.clock, on_fact=on_fact)

    def _turn_access(self) -> Mapping[str, object] | None:
        turn = self._stores.turn
        return turn.access(self._stores.clock.wall(), new_id) if turn is not None else None

    def _turn_of_a_trial(self) -> Mapping[str, object] | None:
        turn = self._stores.turn
        return turn.access(self._stores.clock.wall(), new_id, TRIAL_S) if turn is not None else None

    def doorkeeper(self, session_id: str) -> Doorkeeper:
        """What a session asks of storage beside its log."""
        links, cases = self._stores.links, self._stores.cases

        async def new_link(seat: str) -> str:
            return await links.new_link(session_id, seat, self._link_expiry())

        async def close_case(fence: int, closed_at: int, destroy_at: int) -> None:
            await links.renew(session_id, destroy_at)  # until then the case can go on
            await cases.close(session_id, fence, closed_at, destroy_at)

        async def reopen_case() -> int:
            self._doubted(session_id)
            await links.renew(session_id, self._link_expiry())
            return await cases.reopen(session_id, self._node, self._stores.clock.wall())

        async def holds(seat: str, browser: str) -> bool:
            return any(b.id == browser and b.session == session_id for b in await links.browsers(seat))

        return Doorkeeper(new_link, links.cut, close_case, reopen_case, holds)

    def _link_expiry(self) -> int:
        return self._stores.clock.wall() + round(self._stores.config.link_days * DAY_MS)
