"""One tab's socket while it is open: a reader, a worker, and a writer of its own.

The reader only listens, and does what waits for nothing, so that a slow disk never looks like a lost person. Commands
take their turn in the session in the order in which they were read, and none waits here for another: leaving must close
at once, whatever is still being written before it. The worker carries out the rest, in order. The writer empties the
mailbox, so that one slow reader delays nobody else. Whichever ends first, or the beat (`beats`) that finds no sign of
life, ends the connection; the session is told once, whatever happened.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.clock import Clock
from server.counts import Counts
from server.doors.plans import join_link
from server.doors.reasons import Translate, sentence
from server.errors import NotFound, ProtocolViolation, Refused, Unavailable
from server.host.mailbox import Closed, Mailbox
from server.host.session import Session
from server.signalling.board_requests import CardHistory
from server.signalling.conversation import (
    SILENT_S,
    TOO_MANY,
    TOO_SLOW,
    VIOLATION,
    Conversation,
    Hangup,
    Thinned,
)
from server.signalling.direct import Direct
from server.signalling.messages import (
    Asked,
    BoardGlance,
    ClientFrame,
    Large,
    Measured,
    MediaAnswer,
    MediaRenew,
    Pong,
    Sound,
    Told,
    Trial,
)
from server.signalling.requests import Preview

INBOX_MAX = 128
"""Frames read and not yet carried out. More only hides that the disk is slow."""
BAD_ANSWERS_MAX = 3
"""Media answers without sense before the connection is closed. One may fail while the network changes."""

_log = logging.getLogger(__name__)


class Connection:
    """From the moment that the session has taken it until the socket is closed."""

    def __init__(
        self,
        websocket: WebSocket,
        conversation: Conversation,
        session: Session,
        mailbox: Mailbox,
        *,
        seat: str,
        name: str,
        clock: Clock,
        counts: Counts,
        origin: str,
        translate: Translate,
        direct: Direct | None = None,
    ) -> None:
        self._websocket = websocket
        self._conversation = conversation
        self._session = session
        self._mailbox = mailbox
        self._seat = seat
        self._name = name
        self._clock = clock
        self._counts = counts
        self._origin = origin
        self._translate = translate
        self._direct = direct
        self._inbox: asyncio.Queue[ClientFrame] = asyncio.Queue(INBOX_MAX)
        self._asking: set[asyncio.Task[None]] = set()
        self._sending_since: float | None = None
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._bad_answers = 0
        self._quiet = False

    async def run(self) -> None:
        """Until either end is done. Raises what a part of it raised by mistake."""
        tasks = [asyncio.create_task(part()) for part in (self._read, self._work, self._write)]
        if self._direct is not None:
            self._direct.hand(self._take_at_once)
            self._mailbox.post_by(self._direct.post)
        try:
            await asyncio.wait([*tasks, self._over], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._direct is not None:
                self._direct.hand(None)
            for task in [*tasks, self._over, *self._asking]:
                task.cancel()  # a command that has begun goes on in the session all the same
            ends = await asyncio.gather(*tasks, self._over, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, WebSocketDisconnect):
                raise end

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("text")
            self._take(message.get("bytes") or b"" if data is None else data)

    def _take_at_once(self, text: str) -> None:
        """Past the reader. A fault of ours ends the connection, as it does there."""
        try:
            self._take(text)
        except Exception as fault:
            if not self._over.done():
                self._over.set_exception(fault)

    def _take(self, data: str | bytes) -> None:
        frame = self._conversation.receive(data, self._clock.boot())
        if self._quiet:
            self._note_quiet(False)
        if isinstance(frame, Pong):
            return
        if isinstance(frame, Hangup):
            self._hang_up(frame)
        elif isinstance(frame, BoardGlance):
            self._session.asides.glance(self._seat, self._name, frame.value())
        elif isinstance(frame, Told):
            self._session.asides.told(self._seat, self._name, frame.room, frame.epoch)
        elif isinstance(frame, Trial):
            self._session.asides.trial(self._seat, self._name)
        elif isinstance(frame, Measured):
            self._session.asides.quality(self._seat, self._name, frame.value())
        elif self._inbox.full() or len(self._asking) >= INBOX_MAX:
            self._hang_up(Hangup(TOO_MANY, "too_many_frames"))
        elif isinstance(frame, Asked):
            asking = asyncio.create_task(self._asked(frame))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
        elif isinstance(frame, Thinned):
            self._counts.glances_dropped += 1
        else:
            self._inbox.put_nowait(frame)

    async def _work(self) -> None:
        while True:
            frame = await self._inbox.get()
            await _WORK[type(frame)](self, frame)

    async def _write(self) -> None:
        while True:
            item = await self._mailbox.take()
            self._sending_since = self._clock.boot()
            if isinstance(item, Closed):
                self._counts.closes[item.reason] += 1
                await self._websocket.close(item.code, item.reason)
                return
            await self._websocket.send_text(item)
            self._sending_since = None

    def beat(self, ping: str) -> None:
        """Ask for a sign of life, where there has been one."""
        now = self._clock.boot()
        if self._sending_since is not None and now - self._sending_since > SILENT_S:
            if not self._over.done():
                self._counts.closes["slow"] += 1
                self._over.set_result(None)  # the other end takes nothing: no use in telling it
            return
        self._look(now)
        if self._conversation.silent(now):
            self._mailbox.close(TOO_SLOW, "silent")
        self._mailbox.put(ping, ephemeral=True, latest="ping")

    def look(self) -> None:
        """Tell of who has fallen silent."""
        self._look(self._clock.boot())

    def _look(self, now: float) -> None:
        if not self._quiet and self._conversation.quiet(now):
            self._note_quiet(True)

    def _note_quiet(self, quiet: bool) -> None:
        self._quiet = quiet
        self._session.asides.quiet(self._seat, self._name, quiet)

    def _hang_up(self, hangup: Hangup) -> None:
        self._mailbox.put({"type": "bye", "reason": hangup.reason})
        self._mailbox.close(hangup.code, hangup.reason)

    # --- what each frame does

    async def _asked(self, frame: Asked) -> None:
        answer: dict[str, Any] = {"type": "answer", "id": frame.id}
        try:
            answer |= {"ok": True, "result": self._with_link(await self._carry_out(frame))}
        except Refused as refused:
            answer |= self._denied(refused.reason, refused.detail)
        except NotFound:
            answer |= self._denied("not_allowed", {})
        except Unavailable:
            answer |= self._denied("unavailable", {})
        except Exception:  # a fault of ours: it must not take the connection along, or the page asks it again for ever
            _log.exception("a command failed by a fault of the server")
            answer |= self._denied("unavailable", {})
        self._mailbox.put(answer)

    async def _carry_out(self, frame: Asked) -> Mapping[str, object]:
        if isinstance(frame.command, Preview):
            return await self._session.preview(self._seat, frame.command.move())
        if isinstance(frame.command, CardHistory):
            return await self._session.card_history(self._seat, frame.command.card, frame.command.before)
        return await self._session.ask(self._seat, frame.command.value(), frame.id, connection=self._name)

    def _denied(self, reason: str, detail: Mapping[str, object]) -> dict[str, object]:
        return {"ok": False, "reason": reason, "detail": detail, "text": sentence(reason, detail, self._translate)}

    def _with_link(self, result: Mapping[str, object]) -> Mapping[str, object]:
        if "link" in result:
            return {**result, "link": join_link(self._origin, str(result["link"]))}
        refused = result.get("refused")
        if isinstance(refused, Mapping):
            words = sentence(str(refused["reason"]), refused.get("detail"), self._translate)
            return {**result, "refused": {**refused, "text": words}}
        return result

    async def _media_answer(self, frame: MediaAnswer) -> None:
        try:
            await self._session.asides.media_answer(self._seat, self._name, frame.connection, frame.sdp)
        except ProtocolViolation as violation:
            self._bad_answers += 1
            if self._bad_answers >= BAD_ANSWERS_MAX:
                self._hang_up(Hangup(VIOLATION, violation.reason))

    async def _media_renew(self, frame: MediaRenew) -> None:
        self._session.asides.media_renew(self._seat, self._name)

    async def _sound(self, frame: Sound) -> None:
        self._session.asides.sound(self._seat, self._name, frame.blocked)

    async def _large(self, frame: Large) -> None:
        self._session.asides.show_large(self._seat, self._name, frozenset(frame.seats))


_WORK: Mapping[type, Callable[[Connection, Any], Awaitable[None]]] = {
    MediaAnswer: Connection._media_answer,
    MediaRenew: Connection._media_renew,
    Sound: Connection._sound,
    Large: Connection._large,
}
