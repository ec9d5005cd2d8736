"""All sessions that live on this node: finding, waking, making, giving away, and letting their keys be destroyed when
their time is over.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.clock import Clock
from server.config import Config
from server.counts import Counts
from server.errors import NotFound, Unavailable
from server.eventlog.log import EventLog
from server.host.audit import Verdict
from server.host.case_log import CaseLog
from server.host.housing import NO_FENCE, Housing, Stores
from server.host.live_session import LiveSession
from server.host.neighbours import Neighbours
from server.host.placing import Alone, Placing, load_of
from server.host.session import Session
from server.host.summary import Summary, connected_in, summary_of
from server.host.wiring import LEASE_SECONDS
from server.ids import new_id
from server.media.port import MediaPort
from server.media.turn import Turn
from server.session.codec import Committed
from server.session.events import Policy, SessionOpened
from server.session.opening import SessionPlan, open_session
from server.session.roles import MEDIATOR_ROLES
from server.storage.cases import Cases
from server.storage.files import CaseFiles, Files
from server.storage.keys import SealBroken
from server.storage.links import Links

log = logging.getLogger(__name__)

STRIKE_SECONDS = 0.2
"""How often each session looks at the clock. Shorter opens doors more exactly and costs more; the links' lease is ten
times it.
"""

BREATH_SECONDS = 0.001
"""For so long sessions look at the clock one after the other; then what has come meanwhile is done."""

PURGE_SECONDS = 60.0
"""How often keys whose time is over are looked for. Shorter keeps the promise more exactly."""


@dataclass(frozen=True, slots=True)
class SeatLink:
    """A personal link, given out once."""

    seat: str
    name: str
    role: str
    side: str | None
    secret: str


class Hub:
    """The sessions of this node. Without `placing` it is the only one, and owns every case; `neighbours` are the other
    nodes, if there may be any.
    """

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
        turn: Turn | None = None,
        counts: Counts | None = None,
        placing: Placing | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._cases = cases
        self.links = links
        self._log = log
        self.counts = counts or Counts()
        self._struck = clock.boot()
        self._placing = placing or Alone(new_id("node_"), cases)
        self._neighbours = neighbours
        self._in_doubt: set[str] = set()
        stores = Stores(config, clock, cases, links, files, log, media, turn, self.counts)
        self._housing = Housing(stores, self._placing.node, self._in_doubt.add, alone=neighbours is None)
        self._live: dict[str, LiveSession] = {}
        self._one_at_a_time = asyncio.Lock()
        self._woken = False
        self._stopping = False
        self._being_made: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Wake every open session that is this node's, so that doors, absences and ends go on in it though nobody asks;
        then begin to look at the clock. A closed session is loaded when somebody asks for it, and written to only to go
        on.
        """
        if self._neighbours is None:
            try:
                await self._wake_open()
            except Unavailable:
                log.warning("storage is unavailable; sessions are woken later")
        else:
            self._neighbours.begin(self)
        self._tasks = [
            asyncio.create_task(self._every(STRIKE_SECONDS, self._strike), name="strike"),
            asyncio.create_task(self._every(PURGE_SECONDS, self.keep_promises), name="purge"),
        ]

    async def stop(self) -> None:
        """Close every gate and every socket; pages reconnect to whoever comes next."""
        self._stopping = True
        if self._neighbours is not None:
            await self._neighbours.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for session in self._live.values():
            session.fall_silent()
        await asyncio.gather(*(session.rest() for session in self._live.values()))
        self._live.clear()
        if self._neighbours is not None:
            await self._neighbours.end()

    # --- how it is

    @property
    def loaded(self) -> int:
        """How many sessions are in memory here."""
        return len(self.living())

    @property
    def connected(self) -> int:
        """How many seats of these sessions have a tab open."""
        return sum(session.connected for session in self.living())

    @property
    def draining(self) -> bool:
        """Whether this node is about to stop: nobody new shall be sent here."""
        return self._stopping or (self._neighbours is not None and self._neighbours.draining)

    @property
    def relay_away(self) -> bool:
        """Whether the other nodes cannot be reached now."""
        return self._neighbours is not None and self._neighbours.relay_away

    def lease_age(self) -> float:
        """Seconds since the leases of this node were renewed."""
        now = self._clock.boot()
        return max(now - self._struck, self._placing.age(now))

    def check(self) -> None:
        """Whether people may be sent here. Raises `Unavailable` while it drains, or has lost its lease."""
        if self.draining:
            raise Unavailable("this node is about to stop")
        now = self._clock.boot()
        if now - self._struck > LEASE_SECONDS or now >= self._placing.until:
            raise Unavailable("the lease of this node was not renewed")

    # --- finding

    async def session(self, session_id: str) -> Session:
        """The session, wherever it lives; loaded from its log if need be. Raises `NotFound`, also when its key is
        destroyed, `Unavailable`.
        """
        found = self._here(session_id)
        if found is not None:
            return found
        if self._neighbours is not None:
            owner = await self._placing.owner(session_id)
            if owner not in (None, self._placing.node):
                return self._neighbours.session(session_id, owner)
        async with self._one_at_a_time:
            return self._here(session_id) or await self._wake(session_id)

    async def own(self, session_id: str) -> LiveSession:
        """The session, which must live here. Raises `NotFound`, `Unavailable` where another node owns it."""
        found = await self.session(session_id)
        if not isinstance(found, LiveSession):
            raise Unavailable(f"{session_id} lives on another node")
        return found

    def _here(self, session_id: str) -> LiveSession | None:
        found = self._live.get(session_id)
        return found if found is not None and not found.dead else None

    async def files(self, session_id: str) -> CaseFiles:
        """The files of a session. Raises `NotFound`, also when its key is destroyed."""
        return await self._housing.files(session_id)

    async def audit(self, session_id: str) -> Verdict:
        """The audit of a session, verified. Raises `NotFound`, also when its key is destroyed; `Unavailable`."""
        key = await self._cases.key(session_id)
        loaded = self._live.get(session_id)
        least = loaded.position if loaded is not None and not loaded.dead else 0
        return await CaseLog(session_id, key, NO_FENCE, self._log).verify(least)

    async def summaries(self) -> list[Summary]:
        """Every session whose key is there, oldest first."""
        found = []
        for case in await self._cases.all():
            if case.destroyed:
                continue
            try:
                session = await self.session(case.id)
                state = await session.fresh()
                connected = session.connected if isinstance(session, LiveSession) else connected_in(state)
                found.append(summary_of(state, connected))
            except NotFound:  # destroyed meanwhile, or its first entry was never written
                continue
            except SealBroken:
                log.error("a case cannot be opened", extra={"case": case.id})
        return found

    async def _wake(self, session_id: str) -> LiveSession:
        case = await self._cases.find(session_id)
        ended = case.closed_at is not None
        fence: int | None = NO_FENCE
        if not ended or self._neighbours is not None:
            fence = await self._placing.take(session_id)
        if fence is None:
            raise Unavailable(f"{session_id} was just taken by another node")
        session = await self._housing.wake(session_id, fence, ended=ended)
        self._live[session_id] = session
        return session

    # --- making

    async def new_session(self, plan: SessionPlan) -> tuple[str, list[SeatLink]]:
        """Make a session and a personal link per seat, mediators first. The links are nowhere kept and never shown
        again.

        Raises `Refused` for a plan that cannot be, `Unavailable`.
        """
        session_id = new_id("x_")
        opened = open_session(session_id, plan, self._policy(), self._config.operator_name, new_id)
        if self.draining:
            raise Unavailable("this node is about to stop")
        self._being_made.add(session_id)
        try:
            return session_id, await self._made(session_id, opened)
        finally:
            self._being_made.discard(session_id)

    async def _made(self, session_id: str, opened: SessionOpened) -> list[SeatLink]:
        key = await self._cases.create(session_id, self._clock.wall(), self._placing.node)
        doorkeeper = self._housing.doorkeeper(session_id)
        links = [SeatLink(s.id, s.name, s.role, s.side, await doorkeeper.new_link(s.id)) for s in opened.seats]
        first = Committed(self._clock.wall(), "", None, {}, (opened,))
        async with self._one_at_a_time:
            fence = await self._placing.take(session_id)
            if fence is None:
                raise Unavailable("this node is about to stop")
            self._live[session_id] = await self._housing.begin(session_id, key, fence, first)
        if self._neighbours is not None:
            await self.give(session_id, self._neighbours.lightest() or self._placing.node)
        return sorted(links, key=lambda link: link.role not in MEDIATOR_ROLES)

    def _policy(self) -> Policy:
        config = self._config
        return Policy(
            door_ms=round(config.door_s * 1000),
            hold_ms=round(config.door_hold_s * 1000),
            grace_ms=round(config.mediator_grace_s * 1000),
            keep_days=config.keep_days,
            seats_max=config.seats_max,
        )

    # --- owning, where there are several nodes

    @property
    def load(self) -> int:
        """How much this node has to do: `placing` says how it is counted."""
        return load_of(session.connected for session in self.living())

    def living(self) -> list[LiveSession]:
        """The sessions that live here now."""
        return [s for s in self._live.values() if not s.dead]

    def lost(self, session: LiveSession) -> None:
        """Another node owns this session by now, or its key is destroyed."""
        session.fall_silent()
        if self._live.get(session.id) is session:
            del self._live[session.id]

    async def wake(self, session_id: str) -> None:
        """A case that is for this node, or for nobody: let it go on here."""
        if session_id not in self._being_made:
            await self._wake_and_catch_up(session_id)

    async def drain(self) -> None:
        """Take nothing more, and hand over what lives here. A single node goes on as it is."""
        if self._neighbours is not None:
            await self._neighbours.drain()

    async def give(self, session_id: str, node: str) -> None:
        """Hand a session over to another node: it goes on there, and its pages come again and find it. Raises
        `Unavailable` where that could not be written; then it is woken anew by whoever owns it.
        """
        session = self._here(session_id)
        if session is None or node == self._placing.node or self._neighbours is None:
            return
        async with self._one_at_a_time:
            fence = await session.let_go()
            self._live.pop(session_id, None)
            if await self._neighbours.hand_over(session_id, fence, node):
                log.info("a session was handed over", extra={"case": session_id})

    # --- time

    async def _strike(self) -> None:
        self._struck = breath = self._clock.boot()
        until, away = self._placing.until, self.relay_away
        for session in list(self._live.values()):
            now = self._clock.boot()
            if now - breath > BREATH_SECONDS:
                await asyncio.sleep(0)
                now = breath = self._clock.boot()
                until, away = self._placing.until, self.relay_away
            try:
                if now < until:
                    session.resume()
                else:
                    session.suspend()
                session.strike(until)
                session.tell_mediators(away)
            except Exception:  # one session's fault must not silence the others
                log.exception("a session failed at its strike")

    async def keep_promises(self) -> None:
        """Whatever this node is asked for or not: sessions that were closed are known to end, and end in time; also
        where a case was about to go on and did not.
        """
        if self._neighbours is None and not self._woken:
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
            if not isinstance(session, LiveSession):
                return True  # its owner sees to it
            await session.catch_up()
            return not session.dead
        except (NotFound, SealBroken):
            log.warning("a case has no session that can be opened", extra={"case": case})
            return True

    async def purge(self) -> None:
        """Destroy the keys whose time is over. What was begun and broken off is begun again."""
        due = self._placing.surely(self._clock.wall())
        for case in await self._cases.due_for_destruction(due):
            async with self._one_at_a_time:  # or somebody could load it just before, and keep it in memory
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
