"""What this node and the others ask of each other: calls with an answer, posts without one, and frames for sockets.

A call that gets no answer (the line broke, or it took too long) is `Unavailable`: whoever asked repeats it under the
same command id, which has its effect once. What is asked is carried out in the order in which it was posted.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from itertools import count
from typing import Any

from server.clock import Clock
from server.errors import NotFound, ParleyError, ProtocolViolation, Refused, Unavailable
from server.host.line import ANSWER, BEAT, CALL, FRAME, POST, Line, sender_of, topic_of
from server.host.parcels import from_bytes, to_bytes
from server.relay.relay import Interrupted, Overrun, Relay
from server.storage.keys import CaseKey

ANSWER_SECONDS = 8.0
"""How long an answer may take. A page gives a try up after the same time."""
BEAT_SECONDS = 0.4
SILENT_SECONDS = 1.6
"""A line on which something hangs, and on which nothing has come for so long, is broken. Shorter finds a dead node
sooner; longer rides out a relay that hesitates.
"""
LINES_MOST = 256
"""Nodes that this one listens to. Names on the relay may be anybody's; what they send opens only with our key."""
AGAIN_SECONDS = 0.2
"""Pause before this node subscribes anew."""

Wire = dict[str, Any]
Serve = Callable[[str, Wire], Awaitable[Any]]

log = logging.getLogger(__name__)


