"""The door of the socket: who may open it, and for which seat. What goes on inside is `connection.py`.

Four things must be right before a session hears of anybody: an Origin of ours, the seat's cookie, a one-time ticket
that was given to this very browser, and a first frame in time.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket

from server.clock import Clock
from server.doors.browsers import browser_of
from server.doors.buckets import AddressBuckets
from server.doors.origins import Origins
from server.doors.reasons import Translate
from server.errors import NotFound, Unavailable
from server.host.hub import Hub
from server.host.mailbox import Mailbox
from server.host.session import Session
from server.signalling.beats import Beats
from server.signalling.connection import Connection
from server.signalling.conversation import (
    NO_TICKET,
    PING_EVERY_S,
    SILENT_S,
    TOO_SLOW,
    Conversation,
    Hangup,
)
from server.signalling.direct import DIRECT
from server.signalling.messages import Hello
from server.signalling.tickets import Desk
from server.storage.links import Browser

FAULT, TRY_AGAIN = 1011, 1013
"""From RFC 6455's registry: a fault of the server; try again later, for the disk or the database does not answer."""
OPENINGS_BURST, OPENINGS_RATE = 120.0, 10.0
"""Sockets that one address may open at once and per second. A whole office may sit behind one address."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pulse:
    """The socket's times by the event loop, in seconds; tests hurry them."""

    ping_every_s: float = PING_EVERY_S
    hello_within_s: float = SILENT_S


USUAL = Pulse()


class SeatSocket:
    """WebSocket /s/<seat>/socket."""

    def __init__(
        self,
        hub: Hub,
        tickets: Desk,
        origins: Origins,
        clock: Clock,
        *,
        translate: Callable[[HTTPConnection], Translate],
        pulse: Pulse = USUAL,
    ) -> None:
        self._hub = hub
        self._tickets = tickets
        self._origins = origins
        self._clock = clock
        self._translate = translate
        self._pulse = pulse
        self._beats = Beats(clock, pulse.ping_every_s)
        self.openings = AddressBuckets(burst=OPENINGS_BURST, rate=OPENINGS_RATE)

    async def serve(self, websocket: WebSocket) -> None:
        """The whole life of one socket. Never raises."""
        origin, host = websocket.headers.get("origin"), websocket.headers.get("host", "")
        if not self._origins.allows(origin, websocket.url.scheme, host):
            await _deny(websocket, 403)
            return
        address = websocket.client.host if websocket.client else None
        if not self.openings.take(address, self._clock.boot()):
            await _deny(websocket, 429)
            return
        try:
            await self._open(websocket, str(websocket.path_params["seat"]))
        except Exception:
            _log.exception("a socket failed by a fault of the server")
            await self._close(websocket, Hangup(FAULT, "fault"))

    async def _open(self, websocket: WebSocket, seat: str) -> None:
        try:
            browser = await browser_of(websocket, seat, self._hub.links)
        except Unavailable:
            await websocket.accept()
            await self._close(websocket, Hangup(TRY_AGAIN, "unavailable"))
            return
        await websocket.accept()
        if browser is None:
            await self._close(websocket, Hangup(NO_TICKET, "no_cookie"))
            return
        conversation = Conversation(self._clock.boot())
        hello = await self._greet(websocket, conversation)
        if hello is None:
            return
        if isinstance(hello, Hangup):
            await self._close(websocket, hello)
            return
        if not await self._tickets.redeem(hello.ticket, seat, browser.id, self._clock.boot()):
            await self._close(websocket, Hangup(NO_TICKET, "no_ticket"))
            return
        try:
            session = await self._hub.session(browser.session)
        except NotFound:
            await self._close(websocket, Hangup(NO_TICKET, "no_cookie"))
        except Unavailable:
            await self._close(websocket, Hangup(TRY_AGAIN, "unavailable"))
        else:
            await self._live(websocket, conversation, session, browser, hello)

    async def _greet(self, websocket: WebSocket, conversation: Conversation) -> Hello | Hangup | None:
        """The first frame; None when the other end has gone."""
        try:
            async with asyncio.timeout(self._pulse.hello_within_s):
                message = await websocket.receive()
        except TimeoutError:
            return Hangup(TOO_SLOW, "no_hello")
        if message["type"] == "websocket.disconnect":
            return None
        data = message.get("text")
        frame = conversation.receive(message.get("bytes") or b"" if data is None else data, self._clock.boot())
        if isinstance(frame, Hello | Hangup):
            return frame
        raise AssertionError("the conversation lets nothing but hello come first")

    async def _live(
        self, websocket: WebSocket, conversation: Conversation, session: Session, browser: Browser, hello: Hello
    ) -> None:
        mailbox, seat = Mailbox(), browser.seat
        try:
            name = await session.connect(seat, mailbox, life=hello.life, seen=hello.seen, browser=browser.id)
        except NotFound:
            await self._close(websocket, Hangup(NO_TICKET, "no_cookie"))
            return
        except Unavailable:
            await self._close(websocket, Hangup(TRY_AGAIN, "unavailable"))
            return
        connection = Connection(
            websocket,
            conversation,
            session,
            mailbox,
            seat=seat,
            name=name,
            clock=self._clock,
            counts=self._hub.counts,
            origin=str(websocket.state.origin),
            translate=self._translate(websocket),
            direct=getattr(websocket.state, DIRECT, None),
        )
        try:
            with self._beats.among(connection):
                await connection.run()
        finally:
            await asyncio.shield(session.disconnect(seat, name))

    async def _close(self, websocket: WebSocket, hangup: Hangup) -> None:
        self._hub.counts.closes[hangup.reason] += 1
        try:
            await websocket.close(hangup.code, hangup.reason)
        except Exception:  # the other end has gone already, in whichever way this server names that
            _log.debug("closed already")


async def _deny(websocket: WebSocket, status: int) -> None:
    """An HTTP answer instead of a socket."""
    await websocket.send_denial_response(PlainTextResponse("", status))
