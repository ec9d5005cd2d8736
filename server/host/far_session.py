"""A session that lives on another node, as the doors of this one see it: what they ask goes to its owner.

The page's socket is here, its outbox too; everything that decides is there. Where the line to the owner breaks, the
sockets are closed as at a restart, and the pages come again: to the same owner, or to the next.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from server.errors import NotFound, Unavailable
from server.host.exchange import Exchange
from server.host.far_outbox import arrived
from server.host.mailbox import Mailbox
from server.host.parcels import pack
from server.host.tabs import RESTARTING
from server.session import commands as c
from server.session.glances import Glance, Over
from server.session.quality import Quality
from server.session.state import Seat, State, reachable


@dataclass(frozen=True, slots=True)
class _Held:
    owner: str
    mailbox: Mailbox


class FarSockets:
    """The sockets on this node whose sessions live on others, by a number of their own."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self._numbers = count(1)
        self._held: dict[int, _Held] = {}

    def hold(self, owner: str, mailbox: Mailbox) -> int:
        """From here on what the owner sends to this number goes into the mailbox."""
        ref = next(self._numbers)
        self._held[ref] = _Held(owner, mailbox)
        self.exchange.use(owner)
        return ref

    def let_go(self, ref: int) -> None:
        """The socket is gone; a second call does nothing."""
        held = self._held.pop(ref, None)
        if held is not None:
            self.exchange.unuse(held.owner)

    def framed(self, node: str, payload: bytes) -> None:
        """A frame of another node."""
        frame = arrived(payload)
        held = self._held.get(frame.ref)
        if held is not None and held.owner == node:
            frame.into(held.mailbox)

    def broke(self, node: str) -> None:
        """Something that this node sent may be missing: its pages begin anew, from the log."""
        for held in list(self._held.values()):
            if held.owner == node:
                held.mailbox.put({"type": "bye", "reason": "restart"})
                held.mailbox.close(RESTARTING, "restart")


class FarAsides:
    """Said here, heard where the session lives. `post` and `call` take what is said, and by which connection."""

    def __init__(self, post: Callable[..., None], call: Callable[..., Awaitable[Any]]) -> None:
        self._post = post
        self._call = call

    def told(self, seat: str, connection: str, room: str, epoch: int) -> None:
        self._post("told", connection, room=room, epoch=epoch)

    def glance(self, seat: str, connection: str, glance: Glance | Over) -> None:
        self._post("glance", connection, glance=pack(glance))

    def quality(self, seat: str, connection: str, quality: Quality) -> None:
        self._post("quality", connection, quality=pack(quality))

    def trial(self, seat: str, connection: str) -> None:
        self._post("trial", connection)

    def sound(self, seat: str, connection: str, blocked: bool) -> None:
        self._post("sound", connection, blocked=blocked)

    def quiet(self, seat: str, connection: str, quiet: bool) -> None:
        self._post("quiet", connection, quiet=quiet)

    def show_large(self, seat: str, connection: str, speakers: frozenset[str]) -> None:
        self._post("large", connection, speakers=sorted(speakers))

    async def media_answer(self, seat: str, connection: str, media_connection: str, sdp: str) -> None:
        await self._call("media_answer", connection, media_connection=media_connection, sdp=sdp)

    def media_renew(self, seat: str, connection: str) -> None:
        self._post("media_renew", connection)


class FarSession:
    """`follow` reads the session's log as far as it goes now."""

    def __init__(self, session: str, owner: str, sockets: FarSockets, follow: Callable[[], Awaitable[State]]) -> None:
        self.id = session
        self._owner = owner
        self._sockets = sockets
        self._exchange = sockets.exchange
        self._follow = follow
        self._refs: dict[str, int] = {}
        self.asides = FarAsides(self._post_of, self._call_of)

    async def fresh(self) -> State:
        return await self._follow()

    async def here(self, seat: str) -> Seat:
        return reachable(await self._follow(), seat)

    # --- asking

    async def ask(
        self, actor: str, command: c.Command, command_id: str | None = None, *, connection: str | None = None
    ) -> Mapping[str, object]:
        asked = {"actor": actor, "command": pack(command), "id": command_id, "connection": connection}
        return dict(await self._call("ask", **asked))

    async def check(self, actor: str, command: c.Command) -> None:
        await self._call("check", actor=actor, command=pack(command))

    async def preview(self, actor: str, move: c.Move) -> Mapping[str, object]:
        return dict(await self._call("preview", actor=actor, command=pack(move)))

    async def card_history(self, actor: str, card: str, before: int | None = None) -> Mapping[str, object]:
        return dict(await self._call("card_history", actor=actor, card=card, before=before))

    async def ask_device(self, seat: str) -> str:
        return str(await self._call("ask_device", seat=seat))

    async def device_answer(self, request: str, seat: str) -> bool | None:
        answer: bool | None = await self._call("device_answer", request=request, seat=seat)
        return answer

    # --- a socket

    async def connect(
        self,
        seat: str,
        mailbox: Mailbox,
        *,
        life: str | None = None,
        seen: int | None = None,
        browser: str | None = None,
    ) -> str:
        ref = self._sockets.hold(self._owner, mailbox)
        try:
            name = str(await self._call("connect", seat=seat, ref=ref, life=life, seen=seen, browser=browser))
        except BaseException:
            self._sockets.let_go(ref)
            self._post("gone", ref=ref)  # it may have been taken in all the same
            raise
        if mailbox.closed is not None:
            self._sockets.let_go(ref)
            raise Unavailable("the line to the owner broke")
        self._refs[name] = ref
        return name

    async def disconnect(self, seat: str, connection: str) -> None:
        ref = self._refs.pop(connection, None)
        if ref is not None:
            self._sockets.let_go(ref)
            self._post("gone", ref=ref)

    # --- inside

    async def _call(self, what: str, **about: Any) -> Any:
        return await self._exchange.call(self._owner, {"do": what, "session": self.id, **about})

    def _post(self, what: str, **about: Any) -> None:
        self._exchange.post(self._owner, {"do": what, **about})

    def _post_of(self, what: str, connection: str, **about: Any) -> None:
        ref = self._refs.get(connection)
        if ref is not None:
            self._post(what, ref=ref, **about)

    async def _call_of(self, what: str, connection: str, **about: Any) -> Any:
        ref = self._refs.get(connection)
        if ref is None:
            raise NotFound(connection)
        return await self._call(what, ref=ref, **about)
