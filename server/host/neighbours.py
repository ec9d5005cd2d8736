"""The other nodes: holding this one's lease, taking what those leave that are gone, and reaching sessions that live
elsewhere.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from server.clock import Clock
from server.errors import NotFound, Unavailable
from server.host.exchange import Exchange, Wire
from server.host.far_session import FarSession, FarSockets
from server.host.far_tabs import FarTabs
from server.host.following import Following
from server.host.live_session import LiveSession
from server.host.placing import RENEW_SECONDS, Among
from server.session.state import State
from server.storage.nodes import NameTaken

log = logging.getLogger(__name__)

LET_GO_SECONDS = 5.0
"""So long after the last renewal this node lets go of its sessions: their pages come again, and find whoever owns them.
Longer rides out a database that is gone for everybody; shorter frees people sooner where only this node is cut off.
"""
AGAIN_SECONDS = 10.0
"""After so long a case that could not be woken is tried again."""


class Home(Protocol):
    """What is asked of the hub of this node."""

    @property
    def load(self) -> int: ...
    def living(self) -> list[LiveSession]: ...
    def lost(self, session: LiveSession) -> None: ...
    async def own(self, session_id: str) -> LiveSession: ...
    async def wake(self, session_id: str) -> None: ...
    async def give(self, session_id: str, node: str) -> None: ...


class Neighbours:
    """This node among the others. `among` must have entered."""

    def __init__(self, among: Among, exchange: Exchange, following: Following, clock: Clock) -> None:
        self._among = among
        self._exchange = exchange
        self._following = following
        self._clock = clock
        self._sockets = FarSockets(exchange)
        self._sessions: dict[tuple[str, str], FarSession] = {}
        self._rising: dict[str, asyncio.Task[None]] = {}
        self._not_before: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._home: Home | None = None
        self.charge: Callable[[str, str], None] | None = None  # told what was taken of a common limit elsewhere

    def begin(self, home: Home) -> None:
        """Serve the other nodes, and hold the lease, from now on."""
        self._home = home
        tabs = FarTabs(self._exchange, home.own, lambda case: self._wake_soon(home, [case]))

        def posted(node: str, post: Wire) -> None:
            if post["do"] != "took":
                tabs.posted(node, post)
            elif self.charge is not None:
                self.charge(post["limit"], post["key"])

        self._exchange.serve, self._exchange.posted = tabs.serve, posted
        self._exchange.framed = self._sockets.framed

        def broke(node: str) -> None:
            tabs.broke(node)
            self._sockets.broke(node)

        self._exchange.broke = broke
        self._exchange.start()
        self._tasks = [asyncio.create_task(self._keep_lease(home), name="lease")]

    async def end(self) -> None:
        """Give the lease back: what is still owned is for the others at once."""
        for task in (*self._tasks, *self._rising.values()):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._rising.values(), return_exceptions=True)
        await self._exchange.stop()
        try:
            await self._among.leave()
        except Unavailable:
            log.warning("the lease could not be given back; it runs out by itself")

    # --- sessions elsewhere

    def session(self, session_id: str, owner: str) -> FarSession:
        """A session that lives on another node."""
        found = self._sessions.get((session_id, owner))
        if found is None:

            async def follow() -> State:
                return await self._following.state(session_id)

            found = self._sessions[session_id, owner] = FarSession(session_id, owner, self._sockets, follow)
        return found

    def lightest(self) -> str | None:
        """The node with the least to do; `None` where none takes anything."""
        return self._among.lightest()

    async def hand_over(self, case: str, fence: int, node: str) -> bool:
        """Give a case to another node, and tell it. Raises `Unavailable`."""
        given = await self._among.hand_over(case, fence, node)
        if given:
            self._exchange.post(node, {"do": "wake", "session": case})
        return given

    def took(self, limit: str, key: str) -> None:
        """Tell the others that one was taken of a limit that holds over all nodes."""
        for node in self._among.others():
            self._exchange.post(node, {"do": "took", "limit": limit, "key": key})

    async def drain(self) -> None:
        """Take nothing more, and hand over what lives here, one by one."""
        assert self._home is not None
        self._among.draining = True
        try:
            await self._renew(self._home)
        except Unavailable:
            log.warning("the database does not answer: nothing can be handed over")
            return
        for session in self._home.living():
            other = self._among.lightest()
            if other is None or other == self._among.node:
                log.warning("no other node takes sessions")
                return
            try:
                await self._home.give(session.id, other)
            except Unavailable:
                log.warning("a session could not be handed over", extra={"case": session.id})

    @property
    def draining(self) -> bool:
        return self._among.draining

    @property
    def relay_away(self) -> bool:
        """Whether the others cannot be reached now."""
        return self._exchange.away

    # --- the lease

    async def _keep_lease(self, home: Home) -> None:
        while True:
            try:
                await self._renew(home)
            except Unavailable:
                log.warning("the lease could not be renewed")
                self._let_go(home)
            except Exception:
                log.exception("holding the lease failed; it goes on")
            await asyncio.sleep(RENEW_SECONDS)

    async def _renew(self, home: Home) -> None:
        before = home.living()
        try:
            standing = await self._among.renew(home.load)
        except NotFound:
            for session in before:
                home.lost(session)
            await self._enter_again()
            return
        for session in before:
            if session.id not in standing.owned:
                log.warning("a session is on another node now", extra={"case": session.id})
                home.lost(session)
        self._part_from({node.id for node in standing.running})
        here = {session.id for session in home.living()}
        self._wake_soon(home, [case for case in standing.open if case not in here])
        self._wake_soon(home, self._among.ours())

    def _let_go(self, home: Home) -> None:
        """Others may own these sessions since long: the gates are closed, and here nobody can do anything any more."""
        if self._among.age(self._clock.boot()) < LET_GO_SECONDS:
            return
        for session in home.living():
            log.warning("a session is let go: the database is out of reach", extra={"case": session.id})
            home.lost(session)

    async def _enter_again(self) -> None:
        """This node was gone for so long that the others have forgotten it."""
        try:
            await self._among.enter()
        except NameTaken:
            log.error("another node runs under this node's name: give each a name of its own (PARLEY_NODE)")

    def _part_from(self, running: set[str]) -> None:
        for node in self._exchange.known():
            if node not in running:
                self._exchange.forget(node)
        self._sessions = {key: s for key, s in self._sessions.items() if key[1] in running}

    def _wake_soon(self, home: Home, cases: Iterable[str]) -> None:
        now = self._clock.boot()
        for case in cases:
            if case not in self._rising and now >= self._not_before.get(case, 0.0):
                self._not_before[case] = now + AGAIN_SECONDS
                task = asyncio.create_task(self._rise(home, case), name="rise")
                self._rising[case] = task
                task.add_done_callback(partial(self._risen, case))

    def _risen(self, case: str, _task: "asyncio.Task[None]") -> None:
        self._rising.pop(case, None)

    async def _rise(self, home: Home, case: str) -> None:
        try:
            await home.wake(case)
            self._not_before.pop(case, None)
        except Unavailable:
            self._not_before.pop(case, None)  # the database: at the next tick
        except Exception:
            log.exception("a case could not be woken", extra={"case": case})