class Exchange:
    """All lines of this node. `serve(node, call)` answers calls, `posted(node, post)` takes posts, `framed(node,
    bytes)` takes frames; `broke(node)` is told whenever a line broke.
    """

    def __init__(self, node: str, relay: Relay, seal: CaseKey, clock: Clock) -> None:
        self._node = node
        self._relay = relay
        self._seal = seal
        self._clock = clock
        self._lines: dict[str, Line] = {}
        self._numbers = count(1)
        self._open: dict[int, tuple[str, asyncio.Future[Any]]] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._in_use: dict[str, int] = {}
        self.serve: Serve | None = None
        self.posted: Callable[[str, Wire], None] | None = None
        self.framed: Callable[[str, bytes], None] | None = None
        self.broke: Callable[[str], None] | None = None

    def start(self) -> None:
        """Listen from now on."""
        self._tasks = [
            asyncio.create_task(self._listen(), name="exchange"),
            asyncio.create_task(self._keep_beat(), name="beat"),
        ]

    async def stop(self) -> None:
        """Say nothing more, and listen to nothing."""
        for task in (*self._tasks, *self._serving):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._serving, return_exceptions=True)
        for line in self._lines.values():
            line.close()

    # --- asking

    async def call(self, node: str, body: Wire, within: float = ANSWER_SECONDS) -> Any:
        """Ask another node. Raises what it raised there, `Unavailable` when no answer comes."""
        number = next(self._numbers)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._open[number] = (node, future)
        self.use(node)
        try:
            self._line(node).post(CALL, to_bytes({"n": number, **body}))
            async with asyncio.timeout(within):
                return await future
        except TimeoutError:
            raise Unavailable(f"no answer from {node}") from None
        finally:
            self._open.pop(number, None)
            self.unuse(node)

    def post(self, node: str, body: Wire) -> None:
        """Tell another node."""
        self._line(node).post(POST, to_bytes(body))

    def frame(self, node: str, payload: bytes) -> None:
        """Something for a socket there."""
        self._line(node).post(FRAME, payload)

    def use(self, node: str) -> None:
        """Something hangs on this line from here on: its silence matters."""
        if not self._in_use.get(node):
            self._line(node).heard_at = self._clock.boot()
        self._in_use[node] = self._in_use.get(node, 0) + 1

    def unuse(self, node: str) -> None:
        """It hangs there no more."""
        self._in_use[node] -= 1
        if not self._in_use[node]:
            del self._in_use[node]

    def forget(self, node: str) -> None:
        """This node does not run any more."""
        line = self._lines.pop(node, None)
        if line is not None:
            line.breaks()
            line.close()

    @property
    def away(self) -> bool:
        """Whether the relay is out of reach, wholly or in part."""
        return self._relay.away_s is not None

    def known(self) -> list[str]:
        """The nodes that there is a line to."""
        return list(self._lines)

    # --- inside

    def _line(self, node: str) -> Line:
        found = self._lines.get(node)
        if found is None:
            found = self._lines[node] = Line(
                self._node,
                node,
                self._relay,
                self._seal,
                lambda kind, payload: self._took(node, kind, payload),
                lambda: self._broken(node),
            )
        return found

    async def _listen(self) -> None:
        while True:
            try:
                async with self._relay.subscribe(topic_of(self._node)) as pieces:
                    await self._take_all(pieces)
            except Unavailable:
                log.debug("the relay is away")
            except Overrun:
                log.warning("pieces from other nodes came too fast: the lines begin anew")
            self._all_break()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _take_all(self, pieces: AsyncIterator[bytes]) -> None:
        while True:
            try:
                piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except Interrupted:
                self._all_break()
                continue
            sender = sender_of(piece)
            if sender in self._lines or len(self._lines) < LINES_MOST:
                self._line(sender).take(piece, self._clock.boot())

    def _all_break(self) -> None:
        for line in list(self._lines.values()):
            line.breaks()

    async def _keep_beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = self._clock.boot()
            for node in list(self._in_use):
                line = self._line(node)
                if now - line.heard_at > SILENT_SECONDS:
                    line.heard_at = now
                    line.breaks()
                else:
                    line.post(BEAT)

    def _took(self, node: str, kind: int, payload: bytes) -> None:
        try:
            if kind == FRAME and self.framed is not None:
                self.framed(node, payload)
            elif kind == POST and self.posted is not None:
                self.posted(node, from_bytes(payload))
            elif kind == ANSWER:
                self._answered(node, from_bytes(payload))
            elif kind == CALL:
                task = asyncio.create_task(self._serve(node, from_bytes(payload)), name="call")
                self._serving.add(task)
                task.add_done_callback(self._serving.discard)
        except Exception:  # one node's mistake must not cut this one off from all others
            log.exception("what another node posted could not be taken")

    async def _serve(self, node: str, call: Wire) -> None:
        assert self.serve is not None
        answer: Wire = {"n": call["n"]}
        try:
            answer["ok"] = await self.serve(node, call)
        except Refused as refused:
            answer["refused"] = [refused.reason, refused.detail]
        except ProtocolViolation as violation:
            answer["violation"] = violation.reason
        except NotFound:
            answer["missing"] = True
        except Unavailable as unavailable:
            answer["unavailable"] = str(unavailable)
        except Exception:
            log.exception("what another node asked failed by a fault of this one")
            answer["unavailable"] = "fault"
        self._line(node).post(ANSWER, to_bytes(answer))

    def _answered(self, node: str, answer: Mapping[str, Any]) -> None:
        asked, future = self._open.get(answer["n"], (None, None))
        if future is None or asked != node or future.done():
            return
        error = _error_in(answer)
        if error is None:
            future.set_result(answer["ok"])
        else:
            future.set_exception(error)

    def _broken(self, node: str) -> None:
        for asked, future in list(self._open.values()):
            if asked == node and not future.done():
                future.set_exception(Unavailable("the line to another node broke"))
        if self.broke is not None:
            self.broke(node)


def _error_in(answer: Mapping[str, Any]) -> ParleyError | None:
    if "refused" in answer:
        reason, detail = answer["refused"]
        return Refused(reason, **detail)
    if "violation" in answer:
        return ProtocolViolation(answer["violation"])
    if "missing" in answer:
        return NotFound("on another node")
    if "unavailable" in answer:
        return Unavailable(answer["unavailable"])
    return None
