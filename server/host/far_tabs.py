"""The owner's end: what other nodes ask of sessions that live here, for the people whose sockets they hold."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.errors import NotFound, Unavailable
from server.host.asides import LiveAsides
from server.host.exchange import Exchange, Wire
from server.host.far_outbox import FarOutbox
from server.host.live_session import LiveSession
from server.host.parcels import unpack

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _FarTab:
    session: LiveSession
    seat: str
    name: str


class FarTabs:
    """`find` gives a session that lives on this node; it raises `NotFound`, or `Unavailable` for one that does not.
    `wake` is told of a session that was handed over to this node.
    """

    def __init__(
        self, exchange: Exchange, find: Callable[[str], Awaitable[LiveSession]], wake: Callable[[str], None]
    ) -> None:
        self._exchange = exchange
        self._find = find
        self._wake = wake
        self._tabs: dict[tuple[str, int], _FarTab] = {}
        self._coming: set[tuple[str, int]] = set()  # sockets that are being taken in, and have not gone meanwhile
        self._leaving: set[asyncio.Task[None]] = set()

    async def serve(self, node: str, call: Wire) -> Any:
        """Carry out a call of another node."""
        return await _CALLS[str(call["do"])](self, node, call)

    def posted(self, node: str, post: Wire) -> None:
        """Take a post of another node."""
        what = str(post["do"])
        if what not in _ASIDES:
            _POSTS[what](self, node, post)
        elif tab := self._tabs.get((node, int(post["ref"]))):
            _ASIDES[what](tab.session.asides, (tab.seat, tab.name), post)

    def broke(self, node: str) -> None:
        """The line to this node broke: whoever has a socket there is not connected any more."""
        self._coming = {key for key in self._coming if key[0] != node}
        for key in [key for key in self._tabs if key[0] == node]:
            self._leave(key)

    # --- calls

    async def _ask(self, node: str, call: Wire) -> Any:
        session = await self._find(call["session"])
        return await session.ask(call["actor"], _command(call), call["id"], connection=call["connection"])

    async def _check(self, node: str, call: Wire) -> Any:
        await (await self._find(call["session"])).check(call["actor"], _command(call))

    async def _preview(self, node: str, call: Wire) -> Any:
        return await (await self._find(call["session"])).preview(call["actor"], _command(call))

    async def _card_history(self, node: str, call: Wire) -> Any:
        return await (await self._find(call["session"])).card_history(call["actor"], call["card"], call["before"])

    async def _ask_device(self, node: str, call: Wire) -> Any:
        return await (await self._find(call["session"])).ask_device(call["seat"])

    async def _device_answer(self, node: str, call: Wire) -> Any:
        return await (await self._find(call["session"])).device_answer(call["request"], call["seat"])

    async def _connect(self, node: str, call: Wire) -> Any:
        key = (node, int(call["ref"]))
        outbox = FarOutbox(key[1], lambda payload: self._exchange.frame(node, payload))
        self._coming.add(key)
        try:
            session = await self._find(call["session"])
            name = await session.connect(
                call["seat"], outbox, life=call["life"], seen=call["seen"], browser=call["browser"]
            )
            if key not in self._coming:
                await session.disconnect(call["seat"], name)
                raise Unavailable("the socket has gone")
        finally:
            self._coming.discard(key)
        self._tabs[key] = _FarTab(session, call["seat"], name)
        self._exchange.use(node)
        return name

    async def _media_answer(self, node: str, call: Wire) -> Any:
        tab = self._tabs.get((node, int(call["ref"])))
        if tab is None:
            raise NotFound("connection")
        await tab.session.asides.media_answer(tab.seat, tab.name, call["media_connection"], call["sdp"])

    # --- posts

    def _went(self, node: str, post: Wire) -> None:
        key = (node, int(post["ref"]))
        self._coming.discard(key)
        if key in self._tabs:
            self._leave(key)

    def _handed_over(self, node: str, post: Wire) -> None:
        self._wake(post["session"])

    # --- inside

    def _leave(self, key: tuple[str, int]) -> None:
        tab = self._tabs.pop(key)
        self._exchange.unuse(key[0])
        task = asyncio.create_task(tab.session.disconnect(tab.seat, tab.name), name="far tab leaves")
        self._leaving.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: "asyncio.Task[None]") -> None:
        self._leaving.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a lost connection could not be told", exc_info=task.exception())


def _command(call: Wire) -> Any:
    try:
        return unpack(call["command"])
    except ValueError as error:
        raise Unavailable(f"the other node is of another version: {error}") from error


_CALLS: Mapping[str, Callable[[FarTabs, str, Wire], Awaitable[Any]]] = {
    "ask": FarTabs._ask,
    "check": FarTabs._check,
    "preview": FarTabs._preview,
    "card_history": FarTabs._card_history,
    "ask_device": FarTabs._ask_device,
    "device_answer": FarTabs._device_answer,
    "connect": FarTabs._connect,
    "media_answer": FarTabs._media_answer,
}
_POSTS: Mapping[str, Callable[[FarTabs, str, Wire], None]] = {
    "gone": FarTabs._went,
    "wake": FarTabs._handed_over,
}
_ASIDES: Mapping[str, Callable[[LiveAsides, tuple[str, str], Wire], None]] = {
    "told": lambda to, who, post: to.told(*who, post["room"], post["epoch"]),
    "glance": lambda to, who, post: to.glance(*who, unpack(post["glance"])),
    "quality": lambda to, who, post: to.quality(*who, unpack(post["quality"])),
    "trial": lambda to, who, _: to.trial(*who),
    "sound": lambda to, who, post: to.sound(*who, post["blocked"]),
    "quiet": lambda to, who, post: to.quiet(*who, post["quiet"]),
    "large": lambda to, who, post: to.show_large(*who, frozenset(post["speakers"])),
    "media_renew": lambda to, who, _: to.media_renew(*who),
}
