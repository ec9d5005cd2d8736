"""The bounded outbox of one connection.

Whoever puts a frame in never waits; one writer of its own takes them out. A connection that is too slow loses what is
ephemeral first, then itself: it is closed, reconnects and gets exactly what it missed. It never delays another.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

FRAMES_MOST = 1024
"""Frames waiting at most. More forgives slower networks; fewer notices them sooner and holds less memory."""

TOO_SLOW = 4408


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more will come; close the socket with this code."""

    code: int
    reason: str


class Outbox(Protocol):
    """Where a session puts frames for one connection: here, or on the node that holds its socket (`far_outbox`)."""

    @property
    def closed(self) -> Closed | None: ...
    def put(self, frame: Mapping[str, object], *, ephemeral: bool = False, latest: str | None = None) -> None: ...
    def drop_ephemeral(self) -> None: ...
    def forget(self, latest: str) -> None: ...
    def close(self, code: int, reason: str) -> None: ...


@dataclass(slots=True)
class _Waiting:
    frame: Mapping[str, object] | str
    ephemeral: bool
    latest: str | None


class Mailbox:
    """Frames for one connection, in order. One taker only."""

    def __init__(self) -> None:
        self._queue: deque[_Waiting] = deque()
        self._closed: Closed | None = None
        self._filled = asyncio.Event()
        self._post: Callable[[str], bool] | None = None
        self._idle = False  # the taker waits here, and has nothing in its hands

    @property
    def closed(self) -> Closed | None:
        """Why no more frames are accepted, if so."""
        return self._closed

    def post_by(self, post: Callable[[str], bool]) -> None:
        """From here on a frame that need not wait behind another is posted at once, past the taker; where `post` says
        that it cannot take it now, it waits here as ever.
        """
        self._post = post

    def put(self, frame: Mapping[str, object] | str, *, ephemeral: bool = False, latest: str | None = None) -> None:
        """Queue a frame, or the text of one. `latest` names a kind of which only the newest matters; older ones still
        waiting are dropped.

        Over the bound the mailbox throws away what is ephemeral, and if that is not enough closes with 4408. After
        closing, frames are dropped silently.
        """
        if self._closed is not None:
            return
        if self._idle and not self._queue and self._post is not None and self._post(_text(frame)):
            return
        if latest is not None:
            self.forget(latest)
        self._queue.append(_Waiting(frame, ephemeral, latest))
        if len(self._queue) > FRAMES_MOST:
            self.drop_ephemeral()
        if len(self._queue) > FRAMES_MOST:
            self._queue.clear()
            self._closed = Closed(TOO_SLOW, "slow")
        self._filled.set()

    def drop_ephemeral(self) -> None:
        """Forget what was only true for a moment."""
        self._drop(lambda waiting: waiting.ephemeral)

    def forget(self, latest: str) -> None:
        """Take back what still waits of this kind."""
        self._drop(lambda waiting: waiting.latest == latest)

    def close(self, code: int, reason: str) -> None:
        """Accept nothing more. What is queued is still delivered, then the taker gets `Closed`."""
        if self._closed is None:
            self._closed = Closed(code, reason)
        self._filled.set()

    async def take(self) -> str | Closed:
        """The next frame as JSON text, or `Closed` at the end. Cancelling is safe: nothing is lost."""
        while not self._queue:
            if self._closed is not None:
                return self._closed
            self._filled.clear()
            self._idle = True
            try:
                await self._filled.wait()
            finally:
                self._idle = False
        return _text(self._queue.popleft().frame)

    def _drop(self, unwanted: Callable[["_Waiting"], bool]) -> None:
        if any(map(unwanted, self._queue)):
            self._queue = deque(w for w in self._queue if not unwanted(w))


class Shared(dict[str, object]):
    """A frame, or the fact in it, that goes to several connections: written as JSON once, when the first is sent it."""

    __slots__ = ("_text",)
    _text: str

    @property
    def text(self) -> str:
        """As JSON."""
        try:
            return self._text
        except AttributeError:
            self._text = _written(self)
            return self._text


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def text_of(frame: Mapping[str, object]) -> str:
    """A frame as it goes over a socket."""
    if isinstance(frame, Shared):
        return frame.text
    fact = frame.get("fact")
    if isinstance(fact, Shared):
        return f'{{"type":"fact","number":{frame["number"]},"at":{frame["at"]},"fact":{fact.text}}}'
    return _written(frame)


def _text(frame: Mapping[str, object] | str) -> str:
    return frame if isinstance(frame, str) else text_of(frame)
