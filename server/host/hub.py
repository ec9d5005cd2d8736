"""All live sessions of this node: finding, waking, making, and letting their keys be destroyed when their time is
over.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.clock import Clock
from server.config import Config
from server.errors import NotFound, Unavailable
from server.eventlog.log import EventLog
from server.host.case_log import CaseLog
from server.host.doorkeeper import Doorkeeper
from server.host.live_session import LiveSession
from server.host.media_desk import MediaDesk
from server.host.replay import Remembered, advance, replay
from server.host.wiring import Board, Unwired
from server.ids import new_id
from server.media.facts import MediaFact
from server.media.port import MediaPort
from server.media.switchboard import Switchboard
from server.session.boarding import files_named
from server.session.codec import Committed
from server.session.events import Policy
from server.session.opening import SeatPlan, SessionPlan, open_session
from server.session.roles import MEDIATOR_ROLES
from server.storage.cases import Cases
from server.storage.files import CaseFiles, Files
from server.storage.keys import CaseKey, SealBroken
from server.storage.links import Links

log = logging.getLogger(__name__)

STRIKE_SECONDS = 0.2
"""How often each session looks at the clock. Shorter opens doors more exactly and costs more; the links' lease is ten
times it.
"""

PURGE_SECONDS = 60.0
"""How often keys whose time is over are looked for. Shorter keeps the promise more exactly."""

DAY_MS = 24 * 3600 * 1000

NO_FENCE = 0
"""No case has this fence: whoever holds it can read and not append."""


@dataclass(frozen=True, slots=True)
class SeatLink:
    """A personal link, given out once."""

    seat: str
    name: str
    role: str
    side: str | None
    secret: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A session in the operator's list: no content."""

    id: str
    title: str
    opened: int
    closed: int | None
    seats: int
    connected: int
    destroy_at: int | None
    number: int


class Hub:
    """The sessions of this node."""

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        cases: Cases,
        links: Links,
        files: Files,
        log: EventLog,
        media: MediaPort | None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._cases = cases
        self.links = links
        self._files = files
        self._log = log
        self._media = media
        self._node = new_id("node_")
        self._live: dict[str, LiveSession] = {}
        self._waking = asyncio.Lock()
        self._woken = False
        self._in_doubt: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Wake every open session, so that doors, absences and ends go on in it though nobody asks; then begin to look
        at the clock. A closed session is loaded when somebody asks for it, and written to only to go on.
        """
        try:
            await self._wake_open()
        except Unavailable:
            log.warning("storage is unavailable; sessions are woken later")
        self._tasks = [
            asyncio.create_task(self._every(STRIKE_SECONDS, self._strike), name="strike"),
            asyncio.create_task(self._every(PURGE_SECONDS, self.keep_promises), name="purge"),
        ]

    async def stop(self) -> None:
        """Close every gate and every socket; pages reconnect to whoever comes next."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for session in self._live.values():
            session.fall_silent()
        self._live.clear()

    # --- finding

    async def session(self, session_id: str) -> LiveSession:
        """The live session, loaded from its log if need be. Raises `NotFound`, also when its key is destroyed."""
        found = self._live.get(session_id)
        if found is not None and not found.dead:
            return found
        async with self._waking:
            found = self._live.get(session_id)
            if found is None or found.dead:
                found = self._live[session_id] = await self._wake(session_id)
        return found

    async def files(self, session_id: str) -> CaseFiles:
        """The files of a session. Raises `NotFound`, also when its key is destroyed."""
        return self._files.of(session_id, await self._cases.key(session_id))

    async def summaries(self) -> list[Summary]:
        """Every session whose key is there, oldest first."""
        found = []
        for case in await self._cases.all():
            if case.destroyed:
                continue
            try:
                session = await self.session(case.id)
            except NotFound:  # destroyed meanwhile, or its first entry was never written
                continue
            except SealBroken:
                log.error("a case cannot be opened", extra={"case": case.id})
                continue
            state = session.state
            seats = [s for s in state.seats.values() if s.where != "revoked"]
            line = Summary(
                id=state.id,
                title=state.title,
                opened=state.opened,
                closed=state.closed,
                seats=len(seats),
                connected=session.connected,
                destroy_at=state.destroy_at,
                number=state.number,
            )
            found.append(line)
        return found

    async def _wake(self, session_id: str) -> LiveSession:
        case = await self._cases.find(session_id)
        key = await self._cases.key(session_id)
        fence = await self._cases.take(session_id, self._node) if case.closed_at is None else NO_FENCE
        case_log = CaseLog(session_id, key, fence, self._log)
        entries = await case_log.read()
        if not entries:
            raise NotFound(session_id)
        session = self._seated(replay(entries), case_log)
        if fence != NO_FENCE:
            await self._sweep_files(session_id, key, session)
        await session.recover(ended=case.closed_at is not None)
        return session

    async def _sweep_files(self, session_id: str, key: CaseKey, session: LiveSession) -> None:
        """Files that were stored and never added: whoever added them was broken off in between."""
        try:
            await self._files.of(session_id, key).sweep(files_named(session.state))
        except Unavailable:
            log.warning("the files of a case could not be swept", extra={"case": session_id})

    def _seated(self, remembered: Remembered, case_log: CaseLog) -> LiveSession:
        desk = MediaDesk(self._board)
        session = LiveSession(remembered, case_log, self._clock, desk, self._doorkeeper(case_log.case))
        desk.state_now = lambda: session.state
        return session

    def _board(self, on_fact: Callable[[MediaFact], None]) -> Board:
        if self._media is None:
            return Unwired()
        return Switchboard(self._media, self._clock, on_fact=on_fact)

    def _doorkeeper(self, session_id: str) -> Doorkeeper:
        async def new_link(seat: str) -> str:
            return await self.links.new_link(session_id, seat, self._link_expiry())

        async def close_case(fence: int, closed_at: int, destroy_at: int) -> None:
            await self.links.renew(session_id, destroy_at)  # until then the case can go on
            await self._cases.close(session_id, fence, closed_at, destroy_at)

        async def reopen_case() -> int:
            self._in_doubt.add(session_id)
            await self.links.renew(session_id, self._link_expiry())
            return await self._cases.reopen(session_id, self._node, self._clock.wall())

        async def holds(seat: str, browser: str) -> bool:
            return any(b.id == browser and b.session == session_id for b in await self.links.browsers(seat))

        return Doorkeeper(new_link, self.links.cut, close_case, reopen_case, holds)

    def _link_expiry(self) -> int:
        return self._clock.wall() + round(self._config.link_days * DAY_MS)

    # --- making

    async def new_session(self, plan: SessionPlan) -> tuple[str, list[SeatLink]]:
        """Make a session and a personal link per seat, mediators first. The links are nowhere kept and never shown
        again.

        Raises `Refused` for a plan that cannot be, `Unavailable`.
        """
        session_id = new_id("x_")
        opened = open_session(session_id, plan, self._policy(), self._config.operator_name, new_id)
        key = await self._cases.create(session_id, self._clock.wall())
        doorkeeper = self._doorkeeper(session_id)
        links = [SeatLink(s.id, s.name, s.role, s.side, await doorkeeper.new_link(s.id)) for s in opened.seats]
        first = Committed(self._clock.wall(), "", None, {}, (opened,))
        self._live[session_id] = await self._first_entry(session_id, key, first)
        return session_id, sorted(links, key=lambda link: link.role not in MEDIATOR_ROLES)

    async def _first_entry(self, session_id: str, key: CaseKey, committed: Committed) -> LiveSession:
        case_log = CaseLog(session_id, key, await self._cases.take(session_id, self._node), self._log)
        await case_log.append(committed, 0)
        remembered, _ = advance(None, committed)
        return self._seated(remembered, case_log)

    def _policy(self) -> Policy:
        config = self._config
        return Policy(
            door_ms=round(config.door_s * 1000),
            hold_ms=round(config.door_hold_s * 1000),
            grace_ms=round(config.mediator_grace_s * 1000),
            keep_days=config.keep_days,
            seats_max=config.seats_max,
        )

    # --- time

    async def _strike(self) -> None:
        for session in list(self._live.values()):
            try:
                session.strike()
            except Exception:  # one session's fault must not silence the others
                log.exception("a session failed at its strike")

    async def keep_promises(self) -> None:
        """Whatever this node is asked for or not: sessions that were closed are known to end, and end in time; also
        where a case was about to go on and did not.
        """
        if not self._woken:
            await self._wake_open()
        for case in sorted(self._in_doubt):
            if await self._wake_and_catch_up(case):
                self._in_doubt.discard(case)
        await self.purge()

    async def _wake_open(self) -> None:
        for case in await self._cases.all():
            if case.closed_at is None and not case.destroyed:
                await self._wake_and_catch_up(case.id)
        self._woken = True

    async def _wake_and_catch_up(self, case: str) -> bool:
        """A crash may have come between the last entry and the note of when its key goes, or between the note that it
        goes on and the entry that says so: that is mended too. Returns whether there is nothing left to do here.
        """
        try:
            session = await self.session(case)
            await session.catch_up()
            return not session.dead
        except (NotFound, SealBroken):
            log.warning("a case has no session that can be opened", extra={"case": case})
            return True

    async def purge(self) -> None:
        """Destroy the keys whose time is over. What was begun and broken off is begun again."""
        due = self._clock.wall()
        for case in await self._cases.due_for_destruction(due):
            async with self._waking:  # or somebody could load it just before, and keep it in memory
                session = self._live.pop(case, None)
                if session is not None:
                    session.fall_silent()
                try:
                    await self._cases.destroy_key(case, due)
                except NotFound:  # it goes on: a mediator was quicker
                    continue
            log.info("the key of a case was destroyed", extra={"case": case})

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except Unavailable:
                log.warning("storage is unavailable; trying again")
            except Exception:
                log.exception("a task of the hub failed; it goes on")


__all__ = ["Hub", "SeatLink", "SeatPlan", "SessionPlan", "Summary"]
